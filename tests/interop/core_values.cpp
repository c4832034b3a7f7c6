#include "core_values.hpp"

#include <array>
#include <cstring>
#include <stdexcept>

namespace interop {
namespace {

template <size_t Size, class Bytes>
std::string as_string(const Bytes& bytes)
{
    static_assert(sizeof(bytes) == Size);
    return std::string(reinterpret_cast<const char*>(&bytes), Size);
}

template <class Bytes>
Bytes as_bytes(const std::string& string)
{
    Bytes bytes;
    std::memcpy(&bytes, string.data(), sizeof bytes);
    return bytes;
}

// Null for what is erased elsewhere and may come back.
Value link_to(realm::ConstTableRef table, realm::ObjKey key)
{
    if (!key || key.is_unresolved())
        return Value();
    const auto object = std::make_shared<CoreObject>(const_cast<realm::Table&>(*table).get_object(key));
    return Value::of_object(table->is_embedded() ? Kind::Embedded : Kind::Link, object);
}

// `owner` holds the value, in `column` or in a collection there.
Value value_of(const realm::Mixed& mixed, const realm::Obj& owner, realm::ColKey column)
{
    if (mixed.is_null())
        return Value();
    switch (mixed.get_type()) {
    case realm::type_Int: return Value::of_int(mixed.get_int());
    case realm::type_Bool: return Value::of_bool(mixed.get_bool());
    case realm::type_String: return Value::of_string(mixed.get_string());
    case realm::type_Binary:
        return Value::of_bytes(Kind::Binary, std::string(mixed.get_binary().data(), mixed.get_binary().size()));
    case realm::type_Timestamp:
        return Value::of_timestamp(mixed.get_timestamp().get_seconds(), mixed.get_timestamp().get_nanoseconds());
    case realm::type_Float: return Value::of_number(Kind::Float, mixed.get_float());
    case realm::type_Double: return Value::of_number(Kind::Double, mixed.get_double());
    case realm::type_Decimal: return Value::of_bytes(Kind::Decimal, as_string<16>(*mixed.get<realm::Decimal128>().raw()));
    case realm::type_ObjectId: return Value::of_bytes(Kind::ObjectId, as_string<12>(mixed.get<realm::ObjectId>().to_bytes()));
    case realm::type_UUID: return Value::of_bytes(Kind::Uuid, as_string<16>(mixed.get<realm::UUID>().to_bytes()));
    case realm::type_Link: return link_to(owner.get_target_table(column), mixed.get<realm::ObjKey>());
    case realm::type_TypedLink: {
        const realm::ObjLink link = mixed.get_link();
        return link_to(owner.get_table()->get_parent_group()->get_table(link.get_table_key()), link.get_obj_key());
    }
    default: throw std::logic_error("a value of no kind that the model has");
    }
}

realm::CollectionType collection_type(Kind kind)
{
    return kind == Kind::List ? realm::CollectionType::List : realm::CollectionType::Dictionary;
}

class CoreList final : public List {
public:
    explicit CoreList(std::shared_ptr<realm::LstBase> list) : m_list(std::move(list)) {}
    size_t size() const override { return m_list->size(); }
    Value get(size_t index) const override;
    void insert(size_t index, const Value& value) override { m_list->insert_any(index, core_mixed(value, is_mixed())); }
    void set(size_t index, const Value& value) override { m_list->set_any(index, core_mixed(value, is_mixed())); }
    void insert_collection(size_t index, Kind kind) override { m_list->insert_collection(index, collection_type(kind)); }
    void insert_embedded(size_t index) override { links().create_and_insert_linked_object(index); }
    void set_embedded(size_t index) override { links().create_and_set_linked_object(index); }
    void erase(size_t index) override { m_list->remove(index, index + 1); }
    void move(size_t from, size_t to) override { m_list->move(from, to); }
    void clear() override { m_list->clear(); }

private:
    bool is_mixed() const { return m_list->get_data_type() == realm::type_Mixed; }
    realm::LnkLst& links() { return dynamic_cast<realm::LnkLst&>(*m_list); }

    std::shared_ptr<realm::LstBase> m_list;
};

class CoreSet final : public Set {
public:
    explicit CoreSet(std::shared_ptr<realm::SetBase> set) : m_set(std::move(set)) {}
    size_t size() const override { return m_set->size(); }
    Value get(size_t index) const override { return value_of(m_set->get_any(index), m_set->get_obj(), m_set->get_col_key()); }
    void insert(const Value& value) override { m_set->insert_any(core_mixed(value, is_mixed())); }
    void erase(const Value& value) override { m_set->erase_any(core_mixed(value, is_mixed())); }
    void clear() override { m_set->clear(); }

private:
    bool is_mixed() const { return m_set->get_col_key().get_type() == realm::col_type_Mixed; }

    std::shared_ptr<realm::SetBase> m_set;
};

class CoreDictionary final : public Dictionary {
public:
    explicit CoreDictionary(realm::DictionaryPtr dictionary) : m_dictionary(std::move(dictionary)) {}
    size_t size() const override { return m_dictionary->size(); }
    std::pair<std::string, Value> entry(size_t index) const override
    {
        const std::string key = m_dictionary->get_pair(index).first.get_string();
        return { key, get(key.c_str()) };
    }
    bool has(const char* key) const override { return m_dictionary->contains(key); }
    Value get(const char* key) const override;
    void set(const char* key, const Value& value) override
    {
        const bool is_mixed = m_dictionary->get_value_data_type() == realm::type_Mixed;
        m_dictionary->insert(key, core_mixed(value, is_mixed));
    }
    void set_collection(const char* key, Kind kind) override;
    void erase(const char* key) override { m_dictionary->erase(key); }
    void clear() override { m_dictionary->clear(); }

private:
    realm::DictionaryPtr m_dictionary;
};

Value CoreList::get(size_t index) const
{
    const realm::Mixed mixed = m_list->get_any(index);
    if (mixed.is_type(realm::type_List))
        return Value::of_list(std::make_shared<CoreList>(m_list->get_list(index)));
    if (mixed.is_type(realm::type_Dictionary))
        return Value::of_dictionary(std::make_shared<CoreDictionary>(m_list->get_dictionary(index)));
    return value_of(mixed, m_list->get_obj(), m_list->get_col_key());
}

Value CoreDictionary::get(const char* key) const
{
    const realm::Mixed mixed = m_dictionary->get(key);
    const realm::PathElement path{realm::StringData(key)};
    if (mixed.is_type(realm::type_List))
        return Value::of_list(std::make_shared<CoreList>(m_dictionary->get_list(path)));
    if (mixed.is_type(realm::type_Dictionary))
        return Value::of_dictionary(std::make_shared<CoreDictionary>(m_dictionary->get_dictionary(path)));
    return value_of(mixed, m_dictionary->get_obj(), m_dictionary->get_col_key());
}

// The clear behind the making of a collection is what makes two of them converge (D6).
void CoreDictionary::set_collection(const char* key, Kind kind)
{
    const realm::PathElement path{realm::StringData(key)};
    m_dictionary->insert_collection(path, collection_type(kind));
    if (kind == Kind::List)
        m_dictionary->get_list(path)->clear();
    else
        m_dictionary->get_dictionary(path)->clear();
}

} // namespace

realm::Mixed core_mixed(const Value& value, bool is_mixed)
{
    switch (value.kind) {
    case Kind::Int: return value.integer;
    case Kind::Bool: return value.integer != 0;
    case Kind::String: return realm::StringData(value.bytes);
    case Kind::Binary: return realm::BinaryData(value.bytes);
    case Kind::Timestamp: return realm::Timestamp(value.integer, value.nanoseconds);
    case Kind::Float: return float(value.number);
    case Kind::Double: return value.number;
    case Kind::Decimal: return realm::Decimal128(as_bytes<realm::Decimal128::Bid128>(value.bytes));
    case Kind::ObjectId: return realm::ObjectId(as_bytes<realm::ObjectId::ObjectIdBytes>(value.bytes));
    case Kind::Uuid: return realm::UUID(as_bytes<realm::UUID::UUIDBytes>(value.bytes));
    case Kind::Link: {
        const realm::Obj& object = dynamic_cast<const CoreObject&>(*value.object).object();
        return is_mixed ? realm::Mixed(object.get_link()) : realm::Mixed(object.get_key());
    }
    case Kind::Null: return realm::Mixed();
    case Kind::Mixed:
    case Kind::Embedded:
    case Kind::List:
    case Kind::Dictionary: break;
    }
    throw std::logic_error("a value that is made by a function of its own");
}

realm::ColKey CoreObject::column(const char* property) const
{
    return m_object.get_table()->get_column_key(property);
}

std::string CoreObject::class_name() const
{
    return std::string(m_object.get_table()->get_name()).substr(std::strlen(CORE_PREFIX));
}

Value CoreObject::get(const char* property) const
{
    const realm::ColKey key = column(property);
    const realm::Mixed mixed = m_object.get_any(key);
    if (mixed.is_type(realm::type_List))
        return Value::of_list(std::make_shared<CoreList>(m_object.get_list_ptr<realm::Mixed>(key)));
    if (mixed.is_type(realm::type_Dictionary))
        return Value::of_dictionary(dictionary(property));
    return value_of(mixed, m_object, key);
}

void CoreObject::set(const char* property, const Value& value)
{
    const realm::ColKey key = column(property);
    m_object.set_any(key, core_mixed(value, key.get_type() == realm::col_type_Mixed));
}

void CoreObject::add(const char* property, int64_t summand)
{
    m_object.add_int(column(property), summand);
}

std::shared_ptr<List> CoreObject::list(const char* property) const
{
    return std::make_shared<CoreList>(m_object.get_listbase_ptr(column(property)));
}

std::shared_ptr<Set> CoreObject::set_of(const char* property) const
{
    return std::make_shared<CoreSet>(m_object.get_setbase_ptr(column(property)));
}

std::shared_ptr<Dictionary> CoreObject::dictionary(const char* property) const
{
    return std::make_shared<CoreDictionary>(m_object.get_dictionary_ptr(column(property)));
}

// As in a dictionary, a clear follows.
void CoreObject::set_collection(const char* property, Kind kind)
{
    const realm::ColKey key = column(property);
    m_object.set_collection(key, collection_type(kind));
    if (kind == Kind::List)
        m_object.get_list_ptr<realm::Mixed>(key)->clear();
    else
        m_object.get_dictionary(key).clear();
}

std::shared_ptr<Object> CoreObject::set_embedded(const char* property)
{
    return std::make_shared<CoreObject>(m_object.create_and_set_linked_object(column(property)));
}

void CoreObject::erase()
{
    m_object.remove();
}

} // namespace interop
