/* What two devices do to one realm by way of a server. */
#include "device.h"
#include "server.h"
#include "values.h"

static const char *const KEYS[] = { "", "$set", "a.b", "\xF0\x9F\x90\x98", "key" };

typedef struct pair {
    server server;
    device a;
    device b;
} pair;

static pair pair_open(void)
{
    pair made;
    made.server = server_start("127.0.0.1:0");
    made.a = device_open_with("a.realm", made.server.url, "things", things_schema());
    made.b = device_open_with("b.realm", made.server.url, "things", things_schema());
    return made;
}

static void pair_close(pair *pair)
{
    device_close(&pair->a);
    device_close(&pair->b);
    server_stop(&pair->server);
}

/* Until each has what the other wrote. */
static void pair_exchange(pair *pair)
{
    wait_for_upload(pair->a.session);
    wait_for_upload(pair->b.session);
    wait_for_download(pair->a.session);
    wait_for_download(pair->b.session);
}

static void build(realm_t *realm)
{
    realm_object_t *object, *part;
    realm_list_t *ints, *parts, *nested;
    realm_set_t *set;
    realm_dictionary_t *dictionary;
    realm_value_t value;
    int64_t at;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    ints = list_of(realm, object, "list_", "int");
    parts = list_of(realm, object, "list_", "embedded");
    set = set_of(realm, object, "set_", "int");
    dictionary = dictionary_of(realm, object, "dictionary_", "int");
    nested = realm_object_set_list(object, thing_property(realm, "", "mixed"));
    for (at = 0; at < 5; at++) {
        value = int_value(at);
        CHECK(realm_list_insert_value(ints, (size_t)at, &value));
        CHECK(realm_set_insert(set, &value, NULL));
        CHECK(realm_dictionary_set_value(dictionary, text(KEYS[at]), &value));
        CHECK(realm_list_insert_value(nested, (size_t)at, &value));
        part = realm_list_insert_embedded(parts, (size_t)at);
        CHECK(realm_object_set_value(part, property_key(realm, "Part", "mixed"), &value));
        realm_object_release(part);
    }
    CHECK(realm_commit(realm));
    realm_list_release(nested);
    realm_list_release(ints);
    realm_list_release(parts);
    realm_set_release(set);
    realm_dictionary_release(dictionary);
    realm_object_release(object);
}

static void change(realm_t *realm)
{
    realm_object_t *object, *part;
    realm_list_t *ints, *parts, *nested;
    realm_set_t *set;
    realm_dictionary_t *dictionary;
    realm_value_t value = int_value(9);
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    ints = list_of(realm, object, "list_", "int");
    parts = list_of(realm, object, "list_", "embedded");
    nested = list_of(realm, object, "", "mixed");
    set = set_of(realm, object, "set_", "int");
    dictionary = dictionary_of(realm, object, "dictionary_", "int");
    CHECK(realm_list_move(ints, 4, 0));
    CHECK(realm_list_erase(ints, 1));
    CHECK(realm_list_set_value(ints, 3, &value));
    CHECK(realm_list_move(parts, 0, 4));
    CHECK(realm_list_erase(parts, 0));
    part = realm_list_set_embedded(parts, 0);
    CHECK(realm_object_set_value(part, property_key(realm, "Part", "mixed"), &value));
    value = int_value(0);
    CHECK(realm_set_erase(set, &value, NULL));
    CHECK(realm_dictionary_erase(dictionary, text(KEYS[0]), NULL));
    CHECK(realm_list_clear(nested));
    CHECK(realm_commit(realm));
    realm_object_release(part);
    realm_list_release(nested);
    realm_list_release(ints);
    realm_list_release(parts);
    realm_set_release(set);
    realm_dictionary_release(dictionary);
    realm_object_release(object);
}

static void check_changed(realm_t *realm)
{
    static const int64_t expected[] = { 4, 1, 2, 9 }, expected_parts[] = { 9, 3, 4, 0 };
    realm_object_t *object = thing(realm, "1");
    realm_list_t *ints = list_of(realm, object, "list_", "int"), *parts = list_of(realm, object, "list_", "embedded");
    realm_list_t *nested = list_of(realm, object, "", "mixed");
    realm_set_t *set = set_of(realm, object, "set_", "int");
    realm_dictionary_t *dictionary = dictionary_of(realm, object, "dictionary_", "int");
    realm_value_t value = int_value(0);
    bool found = true;
    size_t at;
    CHECK_INT(list_size(ints), 4);
    CHECK_INT(list_size(parts), 4);
    for (at = 0; at < 4; at++) {
        realm_object_t *part = realm_list_get_embedded(parts, at);
        CHECK(part != NULL);
        CHECK_SAME(list_value(ints, at), int_value(expected[at]));
        CHECK_SAME(object_value(part, property_key(realm, "Part", "mixed")), int_value(expected_parts[at]));
        realm_object_release(part);
    }
    CHECK_INT(list_size(nested), 0);
    CHECK(realm_set_find(set, &value, &found));
    CHECK(!found);
    CHECK_INT(set_size(set), 4);
    CHECK_INT(dictionary_size(dictionary), 4);
    realm_list_release(nested);
    realm_list_release(ints);
    realm_list_release(parts);
    realm_set_release(set);
    realm_dictionary_release(dictionary);
    realm_object_release(object);
}

TEST(changes_inside_of_collections_arrive_on_the_other_device)
{
    pair pair = pair_open();
    build(pair.a.realm);
    pair_exchange(&pair);
    change(pair.a.realm);
    check_changed(pair.a.realm);
    pair_exchange(&pair);
    check_changed(pair.b.realm);
    pair_close(&pair);
}

static realm_object_t *target_of(realm_t *realm)
{
    realm_value_t key = int_value(1);
    return realm_object_find(realm, class_key(realm, "Target"), &key);
}

TEST(a_link_to_an_object_that_another_device_erased_is_hidden_until_the_object_returns)
{
    pair pair = pair_open();
    realm_object_t *target, *object;
    realm_list_t *list;
    realm_dictionary_t *dictionary;
    realm_value_t link;
    CHECK(realm_begin(pair.a.realm));
    realm_object_release(create_object(pair.a.realm, "Target", int_value(1)));
    realm_object_release(thing(pair.a.realm, "1"));
    CHECK(realm_commit(pair.a.realm));
    pair_exchange(&pair);
    CHECK(realm_sync_session_stop(pair.b.session));
    CHECK(realm_begin(pair.b.realm));
    object = thing(pair.b.realm, "1");
    target = target_of(pair.b.realm);
    link = link_value(target);
    list = list_of(pair.b.realm, object, "list_", "link");
    dictionary = dictionary_of(pair.b.realm, object, "dictionary_", "link");
    CHECK(realm_list_insert_value(list, 0, &link));
    CHECK(realm_dictionary_set_value(dictionary, text("a"), &link));
    CHECK(realm_commit(pair.b.realm));
    realm_object_release(target);
    CHECK(realm_begin(pair.a.realm));
    target = target_of(pair.a.realm);
    CHECK(realm_object_erase(target));
    CHECK(realm_commit(pair.a.realm));
    realm_object_release(target);
    wait_for_upload(pair.a.session);
    CHECK(realm_sync_session_start(pair.b.session));
    pair_exchange(&pair);
    CHECK_INT(list_size(list), 0);
    CHECK_FAILS(realm_list_get_value(list, 0, &link), RLM_ERR_INDEX_OUT_OF_BOUNDS, "0");
    CHECK_INT(dictionary_size(dictionary), 1);
    CHECK_SAME(dictionary_value(dictionary, "a"), null_value());
    CHECK(realm_begin(pair.a.realm));
    realm_object_release(create_object(pair.a.realm, "Target", int_value(1)));
    CHECK(realm_commit(pair.a.realm));
    pair_exchange(&pair);
    CHECK_INT(list_size(list), 1);
    CHECK_INT(list_value(list, 0).type, RLM_VALUE_TYPE_LINK);
    CHECK_INT(dictionary_value(dictionary, "a").type, RLM_VALUE_TYPE_LINK);
    realm_list_release(list);
    realm_dictionary_release(dictionary);
    realm_object_release(object);
    pair_close(&pair);
}

TEST(additions_of_two_devices_add_up_and_a_default_gives_way)
{
    pair pair = pair_open();
    realm_object_t *of_a, *of_b;
    realm_property_key_t number = thing_property(pair.a.realm, "", "int"), other = thing_property(pair.b.realm, "", "int");
    realm_property_key_t name = thing_property(pair.a.realm, "", "string");
    realm_value_t value = int_value(100), set = string_value("set"), fallback = string_value("default");
    CHECK(realm_begin(pair.a.realm));
    of_a = thing(pair.a.realm, "1");
    CHECK(realm_object_set_value(of_a, number, &value));
    CHECK(realm_commit(pair.a.realm));
    pair_exchange(&pair);
    CHECK(realm_sync_session_stop(pair.b.session));
    CHECK(realm_begin(pair.a.realm));
    CHECK(realm_object_add_int(of_a, number, 5));
    CHECK(realm_object_set_value(of_a, name, &set));
    CHECK(realm_commit(pair.a.realm));
    CHECK(realm_begin(pair.b.realm));
    of_b = thing(pair.b.realm, "1");
    CHECK(realm_object_add_int(of_b, other, -7));
    CHECK(realm_object_set_default_value(of_b, thing_property(pair.b.realm, "", "string"), &fallback));
    CHECK(realm_commit(pair.b.realm));
    wait_for_upload(pair.a.session);
    CHECK(realm_sync_session_start(pair.b.session));
    pair_exchange(&pair);
    CHECK_SAME(object_value(of_a, number), int_value(98));
    CHECK_SAME(object_value(of_b, other), int_value(98));
    CHECK_SAME(object_value(of_a, name), set);
    CHECK_SAME(object_value(of_b, thing_property(pair.b.realm, "", "string")), set);
    realm_object_release(of_a);
    realm_object_release(of_b);
    pair_close(&pair);
}

/* An int, a nullable one, a mixed value, and one within an embedded object. */
static void add_everywhere(realm_t *realm, realm_object_t *object, int64_t amount)
{
    realm_object_t *part = realm_object_get_embedded(object, thing_property(realm, "", "embedded"));
    CHECK(part != NULL);
    CHECK(realm_object_add_int(object, thing_property(realm, "optional_", "int"), amount));
    CHECK(realm_object_add_int(object, thing_property(realm, "", "mixed"), amount));
    CHECK(realm_object_add_int(part, property_key(realm, "Part", "mixed"), amount));
    realm_object_release(part);
}

static void check_everywhere(realm_t *realm, int64_t sum)
{
    realm_object_t *object = thing(realm, "1");
    realm_object_t *part = realm_object_get_embedded(object, thing_property(realm, "", "embedded"));
    CHECK(part != NULL);
    CHECK_SAME(object_value(object, thing_property(realm, "optional_", "int")), int_value(sum));
    CHECK_SAME(object_value(object, thing_property(realm, "", "mixed")), int_value(sum));
    CHECK_SAME(object_value(part, property_key(realm, "Part", "mixed")), int_value(sum));
    realm_object_release(part);
    realm_object_release(object);
}

TEST(additions_add_up_in_nullable_mixed_and_embedded_counters)
{
    pair pair = pair_open();
    realm_t *a = pair.a.realm, *b = pair.b.realm;
    realm_property_key_t mixed = thing_property(a, "", "mixed"), optional = thing_property(a, "optional_", "int");
    realm_value_t start = int_value(INT64_MAX), none = null_value(), word = string_value("word");
    realm_object_t *of_a, *of_b, *part;
    CHECK(realm_begin(a));
    of_a = thing(a, "1");
    part = realm_object_set_embedded(of_a, thing_property(a, "", "embedded"));
    CHECK(realm_object_set_value(of_a, optional, &start));
    CHECK(realm_object_set_value(of_a, mixed, &start));
    CHECK(realm_object_set_value(part, property_key(a, "Part", "mixed"), &start));
    CHECK(realm_commit(a));
    pair_exchange(&pair);
    CHECK(realm_sync_session_stop(pair.b.session));
    CHECK(realm_begin(a));
    add_everywhere(a, of_a, 5);
    CHECK(realm_commit(a));
    CHECK(realm_begin(b));
    of_b = thing(b, "1");
    add_everywhere(b, of_b, 2);
    CHECK(realm_commit(b));
    wait_for_upload(pair.a.session);
    CHECK(realm_sync_session_start(pair.b.session));
    pair_exchange(&pair);
    check_everywhere(a, INT64_MIN + 6);
    check_everywhere(b, INT64_MIN + 6);
    CHECK(realm_begin(a));
    CHECK(realm_object_set_value(of_a, mixed, &word));
    CHECK_FAILS(realm_object_add_int(of_a, mixed, 1), RLM_ERR_PROPERTY_TYPE_MISMATCH, "mixed");
    CHECK(realm_object_set_value(of_a, mixed, &none));
    CHECK_FAILS(realm_object_add_int(of_a, mixed, 1), RLM_ERR_PROPERTY_TYPE_MISMATCH, "mixed");
    CHECK(realm_commit(a));
    realm_object_release(part);
    realm_object_release(of_a);
    realm_object_release(of_b);
    pair_close(&pair);
}

TEST(asymmetric_objects_are_uploaded_and_kept_by_nobody)
{
    pair pair = pair_open();
    realm_object_t *event, *part;
    realm_property_key_t mixed = property_key(pair.a.realm, "Event", "mixed");
    realm_value_t value = int_value(1), key = object_id_value(1);
    realm_t *realms[2];
    size_t count, at;
    CHECK(realm_begin(pair.a.realm));
    event = create_object(pair.a.realm, "Event", key);
    CHECK(realm_object_set_value(event, mixed, &value));
    part = realm_object_set_embedded(event, property_key(pair.a.realm, "Event", "part"));
    CHECK(part != NULL);
    CHECK(realm_commit(pair.a.realm));
    CHECK_FAILS(realm_object_get_value(event, mixed, &value), RLM_ERR_INVALIDATED_OBJECT, "erased");
    pair_exchange(&pair);
    realms[0] = pair.a.realm;
    realms[1] = pair.b.realm;
    for (at = 0; at < 2; at++) {
        realm_results_t *results = realm_results_new(realms[at], class_key(realms[at], "Event"));
        CHECK(realm_results_size(results, &count));
        CHECK_INT(count, 0);
        CHECK_FAILS(realm_object_find(realms[at], class_key(realms[at], "Event"), &key) != NULL, RLM_ERR_NO_SUCH_OBJECT, "");
        realm_results_release(results);
    }
    realm_object_release(part);
    realm_object_release(event);
    pair_close(&pair);
}
