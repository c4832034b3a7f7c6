/* Two devices, one server: they converge, one is stopped, both go on writing, nothing crosses, it starts, they converge.
 *
 * usage: demo LIBRARY SERVER_URL FOLDER
 *
 * The library is loaded with dlopen, as a host does that does not link it. `ci/demo` builds and runs this. */
#define _POSIX_C_SOURCE 200809L
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "realm_sync.h"

#define FUNCTIONS(X)                                                                                                   \
    X(realm_error_get_last) X(realm_version_get_abi) X(realm_schema_new) X(realm_schema_add_class)                     \
    X(realm_schema_add_property) X(realm_schema_release) X(realm_sync_client_config_new)                               \
    X(realm_sync_client_config_release) X(realm_sync_client_open) X(realm_sync_client_close)                           \
    X(realm_sync_client_release) X(realm_user_new) X(realm_user_release) X(realm_sync_config_new)                      \
    X(realm_sync_config_release) X(realm_config_new) X(realm_config_set_path) X(realm_config_set_schema)               \
    X(realm_config_set_sync_config) X(realm_config_release) X(realm_open) X(realm_close) X(realm_release)              \
    X(realm_begin) X(realm_commit) X(realm_find_class) X(realm_find_property) X(realm_get_sync_session)                \
    X(realm_object_create) X(realm_object_find) X(realm_object_set_value) X(realm_object_get_value)                    \
    X(realm_object_get_primary_key) X(realm_object_add_int) X(realm_object_release) X(realm_results_new)               \
    X(realm_results_size) X(realm_results_get_object) X(realm_results_release) X(realm_sync_session_start)             \
    X(realm_sync_session_stop) X(realm_sync_session_get_state) X(realm_sync_session_get_connection_state)              \
    X(realm_sync_session_wait_for_upload) X(realm_sync_session_wait_for_download) X(realm_sync_session_release)

#define DECLARE(name) static __typeof__(&name) p_##name;
FUNCTIONS(DECLARE)

struct device {
    const char *name;
    char path[512];
    realm_sync_client_t *client;
    realm_t *realm;
    realm_sync_session_t *session;
    realm_class_key_t task;
    realm_property_key_t title, done;
};

static struct timespec started;

static realm_string_t text(const char *characters) {
    realm_string_t string = {characters, strlen(characters)};
    return string;
}

static void say(const char *who, const char *format, ...) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double ms = (double)(now.tv_sec - started.tv_sec) * 1e3 + (double)(now.tv_nsec - started.tv_nsec) / 1e6;
    printf("%8.1f ms  %-9s ", ms, who);
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    fflush(stdout);
}

static void fail(const char *what) {
    realm_error_t error;
    memset(&error, 0, sizeof error);
    if (p_realm_error_get_last) {
        p_realm_error_get_last(&error);
    }
    fprintf(stderr, "demo: %s failed: error %d: %.*s\n", what, (int)error.number, (int)error.message.size,
            error.message.data ? error.message.data : "");
    exit(1);
}

static void check(bool result, const char *what) {
    if (!result) {
        fail(what);
    }
}

static void load(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        fprintf(stderr, "demo: %s\n", dlerror());
        exit(1);
    }
#define RESOLVE(name)                                                                                                  \
    *(void **)&p_##name = dlsym(library, #name);                                                                       \
    if (!p_##name) {                                                                                                   \
        fprintf(stderr, "demo: the library has no %s\n", #name);                                                       \
        exit(1);                                                                                                       \
    }
    FUNCTIONS(RESOLVE)
    if (p_realm_version_get_abi() != RLM_ABI_VERSION) {
        fprintf(stderr, "demo: the library is of another ABI version than the header\n");
        exit(1);
    }
}

static realm_schema_t *make_schema(void) {
    realm_schema_t *schema = p_realm_schema_new();
    check(p_realm_schema_add_class(schema, text("Task"), RLM_CLASS_KIND_TOP_LEVEL), "adding the class");
    realm_property_t id = {text("_id"), text(""), RLM_PROPERTY_TYPE_INT, RLM_COLLECTION_TYPE_NONE,
                           RLM_PROPERTY_FLAG_PRIMARY_KEY};
    realm_property_t title = {text("title"), text(""), RLM_PROPERTY_TYPE_STRING, RLM_COLLECTION_TYPE_NONE, 0};
    realm_property_t done = {text("done"), text(""), RLM_PROPERTY_TYPE_INT, RLM_COLLECTION_TYPE_NONE, 0};
    check(p_realm_schema_add_property(schema, text("Task"), &id), "adding a property");
    check(p_realm_schema_add_property(schema, text("Task"), &title), "adding a property");
    check(p_realm_schema_add_property(schema, text("Task"), &done), "adding a property");
    return schema;
}

static void open_device(struct device *device, const char *name, const char *folder, const char *url) {
    device->name = name;
    snprintf(device->path, sizeof device->path, "%s/%s.realm", folder, name);
    realm_sync_client_config_t *options = p_realm_sync_client_config_new();
    device->client = p_realm_sync_client_open(options);
    check(device->client != NULL, "opening the sync client");
    p_realm_sync_client_config_release(options);

    realm_user_t *user = p_realm_user_new(text(name), text("demo"));
    realm_sync_config_t *sync = p_realm_sync_config_new(device->client, user, text(url), text("tasks"));
    check(sync != NULL, "configuring sync");
    realm_schema_t *schema = make_schema();
    realm_config_t *config = p_realm_config_new();
    check(p_realm_config_set_path(config, text(device->path)), "setting the path");
    check(p_realm_config_set_schema(config, schema), "setting the schema");
    check(p_realm_config_set_sync_config(config, sync), "setting the sync configuration");
    device->realm = p_realm_open(config);
    check(device->realm != NULL, "opening the realm");
    device->session = p_realm_get_sync_session(device->realm);
    check(device->session != NULL, "getting the session");
    p_realm_config_release(config);
    p_realm_schema_release(schema);
    p_realm_sync_config_release(sync);
    p_realm_user_release(user);

    check(p_realm_find_class(device->realm, text("Task"), &device->task), "finding the class");
    check(p_realm_find_property(device->realm, device->task, text("title"), &device->title), "finding title");
    check(p_realm_find_property(device->realm, device->task, text("done"), &device->done), "finding done");
    say(name, "opened %s; its session started by itself", device->path);
}

static realm_value_t integer(int64_t number) {
    realm_value_t value;
    memset(&value, 0, sizeof value);
    value.type = RLM_VALUE_TYPE_INT;
    value.data.integer = number;
    return value;
}

static void write_task(struct device *device, int64_t id, const char *title, int64_t done) {
    check(p_realm_begin(device->realm), "beginning a write");
    realm_value_t key = integer(id);
    realm_object_t *task = p_realm_object_find(device->realm, device->task, &key);
    if (!task) {
        task = p_realm_object_create(device->realm, device->task, &key);
        check(task != NULL, "creating an object");
    }
    realm_value_t value;
    memset(&value, 0, sizeof value);
    value.type = RLM_VALUE_TYPE_STRING;
    value.data.string = text(title);
    check(p_realm_object_set_value(task, device->title, &value), "setting the title");
    check(p_realm_object_add_int(task, device->done, done), "adding to done");
    p_realm_object_release(task);
    check(p_realm_commit(device->realm), "committing");
    say(device->name, "wrote task %" PRId64 ": \"%s\", done += %" PRId64, id, title, done);
}

/* What the device sees, one line an object, into `out`. */
static void look(struct device *device, char *out, size_t capacity) {
    size_t count = 0, used = 0;
    realm_results_t *all = p_realm_results_new(device->realm, device->task);
    check(all != NULL && p_realm_results_size(all, &count), "listing the tasks");
    out[0] = '\0';
    for (size_t i = 0; i < count && used < capacity; i++) {
        realm_object_t *task = p_realm_results_get_object(all, i);
        check(task != NULL, "getting an object");
        realm_value_t key, title, done;
        check(p_realm_object_get_primary_key(task, &key), "reading the key");
        check(p_realm_object_get_value(task, device->done, &done), "reading done");
        check(p_realm_object_get_value(task, device->title, &title), "reading the title");
        used += (size_t)snprintf(out + used, capacity - used, "%s%" PRId64 " \"%.*s\" (done %" PRId64 ")",
                                 i ? ", " : "", key.data.integer, (int)title.data.string.size, title.data.string.data,
                                 done.data.integer);
        p_realm_object_release(task);
    }
    p_realm_results_release(all);
}

static void show(struct device *device) {
    char seen[4096];
    look(device, seen, sizeof seen);
    say(device->name, "sees  %s", seen[0] ? seen : "nothing");
}

static void waited(void *userdata, const realm_error_t *error) {
    if (error) {
        fprintf(stderr, "demo: a wait failed: %.*s\n", (int)error->message.size, error->message.data);
        exit(1);
    }
    sem_post(userdata);
}

static void wait_for(sem_t *semaphore, const char *what) {
    struct timespec limit;
    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += 60;
    while (sem_timedwait(semaphore, &limit) != 0) {
        if (errno != EINTR) {
            fprintf(stderr, "demo: no %s within a minute\n", what);
            exit(1);
        }
    }
}

static void upload(struct device *device) {
    sem_t semaphore;
    sem_init(&semaphore, 0, 0);
    check(p_realm_sync_session_wait_for_upload(device->session, waited, &semaphore, NULL), "waiting for the upload");
    wait_for(&semaphore, "upload");
    say(device->name, "uploaded everything");
}

static void download(struct device *device) {
    sem_t semaphore;
    sem_init(&semaphore, 0, 0);
    check(p_realm_sync_session_wait_for_download(device->session, waited, &semaphore, NULL), "waiting for the download");
    wait_for(&semaphore, "download");
    say(device->name, "downloaded everything");
}

static void expect(bool holds, const char *claim) {
    say("", "%s: %s", holds ? "as promised" : "BROKEN", claim);
    if (!holds) {
        exit(1);
    }
}

static bool equal(struct device *one, struct device *other) {
    char first[4096], second[4096];
    look(one, first, sizeof first);
    look(other, second, sizeof second);
    return strcmp(first, second) == 0;
}

static void close_device(struct device *device) {
    p_realm_sync_session_release(device->session);
    check(p_realm_close(device->realm), "closing the realm");
    p_realm_release(device->realm);
    check(p_realm_sync_client_close(device->client), "closing the client");
    p_realm_sync_client_release(device->client);
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: demo LIBRARY SERVER_URL FOLDER\n");
        return 2;
    }
    clock_gettime(CLOCK_MONOTONIC, &started);
    load(argv[1]);
    struct device phone, tablet;
    open_device(&phone, "phone", argv[3], argv[2]);
    open_device(&tablet, "tablet", argv[3], argv[2]);

    write_task(&phone, 1, "buy milk", 0);
    write_task(&tablet, 2, "call home", 1);
    upload(&phone), upload(&tablet);
    download(&phone), download(&tablet);
    show(&phone), show(&tablet);
    expect(equal(&phone, &tablet), "both devices are equal");

    check(p_realm_sync_session_stop(tablet.session), "stopping the session");
    say("tablet", "STOPPED its session");
    char before[4096], after[4096];
    look(&tablet, before, sizeof before);
    write_task(&phone, 1, "buy oat milk", 1);
    write_task(&phone, 3, "water plants", 0);
    upload(&phone);
    look(&tablet, after, sizeof after);
    expect(strcmp(before, after) == 0, "nothing of the phone's writes reached the stopped tablet");
    look(&phone, before, sizeof before);
    write_task(&tablet, 2, "call mother", 5);
    write_task(&tablet, 4, "read a book", 0);
    download(&phone);
    look(&phone, after, sizeof after);
    expect(strcmp(before, after) == 0, "nothing of the stopped tablet's writes reached the phone");
    show(&phone), show(&tablet);

    check(p_realm_sync_session_start(tablet.session), "starting the session");
    say("tablet", "STARTED its session");
    upload(&tablet), download(&tablet), download(&phone);
    show(&phone), show(&tablet);
    expect(equal(&phone, &tablet), "both devices are equal again, and no write was lost");

    close_device(&phone);
    close_device(&tablet);
    printf("\nThe realm files: %s\n                 %s\n", phone.path, tablet.path);
    printf("To look inside:  sqlite3 %s 'SELECT * FROM \"Task\"'\n", phone.path);
    return 0;
}
