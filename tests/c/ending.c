/* How sessions end when their realm is closed, and when their client says that they have. */
#define _XOPEN_SOURCE 700

#include "device.h"
#include "server.h"
#include "waiter.h"

static int has_sessions(const realm_sync_client_t *client)
{
    bool has = false;
    CHECK(realm_sync_client_has_sessions(client, &has));
    return has;
}

/* Until every session of the client has ended, at most so long; the number of the error. */
static int wait_for_sessions(realm_sync_client_t *client, uint64_t deadline_ms)
{
    waiter ended;
    waiter_init(&ended);
    CHECK(realm_sync_client_wait_for_sessions(client, deadline_ms, waiter_complete, &ended, waiter_free));
    waiter_wait_frees(&ended, 1);
    CHECK_INT(waiter_calls(&ended), 1);
    return ended.error;
}

/* A device that knows its server, which is away now, with a write that it does not have. */
static device device_offline(server *server, int policy, uint64_t deadline_ms)
{
    device a;
    *server = server_start("127.0.0.1:0");
    a = device_open("a.realm", server->url, "notes");
    wait_for_upload(a.session);
    CHECK(realm_close(a.realm));
    realm_sync_session_release(a.session);
    realm_release(a.realm);
    server_stop(server);
    CHECK(realm_sync_config_set_stop_policy(a.sync_config, policy, deadline_ms));
    a.realm = device_open_again(&a, "a.realm");
    a.session = realm_get_sync_session(a.realm);
    add_person(a.realm, 1, "Ada");
    return a;
}

/* The write goes up once the realm is open again and the server there; then the file can be deleted. */
static void check_nothing_is_lost(device *a, server *server)
{
    char address[128];
    device b;
    realm_t *again;
    realm_sync_session_t *session;
    snprintf(address, sizeof address, "%.100s", server->url + 5);
    *server = server_start(address);
    again = device_open_again(a, "a.realm");
    session = realm_get_sync_session(again);
    wait_for_upload(session);
    b = device_open("b.realm", server->url, "notes");
    wait_for_download(b.session);
    CHECK(has_person(b.realm, 1, "Ada"));
    CHECK(realm_close(again));
    CHECK_INT(wait_for_sessions(a->client, 60000), RLM_ERR_NONE);
    CHECK(realm_delete_files(text("a.realm"), NULL));
    realm_sync_session_release(session);
    realm_release(again);
    device_close(&b);
    device_close(a);
    server_stop(server);
}

TEST(a_realm_closed_offline_under_the_policy_immediately_is_free_when_the_close_returns)
{
    server server;
    device a = device_offline(&server, RLM_SYNC_STOP_POLICY_IMMEDIATELY, 0);
    CHECK(has_sessions(a.client));
    CHECK(realm_close(a.realm));
    CHECK(!has_sessions(a.client));
    CHECK_INT(wait_for_sessions(a.client, 0), RLM_ERR_NONE);
    check_nothing_is_lost(&a, &server);
}

TEST(a_realm_closed_offline_under_the_policy_after_upload_is_free_when_its_deadline_is_over)
{
    server server;
    device a = device_offline(&server, RLM_SYNC_STOP_POLICY_AFTER_UPLOAD, 300);
    CHECK(realm_close(a.realm));
    CHECK(has_sessions(a.client));
    CHECK_FAILS(realm_delete_files(text("a.realm"), NULL), RLM_ERR_DELETE_OPENED_REALM, "is open");
    CHECK_INT(wait_for_sessions(a.client, 60000), RLM_ERR_NONE);
    CHECK(!has_sessions(a.client));
    check_nothing_is_lost(&a, &server);
}

TEST(a_realm_closed_offline_under_the_policy_after_upload_waits_for_its_server_and_then_is_free)
{
    server server;
    char address[128];
    device a = device_offline(&server, RLM_SYNC_STOP_POLICY_AFTER_UPLOAD, 86400000);
    CHECK(realm_close(a.realm));
    CHECK_INT(wait_for_sessions(a.client, 20), RLM_ERR_DEADLINE_EXCEEDED);
    CHECK(has_sessions(a.client));
    CHECK_FAILS(realm_delete_files(text("a.realm"), NULL), RLM_ERR_DELETE_OPENED_REALM, "is open");
    snprintf(address, sizeof address, "%.100s", server.url + 5);
    server = server_start(address);
    CHECK(realm_sync_client_reconnect_all(a.client));
    CHECK_INT(wait_for_sessions(a.client, 60000), RLM_ERR_NONE);
    server_stop(&server);
    check_nothing_is_lost(&a, &server);
}

TEST(stopping_every_session_ends_one_that_finishes_its_uploads_and_loses_nothing)
{
    server server;
    device a = device_offline(&server, RLM_SYNC_STOP_POLICY_AFTER_UPLOAD, 86400000);
    CHECK(realm_close(a.realm));
    CHECK(has_sessions(a.client));
    CHECK(realm_sync_client_stop_all(a.client));
    CHECK_INT(wait_for_sessions(a.client, 60000), RLM_ERR_NONE);
    check_nothing_is_lost(&a, &server);
}

TEST(a_client_closed_while_a_session_finishes_ends_it_and_cancels_the_wait)
{
    server server;
    device a = device_offline(&server, RLM_SYNC_STOP_POLICY_AFTER_UPLOAD, 86400000);
    waiter ended;
    waiter_init(&ended);
    CHECK(realm_close(a.realm));
    CHECK(realm_sync_client_wait_for_sessions(a.client, 86400000, waiter_complete, &ended, waiter_free));
    CHECK(realm_sync_client_close(a.client));
    CHECK_INT(waiter_calls(&ended), 1);
    CHECK_INT(ended.error, RLM_ERR_CANCELLED);
    CHECK_INT(waiter_frees(&ended), 1);
    CHECK(!has_sessions(a.client));
    CHECK(realm_delete_files(text("a.realm"), NULL));
    CHECK_FAILS(realm_sync_client_wait_for_sessions(a.client, 0, waiter_complete, &ended, waiter_free), RLM_ERR_CLOSED_SYNC_CLIENT, "closed");
    CHECK_INT(waiter_frees(&ended), 2);
    device_close(&a);
}

static uint64_t statistic(const realm_sync_session_t *session, int which)
{
    uint64_t count = 0;
    CHECK(realm_sync_session_get_statistic(session, which, &count));
    return count;
}

TEST(statistics_count_what_one_session_exchanged)
{
    server server = server_start("127.0.0.1:0");
    device a = device_open("a.realm", server.url, "notes");
    device b = device_open("b.realm", server.url, "notes");
    uint64_t sent, received, bytes, attempts, connections;
    int i;
    wait_for_upload(a.session);
    wait_for_upload(b.session);
    wait_for_download(a.session);
    wait_for_download(b.session);
    CHECK(statistic(a.session, RLM_SYNC_SESSION_STATISTIC_FRAMES_SENT) >= 3);
    CHECK(statistic(a.session, RLM_SYNC_SESSION_STATISTIC_FRAMES_RECEIVED) >= 2);
    CHECK(statistic(a.session, RLM_SYNC_SESSION_STATISTIC_BYTES_RECEIVED) > 0);
    sent = statistic(a.session, RLM_SYNC_SESSION_STATISTIC_CHANGESETS_SENT);
    bytes = statistic(a.session, RLM_SYNC_SESSION_STATISTIC_BYTES_SENT);
    received = statistic(b.session, RLM_SYNC_SESSION_STATISTIC_CHANGESETS_RECEIVED);
    for (i = 0; i < 5; i++)
        add_person(a.realm, i, "Ada");
    wait_for_upload(a.session);
    wait_for_download(b.session);
    CHECK_INT(statistic(a.session, RLM_SYNC_SESSION_STATISTIC_CHANGESETS_SENT), sent + 5);
    CHECK(statistic(a.session, RLM_SYNC_SESSION_STATISTIC_BYTES_SENT) > bytes);
    CHECK_INT(statistic(b.session, RLM_SYNC_SESSION_STATISTIC_CHANGESETS_RECEIVED), received + 5);
    attempts = statistic(a.session, RLM_SYNC_SESSION_STATISTIC_CONNECTION_ATTEMPTS);
    connections = statistic(a.session, RLM_SYNC_SESSION_STATISTIC_CONNECTIONS);
    CHECK(attempts >= 1 && connections >= 1);
    CHECK(realm_sync_session_stop(a.session));
    bytes = statistic(a.session, RLM_SYNC_SESSION_STATISTIC_BYTES_SENT);
    add_person(a.realm, 5, "Ada");
    CHECK_INT(statistic(a.session, RLM_SYNC_SESSION_STATISTIC_BYTES_SENT), bytes);
    CHECK(realm_sync_session_start(a.session));
    wait_for_upload(a.session);
    CHECK_INT(statistic(a.session, RLM_SYNC_SESSION_STATISTIC_CONNECTION_ATTEMPTS), attempts + 1);
    CHECK_INT(statistic(a.session, RLM_SYNC_SESSION_STATISTIC_CONNECTIONS), connections + 1);
    CHECK_INT(statistic(a.session, RLM_SYNC_SESSION_STATISTIC_CHANGESETS_SENT), sent + 6);
    CHECK_FAILS(realm_sync_session_get_statistic(a.session, 8, &sent), RLM_ERR_INVALID_ARGUMENT, "statistic is 8");
    CHECK_FAILS(realm_sync_session_get_statistic(a.session, 0, NULL), RLM_ERR_INVALID_ARGUMENT, "out_count");
    CHECK_FAILS(realm_sync_session_get_statistic(NULL, 0, &sent), RLM_ERR_INVALID_ARGUMENT, "session");
    CHECK(realm_close(a.realm));
    CHECK_FAILS(realm_sync_session_get_statistic(a.session, 0, &sent), RLM_ERR_CLOSED_REALM, "closed");
    device_close(&a);
    device_close(&b);
    server_stop(&server);
}

TEST(a_copy_into_a_synced_realm_is_a_device_of_its_own)
{
    server server = server_start("127.0.0.1:0");
    device a = device_open("a.realm", server.url, "notes");
    device b;
    uint64_t ident_of_a = 0, ident_of_b = 0;
    add_person(a.realm, 1, "Ada");
    CHECK_FAILS(realm_copy_to_synced(NULL, text("b.realm"), false), RLM_ERR_INVALID_ARGUMENT, "realm");
    CHECK_FAILS(realm_copy_to_synced(a.realm, text(""), false), RLM_ERR_INVALID_ARGUMENT, "path");
    CHECK(realm_sync_session_stop(a.session));
    add_person(a.realm, 2, "Bob");
    CHECK_FAILS(realm_copy_to_synced(a.realm, text("b.realm"), false), RLM_ERR_ILLEGAL_OPERATION, "wait for the upload");
    CHECK(realm_sync_session_start(a.session));
    wait_for_upload(a.session);
    wait_for_download(a.session);
    CHECK(realm_copy_to_synced(a.realm, text("b.realm"), false));
    CHECK_FAILS(realm_copy_to_synced(a.realm, text("b.realm"), false), RLM_ERR_FILE_ALREADY_EXISTS, "b.realm");
    b = device_open("b.realm", server.url, "notes");
    CHECK(has_person(b.realm, 1, "Ada"));
    CHECK(has_person(b.realm, 2, "Bob"));
    add_person(a.realm, 3, "Cleo");
    add_person(b.realm, 4, "Dan");
    wait_for_upload(a.session);
    wait_for_upload(b.session);
    wait_for_download(a.session);
    wait_for_download(b.session);
    CHECK(has_person(a.realm, 4, "Dan"));
    CHECK(has_person(b.realm, 3, "Cleo"));
    CHECK(realm_sync_session_get_file_ident(a.session, &ident_of_a));
    CHECK(realm_sync_session_get_file_ident(b.session, &ident_of_b));
    CHECK(ident_of_a != 0 && ident_of_b != 0 && ident_of_a != ident_of_b);
    device_close(&a);
    device_close(&b);
    server_stop(&server);
}

TEST(a_copy_into_a_synced_realm_may_begin_empty)
{
    server server = server_start("127.0.0.1:0");
    device a = device_open("a.realm", server.url, "notes");
    device b;
    add_person(a.realm, 1, "Ada");
    wait_for_upload(a.session);
    CHECK(realm_sync_session_stop(a.session));
    add_person(a.realm, 2, "Bob");
    CHECK(realm_copy_to_synced(a.realm, text("b.realm"), true));
    b = device_open("b.realm", server.url, "notes");
    wait_for_download(b.session);
    CHECK(has_person(b.realm, 1, "Ada"));
    CHECK(!has_person(b.realm, 2, "Bob"));
    CHECK(has_person(a.realm, 2, "Bob"));
    device_close(&a);
    device_close(&b);
    server_stop(&server);
}

TEST(a_wait_for_sessions_checks_its_arguments_and_frees_the_userdata)
{
    device a = device_open("a.realm", "ws://127.0.0.1:9", "notes");
    waiter ended;
    waiter_init(&ended);
    CHECK_FAILS(realm_sync_client_wait_for_sessions(a.client, 0, NULL, &ended, waiter_free), RLM_ERR_INVALID_ARGUMENT, "callback");
    CHECK_FAILS(realm_sync_client_wait_for_sessions(a.client, 86400001, waiter_complete, &ended, waiter_free), RLM_ERR_LIMIT_EXCEEDED, "86400000");
    CHECK_FAILS(realm_sync_client_wait_for_sessions(NULL, 0, waiter_complete, &ended, waiter_free), RLM_ERR_INVALID_ARGUMENT, "client");
    CHECK_FAILS(realm_sync_client_has_sessions(a.client, NULL), RLM_ERR_INVALID_ARGUMENT, "out_has_sessions");
    CHECK_INT(waiter_frees(&ended), 3);
    CHECK_INT(waiter_calls(&ended), 0);
    /* An open realm is a session that has not ended, stopped or not. */
    CHECK(realm_sync_session_stop(a.session));
    CHECK_INT(wait_for_sessions(a.client, 10), RLM_ERR_DEADLINE_EXCEEDED);
    device_close(&a);
}
