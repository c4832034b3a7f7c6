#include "values.h"

static void add(realm_list_t *list, realm_value_t value)
{
    CHECK(realm_list_insert_value(list, list_size(list), &value));
}

static void put(realm_dictionary_t *dictionary, const char *key, realm_value_t value)
{
    CHECK(realm_dictionary_set_value(dictionary, text(key), &value));
}

TEST(a_mixed_property_becomes_a_list_or_a_dictionary)
{
    realm_t *realm = things_realm("a.realm");
    realm_property_key_t mixed = thing_property(realm, "", "mixed");
    realm_object_t *object;
    realm_list_t *list, *same;
    realm_dictionary_t *dictionary;
    realm_value_t value = int_value(1);
    size_t size;
    bool valid = false;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    CHECK_FAILS(realm_object_get_list(object, mixed) != NULL, RLM_ERR_NO_SUCH_OBJECT, "null");
    list = realm_object_set_list(object, mixed);
    CHECK(list != NULL);
    CHECK_INT(object_value(object, mixed).type, RLM_VALUE_TYPE_LIST);
    add(list, int_value(1));
    add(list, string_value("two"));
    same = realm_object_get_list(object, mixed);
    CHECK_INT(list_size(same), 2);
    realm_list_release(same);
    CHECK_FAILS(realm_object_get_dictionary(object, mixed) != NULL, RLM_ERR_PROPERTY_TYPE_MISMATCH, "a list");
    same = realm_object_set_list(object, mixed);
    CHECK_INT(list_size(same), 0);
    CHECK(realm_list_is_valid(list, &valid) && valid);
    realm_list_release(same);
    dictionary = realm_object_set_dictionary(object, mixed);
    CHECK(dictionary != NULL);
    CHECK_INT(object_value(object, mixed).type, RLM_VALUE_TYPE_DICTIONARY);
    CHECK(realm_list_is_valid(list, &valid) && !valid);
    CHECK_FAILS(realm_list_size(list, &size), RLM_ERR_INVALIDATED_OBJECT, "list");
    put(dictionary, "a", int_value(1));
    CHECK(realm_object_set_value(object, mixed, &value));
    CHECK(realm_dictionary_is_valid(dictionary, &valid) && !valid);
    CHECK_FAILS(realm_dictionary_set_value(dictionary, text("a"), &value), RLM_ERR_INVALIDATED_OBJECT, "dictionary");
    CHECK(realm_commit(realm));
    CHECK_FAILS(realm_object_set_list(object, mixed) != NULL, RLM_ERR_WRONG_TRANSACTION_STATE, "");
    realm_list_release(list);
    realm_dictionary_release(dictionary);
    realm_object_release(object);
    realm_release(realm);
}

TEST(collections_nest_in_elements_and_keys)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object;
    realm_list_t *outer, *inner, *found;
    realm_dictionary_t *dictionary, *deeper;
    bool valid = false;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    outer = list_of(realm, object, "list_", "mixed");
    inner = realm_list_insert_list(outer, 0);
    CHECK(inner != NULL);
    dictionary = realm_list_insert_dictionary(outer, 0);
    CHECK(dictionary != NULL);
    add(outer, int_value(3));
    CHECK_INT(list_value(outer, 0).type, RLM_VALUE_TYPE_DICTIONARY);
    CHECK_INT(list_value(outer, 1).type, RLM_VALUE_TYPE_LIST);
    add(inner, string_value("in"));
    deeper = realm_dictionary_set_dictionary(dictionary, text("deeper"));
    put(deeper, "x", int_value(7));
    found = realm_dictionary_set_list(dictionary, text("list"));
    add(found, int_value(8));
    realm_list_release(found);
    CHECK_INT(dictionary_value(dictionary, "deeper").type, RLM_VALUE_TYPE_DICTIONARY);
    CHECK_INT(dictionary_value(dictionary, "list").type, RLM_VALUE_TYPE_LIST);
    CHECK(realm_list_move(outer, 0, 2));
    CHECK_INT(dictionary_value(deeper, "x").data.integer, 7);
    found = realm_list_get_list(outer, 0);
    CHECK_TEXT(list_value(found, 0).data.string, "in");
    realm_list_release(found);
    realm_dictionary_release(dictionary);
    dictionary = realm_list_get_dictionary(outer, 2);
    CHECK(dictionary != NULL);
    found = realm_dictionary_get_list(dictionary, text("list"));
    CHECK_INT(list_value(found, 0).data.integer, 8);
    realm_list_release(found);
    realm_dictionary_release(deeper);
    deeper = realm_dictionary_get_dictionary(dictionary, text("deeper"));
    CHECK(deeper != NULL);
    CHECK(realm_dictionary_erase(dictionary, text("deeper"), NULL));
    CHECK(realm_dictionary_is_valid(deeper, &valid) && !valid);
    found = realm_list_set_list(outer, 0);
    CHECK_INT(list_size(found), 0);
    CHECK(realm_list_is_valid(inner, &valid) && !valid);
    realm_list_release(found);
    CHECK(realm_list_clear(outer));
    CHECK(realm_dictionary_is_valid(dictionary, &valid) && !valid);
    CHECK(realm_commit(realm));
    realm_dictionary_release(deeper);
    realm_dictionary_release(dictionary);
    realm_list_release(inner);
    realm_list_release(outer);
    realm_object_release(object);
    realm_release(realm);
}

TEST(collections_nest_a_hundred_deep_and_no_deeper)
{
    realm_t *realm = things_realm("a.realm");
    realm_property_key_t mixed = thing_property(realm, "", "mixed");
    realm_object_t *object;
    realm_list_t *list, *inner;
    int depth;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    list = realm_object_set_list(object, mixed);
    for (depth = 2; depth <= 100; depth++) {
        inner = realm_list_insert_list(list, 0);
        CHECK(inner != NULL);
        realm_list_release(list);
        list = inner;
    }
    add(list, string_value("deepest"));
    CHECK_FAILS(realm_list_insert_list(list, 0) != NULL, RLM_ERR_LIMIT_EXCEEDED, "100");
    CHECK_FAILS(realm_list_insert_dictionary(list, 1) != NULL, RLM_ERR_LIMIT_EXCEEDED, "100");
    CHECK_FAILS(realm_list_set_list(list, 0) != NULL, RLM_ERR_LIMIT_EXCEEDED, "100");
    CHECK_INT(list_size(list), 1);
    CHECK_TEXT(list_value(list, 0).data.string, "deepest");
    CHECK(realm_commit(realm));
    realm_list_release(list);
    list = realm_object_get_list(object, mixed);
    for (depth = 2; depth <= 100; depth++) {
        inner = realm_list_get_list(list, 0);
        CHECK(inner != NULL);
        realm_list_release(list);
        list = inner;
    }
    CHECK_TEXT(list_value(list, 0).data.string, "deepest");
    realm_list_release(list);
    realm_object_release(object);
    realm_release(realm);
}

TEST(only_mixed_values_hold_collections)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object;
    realm_list_t *list, *mixed;
    realm_dictionary_t *dictionary;
    realm_set_t *set;
    realm_value_t value = null_value();
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    list = list_of(realm, object, "list_", "int");
    mixed = list_of(realm, object, "list_", "mixed");
    dictionary = dictionary_of(realm, object, "dictionary_", "int");
    set = set_of(realm, object, "set_", "mixed");
    add(list, int_value(1));
    CHECK_FAILS(realm_object_set_list(object, thing_property(realm, "", "int")) != NULL, RLM_ERR_PROPERTY_TYPE_MISMATCH, "int");
    CHECK_FAILS(realm_object_set_dictionary(object, thing_property(realm, "list_", "int")) != NULL, RLM_ERR_PROPERTY_TYPE_MISMATCH, "list_int");
    CHECK_FAILS(realm_list_insert_list(list, 0) != NULL, RLM_ERR_PROPERTY_TYPE_MISMATCH, "list_int");
    CHECK_FAILS(realm_list_set_dictionary(list, 0) != NULL, RLM_ERR_PROPERTY_TYPE_MISMATCH, "list_int");
    CHECK_FAILS(realm_dictionary_set_list(dictionary, text("a")) != NULL, RLM_ERR_PROPERTY_TYPE_MISMATCH, "dictionary_int");
    CHECK_FAILS(realm_list_get_list(list, 0) != NULL, RLM_ERR_PROPERTY_TYPE_MISMATCH, "a value");
    CHECK_FAILS(realm_list_insert_dictionary(mixed, 1) != NULL, RLM_ERR_INDEX_OUT_OF_BOUNDS, "1");
    CHECK_FAILS(realm_list_set_list(mixed, 0) != NULL, RLM_ERR_INDEX_OUT_OF_BOUNDS, "0");
    CHECK_FAILS(realm_dictionary_get_list(dictionary, text("a")) != NULL, RLM_ERR_NO_SUCH_OBJECT, "");
    value.type = RLM_VALUE_TYPE_DICTIONARY;
    CHECK_FAILS(realm_list_insert_value(mixed, 0, &value), RLM_ERR_INVALID_ARGUMENT, "_set_dictionary");
    CHECK_FAILS(realm_set_insert(set, &value, NULL), RLM_ERR_INVALID_ARGUMENT, "value.type");
    value.type = RLM_VALUE_TYPE_EMBEDDED;
    CHECK_FAILS(realm_object_set_value(object, thing_property(realm, "", "embedded"), &value), RLM_ERR_INVALID_ARGUMENT, "_set_embedded");
    CHECK_INT(list_size(list), 1);
    CHECK_INT(list_size(mixed) + dictionary_size(dictionary) + set_size(set), 0);
    CHECK(realm_commit(realm));
    realm_list_release(list);
    realm_list_release(mixed);
    realm_dictionary_release(dictionary);
    realm_set_release(set);
    realm_object_release(object);
    realm_release(realm);
}
