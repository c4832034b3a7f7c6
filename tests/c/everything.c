/* Every value in every place that can hold it, from one device to another by way of a server. */
#include "device.h"
#include "server.h"
#include "values.h"

#define ALL_MAX 128

/* The same walk writes the values on one device, and checks them on the other. */
typedef struct walk {
    realm_t *realm;
    int is_writing;
} walk;

static void property_is(walk *walk, realm_object_t *object, realm_property_key_t property, realm_value_t value)
{
    if (walk->is_writing)
        CHECK(realm_object_set_value(object, property, &value));
    CHECK_SAME(object_value(object, property), value);
}

static void element_is(walk *walk, realm_list_t *list, size_t index, realm_value_t value)
{
    if (walk->is_writing)
        CHECK(realm_list_insert_value(list, index, &value));
    CHECK_SAME(list_value(list, index), value);
}

static void member_is(walk *walk, realm_set_t *set, realm_value_t value)
{
    bool found = false;
    if (walk->is_writing)
        CHECK(realm_set_insert(set, &value, NULL));
    CHECK(realm_set_find(set, &value, &found));
    CHECK(found);
}

static void entry_is(walk *walk, realm_dictionary_t *dictionary, const char *key, realm_value_t value)
{
    if (walk->is_writing)
        CHECK(realm_dictionary_set_value(dictionary, text(key), &value));
    CHECK_SAME(dictionary_value(dictionary, key), value);
}

static void begin(walk *walk)
{
    if (walk->is_writing)
        CHECK(realm_begin(walk->realm));
}

static void end(walk *walk)
{
    if (walk->is_writing)
        CHECK(realm_commit(walk->realm));
}

static realm_object_t *part_of(walk *walk, realm_object_t *object, realm_property_key_t property)
{
    realm_object_t *part =
        walk->is_writing ? realm_object_set_embedded(object, property) : realm_object_get_embedded(object, property);
    CHECK(part != NULL);
    return part;
}

static const char *key_at(size_t index)
{
    static const char *const keys[] = { "", "$set", "a.b", "\xF0\x9F\x90\x98" };
    static char key[32];
    if (index < sizeof keys / sizeof keys[0])
        return keys[index];
    snprintf(key, sizeof key, "key%zu", index);
    return key;
}

/* The lists, sets and dictionaries of the property `name` hold exactly these values. */
static void collections_are(walk *walk, realm_object_t *object, const char *optional, const char *name,
                            const realm_value_t *values, size_t count)
{
    char list_prefix[32], set_prefix[32], dictionary_prefix[32];
    realm_list_t *list;
    realm_set_t *set;
    realm_dictionary_t *dictionary;
    size_t at;
    snprintf(list_prefix, sizeof list_prefix, "list_%s", optional);
    snprintf(set_prefix, sizeof set_prefix, "set_%s", optional);
    snprintf(dictionary_prefix, sizeof dictionary_prefix, "dictionary_%s", optional);
    list = list_of(walk->realm, object, list_prefix, name);
    set = set_of(walk->realm, object, set_prefix, name);
    dictionary = dictionary_of(walk->realm, object, dictionary_prefix, name);
    for (at = 0; at < count; at++) {
        element_is(walk, list, at, values[at]);
        member_is(walk, set, values[at]);
        entry_is(walk, dictionary, key_at(at), values[at]);
    }
    CHECK_INT(list_size(list), count);
    CHECK_INT(set_size(set), count);
    CHECK_INT(dictionary_size(dictionary), count);
    realm_list_release(list);
    realm_set_release(set);
    realm_dictionary_release(dictionary);
}

static void values_of_a_type(walk *walk, size_t type)
{
    const char *name = types[type].name;
    realm_value_t values[17];
    size_t at, count = edge_values(type, values);
    realm_object_t *object;
    begin(walk);
    for (at = 0; at < count; at++) {
        char key[32];
        snprintf(key, sizeof key, "%s %zu", name, at);
        object = thing(walk->realm, key);
        property_is(walk, object, thing_property(walk->realm, "", name), values[at]);
        property_is(walk, object, thing_property(walk->realm, "optional_", name), values[at]);
        property_is(walk, object, thing_property(walk->realm, "", "mixed"), values[at]);
        realm_object_release(object);
    }
    object = thing(walk->realm, name);
    property_is(walk, object, thing_property(walk->realm, "optional_", name), null_value());
    collections_are(walk, object, "", name, values, count);
    values[count++] = null_value();
    collections_are(walk, object, "optional_", name, values, count);
    realm_object_release(object);
    end(walk);
}

/* Every value of every type, null, and a link. */
static size_t all_values(realm_t *realm, realm_value_t *values)
{
    realm_value_t key = int_value(INT64_MIN);
    realm_object_t *target = realm_object_find(realm, class_key(realm, "Target"), &key);
    size_t type, count = 0;
    for (type = 0; type < TYPE_COUNT; type++)
        count += edge_values(type, values + count);
    values[count++] = null_value();
    CHECK(target != NULL);
    values[count++] = link_value(target);
    realm_object_release(target);
    return count;
}

static void links(walk *walk)
{
    realm_object_t *object, *target, *loose;
    realm_list_t *list;
    realm_dictionary_t *dictionary;
    realm_value_t link;
    begin(walk);
    if (walk->is_writing) {
        realm_object_release(create_object(walk->realm, "Target", int_value(INT64_MIN)));
        loose = realm_object_create(walk->realm, class_key(walk->realm, "Loose"), NULL);
        CHECK(loose != NULL);
    } else {
        realm_results_t *results = realm_results_new(walk->realm, class_key(walk->realm, "Loose"));
        loose = realm_results_get_object(results, 0);
        CHECK(loose != NULL);
        realm_results_release(results);
    }
    property_is(walk, loose, property_key(walk->realm, "Loose", "mixed"), string_value("loose"));
    object = thing(walk->realm, "links");
    link = int_value(INT64_MIN);
    target = realm_object_find(walk->realm, class_key(walk->realm, "Target"), &link);
    link = link_value(target);
    property_is(walk, object, thing_property(walk->realm, "", "link"), link);
    collections_are(walk, object, "", "link", &link, 1);
    realm_object_release(object);
    object = thing(walk->realm, "null link");
    property_is(walk, object, thing_property(walk->realm, "", "link"), null_value());
    dictionary = dictionary_of(walk->realm, object, "dictionary_", "link");
    entry_is(walk, dictionary, "null", null_value());
    list = list_of(walk->realm, object, "list_", "loose");
    element_is(walk, list, 0, link_value(loose));
    element_is(walk, list, 1, link_value(loose));
    realm_list_release(list);
    realm_dictionary_release(dictionary);
    realm_object_release(target);
    realm_object_release(loose);
    realm_object_release(object);
    end(walk);
}

static void mixed_values(walk *walk)
{
    realm_value_t values[ALL_MAX];
    size_t count = all_values(walk->realm, values);
    realm_object_t *object;
    begin(walk);
    object = thing(walk->realm, "mixed");
    collections_are(walk, object, "", "mixed", values, count);
    property_is(walk, object, thing_property(walk->realm, "", "mixed"), values[count - 1]);
    realm_object_release(object);
    end(walk);
}

static void part_is(walk *walk, realm_object_t *part, const realm_value_t *values, size_t count)
{
    realm_list_t *list = realm_object_get_list(part, property_key(walk->realm, "Part", "list_mixed"));
    size_t at;
    CHECK(list != NULL);
    property_is(walk, part, property_key(walk->realm, "Part", "mixed"), values[0]);
    for (at = 0; at < count; at++)
        element_is(walk, list, at, values[at]);
    CHECK_INT(list_size(list), count);
    realm_list_release(list);
}

static void embedded_objects(walk *walk)
{
    realm_value_t values[ALL_MAX];
    size_t type, count = all_values(walk->realm, values);
    realm_object_t *object, *part, *inner;
    realm_list_t *list;
    realm_dictionary_t *dictionary;
    begin(walk);
    object = thing(walk->realm, "embedded");
    part = part_of(walk, object, thing_property(walk->realm, "", "embedded"));
    part_is(walk, part, values, count);
    property_is(walk, part, property_key(walk->realm, "Part", "link"), values[count - 1]);
    inner = part_of(walk, part, property_key(walk->realm, "Part", "part"));
    property_is(walk, inner, property_key(walk->realm, "Part", "name"), string_value("inner"));
    CHECK_SAME(object_value(inner, property_key(walk->realm, "Part", "part")), null_value());
    realm_object_release(inner);
    realm_object_release(part);
    list = list_of(walk->realm, object, "list_", "embedded");
    dictionary = dictionary_of(walk->realm, object, "dictionary_", "embedded");
    for (type = 0; type < TYPE_COUNT; type++) {
        count = edge_values(type, values);
        part = walk->is_writing ? realm_list_insert_embedded(list, type) : realm_list_get_embedded(list, type);
        CHECK(part != NULL);
        part_is(walk, part, values, count);
        realm_object_release(part);
        part = walk->is_writing ? realm_dictionary_set_embedded(dictionary, text(key_at(type)))
                                : realm_dictionary_get_embedded(dictionary, text(key_at(type)));
        CHECK(part != NULL);
        part_is(walk, part, values, count);
        realm_object_release(part);
    }
    entry_is(walk, dictionary, "null", null_value());
    CHECK_INT(list_size(list), TYPE_COUNT);
    CHECK_INT(dictionary_size(dictionary), TYPE_COUNT + 1);
    realm_list_release(list);
    realm_dictionary_release(dictionary);
    realm_object_release(object);
    end(walk);
}

/* A list in a dictionary in a list, and so on to the deepest; each holds a value beside. */
static void nested_collections(walk *walk)
{
    realm_value_t values[ALL_MAX];
    size_t at, depth, count = all_values(walk->realm, values);
    realm_property_key_t mixed = thing_property(walk->realm, "", "mixed");
    realm_object_t *object;
    realm_list_t *list, *inner;
    realm_dictionary_t *dictionary;
    begin(walk);
    object = thing(walk->realm, "nested");
    list = walk->is_writing ? realm_object_set_list(object, mixed) : realm_object_get_list(object, mixed);
    CHECK(list != NULL);
    for (at = 0; at < count; at++)
        element_is(walk, list, at, values[at]);
    for (depth = 2; depth < 100; depth += 2) {
        size_t last = depth == 2 ? count : 1;
        dictionary = walk->is_writing ? realm_list_insert_dictionary(list, last) : realm_list_get_dictionary(list, last);
        CHECK(dictionary != NULL);
        CHECK_INT(list_size(list), last + 1);
        entry_is(walk, dictionary, "value", values[depth % count]);
        inner = walk->is_writing ? realm_dictionary_set_list(dictionary, text("list"))
                                 : realm_dictionary_get_list(dictionary, text("list"));
        CHECK(inner != NULL);
        CHECK_INT(dictionary_size(dictionary), 2);
        element_is(walk, inner, 0, int_value((int64_t)depth));
        realm_dictionary_release(dictionary);
        realm_list_release(list);
        list = inner;
    }
    realm_list_release(list);
    realm_object_release(object);
    end(walk);
}

static void everything(realm_t *realm, int is_writing)
{
    walk walk;
    size_t type;
    walk.realm = realm;
    walk.is_writing = is_writing;
    for (type = 0; type < TYPE_COUNT; type++)
        values_of_a_type(&walk, type);
    links(&walk);
    mixed_values(&walk);
    embedded_objects(&walk);
    nested_collections(&walk);
}

TEST(every_value_arrives_exactly_in_every_place_that_can_hold_it)
{
    server server = server_start("127.0.0.1:0");
    device a = device_open_with("a.realm", server.url, "things", things_schema());
    device b;
    everything(a.realm, 1);
    everything(a.realm, 0);
    wait_for_upload(a.session);
    b = device_open_with("b.realm", server.url, "things", things_schema());
    wait_for_download(b.session);
    everything(b.realm, 0);
    device_close(&a);
    device_close(&b);
    server_stop(&server);
}

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
        CHECK(realm_dictionary_set_value(dictionary, text(key_at((size_t)at)), &value));
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
    CHECK(realm_dictionary_erase(dictionary, text(key_at(0)), NULL));
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
