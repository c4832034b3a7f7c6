#include "values.h"

static realm_property_t property_of(realm_schema_t *schema, const char *class_name, size_t index)
{
    realm_property_t property;
    CHECK(realm_schema_get_property(schema, text(class_name), index, &property));
    return property;
}

TEST(a_schema_reads_back_as_it_was_built)
{
    realm_schema_t *schema = people_schema();
    realm_class_t person;
    realm_property_t property;
    size_t size = 0;
    CHECK(realm_schema_size(schema, &size));
    CHECK_INT(size, 3);
    CHECK(realm_schema_get_class(schema, 0, &person));
    CHECK_TEXT(person.name, "Person");
    CHECK_TEXT(person.primary_key, "_id");
    CHECK_INT(person.property_count, 5);
    CHECK_INT(person.kind, RLM_CLASS_KIND_TOP_LEVEL);
    property = property_of(schema, "Person", 0);
    CHECK_TEXT(property.name, "_id");
    CHECK_INT(property.type, RLM_PROPERTY_TYPE_INT);
    CHECK_INT(property.flags, RLM_PROPERTY_FLAG_PRIMARY_KEY);
    property = property_of(schema, "Person", 2);
    CHECK_INT(property.flags, RLM_PROPERTY_FLAG_INDEXED);
    property = property_of(schema, "Person", 3);
    CHECK_INT(property.type, RLM_PROPERTY_TYPE_OBJECT);
    CHECK_TEXT(property.target_class, "Person");
    CHECK_INT(property.collection_type, RLM_COLLECTION_TYPE_NONE);
    CHECK_INT(property.flags, RLM_PROPERTY_FLAG_NULLABLE);
    CHECK(realm_schema_validate(schema));
    realm_schema_release(schema);
}

TEST(collections_and_kinds_read_back)
{
    static const int collections[] = { RLM_COLLECTION_TYPE_LIST, RLM_COLLECTION_TYPE_SET, RLM_COLLECTION_TYPE_DICTIONARY };
    realm_schema_t *schema = realm_schema_new();
    realm_property_t property;
    realm_class_t read;
    size_t at;
    CHECK(realm_schema_add_class(schema, text("Address"), RLM_CLASS_KIND_EMBEDDED));
    CHECK(realm_schema_add_class(schema, text("Event"), RLM_CLASS_KIND_ASYMMETRIC));
    memset(&property, 0, sizeof property);
    property.type = RLM_PROPERTY_TYPE_UUID;
    for (at = 0; at < 3; at++) {
        char name[] = "tags0";
        name[4] = (char)('0' + at);
        property.name = text(name);
        property.collection_type = collections[at];
        CHECK(realm_schema_add_property(schema, text("Address"), &property));
    }
    for (at = 0; at < 3; at++)
        CHECK_INT(property_of(schema, "Address", at).collection_type, collections[at]);
    CHECK(realm_schema_get_class(schema, 0, &read));
    CHECK_INT(read.kind, RLM_CLASS_KIND_EMBEDDED);
    CHECK_TEXT(read.primary_key, "");
    CHECK(realm_schema_get_class(schema, 1, &read));
    CHECK_INT(read.kind, RLM_CLASS_KIND_ASYMMETRIC);
    realm_schema_release(schema);
}

TEST(the_schema_of_an_open_realm_reads_back_as_it_was_given)
{
    realm_t *realm = things_realm("a.realm");
    realm_schema_t *given = things_schema(), *read = realm_get_schema(realm);
    size_t classes = 0, read_classes = 0, at, index;
    CHECK(read != NULL);
    CHECK(realm_schema_size(given, &classes));
    CHECK(realm_schema_size(read, &read_classes));
    CHECK_INT(read_classes, classes);
    for (at = 0; at < classes; at++) {
        realm_class_t expected, actual;
        CHECK(realm_schema_get_class(given, at, &expected));
        CHECK(realm_schema_get_class(read, at, &actual));
        CHECK(actual.name.size == expected.name.size && memcmp(actual.name.data, expected.name.data, actual.name.size) == 0);
        CHECK_INT(actual.kind, expected.kind);
        CHECK_INT(actual.primary_key.size, expected.primary_key.size);
        CHECK_INT(actual.property_count, expected.property_count);
        for (index = 0; index < actual.property_count; index++) {
            realm_property_t wanted, found;
            CHECK(realm_schema_get_property(given, expected.name, index, &wanted));
            CHECK(realm_schema_get_property(read, expected.name, index, &found));
            CHECK(found.name.size == wanted.name.size && memcmp(found.name.data, wanted.name.data, found.name.size) == 0);
            CHECK_INT(found.type, wanted.type);
            CHECK_INT(found.collection_type, wanted.collection_type);
            CHECK_INT(found.flags, wanted.flags);
            CHECK_INT(found.target_class.size, wanted.target_class.size);
        }
    }
    realm_schema_release(given);
    realm_schema_release(read);
    realm_release(realm);
}

TEST(a_schema_refuses_what_makes_no_sense)
{
    realm_schema_t *schema = people_schema();
    realm_property_t property;
    realm_class_t read;
    CHECK_FAILS(realm_schema_add_class(schema, text("Person"), 0), RLM_ERR_INVALID_NAME, "Person");
    CHECK_FAILS(realm_schema_add_class(schema, text(""), 0), RLM_ERR_INVALID_NAME, "empty");
    CHECK_FAILS(realm_schema_add_class(schema, text("Cat"), 3), RLM_ERR_INVALID_ARGUMENT, "kind is 3");
    CHECK_FAILS(realm_schema_add_class(schema, text("Cat"), -1), RLM_ERR_INVALID_ARGUMENT, "kind is -1");
    memset(&property, 0, sizeof property);
    property.name = text("age");
    CHECK_FAILS(realm_schema_add_property(schema, text("Cat"), &property), RLM_ERR_NO_SUCH_TABLE, "Cat");
    CHECK_FAILS(realm_schema_add_property(schema, text("Person"), &property), RLM_ERR_INVALID_NAME, "age");
    property.name = text("height");
    property.type = 3;
    CHECK_FAILS(realm_schema_add_property(schema, text("Person"), &property), RLM_ERR_INVALID_ARGUMENT, "type is 3");
    property.type = RLM_PROPERTY_TYPE_OBJECT;
    CHECK_FAILS(realm_schema_add_property(schema, text("Person"), &property), RLM_ERR_INVALID_ARGUMENT, "target_class");
    property.type = RLM_PROPERTY_TYPE_INT;
    property.target_class = text("Note");
    CHECK_FAILS(realm_schema_add_property(schema, text("Person"), &property), RLM_ERR_INVALID_ARGUMENT, "target_class");
    property.target_class = text("");
    property.collection_type = 3;
    CHECK_FAILS(realm_schema_add_property(schema, text("Person"), &property), RLM_ERR_INVALID_ARGUMENT, "collection_type is 3");
    property.collection_type = 0;
    property.flags = 8;
    CHECK_FAILS(realm_schema_add_property(schema, text("Person"), &property), RLM_ERR_INVALID_ARGUMENT, "0x8");
    property.flags = RLM_PROPERTY_FLAG_PRIMARY_KEY;
    CHECK_FAILS(realm_schema_add_property(schema, text("Person"), &property), RLM_ERR_INVALID_ARGUMENT, "_id");
    CHECK_FAILS(realm_schema_get_class(schema, 3, &read), RLM_ERR_INDEX_OUT_OF_BOUNDS, "size is 3");
    CHECK_FAILS(realm_schema_get_property(schema, text("Person"), 5, &property), RLM_ERR_INDEX_OUT_OF_BOUNDS, "size is 5");
    realm_schema_release(schema);
}

TEST(validation_names_the_class_and_the_property)
{
    realm_schema_t *schema = realm_schema_new();
    realm_config_t *config = realm_config_new();
    CHECK(realm_schema_add_class(schema, text("Person"), RLM_CLASS_KIND_TOP_LEVEL));
    add_property(schema, "Person", "pet", RLM_PROPERTY_TYPE_OBJECT, RLM_PROPERTY_FLAG_NULLABLE, "Dog");
    CHECK_FAILS(realm_schema_validate(schema), RLM_ERR_SCHEMA_VALIDATION_FAILED, "Person.pet");
    CHECK_FAILS(realm_config_set_schema(config, schema), RLM_ERR_SCHEMA_VALIDATION_FAILED, "Dog");
    realm_config_release(config);
    realm_schema_release(schema);
}
