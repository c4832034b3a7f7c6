/* Change callbacks: how they begin and end, and what may be called from inside them. */
#define _XOPEN_SOURCE 700

#include "device.h"
#include "values.h"
#include "watch.h"

static realm_object_t *person(realm_t *realm, int64_t id)
{
    realm_object_t *object;
    CHECK(realm_begin(realm));
    object = create_object(realm, "Person", int_value(id));
    CHECK(realm_commit(realm));
    return object;
}

static void set_age(realm_t *realm, realm_object_t *object, int64_t age)
{
    realm_value_t value = int_value(age);
    CHECK(realm_begin(realm));
    CHECK(realm_object_set_value(object, property_key(realm, "Person", "age"), &value));
    CHECK(realm_commit(realm));
}

TEST(the_thread_for_changes_lives_from_the_first_callback_to_the_close_of_the_last_realm_that_had_one)
{
    realm_t *realm = people_realm("a.realm"), *other = people_realm("b.realm");
    realm_object_t *ada = person(realm, 1), *bob = person(other, 1);
    int threads = thread_count();
    watch first, second, third;
    watch_object(&first, ada);
    CHECK_INT(thread_count(), threads + 1);
    watch_class(&second, realm, "Person");
    watch_object(&third, bob);
    CHECK_INT(thread_count(), threads + 1);
    watch_end(&first);
    watch_end(&second);
    CHECK(realm_close(realm));
    set_age(other, bob, 7);
    CHECK_REPORT(&third, modified(other, "Person", "age"));
    CHECK_INT(thread_count(), threads + 1);
    watch_end(&third);
    realm_object_release(bob);
    realm_release(other);
    CHECK_INT(thread_count(), threads);
    realm_object_release(ada);
    realm_release(realm);
}

TEST(userdata_is_freed_once_in_whichever_order_things_are_released)
{
    static const char *const orders[] = { "tor", "tro", "otr", "ort", "rto", "rot", "ctor", "ocrt", "tcor" };
    int threads = thread_count();
    size_t at, step;
    for (at = 0; at < sizeof orders / sizeof orders[0]; at++) {
        realm_t *realm = people_realm("a.realm"), *writer = people_realm("a.realm");
        realm_object_t *ada = person(realm, (int64_t)at), *same;
        realm_value_t key = int_value((int64_t)at);
        watch watch;
        watch_object(&watch, ada);
        same = realm_object_find(writer, class_key(writer, "Person"), &key);
        CHECK(same != NULL);
        /* Reports may be on their way. */
        set_age(writer, same, 1);
        set_age(writer, same, 2);
        for (step = 0; orders[at][step] != 0; step++) {
            switch (orders[at][step]) {
            case 't': realm_callback_token_release(watch.token); break;
            case 'o': realm_object_release(ada); break;
            case 'r': realm_release(realm); break;
            case 'c': CHECK(realm_close(realm)); break;
            }
            set_age(writer, same, 3 + (int64_t)step);
        }
        watch_wait_free(&watch);
        CHECK_INT(thread_count(), threads);
        CHECK_INT(watch.frees, 1);
        CHECK(watch.count <= 2 + (int)step);
        realm_object_release(same);
        realm_release(writer);
    }
}

static void count_free(void *userdata)
{
    ((counter *)userdata)->frees++;
}

static void never(void *userdata, realm_object_changes_t *changes)
{
    (void)userdata;
    (void)changes;
    FAIL("a callback ran that was not registered");
}

static void never_of_class(void *userdata, realm_class_changes_t *changes)
{
    (void)userdata;
    (void)changes;
    FAIL("a callback ran that was not registered");
}

TEST(a_callback_that_cannot_be_added_frees_its_userdata)
{
    realm_t *realm = things_realm("a.realm"), *people = people_realm("b.realm");
    realm_object_t *ada = person(people, 1);
    realm_list_t *list;
    realm_object_t *object;
    counter counter = { 0, 0, 0 };
    CHECK_FAILS(realm_object_add_change_callback(ada, NULL, &counter, count_free) != NULL, RLM_ERR_INVALID_ARGUMENT, "callback");
    CHECK_INT(counter.frees, 1);
    CHECK_FAILS(realm_object_add_change_callback(NULL, never, &counter, count_free) != NULL, RLM_ERR_INVALID_ARGUMENT, "object");
    CHECK_INT(counter.frees, 2);
    CHECK(realm_begin(people));
    CHECK_FAILS(realm_object_add_change_callback(ada, never, &counter, count_free) != NULL, RLM_ERR_WRONG_TRANSACTION_STATE, "");
    CHECK_INT(counter.frees, 3);
    CHECK(realm_object_erase(ada));
    CHECK(realm_commit(people));
    CHECK_FAILS(realm_object_add_change_callback(ada, never, &counter, count_free) != NULL, RLM_ERR_INVALIDATED_OBJECT, "");
    CHECK_INT(counter.frees, 4);
    CHECK_FAILS(realm_add_class_change_callback(people, 9999, never_of_class, &counter, count_free) != NULL,
                RLM_ERR_NO_SUCH_TABLE, "9999");
    CHECK_INT(counter.frees, 5);
    CHECK_FAILS(realm_add_class_change_callback(realm, class_key(realm, "Part"), never_of_class, &counter, count_free) != NULL,
                RLM_ERR_TOP_LEVEL_OBJECT, "Part");
    CHECK_FAILS(realm_add_class_change_callback(realm, class_key(realm, "Event"), never_of_class, &counter, count_free) != NULL,
                RLM_ERR_TOP_LEVEL_OBJECT, "Event");
    CHECK_INT(counter.frees, 7);
    CHECK(realm_close(people));
    CHECK_FAILS(realm_object_add_change_callback(ada, never, &counter, count_free) != NULL, RLM_ERR_CLOSED_REALM, "");
    CHECK_INT(counter.frees, 8);
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    list = realm_object_set_list(object, thing_property(realm, "", "mixed"));
    CHECK(list != NULL);
    CHECK(realm_object_erase(object));
    CHECK(realm_commit(realm));
    CHECK_FAILS(realm_list_add_change_callback(list, watch_collection_changes, &counter, count_free) != NULL,
                RLM_ERR_INVALIDATED_OBJECT, "list");
    CHECK_INT(counter.frees, 9);
    CHECK_INT(counter.calls, 0);
    realm_list_release(list);
    realm_object_release(object);
    realm_object_release(ada);
    realm_release(people);
    realm_release(realm);
}

static void close_on_free(void *userdata)
{
    CHECK(realm_close(userdata));
}

TEST(freeing_userdata_may_call_the_library)
{
    realm_t *realm = people_realm("a.realm");
    realm_object_t *ada = person(realm, 1);
    bool closed = false;
    CHECK(realm_begin(realm));
    CHECK_FAILS(realm_object_add_change_callback(ada, never, realm, close_on_free) != NULL, RLM_ERR_WRONG_TRANSACTION_STATE, "");
    CHECK(realm_is_closed(realm, &closed) && closed);
    realm_object_release(ada);
    realm_release(realm);
}

static void remove_itself(watch *watch)
{
    CHECK(realm_callback_token_remove(watch->token));
    CHECK_INT(watch->frees, 0);
}

TEST(a_change_callback_that_removes_itself_has_run_for_the_last_time)
{
    realm_t *realm = people_realm("a.realm");
    realm_object_t *ada = person(realm, 1);
    watch watch, second;
    watch_init(&watch);
    watch.inside = remove_itself;
    watch.token = realm_object_add_change_callback(ada, watch_object_changes, &watch, watch_free);
    CHECK(watch.token != NULL);
    watch_object(&second, ada);
    set_age(realm, ada, 1);
    set_age(realm, ada, 2);
    CHECK_REPORT(&watch, modified(realm, "Person", "age"));
    CHECK_REPORT(&second, modified(realm, "Person", "age"));
    CHECK_REPORT(&second, modified(realm, "Person", "age"));
    watch_end(&watch);
    watch_end(&second);
    realm_object_release(ada);
    realm_release(realm);
}

/* A callback that waits until it is let go on, and then works a while: it opens that many realms. */
typedef struct latch {
    int is_open;
    int work;
    int passed;
} latch;

static void wait_at_latch(watch *watch)
{
    latch *latch = watch->data;
    int at;
    pthread_mutex_lock(&watch->lock);
    while (!latch->is_open)
        pthread_cond_wait(&watch->changed, &watch->lock);
    pthread_mutex_unlock(&watch->lock);
    for (at = 0; at < latch->work; at++)
        realm_release(people_realm("work.realm"));
    latch->passed++;
}

static void *open_latch(void *data)
{
    watch *watch = data;
    latch *latch = watch->data;
    pthread_mutex_lock(&watch->lock);
    latch->is_open = 1;
    pthread_cond_broadcast(&watch->changed);
    pthread_mutex_unlock(&watch->lock);
    return NULL;
}

static void watch_with_latch(watch *watch, latch *latch, realm_object_t *object)
{
    latch->is_open = latch->work = latch->passed = 0;
    watch_init(watch);
    watch->inside = wait_at_latch;
    watch->data = latch;
    watch->token = realm_object_add_change_callback(object, watch_object_changes, watch, watch_free);
    CHECK(watch->token != NULL);
}

TEST(commits_do_not_wait_for_change_callbacks)
{
    realm_t *realm = people_realm("a.realm");
    realm_object_t *ada = person(realm, 1);
    watch watch;
    latch latch;
    int64_t age;
    watch_with_latch(&watch, &latch, ada);
    for (age = 1; age <= 5; age++)
        set_age(realm, ada, age);
    CHECK_REPORT(&watch, modified(realm, "Person", "age"));
    CHECK_NO_REPORT(&watch);
    open_latch(&watch);
    for (age = 2; age <= 5; age++)
        CHECK_REPORT(&watch, modified(realm, "Person", "age"));
    watch_end(&watch);
    realm_object_release(ada);
    realm_release(realm);
}

TEST(removing_a_token_and_closing_a_realm_wait_for_a_change_callback_that_runs)
{
    realm_t *other = people_realm("other.realm");
    watch keeps_the_thread;
    int by_close;
    watch_class(&keeps_the_thread, other, "Person");
    for (by_close = 0; by_close < 2; by_close++) {
        realm_t *realm = people_realm(by_close ? "b.realm" : "a.realm");
        realm_object_t *ada = person(realm, 1);
        pthread_t opener;
        watch watch;
        latch latch;
        watch_with_latch(&watch, &latch, ada);
        latch.work = 100;
        set_age(realm, ada, 1);
        set_age(realm, ada, 2);
        CHECK_REPORT(&watch, modified(realm, "Person", "age"));
        CHECK_INT(pthread_create(&opener, NULL, open_latch, &watch), 0);
        CHECK(by_close ? realm_close(realm) : realm_callback_token_remove(watch.token));
        CHECK_INT(latch.passed, 1);
        CHECK_INT(watch.frees, 1);
        CHECK_INT(pthread_join(opener, NULL), 0);
        CHECK_NO_REPORT(&watch);
        realm_callback_token_release(watch.token);
        realm_object_release(ada);
        realm_release(realm);
    }
    watch_end(&keeps_the_thread);
    realm_release(other);
}

static void wait_at_latch_and_write(watch *watch)
{
    realm_t *own;
    wait_at_latch(watch);
    own = people_realm("a.realm");
    CHECK(realm_begin(own));
    CHECK(realm_rollback(own));
    realm_release(own);
}

TEST(a_realm_that_is_closed_while_it_writes_lets_its_change_callback_write)
{
    realm_t *realm = people_realm("a.realm");
    realm_object_t *ada = person(realm, 1);
    watch watch;
    latch latch;
    watch_with_latch(&watch, &latch, ada);
    watch.inside = wait_at_latch_and_write;
    set_age(realm, ada, 1);
    CHECK_REPORT(&watch, modified(realm, "Person", "age"));
    CHECK(realm_begin(realm));
    open_latch(&watch);
    CHECK(realm_close(realm));
    CHECK_INT(latch.passed, 1);
    watch_end(&watch);
    realm_object_release(ada);
    realm_release(realm);
}

/* What a callback does with handles of its own, and with the realm that it was added through. */
typedef struct inside {
    realm_t *realm;
    realm_callback_token_t *other;
    realm_callback_token_t *added;
    watch of_added;
} inside;

static void do_everything(watch *watch)
{
    inside *inside = watch->data;
    realm_t *own = people_realm("a.realm");
    realm_value_t key = int_value(1);
    realm_object_t *ada = realm_object_find(own, class_key(own, "Person"), &key);
    realm_value_t age;
    CHECK(ada != NULL);
    age = object_value(ada, property_key(own, "Person", "age"));
    CHECK_INT(age.data.integer, 1);
    CHECK(realm_callback_token_remove(inside->other));
    /* Reported to those that are left, and never to this one: it ends before this call does. */
    watch_object(&inside->of_added, ada);
    set_age(own, ada, 2);
    CHECK(realm_close(inside->realm));
    CHECK_INT(watch->frees, 0);
    set_age(own, ada, 3);
    CHECK(realm_callback_token_remove(inside->of_added.token));
    CHECK_INT(inside->of_added.count, 0);
    CHECK_INT(inside->of_added.frees, 1);
    realm_callback_token_release(inside->of_added.token);
    realm_object_release(ada);
    realm_release(own);
}

TEST(a_change_callback_may_read_write_add_remove_and_close)
{
    realm_t *realm = people_realm("a.realm");
    realm_object_t *ada = person(realm, 1);
    watch watch, other;
    inside inside;
    const char *report = modified(realm, "Person", "age");
    inside.realm = realm;
    watch_init(&watch);
    watch.inside = do_everything;
    watch.data = &inside;
    watch.token = realm_object_add_change_callback(ada, watch_object_changes, &watch, watch_free);
    CHECK(watch.token != NULL);
    watch_object(&other, ada);
    inside.other = other.token;
    set_age(realm, ada, 1);
    CHECK_REPORT(&watch, report);
    watch_wait_free(&watch);
    watch_wait_free(&other);
    CHECK_INT(watch.count, 1);
    CHECK_INT(other.count, 0);
    realm_callback_token_release(watch.token);
    realm_callback_token_release(other.token);
    realm_object_release(ada);
    realm_release(realm);
}

TEST(realms_in_memory_and_handles_that_only_read_report_too)
{
    realm_config_t *config = realm_config_new();
    realm_t *realm = people_realm("a.realm"), *reader;
    realm_object_t *ada = person(realm, 1);
    watch watch;
    CHECK(realm_config_set_path(config, text("a.realm")));
    CHECK(realm_config_set_read_only(config, true));
    reader = realm_open(config);
    CHECK(reader != NULL);
    watch_class(&watch, reader, "Person");
    set_age(realm, ada, 1);
    CHECK_REPORT(&watch, "~1");
    watch_end(&watch);
    realm_object_release(ada);
    realm_release(reader);
    realm_release(realm);
    realm_config_release(config);
    {
        realm_schema_t *schema = people_schema();
        config = realm_config_new();
        CHECK(realm_config_set_path(config, text("memory")));
        CHECK(realm_config_set_schema(config, schema));
        CHECK(realm_config_set_in_memory(config, true));
        realm = realm_open(config);
        reader = realm_open(config);
        CHECK(realm != NULL && reader != NULL);
        realm_schema_release(schema);
        realm_config_release(config);
    }
    watch_class(&watch, reader, "Person");
    ada = person(realm, 5);
    CHECK_REPORT(&watch, "+5");
    watch_end(&watch);
    realm_object_release(ada);
    realm_release(reader);
    realm_release(realm);
}

static void count_class_changes(void *userdata, realm_class_changes_t *changes)
{
    watch *watch = userdata;
    size_t count = 0;
    CHECK(realm_class_changes_get_modifications(changes, NULL, 0, &count));
    CHECK_INT(count, 1);
    pthread_mutex_lock(&watch->lock);
    watch->count++;
    pthread_mutex_unlock(&watch->lock);
}

#define WRITERS 4
#define ROUNDS 25

typedef struct writer {
    pthread_t thread;
    int64_t id;
    const char *report;
} writer;

/* Opens, watches an object that nobody else writes, writes it twice, and ends all that in one of three ways. */
static void *watch_and_write(void *data)
{
    const writer *writer = data;
    int round;
    for (round = 0; round < ROUNDS; round++) {
        realm_t *realm = people_realm("a.realm");
        realm_value_t key = int_value(writer->id);
        realm_object_t *object = realm_object_find(realm, class_key(realm, "Person"), &key);
        watch own, others;
        CHECK(object != NULL);
        watch_object(&own, object);
        watch_init(&others);
        others.token = realm_add_class_change_callback(realm, class_key(realm, "Person"), count_class_changes, &others, watch_free);
        CHECK(others.token != NULL);
        set_age(realm, object, 2 * round + 1);
        set_age(realm, object, 2 * round + 2);
        CHECK_REPORT(&own, writer->report);
        CHECK_REPORT(&own, writer->report);
        if (round % 3 == 0)
            CHECK(realm_callback_token_remove(others.token));
        if (round % 3 == 1)
            CHECK(realm_close(realm));
        realm_callback_token_release(others.token);
        watch_end(&own);
        realm_object_release(object);
        realm_release(realm);
        CHECK_INT(others.frees, 1);
    }
    return NULL;
}

TEST(change_callbacks_come_and_go_on_every_thread_while_others_commit)
{
    realm_t *realm = people_realm("a.realm");
    char report[64];
    writer writers[WRITERS];
    int at, threads = thread_count();
    snprintf(report, sizeof report, "%s", modified(realm, "Person", "age"));
    for (at = 0; at < WRITERS; at++)
        realm_object_release(person(realm, at));
    for (at = 0; at < WRITERS; at++) {
        writers[at].id = at;
        writers[at].report = report;
        CHECK_INT(pthread_create(&writers[at].thread, NULL, watch_and_write, &writers[at]), 0);
    }
    for (at = 0; at < WRITERS; at++)
        CHECK_INT(pthread_join(writers[at].thread, NULL), 0);
    CHECK_INT(thread_count(), threads);
    realm_release(realm);
}
