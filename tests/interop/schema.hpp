// The classes of the worlds: every type, every collection, embedded objects, and objects with each kind of key and without one.
#pragma once

#include "model.hpp"

namespace interop {

enum class Shape { Single, List, Set, Dictionary };

struct Class {
    const char* name;
    // What tells its objects apart in a dump.
    const char* identity;
    bool has_key;
    bool is_embedded;
};

struct Property {
    const char* class_name;
    const char* name;
    Kind kind;
    Shape shape;
    bool is_nullable;
    const char* target;
};

constexpr Class CLASSES[] = {
    { "Item", "_id", true, false },   { "Text", "name", true, false }, { "Every", "_id", true, false },
    { "Loose", "number", false, false }, { "Part", nullptr, false, true },
};

constexpr Property PROPERTIES[] = {
    { "Item", "_id", Kind::Int, Shape::Single, false, "" },
    { "Item", "int", Kind::Int, Shape::Single, false, "" },
    { "Item", "counter", Kind::Int, Shape::Single, true, "" },
    { "Item", "string", Kind::String, Shape::Single, true, "" },
    { "Item", "mixed", Kind::Mixed, Shape::Single, true, "" },
    { "Item", "link", Kind::Link, Shape::Single, true, "Item" },
    { "Item", "loose", Kind::Link, Shape::Single, true, "Loose" },
    { "Item", "list_int", Kind::Int, Shape::List, false, "" },
    { "Item", "list_string", Kind::String, Shape::List, true, "" },
    { "Item", "list_mixed", Kind::Mixed, Shape::List, true, "" },
    { "Item", "list_link", Kind::Link, Shape::List, false, "Item" },
    { "Item", "set_int", Kind::Int, Shape::Set, false, "" },
    { "Item", "set_mixed", Kind::Mixed, Shape::Set, true, "" },
    { "Item", "set_link", Kind::Link, Shape::Set, false, "Item" },
    { "Item", "dictionary_int", Kind::Int, Shape::Dictionary, true, "" },
    { "Item", "dictionary_mixed", Kind::Mixed, Shape::Dictionary, true, "" },
    { "Item", "dictionary_link", Kind::Link, Shape::Dictionary, true, "Item" },
    { "Item", "part", Kind::Embedded, Shape::Single, true, "Part" },
    { "Item", "parts", Kind::Embedded, Shape::List, false, "Part" },
    { "Text", "name", Kind::String, Shape::Single, true, "" },
    { "Text", "number", Kind::Int, Shape::Single, false, "" },
    { "Every", "_id", Kind::ObjectId, Shape::Single, false, "" },
    { "Every", "bool", Kind::Bool, Shape::Single, true, "" },
    { "Every", "binary", Kind::Binary, Shape::Single, true, "" },
    { "Every", "timestamp", Kind::Timestamp, Shape::Single, true, "" },
    { "Every", "float", Kind::Float, Shape::Single, false, "" },
    { "Every", "double", Kind::Double, Shape::Single, true, "" },
    { "Every", "decimal", Kind::Decimal, Shape::Single, true, "" },
    { "Every", "object_id", Kind::ObjectId, Shape::Single, true, "" },
    { "Every", "uuid", Kind::Uuid, Shape::Single, false, "" },
    { "Every", "list_decimal", Kind::Decimal, Shape::List, false, "" },
    { "Every", "set_uuid", Kind::Uuid, Shape::Set, false, "" },
    { "Every", "set_double", Kind::Double, Shape::Set, false, "" },
    { "Every", "dictionary_timestamp", Kind::Timestamp, Shape::Dictionary, true, "" },
    { "Loose", "number", Kind::Int, Shape::Single, false, "" },
    { "Loose", "next", Kind::Link, Shape::Single, true, "Loose" },
    { "Part", "number", Kind::Int, Shape::Single, false, "" },
    { "Part", "mixed", Kind::Mixed, Shape::Single, true, "" },
    { "Part", "list_int", Kind::Int, Shape::List, false, "" },
    { "Part", "part", Kind::Embedded, Shape::Single, true, "Part" },
    { "Part", "parts", Kind::Embedded, Shape::List, false, "Part" },
};

} // namespace interop
