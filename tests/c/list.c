#include <math.h>

#include "values.h"

static void insert(realm_list_t *list, size_t index, realm_value_t value)
{
    CHECK(realm_list_insert_value(list, index, &value));
}

static void fill(realm_list_t *list, int64_t count)
{
    int64_t at;
    for (at = 0; at < count; at++)
        insert(list, (size_t)at, int_value(at));
}

/* The list holds exactly these integers. */
static void check_ints(const realm_list_t *list, const char *expected)
{
    char actual[128] = "";
    size_t at;
    for (at = 0; at < list_size(list); at++) {
        char number[32];
        snprintf(number, sizeof number, "%s%d", at == 0 ? "" : " ", (int)list_value(list, at).data.integer);
        strcat(actual, number);
    }
    CHECK_TEXT(text(actual), expected);
}

TEST(a_list_of_every_type_reads_as_it_was_written)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object;
    size_t type;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    for (type = 0; type < TYPE_COUNT; type++) {
        realm_list_t *list = list_of(realm, object, "list_", types[type].name);
        realm_list_t *optional = list_of(realm, object, "list_optional_", types[type].name);
        realm_value_t values[16], null = null_value();
        size_t at, count = edge_values(type, values);
        CHECK_INT(list_size(list), 0);
        insert(optional, 0, null);
        for (at = 0; at < count; at++) {
            insert(list, at, values[at]);
            insert(optional, at, values[at]);
        }
        CHECK_INT(list_size(list), count);
        CHECK_INT(list_size(optional), count + 1);
        for (at = 0; at < count; at++) {
            CHECK_SAME(list_value(list, at), values[at]);
            CHECK_SAME(list_value(optional, at), values[at]);
        }
        CHECK_SAME(list_value(optional, count), null);
        CHECK(realm_list_set_value(list, 0, &values[count - 1]));
        CHECK(realm_list_set_value(optional, 0, &null));
        CHECK_SAME(list_value(list, 0), values[count - 1]);
        CHECK_SAME(list_value(optional, 0), null);
        realm_list_release(list);
        realm_list_release(optional);
    }
    CHECK(realm_commit(realm));
    realm_object_release(object);
    realm_release(realm);
}

TEST(elements_of_a_list_are_inserted_moved_erased_and_cleared)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object;
    realm_list_t *list;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    list = list_of(realm, object, "list_", "int");
    fill(list, 5);
    insert(list, 0, int_value(9));
    check_ints(list, "9 0 1 2 3 4");
    CHECK(realm_list_move(list, 0, 5));
    check_ints(list, "0 1 2 3 4 9");
    CHECK(realm_list_move(list, 5, 2));
    CHECK(realm_list_move(list, 2, 2));
    check_ints(list, "0 1 9 2 3 4");
    CHECK(realm_list_erase(list, 0));
    CHECK(realm_list_erase(list, 4));
    check_ints(list, "1 9 2 3");
    CHECK(realm_commit(realm));
    CHECK(realm_begin(realm));
    CHECK(realm_list_clear(list));
    check_ints(list, "");
    CHECK(realm_rollback(realm));
    check_ints(list, "1 9 2 3");
    realm_list_release(list);
    realm_object_release(object);
    realm_release(realm);
}

TEST(a_value_is_found_in_a_list)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object;
    realm_list_t *list;
    realm_value_t wanted;
    size_t index = 0;
    bool found = false;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    list = list_of(realm, object, "list_", "mixed");
    insert(list, 0, string_value("1"));
    insert(list, 1, int_value(1));
    insert(list, 2, double_value((double)NAN));
    insert(list, 3, null_value());
    insert(list, 4, int_value(1));
    wanted = int_value(1);
    CHECK(realm_list_find(list, &wanted, &index, &found));
    CHECK(found);
    CHECK_INT(index, 1);
    wanted = double_value((double)NAN);
    CHECK(realm_list_find(list, &wanted, &index, NULL));
    CHECK_INT(index, 2);
    wanted = null_value();
    CHECK(realm_list_find(list, &wanted, &index, NULL));
    CHECK_INT(index, 3);
    wanted = double_value(1.0);
    CHECK(realm_list_find(list, &wanted, &index, &found));
    CHECK(!found);
    CHECK(index == SIZE_MAX);
    CHECK(realm_rollback(realm));
    realm_list_release(list);
    realm_object_release(object);
    realm_release(realm);
}

TEST(a_list_refuses_what_does_not_fit)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object;
    realm_list_t *list;
    realm_value_t value = int_value(1), wrong = string_value("1"), null = null_value(), read, unknown = null_value();
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    list = list_of(realm, object, "list_", "int");
    fill(list, 2);
    CHECK_FAILS(realm_list_get_value(list, 2, &read), RLM_ERR_INDEX_OUT_OF_BOUNDS, "2");
    CHECK_FAILS(realm_list_set_value(list, SIZE_MAX, &value), RLM_ERR_INDEX_OUT_OF_BOUNDS, "");
    CHECK_FAILS(realm_list_insert_value(list, 3, &value), RLM_ERR_INDEX_OUT_OF_BOUNDS, "3");
    CHECK_FAILS(realm_list_erase(list, 2), RLM_ERR_INDEX_OUT_OF_BOUNDS, "");
    CHECK_FAILS(realm_list_move(list, 0, 2), RLM_ERR_INDEX_OUT_OF_BOUNDS, "");
    CHECK_FAILS(realm_list_move(list, 2, 0), RLM_ERR_INDEX_OUT_OF_BOUNDS, "");
    CHECK_FAILS(realm_list_insert_value(list, 0, &wrong), RLM_ERR_PROPERTY_TYPE_MISMATCH, "int");
    CHECK_FAILS(realm_list_set_value(list, 0, &wrong), RLM_ERR_PROPERTY_TYPE_MISMATCH, "int");
    CHECK_FAILS(realm_list_insert_value(list, 0, &null), RLM_ERR_PROPERTY_NOT_NULLABLE, "null");
    CHECK_FAILS(realm_list_set_value(list, 0, &null), RLM_ERR_PROPERTY_NOT_NULLABLE, "null");
    unknown.type = 77;
    CHECK_FAILS(realm_list_insert_value(list, 0, &unknown), RLM_ERR_INVALID_ARGUMENT, "77");
    CHECK_FAILS(realm_list_insert_value(list, 0, NULL), RLM_ERR_INVALID_ARGUMENT, "value");
    CHECK_FAILS(realm_list_get_value(list, 0, NULL), RLM_ERR_INVALID_ARGUMENT, "out_value");
    CHECK_FAILS(realm_list_size(NULL, NULL), RLM_ERR_INVALID_ARGUMENT, "list");
    CHECK_FAILS(realm_list_find(list, NULL, NULL, NULL), RLM_ERR_INVALID_ARGUMENT, "value");
    CHECK_FAILS(realm_object_get_list(object, thing_property(realm, "", "int")) != NULL, RLM_ERR_PROPERTY_TYPE_MISMATCH, "list");
    CHECK_FAILS(realm_object_get_list(object, thing_property(realm, "set_", "int")) != NULL, RLM_ERR_PROPERTY_TYPE_MISMATCH, "a set");
    CHECK_FAILS(realm_object_get_list(object, 987654) != NULL, RLM_ERR_INVALID_PROPERTY, "");
    CHECK_FAILS(realm_object_get_value(object, thing_property(realm, "list_", "int"), &read), RLM_ERR_PROPERTY_TYPE_MISMATCH,
                "realm_object_get_list");
    check_ints(list, "0 1");
    CHECK(realm_commit(realm));
    CHECK_FAILS(realm_list_insert_value(list, 0, &value), RLM_ERR_WRONG_TRANSACTION_STATE, "");
    CHECK_FAILS(realm_list_erase(list, 0), RLM_ERR_WRONG_TRANSACTION_STATE, "");
    CHECK_FAILS(realm_list_move(list, 0, 1), RLM_ERR_WRONG_TRANSACTION_STATE, "");
    CHECK_FAILS(realm_list_clear(list), RLM_ERR_WRONG_TRANSACTION_STATE, "");
    realm_list_release(list);
    realm_object_release(object);
    realm_release(realm);
}

TEST(values_beyond_the_limits_are_refused_in_every_collection)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object;
    realm_list_t *list;
    realm_set_t *set;
    realm_dictionary_t *dictionary;
    size_t size = 16 << 20;
    char *huge = calloc(size, 1);
    realm_value_t value = text_value(huge, size), bytes = bytes_value(huge, size);
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    list = list_of(realm, object, "list_", "string");
    set = set_of(realm, object, "set_", "binary");
    dictionary = dictionary_of(realm, object, "dictionary_", "string");
    CHECK_FAILS(realm_list_insert_value(list, 0, &value), RLM_ERR_LIMIT_EXCEEDED, "limit");
    CHECK_FAILS(realm_set_insert(set, &bytes, NULL), RLM_ERR_LIMIT_EXCEEDED, "limit");
    CHECK_FAILS(realm_dictionary_set_value(dictionary, text("a"), &value), RLM_ERR_LIMIT_EXCEEDED, "limit");
    value = string_value("a");
    CHECK_FAILS(realm_dictionary_set_value(dictionary, text_value(huge, size).data.string, &value), RLM_ERR_LIMIT_EXCEEDED, "limit");
    CHECK_INT(list_size(list) + set_size(set) + dictionary_size(dictionary), 0);
    CHECK(realm_commit(realm));
    free(huge);
    realm_list_release(list);
    realm_set_release(set);
    realm_dictionary_release(dictionary);
    realm_object_release(object);
    realm_release(realm);
}

TEST(a_list_of_links_follows_its_objects)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object, *first, *second, *found;
    realm_list_t *list;
    realm_value_t link, missing, foreign;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    first = create_object(realm, "Target", int_value(1));
    second = create_object(realm, "Target", int_value(2));
    list = list_of(realm, object, "list_", "link");
    insert(list, 0, link_value(first));
    insert(list, 1, link_value(second));
    insert(list, 2, link_value(first));
    link = list_value(list, 1);
    CHECK_SAME(link, link_value(second));
    found = realm_object_find_linked(realm, &link.data.link);
    CHECK(found != NULL);
    realm_object_release(found);
    missing = link_value(first);
    missing.data.link.key.integer = 7;
    CHECK_FAILS(realm_list_insert_value(list, 0, &missing), RLM_ERR_NO_SUCH_OBJECT, "Target");
    foreign = link_value(object);
    CHECK_FAILS(realm_list_insert_value(list, 0, &foreign), RLM_ERR_PROPERTY_TYPE_MISMATCH, "Thing");
    CHECK(realm_object_erase(first));
    CHECK_INT(list_size(list), 1);
    CHECK_SAME(list_value(list, 0), link_value(second));
    CHECK(realm_commit(realm));
    realm_list_release(list);
    realm_object_release(first);
    realm_object_release(second);
    realm_object_release(object);
    realm_release(realm);
}

TEST(collections_of_an_erased_object_say_so)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object;
    realm_list_t *list;
    realm_set_t *set;
    realm_dictionary_t *dictionary;
    realm_value_t value = int_value(1);
    size_t size;
    bool valid = false;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    list = list_of(realm, object, "list_", "int");
    set = set_of(realm, object, "set_", "int");
    dictionary = dictionary_of(realm, object, "dictionary_", "int");
    CHECK(realm_list_is_valid(list, &valid) && valid);
    CHECK(realm_set_is_valid(set, &valid) && valid);
    CHECK(realm_dictionary_is_valid(dictionary, &valid) && valid);
    CHECK(realm_object_erase(object));
    CHECK(realm_list_is_valid(list, &valid) && !valid);
    CHECK(realm_set_is_valid(set, &valid) && !valid);
    CHECK(realm_dictionary_is_valid(dictionary, &valid) && !valid);
    CHECK_FAILS(realm_list_size(list, &size), RLM_ERR_INVALIDATED_OBJECT, "list");
    CHECK_FAILS(realm_list_insert_value(list, 0, &value), RLM_ERR_INVALIDATED_OBJECT, "list");
    CHECK_FAILS(realm_set_get_value(set, 0, &value), RLM_ERR_INVALIDATED_OBJECT, "set");
    CHECK_FAILS(realm_set_insert(set, &value, NULL), RLM_ERR_INVALIDATED_OBJECT, "set");
    CHECK_FAILS(realm_dictionary_get_value(dictionary, text("a"), &value, NULL), RLM_ERR_INVALIDATED_OBJECT, "dictionary");
    CHECK_FAILS(realm_dictionary_clear(dictionary), RLM_ERR_INVALIDATED_OBJECT, "dictionary");
    CHECK_FAILS(realm_object_get_list(object, thing_property(realm, "list_", "int")) != NULL, RLM_ERR_INVALIDATED_OBJECT, "Thing");
    CHECK(realm_rollback(realm));
    CHECK(realm_close(realm));
    CHECK(realm_list_is_valid(list, &valid) && !valid);
    CHECK_FAILS(realm_list_size(list, &size), RLM_ERR_CLOSED_REALM, "closed");
    CHECK_FAILS(realm_set_size(set, &size), RLM_ERR_CLOSED_REALM, "closed");
    CHECK_FAILS(realm_dictionary_size(dictionary, &size), RLM_ERR_CLOSED_REALM, "closed");
    realm_release(realm);
    realm_object_release(object);
    CHECK(realm_list_retain(list) == list);
    realm_list_release(list);
    realm_list_release(list);
    realm_set_release(set);
    realm_dictionary_release(dictionary);
}

TEST(a_list_shows_what_another_handle_commits)
{
    realm_t *realm = things_realm("a.realm"), *other = things_realm("a.realm");
    realm_object_t *object, *same;
    realm_list_t *list, *seen;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    list = list_of(realm, object, "list_", "int");
    fill(list, 3);
    CHECK(realm_commit(realm));
    same = thing(other, "1");
    seen = list_of(other, same, "list_", "int");
    check_ints(seen, "0 1 2");
    CHECK(realm_begin(realm));
    CHECK(realm_list_erase(list, 1));
    check_ints(seen, "0 1 2");
    CHECK(realm_commit(realm));
    check_ints(seen, "0 2");
    realm_list_release(list);
    realm_list_release(seen);
    realm_object_release(object);
    realm_object_release(same);
    realm_release(realm);
    realm_release(other);
}
