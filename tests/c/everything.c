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
    size_t at, size, same = 0;
    bool found = false;
    if (walk->is_writing)
        CHECK(realm_set_insert(set, &value, NULL));
    CHECK(realm_set_find(set, &value, &found));
    CHECK(found);
    /* What is found may be equal without being the same: 0.0 for -0.0. */
    size = set_size(set);
    for (at = 0; at < size; at++) {
        realm_value_t member;
        CHECK(realm_set_get_value(set, at, &member));
        same += (size_t)same_value(member, value);
    }
    CHECK_INT(same, 1);
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

/* Lists and dictionaries that hold all values, as elements of a list. */
static void nests_in_list(walk *walk, realm_list_t *list, size_t index, const realm_value_t *values, size_t count)
{
    realm_list_t *inner =
        walk->is_writing ? realm_list_insert_list(list, index) : realm_list_get_list(list, index);
    realm_dictionary_t *dictionary = walk->is_writing ? realm_list_insert_dictionary(list, index + 1)
                                                      : realm_list_get_dictionary(list, index + 1);
    size_t at;
    CHECK(inner != NULL && dictionary != NULL);
    for (at = 0; at < count; at++) {
        element_is(walk, inner, at, values[at]);
        entry_is(walk, dictionary, key_at(at), values[at]);
    }
    CHECK_INT(list_size(inner), count);
    CHECK_INT(dictionary_size(dictionary), count);
    realm_list_release(inner);
    realm_dictionary_release(dictionary);
}

/* The same, as entries of a dictionary. */
static void nests_in_dictionary(walk *walk, realm_dictionary_t *outer, const realm_value_t *values, size_t count)
{
    realm_list_t *list = walk->is_writing ? realm_dictionary_set_list(outer, text("$list"))
                                          : realm_dictionary_get_list(outer, text("$list"));
    realm_dictionary_t *inner = walk->is_writing ? realm_dictionary_set_dictionary(outer, text(""))
                                                 : realm_dictionary_get_dictionary(outer, text(""));
    size_t at;
    CHECK(list != NULL && inner != NULL);
    for (at = 0; at < count; at++) {
        element_is(walk, list, at, values[at]);
        entry_is(walk, inner, key_at(at), values[at]);
    }
    CHECK_INT(list_size(list), count);
    CHECK_INT(dictionary_size(inner), count);
    realm_list_release(list);
    realm_dictionary_release(inner);
}

static void collections_in_collections_of_mixed(walk *walk)
{
    realm_value_t values[ALL_MAX];
    size_t count = all_values(walk->realm, values);
    realm_property_key_t mixed = thing_property(walk->realm, "", "mixed");
    realm_object_t *object, *part;
    realm_list_t *list;
    realm_dictionary_t *dictionary;
    begin(walk);
    object = thing(walk->realm, "nests");
    list = list_of(walk->realm, object, "list_", "mixed");
    nests_in_list(walk, list, 0, values, count);
    realm_list_release(list);
    dictionary = dictionary_of(walk->realm, object, "dictionary_", "mixed");
    nests_in_dictionary(walk, dictionary, values, count);
    realm_dictionary_release(dictionary);
    dictionary = walk->is_writing ? realm_object_set_dictionary(object, mixed) : realm_object_get_dictionary(object, mixed);
    CHECK(dictionary != NULL);
    nests_in_dictionary(walk, dictionary, values, count);
    realm_dictionary_release(dictionary);
    part = part_of(walk, object, thing_property(walk->realm, "", "embedded"));
    list = realm_object_get_list(part, property_key(walk->realm, "Part", "list_mixed"));
    CHECK(list != NULL);
    nests_in_list(walk, list, 0, values, count);
    realm_list_release(list);
    mixed = property_key(walk->realm, "Part", "mixed");
    dictionary = walk->is_writing ? realm_object_set_dictionary(part, mixed) : realm_object_get_dictionary(part, mixed);
    CHECK(dictionary != NULL);
    nests_in_dictionary(walk, dictionary, values, count);
    realm_dictionary_release(dictionary);
    realm_object_release(part);
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
    collections_in_collections_of_mixed(&walk);
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
