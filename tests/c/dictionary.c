#include "values.h"

static void put(realm_dictionary_t *dictionary, const char *key, realm_value_t value)
{
    CHECK(realm_dictionary_set_value(dictionary, text(key), &value));
}

static int has(const realm_dictionary_t *dictionary, const char *key)
{
    bool found = false;
    CHECK(realm_dictionary_get_value(dictionary, text(key), NULL, &found));
    return found;
}

/* The keys in order, with a space between. */
static void check_keys(const realm_dictionary_t *dictionary, const char *expected)
{
    char actual[128] = "";
    size_t at;
    for (at = 0; at < dictionary_size(dictionary); at++) {
        realm_string_t key;
        CHECK(realm_dictionary_get_entry(dictionary, at, &key, NULL));
        if (at > 0)
            strcat(actual, " ");
        strncat(actual, key.data, key.size);
    }
    CHECK_TEXT(text(actual), expected);
}

TEST(a_dictionary_of_every_type_reads_as_it_was_written)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object;
    size_t type;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    for (type = 0; type < TYPE_COUNT; type++) {
        realm_dictionary_t *dictionary = dictionary_of(realm, object, "dictionary_optional_", types[type].name);
        realm_value_t values[16], read;
        realm_string_t read_key;
        size_t at, count = edge_values(type, values);
        values[count++] = null_value();
        for (at = 0; at < count; at++) {
            char key[] = "a";
            key[0] = (char)('a' + at);
            CHECK(!has(dictionary, key));
            put(dictionary, key, values[at]);
            CHECK_SAME(dictionary_value(dictionary, key), values[at]);
        }
        CHECK_INT(dictionary_size(dictionary), count);
        for (at = 0; at < count; at++) {
            CHECK(realm_dictionary_get_entry(dictionary, at, &read_key, &read));
            CHECK_INT(read_key.size, 1);
            CHECK_INT(read_key.data[0], 'a' + (int)at);
            CHECK_SAME(read, values[at]);
        }
        put(dictionary, "a", values[count - 2]);
        CHECK_SAME(dictionary_value(dictionary, "a"), values[count - 2]);
        CHECK_INT(dictionary_size(dictionary), count);
        realm_dictionary_release(dictionary);
    }
    CHECK(realm_commit(realm));
    realm_object_release(object);
    realm_release(realm);
}

TEST(keys_of_a_dictionary_are_any_text_in_the_order_of_their_bytes)
{
    static const char with_nul[] = { 'b', 0, 'c' };
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object;
    realm_dictionary_t *dictionary;
    realm_value_t value = int_value(7), read;
    realm_string_t key;
    bool found = false;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    dictionary = dictionary_of(realm, object, "dictionary_", "int");
    put(dictionary, "\xF0\x9F\x90\x98", int_value(4));
    put(dictionary, "b", int_value(2));
    put(dictionary, "", int_value(0));
    put(dictionary, "$a.b", int_value(1));
    CHECK(realm_dictionary_set_value(dictionary, text_value(with_nul, 3).data.string, &value));
    CHECK_INT(dictionary_size(dictionary), 5);
    CHECK(realm_dictionary_get_value(dictionary, text_value(with_nul, 3).data.string, &read, &found));
    CHECK(found);
    CHECK_INT(read.data.integer, 7);
    CHECK(realm_dictionary_get_entry(dictionary, 3, &key, &read));
    CHECK_INT(key.size, 3);
    CHECK(memcmp(key.data, with_nul, 3) == 0);
    CHECK(realm_dictionary_get_entry(dictionary, 0, &key, &read));
    CHECK_INT(key.size, 0);
    CHECK_INT(read.data.integer, 0);
    CHECK(realm_dictionary_erase(dictionary, text_value(with_nul, 3).data.string, &found));
    CHECK(found);
    check_keys(dictionary, " $a.b b \xF0\x9F\x90\x98");
    key.data = "\xFF";
    key.size = 1;
    CHECK_FAILS(realm_dictionary_set_value(dictionary, key, &value), RLM_ERR_INVALID_ARGUMENT, "UTF-8");
    CHECK(realm_commit(realm));
    realm_dictionary_release(dictionary);
    realm_object_release(object);
    realm_release(realm);
}

TEST(keys_are_erased_and_cleared_and_walking_sees_it)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object;
    realm_dictionary_t *dictionary;
    bool erased = false;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    dictionary = dictionary_of(realm, object, "dictionary_", "string");
    put(dictionary, "b", string_value("B"));
    check_keys(dictionary, "b");
    put(dictionary, "a", string_value("A"));
    check_keys(dictionary, "a b");
    CHECK(realm_dictionary_erase(dictionary, text("b"), &erased));
    CHECK(erased);
    CHECK(realm_dictionary_erase(dictionary, text("b"), &erased));
    CHECK(!erased);
    check_keys(dictionary, "a");
    CHECK(realm_commit(realm));
    CHECK(realm_begin(realm));
    CHECK(realm_dictionary_clear(dictionary));
    check_keys(dictionary, "");
    CHECK(realm_rollback(realm));
    check_keys(dictionary, "a");
    CHECK_TEXT(dictionary_value(dictionary, "a").data.string, "A");
    realm_dictionary_release(dictionary);
    realm_object_release(object);
    realm_release(realm);
}

TEST(a_link_in_a_dictionary_becomes_null_with_its_object)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object, *target;
    realm_dictionary_t *dictionary;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    target = create_object(realm, "Target", int_value(1));
    dictionary = dictionary_of(realm, object, "dictionary_", "link");
    put(dictionary, "a", link_value(target));
    CHECK_SAME(dictionary_value(dictionary, "a"), link_value(target));
    CHECK(realm_object_erase(target));
    CHECK_INT(dictionary_size(dictionary), 1);
    CHECK_SAME(dictionary_value(dictionary, "a"), null_value());
    CHECK(realm_commit(realm));
    realm_dictionary_release(dictionary);
    realm_object_release(target);
    realm_object_release(object);
    realm_release(realm);
}

TEST(a_dictionary_refuses_what_does_not_fit)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object;
    realm_dictionary_t *dictionary;
    realm_value_t value = int_value(1), wrong = string_value("1"), null = null_value();
    bool found = true;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    dictionary = dictionary_of(realm, object, "dictionary_", "int");
    CHECK_FAILS(realm_dictionary_set_value(dictionary, text("a"), &wrong), RLM_ERR_PROPERTY_TYPE_MISMATCH, "int");
    CHECK_FAILS(realm_dictionary_set_value(dictionary, text("a"), &null), RLM_ERR_PROPERTY_NOT_NULLABLE, "null");
    CHECK_FAILS(realm_dictionary_set_value(dictionary, text("a"), NULL), RLM_ERR_INVALID_ARGUMENT, "value");
    CHECK_FAILS(realm_dictionary_get_entry(dictionary, 0, NULL, NULL), RLM_ERR_INDEX_OUT_OF_BOUNDS, "0");
    CHECK_FAILS(realm_object_get_dictionary(object, thing_property(realm, "", "int")) != NULL, RLM_ERR_PROPERTY_TYPE_MISMATCH, "dictionary");
    CHECK(realm_dictionary_get_value(dictionary, text("a"), &value, &found));
    CHECK(!found);
    CHECK_SAME(value, null);
    value = int_value(1);
    CHECK(realm_commit(realm));
    CHECK_FAILS(realm_dictionary_set_value(dictionary, text("a"), &value), RLM_ERR_WRONG_TRANSACTION_STATE, "");
    CHECK_FAILS(realm_dictionary_erase(dictionary, text("a"), NULL), RLM_ERR_WRONG_TRANSACTION_STATE, "");
    CHECK_FAILS(realm_dictionary_clear(dictionary), RLM_ERR_WRONG_TRANSACTION_STATE, "");
    CHECK(realm_dictionary_retain(dictionary) == dictionary);
    realm_dictionary_release(dictionary);
    realm_dictionary_release(dictionary);
    realm_object_release(object);
    realm_release(realm);
}
