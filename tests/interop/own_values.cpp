#include "own_values.hpp"

#include <cstring>

#include "schema.hpp"

namespace interop {
namespace {

class OwnList;
class OwnDictionary;

template <class Handle>
std::shared_ptr<Handle> owned(Handle* handle, void (*release)(Handle*))
{
    CHECK(handle != nullptr);
    return std::shared_ptr<Handle>(handle, release);
}

std::string as_string(const void* bytes, size_t size)
{
    return std::string(static_cast<const char*>(bytes), size);
}

// Of all but what takes the place it lies in: embedded objects and collections.
Value value_of(realm_t* realm, const realm_value_t& value)
{
    switch (value.type) {
    case RLM_VALUE_TYPE_NULL: return Value();
    case RLM_VALUE_TYPE_INT: return Value::of_int(value.data.integer);
    case RLM_VALUE_TYPE_BOOL: return Value::of_bool(value.data.boolean);
    case RLM_VALUE_TYPE_STRING: return Value::of_string(as_string(value.data.string.data, value.data.string.size));
    case RLM_VALUE_TYPE_BINARY: return Value::of_bytes(Kind::Binary, as_string(value.data.binary.data, value.data.binary.size));
    case RLM_VALUE_TYPE_TIMESTAMP: return Value::of_timestamp(value.data.timestamp.seconds, value.data.timestamp.nanoseconds);
    case RLM_VALUE_TYPE_FLOAT: return Value::of_number(Kind::Float, value.data.single_float);
    case RLM_VALUE_TYPE_DOUBLE: return Value::of_number(Kind::Double, value.data.double_float);
    case RLM_VALUE_TYPE_DECIMAL128: return Value::of_bytes(Kind::Decimal, as_string(&value.data.decimal128, 16));
    case RLM_VALUE_TYPE_OBJECT_ID: return Value::of_bytes(Kind::ObjectId, as_string(&value.data.object_id, 12));
    case RLM_VALUE_TYPE_UUID: return Value::of_bytes(Kind::Uuid, as_string(&value.data.uuid, 16));
    case RLM_VALUE_TYPE_LINK: {
        // None: the object is erased.
        realm_object_t* object = realm_object_find_linked(realm, &value.data.link);
        return object ? Value::of_object(Kind::Link, own_object(realm, object)) : Value();
    }
    default: FAIL("a value of type %d", int(value.type));
    }
}

class OwnList final : public List {
public:
    OwnList(realm_t* realm, realm_list_t* list) : m_realm(realm), m_list(owned(list, realm_list_release)) {}
    size_t size() const override;
    Value get(size_t index) const override;
    void insert(size_t index, const Value& value) override;
    void set(size_t index, const Value& value) override;
    void insert_collection(size_t index, Kind kind) override;
    void insert_embedded(size_t index) override { own_object(m_realm, realm_list_insert_embedded(m_list.get(), index)); }
    void set_embedded(size_t index) override { own_object(m_realm, realm_list_set_embedded(m_list.get(), index)); }
    void erase(size_t index) override { CHECK(realm_list_erase(m_list.get(), index)); }
    void move(size_t from, size_t to) override { CHECK(realm_list_move(m_list.get(), from, to)); }
    void clear() override { CHECK(realm_list_clear(m_list.get())); }

private:
    realm_t* m_realm;
    std::shared_ptr<realm_list_t> m_list;
};

class OwnSet final : public Set {
public:
    OwnSet(realm_t* realm, realm_set_t* set) : m_realm(realm), m_set(owned(set, realm_set_release)) {}
    size_t size() const override
    {
        size_t size;
        CHECK(realm_set_size(m_set.get(), &size));
        return size;
    }
    Value get(size_t index) const override
    {
        realm_value_t value;
        CHECK(realm_set_get_value(m_set.get(), index, &value));
        return value_of(m_realm, value);
    }
    void insert(const Value& value) override
    {
        const realm_value_t element = own_value(value);
        bool is_new;
        CHECK(realm_set_insert(m_set.get(), &element, &is_new));
    }
    void erase(const Value& value) override
    {
        const realm_value_t element = own_value(value);
        bool was_there;
        CHECK(realm_set_erase(m_set.get(), &element, &was_there));
    }
    void clear() override { CHECK(realm_set_clear(m_set.get())); }

private:
    realm_t* m_realm;
    std::shared_ptr<realm_set_t> m_set;
};

class OwnDictionary final : public Dictionary {
public:
    OwnDictionary(realm_t* realm, realm_dictionary_t* dictionary)
        : m_realm(realm), m_dictionary(owned(dictionary, realm_dictionary_release))
    {
    }
    size_t size() const override;
    std::pair<std::string, Value> entry(size_t index) const override;
    bool has(const char* key) const override;
    Value get(const char* key) const override;
    void set(const char* key, const Value& value) override;
    void set_collection(const char* key, Kind kind) override;
    void erase(const char* key) override;
    void clear() override { CHECK(realm_dictionary_clear(m_dictionary.get())); }

private:
    realm_t* m_realm;
    std::shared_ptr<realm_dictionary_t> m_dictionary;
};

class OwnObject final : public Object {
public:
    OwnObject(realm_t* realm, realm_object_t* object) : m_realm(realm), m_object(owned(object, realm_object_release)) {}
    const realm_object_t* handle() const { return m_object.get(); }
    std::string class_name() const override;
    Value get(const char* property) const override;
    void set(const char* property, const Value& value) override;
    void add(const char* property, int64_t summand) override
    {
        CHECK(realm_object_add_int(m_object.get(), key(property), summand));
    }
    std::shared_ptr<List> list(const char* property) const override
    {
        return std::make_shared<OwnList>(m_realm, realm_object_get_list(m_object.get(), key(property)));
    }
    std::shared_ptr<Set> set_of(const char* property) const override
    {
        return std::make_shared<OwnSet>(m_realm, realm_object_get_set(m_object.get(), key(property)));
    }
    std::shared_ptr<Dictionary> dictionary(const char* property) const override
    {
        return std::make_shared<OwnDictionary>(m_realm, realm_object_get_dictionary(m_object.get(), key(property)));
    }
    void set_collection(const char* property, Kind kind) override;
    std::shared_ptr<Object> set_embedded(const char* property) override
    {
        return own_object(m_realm, realm_object_set_embedded(m_object.get(), key(property)));
    }
    void erase() override { CHECK(realm_object_erase(m_object.get())); }

private:
    realm_property_key_t key(const char* property) const { return property_key(m_realm, class_name().c_str(), property); }

    realm_t* m_realm;
    std::shared_ptr<realm_object_t> m_object;
};

size_t OwnList::size() const
{
    size_t size;
    CHECK(realm_list_size(m_list.get(), &size));
    return size;
}

Value OwnList::get(size_t index) const
{
    realm_value_t value;
    CHECK(realm_list_get_value(m_list.get(), index, &value));
    switch (value.type) {
    case RLM_VALUE_TYPE_LIST: return Value::of_list(std::make_shared<OwnList>(m_realm, realm_list_get_list(m_list.get(), index)));
    case RLM_VALUE_TYPE_DICTIONARY:
        return Value::of_dictionary(std::make_shared<OwnDictionary>(m_realm, realm_list_get_dictionary(m_list.get(), index)));
    case RLM_VALUE_TYPE_EMBEDDED:
        return Value::of_object(Kind::Embedded, own_object(m_realm, realm_list_get_embedded(m_list.get(), index)));
    default: return value_of(m_realm, value);
    }
}

void OwnList::insert(size_t index, const Value& value)
{
    const realm_value_t element = own_value(value);
    CHECK(realm_list_insert_value(m_list.get(), index, &element));
}

void OwnList::set(size_t index, const Value& value)
{
    const realm_value_t element = own_value(value);
    CHECK(realm_list_set_value(m_list.get(), index, &element));
}

void OwnList::insert_collection(size_t index, Kind kind)
{
    if (kind == Kind::List)
        owned(realm_list_insert_list(m_list.get(), index), realm_list_release);
    else
        owned(realm_list_insert_dictionary(m_list.get(), index), realm_dictionary_release);
}

size_t OwnDictionary::size() const
{
    size_t size;
    CHECK(realm_dictionary_size(m_dictionary.get(), &size));
    return size;
}

std::pair<std::string, Value> OwnDictionary::entry(size_t index) const
{
    realm_string_t name;
    realm_value_t value;
    CHECK(realm_dictionary_get_entry(m_dictionary.get(), index, &name, &value));
    const std::string key = as_string(name.data, name.size);
    return { key, get(key.c_str()) };
}

bool OwnDictionary::has(const char* key) const
{
    realm_value_t value;
    bool found;
    CHECK(realm_dictionary_get_value(m_dictionary.get(), text(key), &value, &found));
    return found;
}

Value OwnDictionary::get(const char* key) const
{
    realm_dictionary_t* dictionary = m_dictionary.get();
    realm_value_t value;
    bool found;
    CHECK(realm_dictionary_get_value(dictionary, text(key), &value, &found));
    CHECK(found);
    switch (value.type) {
    case RLM_VALUE_TYPE_LIST:
        return Value::of_list(std::make_shared<OwnList>(m_realm, realm_dictionary_get_list(dictionary, text(key))));
    case RLM_VALUE_TYPE_DICTIONARY: {
        realm_dictionary_t* inner = realm_dictionary_get_dictionary(dictionary, text(key));
        return Value::of_dictionary(std::make_shared<OwnDictionary>(m_realm, inner));
    }
    default: return value_of(m_realm, value);
    }
}

void OwnDictionary::set(const char* key, const Value& value)
{
    const realm_value_t element = own_value(value);
    CHECK(realm_dictionary_set_value(m_dictionary.get(), text(key), &element));
}

void OwnDictionary::set_collection(const char* key, Kind kind)
{
    if (kind == Kind::List)
        owned(realm_dictionary_set_list(m_dictionary.get(), text(key)), realm_list_release);
    else
        owned(realm_dictionary_set_dictionary(m_dictionary.get(), text(key)), realm_dictionary_release);
}

void OwnDictionary::erase(const char* key)
{
    bool was_there;
    CHECK(realm_dictionary_erase(m_dictionary.get(), text(key), &was_there));
}

std::string OwnObject::class_name() const
{
    realm_class_key_t of;
    CHECK(realm_object_get_class(m_object.get(), &of));
    for (const Class& each : CLASSES) {
        if (class_key(m_realm, each.name) == of)
            return each.name;
    }
    FAIL("an object of class %d", int(of));
}

Value OwnObject::get(const char* property) const
{
    realm_value_t value;
    CHECK(realm_object_get_value(m_object.get(), key(property), &value));
    switch (value.type) {
    case RLM_VALUE_TYPE_LIST: return Value::of_list(list(property));
    case RLM_VALUE_TYPE_DICTIONARY: return Value::of_dictionary(dictionary(property));
    case RLM_VALUE_TYPE_EMBEDDED: {
        realm_object_t* embedded = realm_object_get_embedded(m_object.get(), key(property));
        return Value::of_object(Kind::Embedded, own_object(m_realm, embedded));
    }
    default: return value_of(m_realm, value);
    }
}

void OwnObject::set(const char* property, const Value& value)
{
    const realm_value_t element = own_value(value);
    CHECK(realm_object_set_value(m_object.get(), key(property), &element));
}

void OwnObject::set_collection(const char* property, Kind kind)
{
    if (kind == Kind::List)
        owned(realm_object_set_list(m_object.get(), key(property)), realm_list_release);
    else
        owned(realm_object_set_dictionary(m_object.get(), key(property)), realm_dictionary_release);
}

} // namespace

realm_value_t own_value(const Value& value)
{
    realm_value_t made = null_value();
    const auto copy = [&](realm_value_type_e type, void* to, size_t size) {
        made.type = type;
        std::memcpy(to, value.bytes.data(), size);
        return made;
    };
    switch (value.kind) {
    case Kind::Null: return made;
    case Kind::Int: return int_value(value.integer);
    case Kind::Bool: made.type = RLM_VALUE_TYPE_BOOL; made.data.boolean = value.integer != 0; return made;
    case Kind::String: return string_value(value.bytes.c_str());
    case Kind::Binary:
        made.type = RLM_VALUE_TYPE_BINARY;
        made.data.binary.data = reinterpret_cast<const uint8_t*>(value.bytes.data());
        made.data.binary.size = value.bytes.size();
        return made;
    case Kind::Timestamp:
        made.type = RLM_VALUE_TYPE_TIMESTAMP;
        made.data.timestamp.seconds = value.integer;
        made.data.timestamp.nanoseconds = value.nanoseconds;
        return made;
    case Kind::Float: made.type = RLM_VALUE_TYPE_FLOAT; made.data.single_float = float(value.number); return made;
    case Kind::Double: made.type = RLM_VALUE_TYPE_DOUBLE; made.data.double_float = value.number; return made;
    case Kind::Decimal: return copy(RLM_VALUE_TYPE_DECIMAL128, &made.data.decimal128, 16);
    case Kind::ObjectId: return copy(RLM_VALUE_TYPE_OBJECT_ID, &made.data.object_id, 12);
    case Kind::Uuid: return copy(RLM_VALUE_TYPE_UUID, &made.data.uuid, 16);
    case Kind::Link: return link_value(dynamic_cast<const OwnObject&>(*value.object).handle());
    case Kind::Mixed:
    case Kind::Embedded:
    case Kind::List:
    case Kind::Dictionary: break;
    }
    FAIL("a value that is made by a function of its own");
}

std::shared_ptr<Object> own_object(realm_t* realm, realm_object_t* handle)
{
    return std::make_shared<OwnObject>(realm, handle);
}

} // namespace interop
