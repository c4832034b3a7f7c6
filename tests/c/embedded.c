#include "values.h"

static realm_property_key_t part_property(const realm_t *realm, const char *name)
{
    return property_key(realm, "Part", name);
}

static void set(realm_object_t *object, realm_property_key_t property, realm_value_t value)
{
    CHECK(realm_object_set_value(object, property, &value));
}

static void name(realm_t *realm, realm_object_t *part, const char *characters)
{
    set(part, part_property(realm, "name"), string_value(characters));
}

static void check_name(realm_t *realm, const realm_object_t *part, const char *expected)
{
    CHECK(part != NULL);
    CHECK_TEXT(object_value(part, part_property(realm, "name")).data.string, expected);
}

TEST(an_embedded_object_of_a_property_is_made_replaced_and_removed)
{
    realm_t *realm = things_realm("a.realm");
    realm_property_key_t embedded = thing_property(realm, "", "embedded");
    realm_object_t *object, *part, *again;
    realm_value_t null = null_value();
    bool valid = true;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    CHECK_SAME(object_value(object, embedded), null);
    CHECK_FAILS(realm_object_get_embedded(object, embedded) != NULL, RLM_ERR_NO_SUCH_OBJECT, "null");
    part = realm_object_set_embedded(object, embedded);
    CHECK(part != NULL);
    CHECK_INT(object_value(object, embedded).type, RLM_VALUE_TYPE_EMBEDDED);
    CHECK_SAME(object_value(part, part_property(realm, "name")), null);
    name(realm, part, "first");
    again = realm_object_get_embedded(object, embedded);
    check_name(realm, again, "first");
    realm_object_release(again);
    again = realm_object_set_embedded(object, embedded);
    CHECK(realm_object_is_valid(part, &valid) && !valid);
    CHECK_FAILS(realm_object_set_value(part, part_property(realm, "name"), &null), RLM_ERR_INVALIDATED_OBJECT, "Part");
    CHECK_SAME(object_value(again, part_property(realm, "name")), null);
    set(object, embedded, null);
    CHECK_SAME(object_value(object, embedded), null);
    CHECK(realm_object_is_valid(again, &valid) && !valid);
    realm_object_release(again);
    again = realm_object_set_embedded(object, embedded);
    CHECK(realm_object_erase(again));
    CHECK_SAME(object_value(object, embedded), null);
    CHECK(realm_commit(realm));
    CHECK_FAILS(realm_object_set_embedded(object, embedded) != NULL, RLM_ERR_WRONG_TRANSACTION_STATE, "");
    realm_object_release(again);
    realm_object_release(part);
    realm_object_release(object);
    realm_release(realm);
}

TEST(an_embedded_object_has_an_owner_and_neither_key_nor_link)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object, *part, *inner, *owner;
    realm_class_key_t class_of_part = 0;
    realm_value_t key;
    realm_link_t link;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    part = realm_object_set_embedded(object, thing_property(realm, "", "embedded"));
    CHECK(part != NULL);
    inner = realm_object_set_embedded(part, part_property(realm, "part"));
    CHECK(inner != NULL);
    name(realm, inner, "inner");
    owner = realm_object_get_owner(inner);
    CHECK(owner != NULL);
    CHECK(realm_object_get_class(owner, &class_of_part));
    CHECK_INT(class_of_part, class_key(realm, "Part"));
    realm_object_release(owner);
    owner = realm_object_get_owner(part);
    CHECK(owner != NULL);
    CHECK(realm_object_get_primary_key(owner, &key));
    CHECK_TEXT(key.data.string, "1");
    CHECK_FAILS(realm_object_get_primary_key(part, &key), RLM_ERR_MISSING_PRIMARY_KEY, "Part");
    CHECK_FAILS(realm_object_get_link(part, &link), RLM_ERR_TOP_LEVEL_OBJECT, "Part");
    CHECK_FAILS(realm_object_get_owner(object) != NULL, RLM_ERR_PROPERTY_TYPE_MISMATCH, "top-level");
    CHECK_FAILS(realm_object_create(realm, class_of_part, NULL) != NULL, RLM_ERR_TOP_LEVEL_OBJECT, "Part");
    key = int_value(1);
    CHECK_FAILS(realm_object_create(realm, class_of_part, &key) != NULL, RLM_ERR_TOP_LEVEL_OBJECT, "Part");
    CHECK_FAILS(realm_object_find(realm, class_of_part, &key) != NULL, RLM_ERR_TOP_LEVEL_OBJECT, "Part");
    CHECK(realm_object_erase(object));
    CHECK_FAILS(realm_object_get_owner(inner) != NULL, RLM_ERR_INVALIDATED_OBJECT, "Part");
    CHECK(realm_commit(realm));
    realm_object_release(owner);
    realm_object_release(inner);
    realm_object_release(part);
    realm_object_release(object);
    realm_release(realm);
}

TEST(embedded_objects_of_a_list_are_inserted_replaced_moved_and_erased)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object, *first, *second, *found;
    realm_list_t *list;
    realm_value_t value = int_value(1);
    bool valid = true;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    list = list_of(realm, object, "list_", "embedded");
    first = realm_list_insert_embedded(list, 0);
    second = realm_list_insert_embedded(list, 0);
    name(realm, first, "first");
    name(realm, second, "second");
    CHECK_INT(list_value(list, 0).type, RLM_VALUE_TYPE_EMBEDDED);
    CHECK(realm_list_move(list, 0, 1));
    found = realm_list_get_embedded(list, 1);
    check_name(realm, found, "second");
    realm_object_release(found);
    check_name(realm, second, "second");
    found = realm_list_set_embedded(list, 1);
    CHECK_SAME(object_value(found, part_property(realm, "name")), null_value());
    CHECK(realm_object_is_valid(second, &valid) && !valid);
    realm_object_release(found);
    CHECK(realm_object_erase(first));
    CHECK_INT(list_size(list), 1);
    CHECK_FAILS(realm_list_get_embedded(list, 1) != NULL, RLM_ERR_INDEX_OUT_OF_BOUNDS, "1");
    CHECK_FAILS(realm_list_insert_embedded(list, 2) != NULL, RLM_ERR_INDEX_OUT_OF_BOUNDS, "2");
    CHECK_FAILS(realm_list_set_embedded(list, 1) != NULL, RLM_ERR_INDEX_OUT_OF_BOUNDS, "1");
    CHECK_FAILS(realm_list_insert_value(list, 0, &value), RLM_ERR_PROPERTY_TYPE_MISMATCH, "");
    CHECK_FAILS(realm_list_get_list(list, 0) != NULL, RLM_ERR_PROPERTY_TYPE_MISMATCH, "embedded");
    CHECK(realm_commit(realm));
    realm_list_release(list);
    realm_object_release(first);
    realm_object_release(second);
    realm_object_release(object);
    realm_release(realm);
}

TEST(embedded_objects_of_a_dictionary_are_set_replaced_and_erased)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object, *first, *found;
    realm_dictionary_t *dictionary;
    bool valid = true;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    dictionary = dictionary_of(realm, object, "dictionary_", "embedded");
    first = realm_dictionary_set_embedded(dictionary, text("a"));
    name(realm, first, "first");
    CHECK_INT(dictionary_value(dictionary, "a").type, RLM_VALUE_TYPE_EMBEDDED);
    found = realm_dictionary_get_embedded(dictionary, text("a"));
    check_name(realm, found, "first");
    realm_object_release(found);
    found = realm_dictionary_set_embedded(dictionary, text("a"));
    CHECK(realm_object_is_valid(first, &valid) && !valid);
    CHECK(realm_object_erase(found));
    CHECK_SAME(dictionary_value(dictionary, "a"), null_value());
    CHECK_FAILS(realm_dictionary_get_embedded(dictionary, text("a")) != NULL, RLM_ERR_NO_SUCH_OBJECT, "null");
    CHECK_FAILS(realm_dictionary_get_embedded(dictionary, text("b")) != NULL, RLM_ERR_NO_SUCH_OBJECT, "");
    CHECK(realm_dictionary_erase(dictionary, text("a"), NULL));
    CHECK_INT(dictionary_size(dictionary), 0);
    CHECK(realm_commit(realm));
    realm_dictionary_release(dictionary);
    realm_object_release(found);
    realm_object_release(first);
    realm_object_release(object);
    realm_release(realm);
}

TEST(an_embedded_object_holds_collections_links_and_defaults)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object, *part, *target;
    realm_list_t *list;
    realm_value_t value = int_value(5), linked;
    size_t count = 0;
    realm_results_t *results;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    target = create_object(realm, "Target", int_value(1));
    part = realm_object_set_embedded(object, thing_property(realm, "", "embedded"));
    list = realm_object_get_list(part, part_property(realm, "list_int"));
    CHECK(list != NULL);
    CHECK(realm_list_insert_value(list, 0, &value));
    linked = link_value(target);
    set(part, part_property(realm, "link"), linked);
    CHECK(realm_object_set_default_value(part, part_property(realm, "mixed"), &value));
    CHECK(realm_object_add_int(part, part_property(realm, "mixed"), 2));
    CHECK_INT(object_value(part, part_property(realm, "mixed")).data.integer, 7);
    CHECK_SAME(object_value(part, part_property(realm, "link")), linked);
    CHECK(realm_object_erase(target));
    CHECK_SAME(object_value(part, part_property(realm, "link")), null_value());
    realm_object_release(part);
    results = realm_results_new(realm, class_key(realm, "Part"));
    CHECK(realm_results_size(results, &count));
    CHECK_INT(count, 1);
    part = realm_results_get_object(results, 0);
    CHECK(part != NULL);
    CHECK_INT(object_value(part, part_property(realm, "mixed")).data.integer, 7);
    realm_results_release(results);
    set(object, thing_property(realm, "", "embedded"), null_value());
    CHECK_FAILS(realm_list_size(list, &count), RLM_ERR_INVALIDATED_OBJECT, "list");
    CHECK(realm_commit(realm));
    realm_list_release(list);
    realm_object_release(part);
    realm_object_release(target);
    realm_object_release(object);
    realm_release(realm);
}

TEST(a_property_that_is_not_embedded_takes_no_embedded_object)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object;
    realm_list_t *list;
    realm_dictionary_t *dictionary;
    realm_value_t value = int_value(1);
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    list = list_of(realm, object, "list_", "mixed");
    dictionary = dictionary_of(realm, object, "dictionary_", "link");
    CHECK_FAILS(realm_object_set_embedded(object, thing_property(realm, "", "link")) != NULL, RLM_ERR_PROPERTY_TYPE_MISMATCH, "link");
    CHECK_FAILS(realm_object_set_embedded(object, thing_property(realm, "", "mixed")) != NULL, RLM_ERR_PROPERTY_TYPE_MISMATCH, "mixed");
    CHECK_FAILS(realm_list_insert_embedded(list, 0) != NULL, RLM_ERR_PROPERTY_TYPE_MISMATCH, "");
    CHECK_FAILS(realm_dictionary_set_embedded(dictionary, text("a")) != NULL, RLM_ERR_PROPERTY_TYPE_MISMATCH, "");
    CHECK_FAILS(realm_object_set_value(object, thing_property(realm, "", "embedded"), &value), RLM_ERR_PROPERTY_TYPE_MISMATCH, "embedded");
    CHECK_INT(list_size(list) + dictionary_size(dictionary), 0);
    CHECK(realm_commit(realm));
    realm_list_release(list);
    realm_dictionary_release(dictionary);
    realm_object_release(object);
    realm_release(realm);
}

TEST(objects_of_an_asymmetric_class_are_written_and_gone_with_the_commit)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *event, *part;
    bool valid = true;
    CHECK(realm_begin(realm));
    event = create_object(realm, "Event", object_id_value(1));
    set(event, property_key(realm, "Event", "mixed"), int_value(1));
    part = realm_object_set_embedded(event, property_key(realm, "Event", "part"));
    name(realm, part, "part");
    check_name(realm, part, "part");
    CHECK(realm_object_is_valid(event, &valid) && valid);
    CHECK(realm_commit(realm));
    CHECK(realm_object_is_valid(event, &valid) && !valid);
    CHECK(realm_object_is_valid(part, &valid) && !valid);
    realm_object_release(part);
    realm_object_release(event);
    realm_release(realm);
}

TEST(objects_without_a_key_are_linked_to_from_a_list)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object, *loose, *found;
    realm_list_t *list;
    realm_value_t value, read;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    loose = realm_object_create(realm, class_key(realm, "Loose"), NULL);
    CHECK(loose != NULL);
    set(loose, property_key(realm, "Loose", "mixed"), string_value("loose"));
    list = list_of(realm, object, "list_", "loose");
    value = link_value(loose);
    CHECK(realm_list_insert_value(list, 0, &value));
    CHECK(realm_commit(realm));
    read = list_value(list, 0);
    CHECK_INT(read.data.link.key_type, RLM_LINK_KEY_TYPE_GLOBAL_KEY);
    CHECK_SAME(read, value);
    found = realm_object_find_linked(realm, &read.data.link);
    CHECK(found != NULL);
    CHECK_TEXT(object_value(found, property_key(realm, "Loose", "mixed")).data.string, "loose");
    realm_object_release(found);
    realm_list_release(list);
    realm_object_release(loose);
    realm_object_release(object);
    realm_release(realm);
}
