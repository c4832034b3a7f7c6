#include "dump.hpp"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "schema.hpp"

namespace interop {
namespace {

std::string print(const Value& value);

std::string hexadecimal(const std::string& bytes)
{
    std::string printed;
    for (unsigned char byte : bytes) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", byte);
        printed += digits;
    }
    return printed;
}

std::string print_number(const char* type, double number)
{
    char digits[40];
    std::snprintf(digits, sizeof digits, "%.17g", number);
    return std::string(type) + digits;
}

std::string print_list(const List& list)
{
    std::string printed = "[";
    for (size_t at = 0; at < list.size(); ++at)
        printed += print(list.get(at)) + ", ";
    return printed + "]";
}

std::string print_set(const Set& set)
{
    // Sets of mixed are in no order that both ends share.
    std::vector<std::string> elements;
    for (size_t at = 0; at < set.size(); ++at)
        elements.push_back(print(set.get(at)));
    std::sort(elements.begin(), elements.end());
    std::string printed = "<";
    for (const std::string& element : elements)
        printed += element + ", ";
    return printed + ">";
}

std::string print_dictionary(const Dictionary& dictionary)
{
    std::map<std::string, std::string> entries;
    for (size_t at = 0; at < dictionary.size(); ++at) {
        auto [key, value] = dictionary.entry(at);
        entries[key] = print(value);
    }
    std::string printed = "{";
    for (const auto& [key, value] : entries)
        printed += key + ": " + value + ", ";
    return printed + "}";
}

std::string print_property(const Object& object, const Property& property)
{
    switch (property.shape) {
    case Shape::Single: return print(object.get(property.name));
    case Shape::List: return print_list(*object.list(property.name));
    case Shape::Set: return print_set(*object.set_of(property.name));
    case Shape::Dictionary: return print_dictionary(*object.dictionary(property.name));
    }
    return "";
}

std::string print_object(const Object& object)
{
    const std::string class_name = object.class_name();
    std::string printed = "(";
    for (const Property& property : PROPERTIES) {
        if (class_name == property.class_name)
            printed += std::string(property.name) + "=" + print_property(object, property) + " ";
    }
    return printed + ")";
}

std::string name_of(const Object& object)
{
    const std::string class_name = object.class_name();
    for (const Class& each : CLASSES) {
        if (class_name == each.name)
            return class_name + " " + print(object.get(each.identity));
    }
    return class_name;
}

std::string print(const Value& value)
{
    switch (value.kind) {
    case Kind::Null: return "null";
    case Kind::Int: return std::to_string(value.integer);
    case Kind::Bool: return value.integer ? "true" : "false";
    case Kind::String: return "\"" + value.bytes + "\"";
    case Kind::Binary: return "binary " + hexadecimal(value.bytes);
    case Kind::Timestamp: return "at " + std::to_string(value.integer) + " s " + std::to_string(value.nanoseconds) + " ns";
    case Kind::Float: return print_number("float ", value.number);
    case Kind::Double: return print_number("double ", value.number);
    case Kind::Decimal: return "decimal " + hexadecimal(value.bytes);
    case Kind::ObjectId: return "object id " + hexadecimal(value.bytes);
    case Kind::Uuid: return "uuid " + hexadecimal(value.bytes);
    case Kind::Mixed: return "mixed";
    case Kind::Link: return name_of(*value.object);
    case Kind::Embedded: return print_object(*value.object);
    case Kind::List: return print_list(*value.list);
    case Kind::Dictionary: return print_dictionary(*value.dictionary);
    }
    return "";
}

} // namespace

State state_of(Device& device)
{
    State state;
    device.look();
    for (const Class& each : CLASSES) {
        if (each.is_embedded)
            continue;
        const size_t count = device.count(each.name);
        state[each.name] = std::to_string(count);
        std::vector<std::string> objects;
        for (size_t at = 0; at < count; ++at) {
            const auto object = device.object_at(each.name, at);
            if (each.has_key)
                state[name_of(*object)] = print_object(*object);
            else
                objects.push_back(print_object(*object));
        }
        std::sort(objects.begin(), objects.end());
        for (size_t at = 0; at < objects.size(); ++at)
            state[std::string(each.name) + " #" + std::to_string(at)] = objects[at];
    }
    return state;
}

std::string differences(const State& expected, const State& actual)
{
    std::string found;
    for (const auto& [name, object] : expected) {
        const auto other = actual.find(name);
        if (other == actual.end())
            found += "  missing: " + name + " " + object + "\n";
        else if (other->second != object)
            found += "  " + name + "\n    expected " + object + "\n    actually " + other->second + "\n";
    }
    for (const auto& [name, object] : actual) {
        if (expected.count(name) == 0)
            found += "  extra: " + name + " " + object + "\n";
    }
    return found;
}

} // namespace interop
