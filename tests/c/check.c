#include "check.h"

realm_error_t last_error(void)
{
    realm_error_t error;
    if (!realm_error_get_last(&error))
        FAIL("realm_error_get_last failed");
    return error;
}

realm_string_t text(const char *characters)
{
    realm_string_t string;
    string.data = characters;
    string.size = strlen(characters);
    return string;
}

int text_is(realm_string_t actual, const char *expected)
{
    return actual.size == strlen(expected) && (actual.size == 0 || memcmp(actual.data, expected, actual.size) == 0);
}

int text_contains(realm_string_t actual, const char *part)
{
    size_t size = strlen(part);
    size_t at;
    for (at = 0; at + size <= actual.size; at++) {
        if (memcmp(actual.data + at, part, size) == 0)
            return 1;
    }
    return 0;
}

size_t live_handles(void)
{
    size_t count = 0;
    CHECK(realm_debug_get_live_handles(&count));
    return count;
}

void counter_free(void *userdata)
{
    ((counter *)userdata)->frees++;
}

void add_property(realm_schema_t *schema, const char *class_name, const char *name, int type, unsigned flags, const char *target)
{
    realm_property_t property;
    memset(&property, 0, sizeof property);
    property.name = text(name);
    property.target_class = text(target);
    property.type = type;
    property.flags = flags;
    CHECK(realm_schema_add_property(schema, text(class_name), &property));
}

realm_schema_t *people_schema(void)
{
    static const struct {
        const char *name;
        int type;
    } kinds[] = {
        { "int", RLM_PROPERTY_TYPE_INT },           { "bool", RLM_PROPERTY_TYPE_BOOL },
        { "string", RLM_PROPERTY_TYPE_STRING },     { "binary", RLM_PROPERTY_TYPE_BINARY },
        { "timestamp", RLM_PROPERTY_TYPE_TIMESTAMP }, { "float", RLM_PROPERTY_TYPE_FLOAT },
        { "double", RLM_PROPERTY_TYPE_DOUBLE },     { "decimal", RLM_PROPERTY_TYPE_DECIMAL128 },
        { "objectId", RLM_PROPERTY_TYPE_OBJECT_ID }, { "uuid", RLM_PROPERTY_TYPE_UUID },
    };
    size_t at;
    realm_schema_t *schema = realm_schema_new();
    CHECK(schema != NULL);
    CHECK(realm_schema_add_class(schema, text("Person"), RLM_CLASS_KIND_TOP_LEVEL));
    add_property(schema, "Person", "_id", RLM_PROPERTY_TYPE_INT, RLM_PROPERTY_FLAG_PRIMARY_KEY, "");
    add_property(schema, "Person", "name", RLM_PROPERTY_TYPE_STRING, 0, "");
    add_property(schema, "Person", "age", RLM_PROPERTY_TYPE_INT, RLM_PROPERTY_FLAG_INDEXED, "");
    add_property(schema, "Person", "friend", RLM_PROPERTY_TYPE_OBJECT, RLM_PROPERTY_FLAG_NULLABLE, "Person");
    add_property(schema, "Person", "note", RLM_PROPERTY_TYPE_OBJECT, RLM_PROPERTY_FLAG_NULLABLE, "Note");
    CHECK(realm_schema_add_class(schema, text("Note"), RLM_CLASS_KIND_TOP_LEVEL));
    add_property(schema, "Note", "text", RLM_PROPERTY_TYPE_STRING, RLM_PROPERTY_FLAG_NULLABLE, "");
    CHECK(realm_schema_add_class(schema, text("Every"), RLM_CLASS_KIND_TOP_LEVEL));
    add_property(schema, "Every", "_id", RLM_PROPERTY_TYPE_STRING, RLM_PROPERTY_FLAG_PRIMARY_KEY, "");
    for (at = 0; at < sizeof kinds / sizeof kinds[0]; at++) {
        char optional[32] = "optional_";
        strcat(optional, kinds[at].name);
        add_property(schema, "Every", kinds[at].name, kinds[at].type, 0, "");
        add_property(schema, "Every", optional, kinds[at].type, RLM_PROPERTY_FLAG_NULLABLE, "");
    }
    add_property(schema, "Every", "mixed", RLM_PROPERTY_TYPE_MIXED, RLM_PROPERTY_FLAG_NULLABLE, "");
    return schema;
}

realm_t *people_realm(const char *path)
{
    realm_schema_t *schema = people_schema();
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

realm_class_key_t class_key(const realm_t *realm, const char *name)
{
    realm_class_key_t key = 0;
    CHECK(realm_find_class(realm, text(name), &key));
    return key;
}

realm_property_key_t property_key(const realm_t *realm, const char *class_name, const char *name)
{
    realm_property_key_t key = 0;
    CHECK(realm_find_property(realm, class_key(realm, class_name), text(name), &key));
    return key;
}

realm_value_t null_value(void)
{
    realm_value_t value;
    memset(&value, 0, sizeof value);
    value.type = RLM_VALUE_TYPE_NULL;
    return value;
}

realm_value_t int_value(int64_t integer)
{
    realm_value_t value = null_value();
    value.type = RLM_VALUE_TYPE_INT;
    value.data.integer = integer;
    return value;
}

realm_value_t string_value(const char *characters)
{
    realm_value_t value = null_value();
    value.type = RLM_VALUE_TYPE_STRING;
    value.data.string = text(characters);
    return value;
}

realm_value_t link_value(const realm_object_t *object)
{
    realm_value_t value = null_value();
    value.type = RLM_VALUE_TYPE_LINK;
    CHECK(realm_object_get_link(object, &value.data.link));
    return value;
}
