/* Change callbacks of a realm that another device changes, by way of a server. */
#include "device.h"
#include "server.h"
#include "values.h"
#include "watch.h"

/* Two devices with a thing in which nothing is. `a` writes, `b` watches. */
typedef struct pair {
    server server;
    device a, b;
    realm_object_t *of_a, *of_b;
} pair;

static pair pair_open(void)
{
    pair pair;
    pair.server = server_start("127.0.0.1:0");
    pair.a = device_open_with("a.realm", pair.server.url, "things", things_schema());
    pair.b = device_open_with("b.realm", pair.server.url, "things", things_schema());
    CHECK(realm_begin(pair.a.realm));
    pair.of_a = thing(pair.a.realm, "1");
    CHECK(realm_commit(pair.a.realm));
    wait_for_upload(pair.a.session);
    wait_for_download(pair.b.session);
    pair.of_b = thing(pair.b.realm, "1");
    return pair;
}

static void pair_close(pair *pair)
{
    realm_object_release(pair->of_a);
    realm_object_release(pair->of_b);
    device_close(&pair->a);
    device_close(&pair->b);
    server_stop(&pair->server);
}

static void set_int(realm_t *realm, realm_object_t *object, int64_t number)
{
    realm_value_t value = int_value(number);
    CHECK(realm_object_set_value(object, thing_property(realm, "", "int"), &value));
}

TEST(remote_commits_are_reported_once_like_local_ones)
{
    pair pair = pair_open();
    realm_t *a = pair.a.realm, *b = pair.b.realm;
    watch object, class;
    int round;
    watch_object(&object, pair.of_b);
    watch_class(&class, b, "Thing");
    for (round = 1; round <= 3; round++) {
        CHECK(realm_begin(a));
        set_int(a, pair.of_a, round * 10);
        CHECK(realm_commit(a));
        CHECK_REPORT(&object, modified(b, "Thing", "int"));
        CHECK_REPORT(&class, "~1");
        /* Its upload and what acknowledges it change nothing once more. */
        CHECK(realm_begin(b));
        set_int(b, pair.of_b, round * 10 + 1);
        CHECK(realm_commit(b));
        CHECK_REPORT(&object, modified(b, "Thing", "int"));
        CHECK_REPORT(&class, "~1");
        wait_for_upload(pair.b.session);
        wait_for_download(pair.b.session);
        wait_for_download(pair.a.session);
    }
    /* A commit that sets what is there is one to upload, and to download, and changes nothing. */
    CHECK(realm_begin(a));
    set_int(a, pair.of_a, 31);
    CHECK(realm_commit(a));
    wait_for_upload(pair.a.session);
    wait_for_download(pair.b.session);
    settle(b, "Loose");
    watch_end(&object);
    watch_end(&class);
    pair_close(&pair);
}

TEST(a_list_reports_what_another_device_inserts_moves_and_erases)
{
    pair pair = pair_open();
    realm_t *a = pair.a.realm, *b = pair.b.realm;
    realm_list_t *of_a = list_of(a, pair.of_a, "list_", "int"), *of_b = list_of(b, pair.of_b, "list_", "int");
    realm_value_t value = int_value(7), other = int_value(8);
    watch watch;
    watch_list(&watch, of_b);
#define COMMIT_REMOTELY(change, report) \
    CHECK(realm_begin(a));              \
    CHECK(change);                      \
    CHECK(realm_commit(a));             \
    CHECK_REPORT(&watch, report)
    COMMIT_REMOTELY(realm_list_insert_value(of_a, 0, &value) && realm_list_insert_value(of_a, 1, &value) &&
                        realm_list_insert_value(of_a, 2, &value),
                    "+0,1,2");
    COMMIT_REMOTELY(realm_list_insert_value(of_a, 0, &value), "+0");
    COMMIT_REMOTELY(realm_list_insert_value(of_a, 2, &value), "+2");
    COMMIT_REMOTELY(realm_list_insert_value(of_a, 5, &value), "+5");
    COMMIT_REMOTELY(realm_list_set_value(of_a, 1, &other), "~1");
    COMMIT_REMOTELY(realm_list_move(of_a, 1, 4), "-1 +4");
    COMMIT_REMOTELY(realm_list_erase(of_a, 3), "-3");
    COMMIT_REMOTELY(realm_list_clear(of_a), "-0,1,2,3,4");
#undef COMMIT_REMOTELY
    settle(b, "Loose");
    watch_end(&watch);
    realm_list_release(of_a);
    realm_list_release(of_b);
    pair_close(&pair);
}

TEST(positions_are_those_of_the_device_that_reports_also_after_a_merge)
{
    pair pair = pair_open();
    realm_t *a = pair.a.realm, *b = pair.b.realm;
    realm_list_t *of_a = list_of(a, pair.of_a, "list_", "int"), *of_b = list_of(b, pair.of_b, "list_", "int");
    realm_value_t value = int_value(7);
    watch watch;
    CHECK(realm_begin(a));
    CHECK(realm_list_insert_value(of_a, 0, &value) && realm_list_insert_value(of_a, 1, &value));
    CHECK(realm_commit(a));
    wait_for_upload(pair.a.session);
    wait_for_download(pair.b.session);
    watch_list(&watch, of_b);
    CHECK(realm_sync_session_stop(pair.b.session));
    CHECK(realm_begin(b));
    CHECK(realm_list_insert_value(of_b, 0, &value) && realm_list_insert_value(of_b, 1, &value));
    CHECK(realm_commit(b));
    CHECK_REPORT(&watch, "+0,1");
    CHECK(realm_begin(a));
    CHECK(realm_list_insert_value(of_a, 1, &value) && realm_list_erase(of_a, 2));
    CHECK(realm_commit(a));
    wait_for_upload(pair.a.session);
    CHECK(realm_sync_session_start(pair.b.session));
    CHECK_REPORT(&watch, "-3 +3");
    wait_for_upload(pair.b.session);
    wait_for_download(pair.b.session);
    settle(b, "Loose");
    watch_end(&watch);
    realm_list_release(of_a);
    realm_list_release(of_b);
    pair_close(&pair);
}

TEST(sets_dictionaries_embedded_objects_and_nested_collections_report_what_another_device_changes)
{
    pair pair = pair_open();
    realm_t *a = pair.a.realm, *b = pair.b.realm;
    realm_set_t *set_of_a = set_of(a, pair.of_a, "set_", "int"), *set_of_b = set_of(b, pair.of_b, "set_", "int");
    realm_dictionary_t *dictionary_of_a = dictionary_of(a, pair.of_a, "dictionary_", "int");
    realm_dictionary_t *dictionary_of_b = dictionary_of(b, pair.of_b, "dictionary_", "int");
    realm_property_key_t embedded = thing_property(a, "", "embedded"), mixed = thing_property(a, "", "mixed");
    realm_value_t one = int_value(1), two = int_value(2), three = int_value(3), name = string_value("part");
    realm_object_t *part_of_a, *part_of_b;
    realm_list_t *nested_of_a, *nested_of_b;
    watch set, dictionary, part, nested, owner;
    watch_set(&set, set_of_b);
    watch_dictionary(&dictionary, dictionary_of_b);
    watch_object(&owner, pair.of_b);
    CHECK(realm_begin(a));
    CHECK(realm_set_insert(set_of_a, &one, NULL) && realm_set_insert(set_of_a, &three, NULL));
    CHECK(realm_dictionary_set_value(dictionary_of_a, text("x"), &one));
    CHECK(realm_dictionary_set_value(dictionary_of_a, text("y"), &one));
    part_of_a = realm_object_set_embedded(pair.of_a, embedded);
    nested_of_a = realm_object_set_list(pair.of_a, mixed);
    CHECK(part_of_a != NULL && nested_of_a != NULL);
    CHECK(realm_commit(a));
    CHECK_REPORT(&set, "+0,1");
    CHECK_REPORT(&dictionary, "+x,y");
    CHECK_REPORT(&owner, modified(b, "Thing", "mixed embedded set_int dictionary_int"));
    part_of_b = realm_object_get_embedded(pair.of_b, thing_property(b, "", "embedded"));
    nested_of_b = realm_object_get_list(pair.of_b, thing_property(b, "", "mixed"));
    CHECK(part_of_b != NULL && nested_of_b != NULL);
    watch_object(&part, part_of_b);
    watch_list(&nested, nested_of_b);
    CHECK(realm_begin(a));
    CHECK(realm_set_insert(set_of_a, &two, NULL) && realm_set_erase(set_of_a, &one, NULL));
    CHECK(realm_dictionary_set_value(dictionary_of_a, text("y"), &two));
    CHECK(realm_dictionary_set_value(dictionary_of_a, text("z"), &two));
    CHECK(realm_dictionary_erase(dictionary_of_a, text("x"), NULL));
    CHECK(realm_object_set_value(part_of_a, property_key(a, "Part", "name"), &name));
    CHECK(realm_list_insert_value(nested_of_a, 0, &one));
    CHECK(realm_commit(a));
    CHECK_REPORT(&set, "-0 +0");
    CHECK_REPORT(&dictionary, "-x +z ~y");
    CHECK_REPORT(&part, modified(b, "Part", "name"));
    CHECK_REPORT(&nested, "+0");
    CHECK_REPORT(&owner, modified(b, "Thing", "mixed embedded set_int dictionary_int"));
    CHECK(realm_begin(a));
    CHECK(realm_object_erase(pair.of_a));
    CHECK(realm_commit(a));
    CHECK_REPORT(&set, "gone");
    CHECK_REPORT(&dictionary, "gone");
    CHECK_REPORT(&part, "gone");
    CHECK_REPORT(&nested, "gone");
    CHECK_REPORT(&owner, "gone");
    settle(b, "Loose");
    watch_end(&set);
    watch_end(&dictionary);
    watch_end(&part);
    watch_end(&nested);
    watch_end(&owner);
    realm_set_release(set_of_a);
    realm_set_release(set_of_b);
    realm_dictionary_release(dictionary_of_a);
    realm_dictionary_release(dictionary_of_b);
    realm_object_release(part_of_a);
    realm_object_release(part_of_b);
    realm_list_release(nested_of_a);
    realm_list_release(nested_of_b);
    pair_close(&pair);
}

TEST(objects_that_another_device_makes_and_erases_are_reported_with_the_links_to_them)
{
    pair pair = pair_open();
    realm_t *a = pair.a.realm, *b = pair.b.realm;
    realm_list_t *of_a = list_of(a, pair.of_a, "list_", "link"), *of_b = list_of(b, pair.of_b, "list_", "link");
    realm_property_key_t link = thing_property(a, "", "link");
    realm_object_t *target, *other;
    realm_value_t to_target, to_other;
    watch class, list, object, loose;
    watch_class(&class, b, "Target");
    watch_class(&loose, b, "Loose");
    watch_list(&list, of_b);
    watch_object(&object, pair.of_b);
    CHECK(realm_begin(a));
    target = create_object(a, "Target", int_value(1));
    other = create_object(a, "Target", int_value(2));
    to_target = link_value(target);
    to_other = link_value(other);
    CHECK(realm_object_set_value(pair.of_a, link, &to_target));
    CHECK(realm_list_insert_value(of_a, 0, &to_target) && realm_list_insert_value(of_a, 1, &to_other));
    realm_object_release(realm_object_create(a, class_key(a, "Loose"), NULL));
    CHECK(realm_commit(a));
    CHECK_REPORT(&class, "+1,2");
    CHECK_REPORT(&loose, "+keyless");
    CHECK_REPORT(&list, "+0,1");
    CHECK_REPORT(&object, modified(b, "Thing", "link list_link"));
    CHECK(realm_begin(a));
    CHECK(realm_object_erase(target));
    CHECK(realm_commit(a));
    CHECK_REPORT(&class, "-1");
    CHECK_REPORT(&list, "-0");
    CHECK_REPORT(&object, modified(b, "Thing", "link list_link"));
    settle(b, "Loose");
    CHECK_REPORT(&loose, "+keyless");
    watch_end(&class);
    watch_end(&list);
    watch_end(&object);
    watch_end(&loose);
    realm_object_release(target);
    realm_object_release(other);
    realm_list_release(of_a);
    realm_list_release(of_b);
    pair_close(&pair);
}

static realm_t *open_again(const device *device, const char *path)
{
    realm_config_t *config = realm_config_new();
    realm_t *realm;
    CHECK(realm_config_set_path(config, text(path)));
    CHECK(realm_config_set_sync_config(config, device->sync_config));
    realm = realm_open(config);
    CHECK(realm != NULL);
    realm_config_release(config);
    return realm;
}

/* Adds to what it is told of, and stops and starts the session. */
static void answer(watch *watch)
{
    pair *pair = watch->data;
    realm_t *own;
    realm_object_t *object;
    if (watch->count > 1)
        return;
    own = open_again(&pair->b, "b.realm");
    object = thing(own, "1");
    CHECK(realm_sync_session_stop(pair->b.session));
    CHECK(realm_begin(own));
    set_int(own, object, object_value(object, thing_property(own, "", "int")).data.integer + 1);
    CHECK(realm_commit(own));
    CHECK(realm_sync_session_start(pair->b.session));
    realm_object_release(object);
    realm_release(own);
}

TEST(a_change_callback_may_write_and_stop_and_start_the_session)
{
    pair pair = pair_open();
    watch there, back;
    watch_init(&there);
    there.inside = answer;
    there.data = &pair;
    there.token = realm_object_add_change_callback(pair.of_b, watch_object_changes, &there, watch_free);
    CHECK(there.token != NULL);
    watch_object(&back, pair.of_a);
    CHECK(realm_begin(pair.a.realm));
    set_int(pair.a.realm, pair.of_a, 1);
    CHECK(realm_commit(pair.a.realm));
    CHECK_REPORT(&there, modified(pair.a.realm, "Thing", "int"));
    CHECK_REPORT(&there, modified(pair.a.realm, "Thing", "int"));
    CHECK_REPORT(&back, modified(pair.a.realm, "Thing", "int"));
    CHECK_REPORT(&back, modified(pair.a.realm, "Thing", "int"));
    CHECK_INT(object_value(pair.of_a, thing_property(pair.a.realm, "", "int")).data.integer, 2);
    settle(pair.b.realm, "Loose");
    settle(pair.a.realm, "Loose");
    watch_end(&there);
    watch_end(&back);
    pair_close(&pair);
}
