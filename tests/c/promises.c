/* The promises of stop and start (docs/SESSION.md) as a C host sees them, with a real server. */
#define _XOPEN_SOURCE 700

#include <dirent.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "server.h"
#include "waiter.h"

TEST(promise_1_opening_a_synced_realm_starts_its_session)
{
    server server = server_start("127.0.0.1:0");
    device a = device_open("a.realm", server.url, "notes");
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_ACTIVE);
    wait_for_download(a.session);
    CHECK_INT(connection_state(a.session), RLM_SYNC_SESSION_CONNECTION_STATE_CONNECTED);
    device_close(&a);
    server_stop(&server);
}

TEST(promise_2_a_stop_is_done_when_it_returns)
{
    server server = server_start("127.0.0.1:0");
    device a = device_open("a.realm", server.url, "notes");
    device b = device_open("b.realm", server.url, "notes");
    waiter heard;
    realm_callback_token_t *connection, *state;
    int round;
    waiter_init(&heard);
    connection = realm_sync_session_add_connection_state_callback(a.session, waiter_connection_state, &heard, NULL);
    state = realm_sync_session_add_state_callback(a.session, waiter_state, &heard, NULL);
    for (round = 0; round < 20; round++) {
        int calls;
        add_person(a.realm, 1000 + round, "sent or not");
        add_person(b.realm, 2000 + round, "received or not");
        CHECK(realm_sync_session_stop(a.session));
        calls = waiter_calls(&heard);
        int had = has_person(a.realm, 2000 + round, "received or not");
        add_person(a.realm, round, "after the stop");
        add_person(b.realm, 100 + round, "after the stop");
        wait_for_upload(b.session);
        wait_for_download(b.session);
        CHECK(!has_person(b.realm, round, "after the stop"));
        CHECK(!has_person(a.realm, 100 + round, "after the stop"));
        CHECK_INT(has_person(a.realm, 2000 + round, "received or not"), had);
        CHECK_INT(waiter_calls(&heard), calls);
        CHECK(realm_sync_session_start(a.session));
        wait_for_upload(a.session);
        wait_for_download(a.session);
        wait_for_download(b.session);
        CHECK(has_person(b.realm, round, "after the stop"));
        CHECK(has_person(a.realm, 100 + round, "after the stop"));
    }
    realm_callback_token_release(connection);
    realm_callback_token_release(state);
    device_close(&a);
    device_close(&b);
    server_stop(&server);
}

TEST(promise_3_a_stop_is_sticky)
{
    server server = server_start("127.0.0.1:0");
    device a = device_open("a.realm", server.url, "notes");
    device b = device_open("b.realm", server.url, "notes");
    realm_t *again;
    realm_sync_session_t *same;
    wait_for_download(a.session);
    CHECK(realm_sync_session_stop(a.session));
    add_person(a.realm, 1, "Ada");
    again = device_open_again(&a, "a.realm");
    same = realm_get_sync_session(again);
    add_person(again, 2, "Bob");
    CHECK(realm_user_set_access_token(a.user, text("another")));
    CHECK(realm_sync_client_reconnect_all(a.client));
    CHECK(realm_sync_session_reconnect(a.session));
    CHECK(realm_sync_client_set_network(a.client, RLM_SYNC_REACHABILITY_NOT_REACHABLE, true));
    CHECK(realm_sync_client_set_network(a.client, RLM_SYNC_REACHABILITY_REACHABLE, false));
    CHECK(realm_user_log_out(a.user));
    CHECK(realm_user_log_in(a.user, text("another-one")));
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_PAUSED);
    CHECK_INT(session_state(same), RLM_SYNC_SESSION_STATE_PAUSED);
    wait_for_download(b.session);
    CHECK(!has_person(b.realm, 1, "Ada"));
    realm_sync_session_release(same);
    realm_release(again);
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_PAUSED);
    /* Every handle of the path is closed, and it is opened again. */
    CHECK(realm_close(a.realm));
    again = device_open_again(&a, "a.realm");
    same = realm_get_sync_session(again);
    CHECK_INT(session_state(same), RLM_SYNC_SESSION_STATE_ACTIVE);
    wait_for_upload(same);
    wait_for_download(b.session);
    CHECK(has_person(b.realm, 1, "Ada"));
    CHECK(has_person(b.realm, 2, "Bob"));
    realm_sync_session_release(same);
    realm_release(again);
    device_close(&a);
    device_close(&b);
    server_stop(&server);
}

TEST(promise_4_sessions_of_one_client_are_independent)
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

enum { DAY_MS = 24 * 3600 * 1000 };

static void on_status(void *userdata, realm_sync_session_status_t *status)
{
    realm_sync_session_reason_e reason;
    CHECK(realm_sync_session_status_get_reason(status, &reason));
    waiter_state(userdata, (realm_sync_session_state_e)0, (realm_sync_session_state_e)reason);
}

/* Returns once the session failed to connect, and waits for a day. */
static void wait_until_it_backs_off(realm_sync_session_t *session)
{
    waiter told;
    realm_callback_token_t *token;
    waiter_init(&told);
    token = realm_sync_session_add_status_callback(session, on_status, &told, waiter_free);
    CHECK(realm_sync_session_start(session));
    waiter_wait_state(&told, RLM_SYNC_SESSION_REASON_BACKS_OFF);
    CHECK(realm_callback_token_remove(token));
    realm_callback_token_release(token);
}

/* How long the session still waits for its next attempt. */
static int64_t next_attempt_ms(const realm_sync_session_t *session)
{
    realm_sync_session_status_t *status = realm_sync_session_get_status(session);
    int64_t next_attempt_ms = 0;
    CHECK(realm_sync_session_status_get_next_attempt_ms(status, &next_attempt_ms));
    realm_sync_session_status_release(status);
    return next_attempt_ms;
}

TEST(promise_5_start_connects_now_though_a_backoff_was_running)
{
    server server = server_start("127.0.0.1:0");
    realm_sync_client_config_t *patient = realm_sync_client_config_new();
    char address[128];
    device a;
    realm_sync_config_t *kept, *others;
    realm_t *other;
    realm_sync_session_t *other_session;
    int64_t others_wait_ms;
    int attempt;
    snprintf(address, sizeof address, "%.100s", server.url + 5);
    server_stop(&server);
    CHECK(realm_sync_client_config_set_backoff_max_delay_ms(patient, DAY_MS));
    CHECK(realm_sync_client_config_set_backoff_first_delay_ms(patient, DAY_MS));
    CHECK(realm_sync_client_config_set_backoff_jitter_divisor(patient, 0));
    a = device_open_on(realm_sync_client_open(patient), "a.realm", server.url, "notes");
    kept = a.sync_config;
    others = a.sync_config = realm_sync_config_new(a.client, a.user, text(server.url), text("others"));
    other = device_open_again(&a, "other.realm");
    a.sync_config = kept;
    other_session = realm_get_sync_session(other);
    wait_until_it_backs_off(a.session);
    wait_until_it_backs_off(other_session);
    others_wait_ms = next_attempt_ms(other_session);
    CHECK(others_wait_ms > DAY_MS / 2);
    /* Each start attempts at once, and leaves the schedule of the session that shares the connection alone. */
    for (attempt = 0; attempt < 20; attempt++) {
        CHECK(realm_sync_session_stop(a.session));
        wait_until_it_backs_off(a.session);
        CHECK_INT(connection_state(other_session), RLM_SYNC_SESSION_CONNECTION_STATE_DISCONNECTED);
        CHECK(next_attempt_ms(other_session) > DAY_MS / 2 && next_attempt_ms(other_session) <= others_wait_ms);
        others_wait_ms = next_attempt_ms(other_session);
    }
    server = server_start(address);
    CHECK(realm_sync_session_stop(a.session));
    CHECK(realm_sync_session_start(a.session));
    wait_for_download(a.session);
    realm_sync_session_release(other_session);
    realm_release(other);
    realm_sync_config_release(others);
    realm_sync_client_config_release(patient);
    device_close(&a);
    server_stop(&server);
}

enum { STOPPED = 100 };

/* Sockets of the network; those between the library's own threads do not count. */
static int open_sockets(void)
{
    DIR *files = opendir("/proc/self/fd");
    struct dirent *entry;
    int count = 0;
    CHECK(files != NULL);
    while ((entry = readdir(files)) != NULL) {
        struct sockaddr_storage address;
        socklen_t size = sizeof address;
        if (entry->d_name[0] != '.' && getsockname(atoi(entry->d_name), (struct sockaddr *)&address, &size) == 0)
            count += address.ss_family == AF_INET || address.ss_family == AF_INET6;
    }
    closedir(files);
    return count;
}

static void measure(time_t seconds)
{
    struct timespec window = { 0, 0 };
    window.tv_sec = seconds;
    nanosleep(&window, NULL);
}

TEST(promise_6_a_hundred_stopped_sessions_cost_nothing)
{
    server server = server_start("127.0.0.1:0");
    int threads = thread_count(), sockets = open_sockets(), number, rounds = 0;
    device first = device_open("first.realm", server.url, "first");
    realm_sync_config_t *configs[STOPPED];
    realm_sync_config_t *kept = first.sync_config;
    realm_t *realms[STOPPED];
    long before, after;
    for (number = 0; number < STOPPED; number++) {
        char name[32];
        realm_sync_session_t *session;
        snprintf(name, sizeof name, "%d.realm", number);
        configs[number] = realm_sync_config_new(first.client, first.user, text(server.url), text(name));
        CHECK(configs[number] != NULL);
        first.sync_config = configs[number];
        realms[number] = device_open_again(&first, name);
        session = realm_get_sync_session(realms[number]);
        wait_for_download(session);
        realm_sync_session_release(session);
    }
    first.sync_config = kept;
    CHECK(open_sockets() > sockets);
    CHECK(realm_sync_client_stop_all(first.client));
    CHECK_INT(open_sockets(), sockets);
    /* Files are closed behind the stop; then nothing moves any more. */
    do {
        before = library_switches();
        measure(1);
        after = library_switches();
        rounds++;
    } while (before != after && rounds < 30);
    measure(5);
    CHECK_INT(library_switches(), after);
    CHECK_INT(open_sockets(), sockets);
    for (number = 0; number < STOPPED; number++) {
        CHECK(realm_close(realms[number]));
        realm_release(realms[number]);
        realm_sync_config_release(configs[number]);
    }
    device_close(&first);
    for (rounds = 0; thread_count() != threads && rounds < 30; rounds++)
        measure(1);
    CHECK_INT(thread_count(), threads);
    server_stop(&server);
}

TEST(promise_7_what_is_written_while_stopped_is_synced_after_start_and_nothing_before)
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

enum { THREADS = 8, SECONDS = 10 };

typedef struct caller {
    pthread_t thread;
    realm_sync_session_t *session;
    unsigned random;
    time_t until;
    long calls;
} caller;

static void *start_and_stop(void *data)
{
    caller *caller = data;
    while (time(NULL) < caller->until) {
        caller->random = caller->random * 1103515245u + 12345u;
        if (caller->random >> 16 & 1) {
            CHECK(realm_sync_session_stop(caller->session));
        } else {
            CHECK(realm_sync_session_start(caller->session));
        }
        caller->calls++;
    }
    return NULL;
}

TEST(promise_8_start_and_stop_from_eight_threads_at_any_rate)
{
    server server = server_start("127.0.0.1:0");
    device a = device_open("a.realm", server.url, "notes");
    device b = device_open("b.realm", server.url, "notes");
    caller callers[THREADS];
    int number, written = 0;
    time_t until = time(NULL) + SECONDS;
    for (number = 0; number < THREADS; number++) {
        callers[number].session = a.session;
        callers[number].random = (unsigned)number;
        callers[number].until = until;
        callers[number].calls = 0;
        CHECK_INT(pthread_create(&callers[number].thread, NULL, start_and_stop, &callers[number]), 0);
    }
    while (time(NULL) < until && written < 500)
        add_person(a.realm, written++, "Ada");
    for (number = 0; number < THREADS; number++) {
        CHECK_INT(pthread_join(callers[number].thread, NULL), 0);
        CHECK(callers[number].calls > 0);
    }
    CHECK(realm_sync_session_start(a.session));
    wait_for_upload(a.session);
    wait_for_download(b.session);
    for (number = 0; number < written; number++)
        CHECK(has_person(b.realm, number, "Ada"));
    device_close(&a);
    device_close(&b);
    server_stop(&server);
}

TEST(promise_9_the_host_can_read_how_long_it_may_be_away)
{
    server server = server_start("127.0.0.1:0");
    device a = device_open("a.realm", server.url, "notes");
    realm_sync_session_status_t *status;
    realm_sync_offline_level_e level;
    uint64_t max_offline_ms = 0;
    int64_t deadline_ms = 0, now_ms;
    wait_for_download(a.session);
    CHECK(realm_sync_session_stop(a.session));
    now_ms = (int64_t)time(NULL) * 1000;
    status = realm_sync_session_get_status(a.session);
    CHECK(realm_sync_session_status_get_offline_budget(status, &level, &max_offline_ms, &deadline_ms));
    CHECK_INT(level, RLM_SYNC_OFFLINE_LEVEL_WITHIN);
    CHECK_INT(max_offline_ms, 30ll * 24 * 3600 * 1000);
    CHECK(deadline_ms > now_ms + (int64_t)max_offline_ms - 60000 && deadline_ms <= now_ms + (int64_t)max_offline_ms + 1000);
    realm_sync_session_status_release(status);
    device_close(&a);
    server_stop(&server);
}

TEST(promise_10_a_session_that_was_stopped_for_too_long_resumes_with_what_it_wrote)
{
    server server = server_start("127.0.0.1:0");
    char listen[128];
    device a = device_open("a.realm", server.url, "notes"), b;
    realm_sync_client_reset_report_t report;
    bool found = false;
    CHECK(realm_sync_config_set_client_reset_mode(a.sync_config, RLM_SYNC_CLIENT_RESET_MODE_RECOVER));
    CHECK(realm_close(a.realm));
    realm_release(a.realm);
    a.realm = device_open_again(&a, "a.realm");
    add_person(a.realm, 1, "Ada");
    wait_for_upload(a.session);
    CHECK(realm_sync_session_stop(a.session));
    add_person(a.realm, 2, "Bob");
    /* The server has forgotten the device, and its history. */
    server_stop(&server);
    snprintf(listen, sizeof listen, "%s", server.url + strlen("ws://"));
    CHECK(rename("server-data", "lost-data") == 0);
    server = server_start(listen);
    b = device_open("b.realm", server.url, "notes");
    add_person(b.realm, 3, "Cleo");
    wait_for_upload(b.session);
    CHECK(realm_sync_session_start(a.session));
    wait_for_download(a.session);
    wait_for_upload(a.session);
    CHECK(realm_sync_session_get_client_reset_report(a.session, &found, &report));
    CHECK(found && report.did_recover);
    CHECK(realm_refresh(a.realm, NULL));
    CHECK(has_person(a.realm, 2, "Bob") && has_person(a.realm, 3, "Cleo"));
    wait_for_download(b.session);
    CHECK(has_person(b.realm, 2, "Bob"));
    device_close(&a);
    device_close(&b);
    server_stop(&server);
}

TEST(promise_11_a_copy_leaves_sync_for_good)
{
    server server = server_start("127.0.0.1:0");
    device a = device_open("a.realm", server.url, "notes");
    realm_config_t *config = realm_config_new();
    realm_t *copy;
    add_person(a.realm, 1, "Ada");
    wait_for_upload(a.session);
    CHECK(realm_sync_session_stop(a.session));
    CHECK(realm_copy_to_local(a.realm, text("own.realm"), false));
    add_person(a.realm, 2, "Bob");
    CHECK_FAILS(realm_copy_to_local(a.realm, text("other.realm"), false), RLM_ERR_ILLEGAL_OPERATION, "");
    CHECK_FAILS(realm_copy_to_local(a.realm, text("own.realm"), true), RLM_ERR_FILE_ALREADY_EXISTS, "own.realm");
    device_close(&a);
    server_stop(&server);
    CHECK(realm_config_set_path(config, text("own.realm")));
    copy = realm_open(config);
    CHECK(copy != NULL);
    CHECK(has_person(copy, 1, "Ada"));
    add_person(copy, 3, "Cleo");
    CHECK(has_person(copy, 3, "Cleo"));
    realm_release(copy);
    realm_config_release(config);
}
