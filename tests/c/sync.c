/* Sessions with a real server, which each case starts for itself. */
#define _XOPEN_SOURCE 700

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"
#include "waiter.h"

typedef struct server {
    pid_t process;
    char url[128];
} server;

/* Starts the server on a free port, with its data in the test's own folder. */
static server server_start(const char *listen)
{
    server started;
    const char *binary = getenv("REALM_SYNC_SERVER");
    char line[128] = "";
    FILE *output;
    int pipes[2];
    if (binary == NULL || pipe(pipes) != 0)
        FAIL("REALM_SYNC_SERVER must name the server binary");
    started.process = fork();
    if (started.process == 0) {
        dup2(pipes[1], STDOUT_FILENO);
        close(pipes[0]);
        close(pipes[1]);
        execl(binary, binary, "serve", "--dev", "--data", "server-data", "--listen", listen, "--log", "warn", (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    output = fdopen(pipes[0], "r");
    if (fgets(line, sizeof line, output) == NULL || strncmp(line, "listening on ", 13) != 0)
        FAIL("the server did not start: %s", line);
    fclose(output);
    line[strcspn(line, "\n")] = 0;
    snprintf(started.url, sizeof started.url, "ws://%.100s", line + 13);
    return started;
}

static void server_stop(server *server)
{
    int status;
    kill(server->process, SIGTERM);
    if (waitpid(server->process, &status, 0) != server->process || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        FAIL("the server ended with status %d", status);
}

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

TEST(a_stopped_session_exchanges_nothing_until_it_is_started)
{
    server server = server_start("127.0.0.1:0");
    device a = device_open("a.realm", server.url, "notes");
    device b = device_open("b.realm", server.url, "notes");
    waiter uploaded;
    waiter_init(&uploaded);
    wait_for_download(a.session);
    CHECK(realm_sync_session_stop(a.session));
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_PAUSED);
    add_person(a.realm, 1, "Ada");
    CHECK(realm_sync_session_wait_for_upload(a.session, waiter_complete, &uploaded, waiter_free));
    add_person(b.realm, 2, "Bob");
    wait_for_upload(b.session);
    wait_for_download(b.session);
    CHECK(!has_person(b.realm, 1, "Ada"));
    CHECK(!has_person(a.realm, 2, "Bob"));
    CHECK_INT(waiter_calls(&uploaded), 0);
    CHECK(realm_sync_session_start(a.session));
    waiter_wait_frees(&uploaded, 1);
    CHECK_INT(uploaded.calls, 1);
    CHECK_INT(uploaded.error, 0);
    wait_for_download(a.session);
    CHECK(has_person(a.realm, 2, "Bob"));
    wait_for_download(b.session);
    CHECK(has_person(b.realm, 1, "Ada"));
    device_close(&a);
    device_close(&b);
    server_stop(&server);
}

TEST(sessions_of_one_client_stop_by_themselves)
{
    server server = server_start("127.0.0.1:0");
    device a = device_open("a.realm", server.url, "one");
    device b = device_open("b.realm", server.url, "two");
    realm_sync_config_t *config = realm_sync_config_new(a.client, a.user, text(server.url), text("two"));
    realm_sync_config_t *kept = a.sync_config;
    realm_t *second;
    realm_sync_session_t *session;
    a.sync_config = config;
    second = device_open_again(&a, "second.realm");
    session = realm_get_sync_session(second);
    CHECK(realm_sync_session_stop(a.session));
    add_person(second, 1, "Ada");
    wait_for_upload(session);
    wait_for_download(b.session);
    CHECK(has_person(b.realm, 1, "Ada"));
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_PAUSED);
    CHECK_INT(session_state(session), RLM_SYNC_SESSION_STATE_ACTIVE);
    realm_sync_session_release(session);
    realm_release(second);
    realm_sync_config_release(kept);
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

static void use_everything(void *userdata, const realm_error_t *error)
{
    from_inside *inside = userdata;
    realm_sync_session_t *session = inside->device->session;
    CHECK(error == NULL);
    CHECK(realm_sync_session_stop(session));
    CHECK_INT(session_state(session), RLM_SYNC_SESSION_STATE_PAUSED);
    CHECK(realm_sync_client_stop_all(inside->device->client));
    CHECK(realm_sync_client_start_all(inside->device->client));
    CHECK(realm_sync_session_start(session));
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

TEST(start_connects_now_though_a_backoff_was_running)
{
    server server = server_start("127.0.0.1:0");
    char address[128];
    device a;
    waiter states;
    realm_callback_token_t *token;
    snprintf(address, sizeof address, "%.100s", server.url + 5);
    a = device_open("a.realm", server.url, "notes");
    wait_for_download(a.session);
    waiter_init(&states);
    token = realm_sync_session_add_connection_state_callback(a.session, waiter_connection_state, &states, waiter_free);
    server_stop(&server);
    waiter_wait_state(&states, RLM_SYNC_SESSION_CONNECTION_STATE_DISCONNECTED);
    server = server_start(address);
    CHECK(realm_sync_session_stop(a.session));
    CHECK(realm_sync_session_start(a.session));
    wait_for_download(a.session);
    realm_callback_token_release(token);
    device_close(&a);
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
