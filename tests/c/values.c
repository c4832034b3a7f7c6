#include <float.h>
#include <math.h>

#include "values.h"

const type_name types[TYPE_COUNT] = {
    { "int", RLM_PROPERTY_TYPE_INT },
    { "bool", RLM_PROPERTY_TYPE_BOOL },
    { "string", RLM_PROPERTY_TYPE_STRING },
    { "binary", RLM_PROPERTY_TYPE_BINARY },
    { "timestamp", RLM_PROPERTY_TYPE_TIMESTAMP },
    { "float", RLM_PROPERTY_TYPE_FLOAT },
    { "double", RLM_PROPERTY_TYPE_DOUBLE },
    { "decimal", RLM_PROPERTY_TYPE_DECIMAL128 },
    { "objectId", RLM_PROPERTY_TYPE_OBJECT_ID },
    { "uuid", RLM_PROPERTY_TYPE_UUID },
};

static realm_value_t typed(realm_value_type_e type)
{
    realm_value_t value = null_value();
    value.type = type;
    return value;
}

realm_value_t bool_value(int boolean)
{
    realm_value_t value = typed(RLM_VALUE_TYPE_BOOL);
    value.data.boolean = (uint8_t)boolean;
    return value;
}

realm_value_t bytes_value(const char *characters, size_t size)
{
    realm_value_t value = typed(RLM_VALUE_TYPE_BINARY);
    value.data.binary.data = (const uint8_t *)characters;
    value.data.binary.size = size;
    return value;
}

realm_value_t text_value(const char *characters, size_t size)
{
    realm_value_t value = typed(RLM_VALUE_TYPE_STRING);
    value.data.string.data = characters;
    value.data.string.size = size;
    return value;
}

realm_value_t timestamp_value(int64_t seconds, int32_t nanoseconds)
{
    realm_value_t value = typed(RLM_VALUE_TYPE_TIMESTAMP);
    value.data.timestamp.seconds = seconds;
    value.data.timestamp.nanoseconds = nanoseconds;
    return value;
}

realm_value_t float_value(float number)
{
    realm_value_t value = typed(RLM_VALUE_TYPE_FLOAT);
    value.data.single_float = number;
    return value;
}

realm_value_t double_value(double number)
{
    realm_value_t value = typed(RLM_VALUE_TYPE_DOUBLE);
    value.data.double_float = number;
    return value;
}

realm_value_t decimal_value(uint8_t lowest, uint8_t second_highest, uint8_t highest)
{
    realm_value_t value = typed(RLM_VALUE_TYPE_DECIMAL128);
    value.data.decimal128.bytes[0] = lowest;
    value.data.decimal128.bytes[14] = second_highest;
    value.data.decimal128.bytes[15] = highest;
    return value;
}

realm_value_t object_id_value(uint8_t each_byte)
{
    realm_value_t value = typed(RLM_VALUE_TYPE_OBJECT_ID);
    memset(value.data.object_id.bytes, each_byte, sizeof value.data.object_id.bytes);
    return value;
}

realm_value_t uuid_value(uint8_t each_byte)
{
    realm_value_t value = typed(RLM_VALUE_TYPE_UUID);
    memset(value.data.uuid.bytes, each_byte, sizeof value.data.uuid.bytes);
    return value;
}

static int same_bytes(realm_binary_t actual, realm_binary_t expected)
{
    return actual.size == expected.size && (actual.size == 0 || memcmp(actual.data, expected.data, actual.size) == 0);
}

static int same_link(realm_link_t actual, realm_link_t expected)
{
    realm_binary_t actual_text, expected_text;
    if (actual.class_key != expected.class_key || actual.key_type != expected.key_type)
        return 0;
    switch ((realm_link_key_type_e)expected.key_type) {
    case RLM_LINK_KEY_TYPE_NULL:
        return 1;
    case RLM_LINK_KEY_TYPE_INT:
        return actual.key.integer == expected.key.integer;
    case RLM_LINK_KEY_TYPE_STRING:
        actual_text.data = (const uint8_t *)actual.key.string.data;
        actual_text.size = actual.key.string.size;
        expected_text.data = (const uint8_t *)expected.key.string.data;
        expected_text.size = expected.key.string.size;
        return same_bytes(actual_text, expected_text);
    case RLM_LINK_KEY_TYPE_OBJECT_ID:
        return memcmp(&actual.key.object_id, &expected.key.object_id, 12) == 0;
    case RLM_LINK_KEY_TYPE_UUID:
    case RLM_LINK_KEY_TYPE_GLOBAL_KEY:
        return memcmp(&actual.key.uuid, &expected.key.uuid, 16) == 0;
    }
    return 0;
}

int same_value(realm_value_t actual, realm_value_t expected)
{
    if (actual.type != expected.type)
        return 0;
    switch ((realm_value_type_e)expected.type) {
    case RLM_VALUE_TYPE_NULL:
    case RLM_VALUE_TYPE_LIST:
    case RLM_VALUE_TYPE_DICTIONARY:
    case RLM_VALUE_TYPE_EMBEDDED:
        return 1;
    case RLM_VALUE_TYPE_INT:
        return actual.data.integer == expected.data.integer;
    case RLM_VALUE_TYPE_BOOL:
        return actual.data.boolean == expected.data.boolean;
    case RLM_VALUE_TYPE_STRING:
    case RLM_VALUE_TYPE_BINARY:
        return same_bytes(actual.data.binary, expected.data.binary);
    case RLM_VALUE_TYPE_TIMESTAMP:
        return actual.data.timestamp.seconds == expected.data.timestamp.seconds &&
               actual.data.timestamp.nanoseconds == expected.data.timestamp.nanoseconds;
    case RLM_VALUE_TYPE_FLOAT:
        return memcmp(&actual.data.single_float, &expected.data.single_float, sizeof(float)) == 0;
    case RLM_VALUE_TYPE_DOUBLE:
        return memcmp(&actual.data.double_float, &expected.data.double_float, sizeof(double)) == 0;
    case RLM_VALUE_TYPE_DECIMAL128:
    case RLM_VALUE_TYPE_UUID:
        return memcmp(&actual.data.uuid, &expected.data.uuid, 16) == 0;
    case RLM_VALUE_TYPE_OBJECT_ID:
        return memcmp(&actual.data.object_id, &expected.data.object_id, 12) == 0;
    case RLM_VALUE_TYPE_LINK:
        return same_link(actual.data.link, expected.data.link);
    }
    return 0;
}

size_t sample_values(realm_value_t *values, const char **names)
{
    static const uint8_t bytes[] = { 0, 1, 255, 0 };
    size_t at;
    for (at = 0; at < 10; at++)
        values[at] = null_value();
    names[0] = "int";
    values[0] = int_value(INT64_MIN);
    names[1] = "bool";
    values[1].type = RLM_VALUE_TYPE_BOOL;
    values[1].data.boolean = 1;
    names[2] = "string";
    values[2] = string_value("h\xC3\xA9llo \xF0\x9F\x90\x98");
    names[3] = "binary";
    values[3].type = RLM_VALUE_TYPE_BINARY;
    values[3].data.binary.data = bytes;
    values[3].data.binary.size = sizeof bytes;
    names[4] = "timestamp";
    values[4].type = RLM_VALUE_TYPE_TIMESTAMP;
    values[4].data.timestamp.seconds = -62135596800;
    values[4].data.timestamp.nanoseconds = -999999999;
    names[5] = "float";
    values[5].type = RLM_VALUE_TYPE_FLOAT;
    values[5].data.single_float = -0.0f;
    names[6] = "double";
    values[6].type = RLM_VALUE_TYPE_DOUBLE;
    values[6].data.double_float = 1.7976931348623157e308;
    names[7] = "decimal";
    values[7].type = RLM_VALUE_TYPE_DECIMAL128;
    values[7].data.decimal128.bytes[0] = 123;
    values[7].data.decimal128.bytes[14] = 0x3C;
    values[7].data.decimal128.bytes[15] = 0xB0;
    names[8] = "objectId";
    values[8].type = RLM_VALUE_TYPE_OBJECT_ID;
    memcpy(values[8].data.object_id.bytes, "abcdefghijkl", 12);
    names[9] = "uuid";
    values[9].type = RLM_VALUE_TYPE_UUID;
    memcpy(values[9].data.uuid.bytes, "abcdefghijklmnop", 16);
    return 10;
}

/* 1 MiB of letters that does not repeat soon. */
static const char *mebibyte(void)
{
    static char text[1 << 20];
    size_t at;
    for (at = 0; at < sizeof text; at++)
        text[at] = (char)('a' + (at * at + at / 26) % 26);
    return text;
}

static double double_of(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static float float_of(uint32_t bits)
{
    float number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

/* 34 nines, with the sign and exponent of the highest two bytes above the coefficient's 113 bits. */
static realm_value_t nines(uint16_t sign_and_exponent)
{
    static const uint8_t coefficient[16] = { 0xFF, 0xFF, 0xFF, 0xFF, 0x63, 0x8E, 0x8D, 0x37,
                                             0xC0, 0x87, 0xAD, 0xBE, 0x09, 0xED, 0x01, 0x00 };
    realm_value_t value = decimal_value(0, 0, 0);
    memcpy(value.data.decimal128.bytes, coefficient, 16);
    value.data.decimal128.bytes[14] |= (uint8_t)(sign_and_exponent & 0xFF);
    value.data.decimal128.bytes[15] = (uint8_t)(sign_and_exponent >> 8);
    return value;
}

static size_t edge_numbers(size_t type, realm_value_t *values)
{
    size_t count = 0;
    if (type == 5) {
        values[count++] = float_value(-0.0f);
        values[count++] = float_value(FLT_MAX);
        values[count++] = float_value(float_of(1));
        values[count++] = float_value(INFINITY);
        values[count++] = float_value(-INFINITY);
        values[count++] = float_value(float_of(0x7FC00000));
        values[count++] = float_value(float_of(0xFFC12345));
    } else if (type == 6) {
        values[count++] = double_value(-0.0);
        values[count++] = double_value(-DBL_MAX);
        values[count++] = double_value(double_of(1));
        values[count++] = double_value((double)INFINITY);
        values[count++] = double_value(-(double)INFINITY);
        values[count++] = double_value(double_of(0x7FF8000000000000));
        values[count++] = double_value(double_of(0xFFF8000000012345));
    } else {
        values[count++] = nines(0x5FFE);
        values[count++] = nines(0xDFFE);
        values[count++] = decimal_value(1, 0, 0);
        values[count++] = decimal_value(1, 0, 0x80);
        values[count++] = decimal_value(0, 0x40, 0xB0);
        values[count++] = decimal_value(10, 0x3E, 0x30);
        values[count++] = decimal_value(0, 0, 0x78);
        values[count++] = decimal_value(0, 0, 0xF8);
        values[count++] = decimal_value(0, 0, 0x7C);
    }
    return count;
}

size_t edge_values(size_t type, realm_value_t *values)
{
    static const char with_nul[] = { 'a', 0, 'b', 0 };
    size_t count = 0;
    switch (type) {
    case 0:
        values[count++] = int_value(INT64_MIN);
        values[count++] = int_value(INT64_MAX);
        values[count++] = int_value(0);
        values[count++] = int_value(-1);
        return count;
    case 1:
        values[count++] = bool_value(0);
        values[count++] = bool_value(1);
        return count;
    case 2:
        values[count++] = string_value("");
        values[count++] = text_value(mebibyte(), 1 << 20);
        values[count++] = text_value(with_nul, sizeof with_nul);
        values[count++] = string_value("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80 \xC3\xA9 e\xCC\x81 \xEF\xBF\xBF");
        return count;
    case 3:
        values[count++] = bytes_value("", 0);
        values[count++] = bytes_value(mebibyte(), 1 << 20);
        values[count++] = bytes_value("\x00\xFF\x80\x00", 4);
        return count;
    case 4:
        values[count++] = timestamp_value(0, 0);
        values[count++] = timestamp_value(0, -1);
        values[count++] = timestamp_value(-1, -999999999);
        values[count++] = timestamp_value(-62167219201, 0);
        values[count++] = timestamp_value(253402300800, 1);
        values[count++] = timestamp_value(INT64_MAX, 999999999);
        values[count++] = timestamp_value(INT64_MIN, -999999999);
        return count;
    case 8:
        values[count++] = object_id_value(0);
        values[count++] = object_id_value(0xFF);
        return count;
    case 9:
        values[count++] = uuid_value(0);
        values[count++] = uuid_value(0xFF);
        return count;
    default:
        return edge_numbers(type, values);
    }
}

static void add_collection(realm_schema_t *schema, const char *class_name, const char *prefix, const char *name, int type,
                           unsigned flags, const char *target)
{
    char full[64];
    realm_property_t property;
    snprintf(full, sizeof full, "%s%s", prefix, name);
    memset(&property, 0, sizeof property);
    property.name = text(full);
    property.target_class = text(target);
    property.type = type;
    property.flags = flags;
    if (strncmp(prefix, "list_", 5) == 0)
        property.collection_type = RLM_COLLECTION_TYPE_LIST;
    else if (strncmp(prefix, "set_", 4) == 0)
        property.collection_type = RLM_COLLECTION_TYPE_SET;
    else if (strncmp(prefix, "dictionary_", 11) == 0)
        property.collection_type = RLM_COLLECTION_TYPE_DICTIONARY;
    CHECK(realm_schema_add_property(schema, text(class_name), &property));
}

static void add_owned_classes(realm_schema_t *schema)
{
    const unsigned nullable = RLM_PROPERTY_FLAG_NULLABLE;
    CHECK(realm_schema_add_class(schema, text("Target"), RLM_CLASS_KIND_TOP_LEVEL));
    add_property(schema, "Target", "_id", RLM_PROPERTY_TYPE_INT, RLM_PROPERTY_FLAG_PRIMARY_KEY, "");
    CHECK(realm_schema_add_class(schema, text("Loose"), RLM_CLASS_KIND_TOP_LEVEL));
    add_property(schema, "Loose", "mixed", RLM_PROPERTY_TYPE_MIXED, nullable, "");
    CHECK(realm_schema_add_class(schema, text("Part"), RLM_CLASS_KIND_EMBEDDED));
    add_property(schema, "Part", "name", RLM_PROPERTY_TYPE_STRING, nullable, "");
    add_property(schema, "Part", "mixed", RLM_PROPERTY_TYPE_MIXED, nullable, "");
    add_collection(schema, "Part", "list_", "mixed", RLM_PROPERTY_TYPE_MIXED, nullable, "");
    add_collection(schema, "Part", "list_", "int", RLM_PROPERTY_TYPE_INT, 0, "");
    add_property(schema, "Part", "link", RLM_PROPERTY_TYPE_OBJECT, nullable, "Target");
    add_property(schema, "Part", "part", RLM_PROPERTY_TYPE_OBJECT, nullable, "Part");
    CHECK(realm_schema_add_class(schema, text("Event"), RLM_CLASS_KIND_ASYMMETRIC));
    add_property(schema, "Event", "_id", RLM_PROPERTY_TYPE_OBJECT_ID, RLM_PROPERTY_FLAG_PRIMARY_KEY, "");
    add_property(schema, "Event", "mixed", RLM_PROPERTY_TYPE_MIXED, nullable, "");
    add_property(schema, "Event", "part", RLM_PROPERTY_TYPE_OBJECT, nullable, "Part");
}

realm_schema_t *things_schema(void)
{
    static const char *const prefixes[] = { "", "list_", "set_", "dictionary_" };
    const unsigned nullable = RLM_PROPERTY_FLAG_NULLABLE;
    realm_schema_t *schema = realm_schema_new();
    size_t kind, at;
    CHECK(schema != NULL);
    add_owned_classes(schema);
    CHECK(realm_schema_add_class(schema, text("Thing"), RLM_CLASS_KIND_TOP_LEVEL));
    add_property(schema, "Thing", "_id", RLM_PROPERTY_TYPE_STRING, RLM_PROPERTY_FLAG_PRIMARY_KEY, "");
    for (kind = 0; kind < 4; kind++) {
        const char *prefix = prefixes[kind];
        unsigned may_dangle = kind == 1 || kind == 2 ? 0 : nullable;
        for (at = 0; at < TYPE_COUNT; at++) {
            char optional[32];
            snprintf(optional, sizeof optional, "%soptional_", prefix);
            add_collection(schema, "Thing", prefix, types[at].name, types[at].type, 0, "");
            add_collection(schema, "Thing", optional, types[at].name, types[at].type, nullable, "");
        }
        add_collection(schema, "Thing", prefix, "mixed", RLM_PROPERTY_TYPE_MIXED, nullable, "");
        add_collection(schema, "Thing", prefix, "link", RLM_PROPERTY_TYPE_OBJECT, may_dangle, "Target");
        if (kind != 2)
            add_collection(schema, "Thing", prefix, "embedded", RLM_PROPERTY_TYPE_OBJECT, may_dangle, "Part");
    }
    add_collection(schema, "Thing", "list_", "loose", RLM_PROPERTY_TYPE_OBJECT, 0, "Loose");
    return schema;
}

realm_t *things_realm(const char *path)
{
    realm_schema_t *schema = things_schema();
    realm_config_t *config = realm_config_new();
    realm_t *realm;
    CHECK(realm_config_set_path(config, text(path)));
    CHECK(realm_config_set_schema(config, schema));
    realm = realm_open(config);
    CHECK(realm != NULL);
    realm_config_release(config);
    realm_schema_release(schema);
    return realm;
}

realm_object_t *create_object(realm_t *realm, const char *class_name, realm_value_t key)
{
    realm_object_t *object = realm_object_create(realm, class_key(realm, class_name), &key);
    CHECK(object != NULL);
    return object;
}

realm_object_t *thing(realm_t *realm, const char *key)
{
    realm_value_t value = string_value(key);
    realm_object_t *object = realm_object_find(realm, class_key(realm, "Thing"), &value);
    return object != NULL ? object : create_object(realm, "Thing", value);
}

realm_property_key_t thing_property(const realm_t *realm, const char *prefix, const char *name)
{
    char full[64];
    snprintf(full, sizeof full, "%s%s", prefix, name);
    return property_key(realm, "Thing", full);
}

realm_list_t *list_of(realm_t *realm, const realm_object_t *object, const char *prefix, const char *name)
{
    realm_list_t *list = realm_object_get_list(object, thing_property(realm, prefix, name));
    CHECK(list != NULL);
    return list;
}

realm_set_t *set_of(realm_t *realm, const realm_object_t *object, const char *prefix, const char *name)
{
    realm_set_t *set = realm_object_get_set(object, thing_property(realm, prefix, name));
    CHECK(set != NULL);
    return set;
}

realm_dictionary_t *dictionary_of(realm_t *realm, const realm_object_t *object, const char *prefix, const char *name)
{
    realm_dictionary_t *dictionary = realm_object_get_dictionary(object, thing_property(realm, prefix, name));
    CHECK(dictionary != NULL);
    return dictionary;
}

size_t list_size(const realm_list_t *list)
{
    size_t size = 0;
    CHECK(realm_list_size(list, &size));
    return size;
}

size_t set_size(const realm_set_t *set)
{
    size_t size = 0;
    CHECK(realm_set_size(set, &size));
    return size;
}

size_t dictionary_size(const realm_dictionary_t *dictionary)
{
    size_t size = 0;
    CHECK(realm_dictionary_size(dictionary, &size));
    return size;
}

realm_value_t list_value(const realm_list_t *list, size_t index)
{
    realm_value_t value;
    CHECK(realm_list_get_value(list, index, &value));
    return value;
}

realm_value_t dictionary_value(const realm_dictionary_t *dictionary, const char *key)
{
    realm_value_t value;
    bool found = false;
    CHECK(realm_dictionary_get_value(dictionary, text(key), &value, &found));
    CHECK(found);
    return value;
}

realm_value_t object_value(const realm_object_t *object, realm_property_key_t property)
{
    realm_value_t value;
    CHECK(realm_object_get_value(object, property, &value));
    return value;
}
