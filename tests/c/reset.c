/* Client resets: a server that lost its data, and what a host sees and decides. */
#define _XOPEN_SOURCE 700

#include "device.h"
#include "server.h"
#include "waiter.h"
#include "watch.h"

/* A device whose person 1 was synced, and whose person 2 never was; then the server loses everything. The realm is
 * closed, so that the config can be changed before it is opened again. */
static device lost_device(server *server)
{
    device device;
    char listen[128];
    *server = server_start("127.0.0.1:0");
    device = device_open("a.realm", server->url, "notes");
    add_person(device.realm, 1, "Ada");
    wait_for_upload(device.session);
    CHECK(realm_sync_session_stop(device.session));
    add_person(device.realm, 2, "Bob");
    CHECK(realm_close(device.realm));
    realm_release(device.realm);
    realm_sync_session_release(device.session);
    server_stop(server);
    snprintf(listen, sizeof listen, "%s", server->url + strlen("ws://"));
    if (rename("server-data", "lost-data") != 0)
        FAIL("the data cannot be moved");
    *server = server_start(listen);
    return device;
}

static void open_again(device *device)
{
    device->realm = device_open_again(device, "a.realm");
    device->session = realm_get_sync_session(device->realm);
    CHECK(device->session != NULL);
}

typedef struct seen {
    waiter before;
    waiter after;
    int agrees;
    int had_person_before;
    int did_recover;
} seen;

static bool see_before(void *userdata, realm_t *before)
{
    seen *seen = userdata;
    seen->had_person_before = has_person(before, 1, "Ada") && has_person(before, 2, "Bob");
    CHECK_FAILS(realm_begin(before), RLM_ERR_READ_ONLY_DB, "");
    waiter_complete(&seen->before, NULL);
    return seen->agrees;
}

static void see_after(void *userdata, realm_t *before, realm_t *after, bool did_recover)
{
    seen *seen = userdata;
    CHECK(has_person(before, 1, "Ada"));
    CHECK(!has_person(after, 1, "Ada"));
    CHECK(has_person(after, 2, "Bob"));
    add_person(after, 3, "Eve");
    seen->did_recover = did_recover;
    waiter_complete(&seen->after, NULL);
}

static void free_before(void *userdata)
{
    waiter_free(&((seen *)userdata)->before);
}

static void free_after(void *userdata)
{
    waiter_free(&((seen *)userdata)->after);
}

TEST(a_client_reset_shows_the_realm_before_and_after_it_and_keeps_what_was_not_uploaded)
{
    server server;
    device a = lost_device(&server), b;
    realm_sync_client_reset_report_t report;
    seen seen;
    bool found = false;
    memset(&seen, 0, sizeof seen);
    waiter_init(&seen.before);
    waiter_init(&seen.after);
    seen.agrees = 1;
    CHECK(realm_sync_config_set_client_reset_mode(a.sync_config, RLM_SYNC_CLIENT_RESET_MODE_RECOVER_OR_DISCARD));
    CHECK(realm_sync_config_set_before_client_reset_callback(a.sync_config, see_before, &seen, free_before));
    CHECK(realm_sync_config_set_after_client_reset_callback(a.sync_config, see_after, &seen, free_after));
    open_again(&a);
    waiter_wait_calls(&seen.after, 1);
    CHECK(seen.had_person_before);
    CHECK(seen.did_recover);
    CHECK(realm_sync_session_get_client_reset_report(a.session, &found, &report));
    CHECK(found);
    CHECK_INT(report.did_recover, 1);
    CHECK_INT(report.kept_objects, 1);
    CHECK_INT(report.discarded_changes, 0);
    CHECK_TEXT(report.backup, "");
    wait_for_upload(a.session);
    b = device_open("b.realm", server.url, "notes");
    wait_for_download(b.session);
    CHECK(!has_person(b.realm, 1, "Ada"));
    CHECK(has_person(b.realm, 2, "Bob"));
    CHECK(has_person(b.realm, 3, "Eve"));
    device_close(&b);
    device_close(&a);
    CHECK_INT(seen.before.frees, 1);
    CHECK_INT(seen.after.frees, 1);
    server_stop(&server);
}

TEST(a_manual_client_reset_waits_for_the_application_and_copies_the_file)
{
    server server;
    device a = lost_device(&server);
    realm_callback_token_t *token;
    realm_sync_client_reset_report_t report;
    realm_string_t backup;
    waiter errors;
    bool found = false;
    waiter_init(&errors);
    CHECK(realm_sync_config_set_recovery_folder(a.sync_config, text("copies")));
    token = realm_sync_config_add_error_callback(a.sync_config, waiter_error, &errors, waiter_free);
    CHECK(token != NULL);
    open_again(&a);
    waiter_wait_calls(&errors, 1);
    CHECK_INT(errors.error, RLM_ERR_SYNC_CLIENT_RESET_REQUIRED);
    CHECK(realm_sync_session_get_client_reset_backup(a.session, &backup));
    CHECK(text_contains(backup, "copies"));
    CHECK(has_person(a.realm, 1, "Ada"));
    CHECK(realm_sync_session_initiate_client_reset(a.session));
    wait_for_download(a.session);
    CHECK(realm_refresh(a.realm, NULL));
    CHECK(!has_person(a.realm, 2, "Bob"));
    CHECK(realm_sync_session_get_client_reset_report(a.session, &found, &report));
    CHECK(found);
    CHECK_INT(report.did_recover, 0);
    CHECK(text_contains(report.backup, "copies"));
    realm_callback_token_release(token);
    device_close(&a);
    server_stop(&server);
}

TEST(a_client_reset_is_reported_once_as_the_difference_it_makes)
{
    server server;
    device a = lost_device(&server);
    realm_value_t key = int_value(1);
    realm_callback_token_t *token;
    realm_object_t *ada;
    waiter errors;
    watch class, object;
    waiter_init(&errors);
    token = realm_sync_config_add_error_callback(a.sync_config, waiter_error, &errors, waiter_free);
    CHECK(token != NULL);
    open_again(&a);
    waiter_wait_calls(&errors, 1);
    ada = realm_object_find(a.realm, class_key(a.realm, "Person"), &key);
    CHECK(ada != NULL);
    watch_class(&class, a.realm, "Person");
    watch_object(&object, ada);
    CHECK(realm_sync_session_initiate_client_reset(a.session));
    CHECK_REPORT(&object, "gone");
    CHECK_REPORT(&class, "-1,2");
    wait_for_download(a.session);
    settle(a.realm, "Note");
    watch_end(&class);
    watch_end(&object);
    realm_callback_token_release(token);
    realm_object_release(ada);
    device_close(&a);
    server_stop(&server);
}

TEST(what_is_wanted_of_client_resets_can_be_read_back_and_is_freed_once)
{
    realm_sync_client_t *client = realm_sync_client_open(NULL);
    realm_user_t *user = realm_user_new(text("ada"), text("token"));
    realm_sync_config_t *config = realm_sync_config_new(client, user, text("ws://127.0.0.1:1"), text("notes"));
    realm_sync_client_reset_mode_e mode;
    realm_string_t folder;
    counter first = { 0, 0, 0 }, second = { 0, 0, 0 };
    CHECK(realm_sync_config_get_client_reset_mode(config, &mode));
    CHECK_INT(mode, RLM_SYNC_CLIENT_RESET_MODE_MANUAL);
    CHECK(realm_sync_config_set_client_reset_mode(config, RLM_SYNC_CLIENT_RESET_MODE_RECOVER));
    CHECK(realm_sync_config_get_client_reset_mode(config, &mode));
    CHECK_INT(mode, RLM_SYNC_CLIENT_RESET_MODE_RECOVER);
    CHECK_FAILS(realm_sync_config_set_client_reset_mode(config, 4), RLM_ERR_INVALID_ARGUMENT, "mode");
    CHECK(realm_sync_config_get_recovery_folder(config, &folder));
    CHECK_TEXT(folder, "");
    CHECK(realm_sync_config_set_recovery_folder(config, text("copies")));
    CHECK(realm_sync_config_get_recovery_folder(config, &folder));
    CHECK_TEXT(folder, "copies");
    CHECK(realm_sync_config_set_before_client_reset_callback(config, see_before, &first, counter_free));
    CHECK(realm_sync_config_set_before_client_reset_callback(config, see_before, &second, counter_free));
    CHECK_INT(first.frees, 1);
    CHECK(realm_sync_config_set_before_client_reset_callback(config, NULL, &first, counter_free));
    CHECK_INT(first.frees, 2);
    CHECK_INT(second.frees, 1);
    CHECK_FAILS(realm_sync_config_set_after_client_reset_callback(NULL, see_after, &second, counter_free),
                RLM_ERR_INVALID_ARGUMENT, "config");
    CHECK_INT(second.frees, 2);
    realm_sync_config_release(config);
    realm_user_release(user);
    CHECK(realm_sync_client_close(client));
    realm_sync_client_release(client);
}
