/* Two devices sync one realm; the second is stopped, and catches up when it is started.
 *
 *   cargo build --release
 *   cc -I include examples/c/two_devices.c -L target/release -lrealm_sync -lpthread -o two_devices
 *   target/release/realm-sync-server serve --dev --data server-data &
 *   LD_LIBRARY_PATH=target/release ./two_devices ws://127.0.0.1:7800 .
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "realm_sync.h"

typedef struct device {
    realm_t *realm;
    realm_sync_session_t *session;
    realm_class_key_t note;
    realm_property_key_t text;
} device;

/* Ends the program with the last error, unless the call succeeded. */
static void check(bool succeeded, const char *what)
{
    realm_error_t error;
    if (succeeded)
        return;
    realm_error_get_last(&error);
    fprintf(stderr, "%s: error %d: %.*s\n", what, (int)error.number, (int)error.message.size, error.message.data);
    exit(1);
}

static realm_string_t string(const char *characters)
{
    realm_string_t string;
    string.data = characters;
    string.size = strlen(characters);
    return string;
}

static realm_schema_t *make_schema(void)
{
    realm_schema_t *schema = realm_schema_new();
    realm_property_t id = { 0 }, text = { 0 };
    id.name = string("_id");
    id.type = RLM_PROPERTY_TYPE_INT;
    id.flags = RLM_PROPERTY_FLAG_PRIMARY_KEY;
    text.name = string("text");
    text.type = RLM_PROPERTY_TYPE_STRING;
    check(realm_schema_add_class(schema, string("Note"), RLM_CLASS_KIND_TOP_LEVEL), "add the class");
    check(realm_schema_add_property(schema, string("Note"), &id), "add _id");
    check(realm_schema_add_property(schema, string("Note"), &text), "add text");
    return schema;
}

/* Opening a synced realm starts its session. */
static device open_device(const realm_sync_config_t *sync_config, const char *path)
{
    device opened;
    realm_schema_t *schema = make_schema();
    realm_config_t *config = realm_config_new();
    check(realm_config_set_path(config, string(path)), "set the path");
    check(realm_config_set_schema(config, schema), "set the schema");
    check(realm_config_set_sync_config(config, sync_config), "set the sync config");
    opened.realm = realm_open(config);
    check(opened.realm != NULL, "open the realm");
    opened.session = realm_get_sync_session(opened.realm);
    check(realm_find_class(opened.realm, string("Note"), &opened.note), "find the class");
    check(realm_find_property(opened.realm, opened.note, string("text"), &opened.text), "find the property");
    realm_config_release(config);
    realm_schema_release(schema);
    return opened;
}

static void close_device(device *device)
{
    realm_sync_session_release(device->session);
    realm_release(device->realm);
}

static void write_note(device *device, int64_t id, const char *characters)
{
    realm_value_t key, text;
    realm_object_t *note;
    key.type = RLM_VALUE_TYPE_INT;
    key.data.integer = id;
    text.type = RLM_VALUE_TYPE_STRING;
    text.data.string = string(characters);
    check(realm_begin(device->realm), "begin");
    note = realm_object_create(device->realm, device->note, &key);
    check(note != NULL, "create a note");
    check(realm_object_set_value(note, device->text, &text), "set the text");
    check(realm_commit(device->realm), "commit");
    realm_object_release(note);
}

static void print_notes(const device *device, const char *name)
{
    realm_results_t *notes = realm_results_new(device->realm, device->note);
    size_t at, size = 0;
    check(realm_results_size(notes, &size), "count the notes");
    printf("%s has %zu:", name, size);
    for (at = 0; at < size; at++) {
        realm_object_t *note = realm_results_get_object(notes, at);
        realm_value_t text;
        check(note != NULL && realm_object_get_value(note, device->text, &text), "read a note");
        printf(" \"%.*s\"", (int)text.data.string.size, text.data.string.data);
        realm_object_release(note);
    }
    printf("\n");
    realm_results_release(notes);
}

/* A wait completes on another thread; this one waits for that. */
typedef struct completion {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool done;
} completion;

static void complete(void *userdata, const realm_error_t *error)
{
    completion *waiting = userdata;
    if (error != NULL) {
        fprintf(stderr, "sync: error %d: %.*s\n", (int)error->number, (int)error->message.size, error->message.data);
        exit(1);
    }
    pthread_mutex_lock(&waiting->lock);
    waiting->done = true;
    pthread_cond_signal(&waiting->changed);
    pthread_mutex_unlock(&waiting->lock);
}

typedef bool wait_for(realm_sync_session_t *, realm_sync_session_wait_func_t, void *, realm_userdata_free_func_t);

static void wait(wait_for *begin, realm_sync_session_t *session)
{
    completion waiting = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false };
    check(begin(session, complete, &waiting, NULL), "wait");
    pthread_mutex_lock(&waiting.lock);
    while (!waiting.done)
        pthread_cond_wait(&waiting.changed, &waiting.lock);
    pthread_mutex_unlock(&waiting.lock);
}

static void sync_both(device *phone, device *tablet)
{
    wait(realm_sync_session_wait_for_upload, phone->session);
    wait(realm_sync_session_wait_for_upload, tablet->session);
    wait(realm_sync_session_wait_for_download, phone->session);
    wait(realm_sync_session_wait_for_download, tablet->session);
}

int main(int argc, char **argv)
{
    realm_sync_client_t *client;
    realm_user_t *user;
    realm_sync_config_t *sync_config;
    device phone, tablet;
    char path[512];
    if (argc != 3) {
        fprintf(stderr, "usage: %s <server URL> <folder for the realms>\n", argv[0]);
        return 2;
    }
    client = realm_sync_client_open(NULL);
    check(client != NULL, "open a client");
    user = realm_user_new(string("ada"), string("token"));
    check(user != NULL, "make a user");
    sync_config = realm_sync_config_new(client, user, string(argv[1]), string("notes"));
    check(sync_config != NULL, "make a sync config");
    snprintf(path, sizeof path, "%s/phone.realm", argv[2]);
    phone = open_device(sync_config, path);
    snprintf(path, sizeof path, "%s/tablet.realm", argv[2]);
    tablet = open_device(sync_config, path);

    write_note(&phone, 1, "milk");
    sync_both(&phone, &tablet);
    print_notes(&tablet, "tablet");

    check(realm_sync_session_stop(tablet.session), "stop");
    write_note(&tablet, 2, "bread");
    write_note(&phone, 3, "tea");
    wait(realm_sync_session_wait_for_upload, phone.session);
    print_notes(&tablet, "tablet, stopped,");
    print_notes(&phone, "phone");

    check(realm_sync_session_start(tablet.session), "start");
    sync_both(&phone, &tablet);
    print_notes(&tablet, "tablet, started,");
    print_notes(&phone, "phone");

    close_device(&phone);
    close_device(&tablet);
    check(realm_sync_client_close(client), "close the client");
    realm_sync_config_release(sync_config);
    realm_user_release(user);
    realm_sync_client_release(client);
    return 0;
}
