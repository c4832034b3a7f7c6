// The operations on embedded objects, and on objects of the other classes than Item.
#include "walk.hpp"

namespace interop {
namespace {

constexpr int DEEPEST_PART = 2;
constexpr int64_t YEARS_S = 4'000'000'000;
constexpr int32_t SECOND_NS = 1'000'000'000;

std::string bytes_with(size_t size, size_t index, size_t byte)
{
    std::string bytes(size, '\0');
    bytes[index] = char(byte);
    return bytes;
}

// The coefficient's low byte, and the two highest bytes, which hold sign and exponent.
Value decimal(size_t lowest, unsigned char second_highest, unsigned char highest)
{
    std::string bytes = bytes_with(16, 0, lowest);
    bytes[14] = char(second_highest);
    bytes[15] = char(highest);
    return Value::of_bytes(Kind::Decimal, bytes);
}

} // namespace

// No moves (D2).
void Walk::change_parts(List& parts, size_t replace_chance, int depth)
{
    const size_t size = parts.size();
    if (size == 0 || m_random.percent(30))
        parts.insert_embedded(m_random.below(size + 1));
    else if (m_random.percent(20))
        parts.erase(m_random.below(size));
    else if (m_random.percent(replace_chance))
        parts.set_embedded(m_random.below(size));
    else
        change_part(*parts.get(m_random.below(size)).object, depth);
}

void Walk::change_part(Object& part, int depth)
{
    const auto integer = [this] { return Value::of_int(int64_t(m_random.below(9))); };
    switch (m_random.below(7)) {
    case 0: part.set("number", integer()); break;
    case 1: part.add("number", 1); break;
    case 2: change_list(*part.list("list_int"), integer, false); break;
    case 3: part.set("mixed", any_value()); break;
    case 4: {
        const Value mixed = part.get("mixed");
        if (mixed.list)
            change_list_of_mixed(*mixed.list, 1);
        else
            part.set_collection("mixed", Kind::List);
        break;
    }
    default:
        if (depth < DEEPEST_PART)
            change_part_tree(part, depth + 1);
        break;
    }
}

void Walk::change_part_tree(Object& part, int depth)
{
    if (m_random.percent(50)) {
        change_parts(*part.list("parts"), 0, depth);
        return;
    }
    const Value inner = part.get("part");
    if (!inner.object || m_random.percent(20))
        part.set_embedded("part");
    else
        change_part(*inner.object, depth);
}

void Walk::change_text()
{
    const Value key = m_random.percent(20) ? Value() : Value::of_string(any_key());
    auto text = m_device.find("Text", key);
    if (text && m_random.percent(40)) {
        text->erase();
        return;
    }
    if (!text)
        text = m_device.create("Text", key);
    text->set("number", Value::of_int(int64_t(m_random.below(9))));
}

void Walk::change_loose(Object& item)
{
    const Value number = Value::of_int(int64_t(m_random.below(1'000'000)));
    if (m_device.count("Loose") == 0 || m_random.percent(30)) {
        const auto made = m_device.create_without_key("Loose");
        made->set("number", number);
        if (m_random.percent(50))
            item.set("loose", Value::of_object(Kind::Link, made));
        return;
    }
    const Value chosen = any_link("Loose");
    switch (m_random.below(4)) {
    case 0: chosen.object->set("number", number); break;
    case 1: chosen.object->set("next", any_link("Loose")); break;
    case 2: item.set("loose", chosen); break;
    case 3:
        if (m_random.percent(40))
            chosen.object->erase();
        break;
    }
}

void Walk::change_every()
{
    const Value id = Value::of_bytes(Kind::ObjectId, bytes_with(12, 0, m_random.below(3)));
    const Value uuid = Value::of_bytes(Kind::Uuid, bytes_with(16, 3, m_random.below(3)));
    auto every = m_device.find("Every", id);
    if (!every)
        every = m_device.create("Every", id);
    if (m_random.percent(3))
        every->erase();
    else if (m_random.percent(66))
        change_every_scalar(*every, id, uuid);
    else
        change_every_collection(*every, uuid);
}

void Walk::change_every_scalar(Object& every, const Value& id, const Value& uuid)
{
    const auto or_null = [this](Value value) { return m_random.percent(20) ? Value() : value; };
    switch (m_random.below(9)) {
    case 0: every.set("bool", or_null(Value::of_bool(m_random.percent(50)))); break;
    case 1: {
        const std::string bytes(m_random.below(4) * 3, char(m_random.below(256)));
        every.set("binary", or_null(Value::of_bytes(Kind::Binary, bytes)));
        break;
    }
    case 2: {
        // Before 1970 both parts are negative.
        const int sign = m_random.percent(50) ? -1 : 1;
        const auto seconds = int64_t(m_random.below(YEARS_S));
        const auto nanoseconds = int32_t(m_random.below(SECOND_NS));
        every.set("timestamp", or_null(Value::of_timestamp(sign * seconds, sign * nanoseconds)));
        break;
    }
    case 3: every.set("float", Value::of_number(Kind::Float, float(m_random.below(100)) / 7)); break;
    case 4: every.set("double", or_null(Value::of_number(Kind::Double, double(m_random.below(1000)) / 3))); break;
    case 5: every.set("double", Value::of_number(Kind::Double, -0.0)); break;
    case 6: every.set("decimal", or_null(decimal(m_random.below(200), 0x3c, 0x30))); break;
    case 7: every.set("object_id", or_null(id)); break;
    case 8: every.set("uuid", uuid); break;
    }
}

void Walk::change_every_collection(Object& every, const Value& uuid)
{
    const auto any_decimal = [this] { return decimal(m_random.below(3), 0x40, 0x30); };
    const auto any_double = [this] { return Value::of_number(Kind::Double, double(m_random.below(3)) / 2); };
    const auto any_time = [this] { return Value::of_timestamp(int64_t(m_random.below(5)), 0); };
    switch (m_random.below(4)) {
    case 0: change_list(*every.list("list_decimal"), any_decimal, false); break;
    case 1: change_set(*every.set_of("set_uuid"), [&] { return uuid; }); break;
    case 2: change_set(*every.set_of("set_double"), any_double); break;
    case 3: change_dictionary(*every.dictionary("dictionary_timestamp"), any_time, false); break;
    }
}

} // namespace interop
