#include "own_device.hpp"

#include <cstring>

#include "own_values.hpp"
#include "schema.hpp"

extern "C" {
#include "device.h"
}

namespace interop {
namespace {

realm_property_type_e property_type(Kind kind)
{
    switch (kind) {
    case Kind::Int: return RLM_PROPERTY_TYPE_INT;
    case Kind::Bool: return RLM_PROPERTY_TYPE_BOOL;
    case Kind::String: return RLM_PROPERTY_TYPE_STRING;
    case Kind::Binary: return RLM_PROPERTY_TYPE_BINARY;
    case Kind::Timestamp: return RLM_PROPERTY_TYPE_TIMESTAMP;
    case Kind::Float: return RLM_PROPERTY_TYPE_FLOAT;
    case Kind::Double: return RLM_PROPERTY_TYPE_DOUBLE;
    case Kind::Decimal: return RLM_PROPERTY_TYPE_DECIMAL128;
    case Kind::ObjectId: return RLM_PROPERTY_TYPE_OBJECT_ID;
    case Kind::Uuid: return RLM_PROPERTY_TYPE_UUID;
    case Kind::Mixed: return RLM_PROPERTY_TYPE_MIXED;
    case Kind::Link:
    case Kind::Embedded: return RLM_PROPERTY_TYPE_OBJECT;
    case Kind::Null:
    case Kind::List:
    case Kind::Dictionary: break;
    }
    FAIL("no type of a property");
}

realm_collection_type_e collection_type(Shape shape)
{
    switch (shape) {
    case Shape::Single: return RLM_COLLECTION_TYPE_NONE;
    case Shape::List: return RLM_COLLECTION_TYPE_LIST;
    case Shape::Set: return RLM_COLLECTION_TYPE_SET;
    case Shape::Dictionary: return RLM_COLLECTION_TYPE_DICTIONARY;
    }
    FAIL("no kind of a collection");
}

bool is_key(const Property& property)
{
    for (const Class& each : CLASSES) {
        if (each.has_key && std::strcmp(property.class_name, each.name) == 0)
            return std::strcmp(property.name, each.identity) == 0;
    }
    return false;
}

realm_schema_t* make_schema()
{
    realm_schema_t* schema = realm_schema_new();
    for (const Class& each : CLASSES) {
        const auto kind = each.is_embedded ? RLM_CLASS_KIND_EMBEDDED : RLM_CLASS_KIND_TOP_LEVEL;
        CHECK(realm_schema_add_class(schema, text(each.name), kind));
    }
    for (const Property& property : PROPERTIES) {
        realm_property_t made = {};
        made.name = text(property.name);
        made.target_class = text(property.target);
        made.type = property_type(property.kind);
        made.collection_type = collection_type(property.shape);
        made.flags = (property.is_nullable ? RLM_PROPERTY_FLAG_NULLABLE : 0) | (is_key(property) ? RLM_PROPERTY_FLAG_PRIMARY_KEY : 0);
        CHECK(realm_schema_add_property(schema, text(property.class_name), &made));
    }
    return schema;
}

class Own final : public Device {
public:
    Own(const std::string& path, int port, const std::string& partition)
        : m_device(device_open_with(path.c_str(), url_of(port).c_str(), partition.c_str(), make_schema()))
    {
        stop();
    }
    ~Own() override { device_close(&m_device); }
    void start() override { CHECK(realm_sync_session_start(m_device.session)); }
    void stop() override { CHECK(realm_sync_session_stop(m_device.session)); }
    bool synchronise() override
    {
        wait_for_upload(m_device.session);
        wait_for_download(m_device.session);
        return true;
    }
    void begin() override { CHECK(realm_begin(m_device.realm)); }
    void commit() override { CHECK(realm_commit(m_device.realm)); }
    void look() override
    {
        bool is_changed;
        CHECK(realm_refresh(m_device.realm, &is_changed));
    }
    size_t count(const char* class_name) override
    {
        size_t size;
        CHECK(realm_results_size(all(class_name).get(), &size));
        return size;
    }
    std::shared_ptr<Object> object_at(const char* class_name, size_t index) override
    {
        return own_object(m_device.realm, realm_results_get_object(all(class_name).get(), index));
    }
    std::shared_ptr<Object> find(const char* class_name, const Value& key) override
    {
        const realm_value_t value = own_value(key);
        realm_object_t* found = realm_object_find(m_device.realm, class_key(m_device.realm, class_name), &value);
        return found ? own_object(m_device.realm, found) : nullptr;
    }
    std::shared_ptr<Object> create(const char* class_name, const Value& key) override
    {
        const realm_value_t value = own_value(key);
        return own_object(m_device.realm, realm_object_create(m_device.realm, class_key(m_device.realm, class_name), &value));
    }
    std::shared_ptr<Object> create_without_key(const char* class_name) override
    {
        return own_object(m_device.realm, realm_object_create(m_device.realm, class_key(m_device.realm, class_name), nullptr));
    }

private:
    static std::string url_of(int port) { return "ws://127.0.0.1:" + std::to_string(port); }
    std::shared_ptr<realm_results_t> all(const char* class_name)
    {
        realm_results_t* results = realm_results_new(m_device.realm, class_key(m_device.realm, class_name));
        CHECK(results != nullptr);
        return std::shared_ptr<realm_results_t>(results, realm_results_release);
    }

    device m_device;
};

} // namespace

std::unique_ptr<Device> open_own_device(const std::string& path, int port, const std::string& partition)
{
    return std::make_unique<Own>(path, port, partition);
}

} // namespace interop
