/* Sessions with a real server, which each case starts for itself. */
#define _XOPEN_SOURCE 700

#include "device.h"
#include "server.h"
#include "waiter.h"

TEST(two_devices_exchange_what_they_write)
{
    server server = server_start("127.0.0.1:0");
    device a = device_open("a.realm", server.url, "notes");
    device b = device_open("b.realm", server.url, "notes");
    uint64_t ident_of_a = 0, ident_of_b = 0;
    add_person(a.realm, 1, "Ada");
    wait_for_upload(a.session);
    wait_for_download(b.session);
    CHECK(has_person(b.realm, 1, "Ada"));
    add_person(b.realm, 2, "Bob");
    wait_for_upload(b.session);
    wait_for_download(a.session);
    CHECK(has_person(a.realm, 2, "Bob"));
    CHECK(realm_sync_session_get_file_ident(a.session, &ident_of_a));
    CHECK(realm_sync_session_get_file_ident(b.session, &ident_of_b));
    CHECK(ident_of_a != 0 && ident_of_b != 0 && ident_of_a != ident_of_b);
    CHECK_INT(connection_state(a.session), RLM_SYNC_SESSION_CONNECTION_STATE_CONNECTED);
    device_close(&a);
    device_close(&b);
    server_stop(&server);
}

TEST(connection_state_callbacks_tell_of_the_connection)
{
    server server = server_start("127.0.0.1:0");
    device a = device_open("a.realm", server.url, "notes");
    realm_callback_token_t *token;
    waiter states;
    int calls;
    waiter_init(&states);
    CHECK(realm_sync_session_stop(a.session));
    token = realm_sync_session_add_connection_state_callback(a.session, waiter_connection_state, &states, waiter_free);
    CHECK(token != NULL);
    CHECK(realm_sync_session_start(a.session));
    waiter_wait_state(&states, RLM_SYNC_SESSION_CONNECTION_STATE_CONNECTED);
    CHECK(realm_callback_token_remove(token));
    calls = waiter_calls(&states);
    CHECK(realm_sync_session_stop(a.session));
    CHECK(realm_sync_session_start(a.session));
    wait_for_download(a.session);
    CHECK_INT(waiter_calls(&states), calls);
    realm_callback_token_release(token);
    device_close(&a);
    CHECK_INT(states.frees, 1);
    server_stop(&server);
}

typedef struct from_inside {
    waiter done;
    device *device;
} from_inside;

static void sessions_are_left(void *userdata, const realm_error_t *error)
{
    (void)userdata;
    CHECK_INT(error->number, RLM_ERR_DEADLINE_EXCEEDED);
}

static void use_everything(void *userdata, const realm_error_t *error)
{
    from_inside *inside = userdata;
    bool has_sessions = false;
    realm_sync_session_t *session = inside->device->session;
    CHECK(error == NULL);
    CHECK(realm_sync_session_stop(session));
    CHECK_INT(session_state(session), RLM_SYNC_SESSION_STATE_PAUSED);
    CHECK(realm_sync_client_stop_all(inside->device->client));
    CHECK(realm_sync_client_start_all(inside->device->client));
    CHECK(realm_sync_session_start(session));
    CHECK(realm_sync_client_has_sessions(inside->device->client, &has_sessions));
    CHECK(has_sessions);
    CHECK(realm_sync_client_wait_for_sessions(inside->device->client, 1, sessions_are_left, NULL, NULL));
    CHECK(realm_sync_session_wait_for_download(session, waiter_complete, &inside->done, waiter_free));
}

TEST(every_function_may_be_called_from_inside_a_callback)
{
    server server = server_start("127.0.0.1:0");
    device a = device_open("a.realm", server.url, "notes");
    from_inside inside;
    waiter_init(&inside.done);
    inside.device = &a;
    CHECK(realm_sync_session_wait_for_download(a.session, use_everything, &inside, NULL));
    waiter_wait_frees(&inside.done, 1);
    CHECK_INT(inside.done.error, 0);
    device_close(&a);
    server_stop(&server);
}

static void close_the_realm(void *userdata, const realm_error_t *error)
{
    from_inside *inside = userdata;
    CHECK(error == NULL);
    CHECK(realm_close(inside->device->realm));
    waiter_complete(&inside->done, NULL);
}

TEST(a_realm_may_be_closed_from_inside_a_callback)
{
    server server = server_start("127.0.0.1:0");
    device a = device_open("a.realm", server.url, "notes");
    from_inside inside;
    waiter_init(&inside.done);
    inside.device = &a;
    CHECK(realm_sync_session_wait_for_download(a.session, close_the_realm, &inside, NULL));
    waiter_wait_calls(&inside.done, 1);
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_INACTIVE);
    device_close(&a);
    server_stop(&server);
}

static void release_everything(void *userdata, const realm_error_t *error)
{
    from_inside *inside = userdata;
    device *device = inside->device;
    CHECK(error == NULL);
    realm_sync_session_release(device->session);
    realm_release(device->realm);
    realm_sync_config_release(device->sync_config);
    realm_user_release(device->user);
    realm_sync_client_release(device->client);
    waiter_complete(&inside->done, NULL);
}

TEST(a_client_may_be_released_from_inside_its_own_callback)
{
    server server = server_start("127.0.0.1:0");
    device a = device_open("a.realm", server.url, "notes");
    from_inside inside;
    waiter_init(&inside.done);
    inside.device = &a;
    CHECK(realm_sync_session_wait_for_download(a.session, release_everything, &inside, NULL));
    waiter_wait_calls(&inside.done, 1);
    server_stop(&server);
}

TEST(what_was_written_before_closing_goes_up_after_the_next_open)
{
    server server = server_start("127.0.0.1:0");
    device a = device_open("a.realm", server.url, "notes");
    device b;
    CHECK(realm_sync_session_stop(a.session));
    add_person(a.realm, 1, "Ada");
    device_close(&a);
    a = device_open("a.realm", server.url, "notes");
    wait_for_upload(a.session);
    b = device_open("b.realm", server.url, "notes");
    wait_for_download(b.session);
    CHECK(has_person(b.realm, 1, "Ada"));
    device_close(&a);
    device_close(&b);
    server_stop(&server);
}

TEST(the_example_of_two_devices_runs)
{
    server server = server_start("127.0.0.1:0");
    const char *expected = "tablet, started, has 3: \"milk\" \"bread\" \"tea\"\nphone has 3: \"milk\" \"bread\" \"tea\"\n";
    char command[512], output[1024] = "";
    FILE *example;
    size_t size;
    snprintf(command, sizeof command, "%s %s .", getenv("TWO_DEVICES"), server.url);
    example = popen(command, "r");
    CHECK(example != NULL);
    size = fread(output, 1, sizeof output - 1, example);
    CHECK_INT(pclose(example), 0);
    if (size < strlen(expected) || strcmp(output + size - strlen(expected), expected) != 0)
        FAIL("the example printed: %s", output);
    server_stop(&server);
}
