#include "walk.hpp"

namespace interop {
namespace {

// Few keys and few objects, so that devices meet.
constexpr const char* KEYS[] = { "a", "b", "c" };
constexpr size_t ITEMS = 4;
constexpr int DEEPEST = 3;

} // namespace

void make_first_objects(Device& device)
{
    device.begin();
    const auto item = device.create("Item", Value::of_int(-1));
    item->set_collection("mixed", Kind::List);
    item->set_embedded("part")->set_collection("mixed", Kind::List);
    device.commit();
}

Value Walk::any_value()
{
    switch (m_random.below(8)) {
    case 0: return Value();
    case 1: return Value::of_string("string");
    case 2: return Value::of_number(Kind::Double, 1.5);
    case 3: return Value::of_bool(true);
    case 4: return Value::of_timestamp(int64_t(m_random.below(3)), 0);
    case 5: return any_link("Item");
    default: return Value::of_int(int64_t(m_random.below(5)));
    }
}

Value Walk::any_link(const char* class_name)
{
    return Value::of_object(Kind::Link, m_device.object_at(class_name, m_random.below(m_device.count(class_name))));
}

const char* Walk::any_key()
{
    return KEYS[m_random.below(3)];
}

Kind Walk::any_collection()
{
    return m_random.percent(50) ? Kind::List : Kind::Dictionary;
}

void Walk::change_list(List& list, const Choice& choose, bool may_clear)
{
    const size_t size = list.size();
    const size_t step = m_random.below(8);
    if (step < 3)
        list.insert(m_random.below(size + 1), choose());
    else if (step == 3 && size > 0)
        list.set(m_random.below(size), choose());
    else if (step < 6 && size > 0)
        list.erase(m_random.below(size));
    else if (step == 6 && size > 1)
        list.move(m_random.below(size), m_random.below(size));
    else if (step == 7 && may_clear && m_random.percent(20))
        list.clear();
}

void Walk::change_set(Set& set, const Choice& choose)
{
    if (m_random.percent(9))
        set.clear();
    else if (m_random.percent(60))
        set.insert(choose());
    else
        set.erase(choose());
}

void Walk::change_dictionary(Dictionary& dictionary, const Choice& choose, bool may_clear)
{
    const char* key = any_key();
    if (may_clear && m_random.percent(6))
        dictionary.clear();
    else if (m_random.percent(70))
        dictionary.set(key, m_random.percent(20) ? Value() : choose());
    else if (dictionary.has(key))
        dictionary.erase(key);
}

// No moves (D2), and no clear of a list that is an element itself (D3).
void Walk::change_list_of_mixed(List& list, int depth)
{
    const size_t size = list.size();
    const size_t step = m_random.below(8);
    if (step < 3)
        list.insert(m_random.below(size + 1), any_value());
    else if (step == 3 && size > 0)
        list.set(m_random.below(size), any_value());
    else if (step == 4 && size > 0)
        list.erase(m_random.below(size));
    else if (step == 5 && depth == 1 && m_random.percent(20))
        list.clear();
    else if (step == 6 && depth < DEEPEST)
        list.insert_collection(m_random.below(size + 1), any_collection());
    else if (step == 7 && size > 0)
        change_inside(list, depth);
}

// An element becomes a collection by erasing and inserting: setting it takes a clear of the element (D3, D6).
void Walk::change_inside(List& list, int depth)
{
    const size_t index = m_random.below(list.size());
    if (!change_collection(list.get(index), depth + 1) && depth < DEEPEST) {
        list.erase(index);
        list.insert_collection(index, any_collection());
    }
}

void Walk::change_dictionary_of_mixed(Dictionary& dictionary, int depth)
{
    const char* key = any_key();
    const size_t step = m_random.below(6);
    if (step < 2)
        dictionary.set(key, any_value());
    else if (step == 2 && dictionary.has(key))
        dictionary.erase(key);
    else if (step == 3 && depth == 1 && m_random.percent(20))
        dictionary.clear();
    else if (step == 4 && depth < DEEPEST)
        dictionary.set_collection(key, any_collection());
    else if (step == 5 && dictionary.has(key))
        change_collection(dictionary.get(key), depth + 1);
}

bool Walk::change_collection(const Value& value, int depth)
{
    if (value.list)
        change_list_of_mixed(*value.list, depth);
    else if (value.dictionary)
        change_dictionary_of_mixed(*value.dictionary, depth);
    return value.list || value.dictionary;
}

void Walk::step()
{
    const Value key = Value::of_int(int64_t(m_random.below(ITEMS)));
    const auto item = m_device.find("Item", key);
    if (item)
        change_item(*item);
    else
        m_device.create("Item", key);
}

void Walk::change_item(Object& item)
{
    const size_t step = m_random.below(28);
    if (step < 6)
        change_scalar(item);
    else if (step < 16)
        change_collections(item);
    else if (step < 18)
        change_mixed(item);
    else if (step < 21)
        change_embedded(item);
    else if (step == 21)
        change_text();
    else if (step < 24)
        change_loose(item);
    else if (step < 27)
        change_every();
    else if (m_random.percent(30))
        item.erase();
}

void Walk::change_scalar(Object& item)
{
    switch (m_random.below(5)) {
    case 0: item.set("int", Value::of_int(int64_t(m_random.below(9)))); break;
    case 1:
        if (item.get("counter").kind == Kind::Null)
            item.set("counter", Value::of_int(int64_t(m_random.below(3))));
        else
            item.add("counter", int64_t(m_random.below(5)) - 2);
        break;
    case 2: item.set("string", m_random.percent(20) ? Value() : Value::of_string(any_key())); break;
    case 3: item.set("mixed", any_value()); break;
    case 4: item.set("link", m_random.percent(20) ? Value() : any_link("Item")); break;
    }
}

void Walk::change_collections(Object& item)
{
    const auto integer = [this] { return Value::of_int(int64_t(m_random.below(9))); };
    const auto string = [this] { return m_random.percent(10) ? Value() : Value::of_string(any_key()); };
    const auto link = [this] { return any_link("Item"); };
    // Strings in sets are compared by where they lie (D1).
    const auto no_string = [this] {
        Value value = any_value();
        while (value.kind == Kind::String)
            value = any_value();
        return value;
    };
    switch (m_random.below(10)) {
    case 0: change_list(*item.list("list_int"), integer, true); break;
    case 1: change_list(*item.list("list_string"), string, true); break;
    case 2: change_list_of_mixed(*item.list("list_mixed"), 1); break;
    case 3: change_list(*item.list("list_link"), link, false); break;
    case 4: change_set(*item.set_of("set_int"), integer); break;
    case 5: change_set(*item.set_of("set_mixed"), no_string); break;
    case 6: change_set(*item.set_of("set_link"), link); break;
    case 7: change_dictionary(*item.dictionary("dictionary_int"), integer, true); break;
    case 8: change_dictionary_of_mixed(*item.dictionary("dictionary_mixed"), 1); break;
    case 9: change_dictionary(*item.dictionary("dictionary_link"), link, false); break;
    }
}

void Walk::change_mixed(Object& item)
{
    if (!change_collection(item.get("mixed"), 1))
        item.set_collection("mixed", any_collection());
}

void Walk::change_embedded(Object& item)
{
    if (m_random.percent(33)) {
        change_parts(*item.list("parts"), 10, 0);
        return;
    }
    const Value part = item.get("part");
    if (!part.object || m_random.percent(10))
        item.set_embedded("part");
    else if (m_random.percent(10))
        item.set("part", Value());
    else
        change_part(*part.object, 0);
}

} // namespace interop
