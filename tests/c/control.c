/* What a session is doing, the network, and attempts at the host's word; nobody listens where they connect to. */
#define _XOPEN_SOURCE 700

#include "device.h"
#include "waiter.h"

/* The discard port of this host, where no server is. */
#define NOBODY "ws://127.0.0.1:9"

static int reason_of(const realm_sync_session_t *session)
{
    realm_sync_session_status_t *status = realm_sync_session_get_status(session);
    realm_sync_session_reason_e reason;
    CHECK(status != NULL);
    CHECK(realm_sync_session_status_get_reason(status, &reason));
    realm_sync_session_status_release(status);
    return (int)reason;
}

TEST(a_status_says_what_a_stopped_session_is_doing_and_why)
{
    device a = device_open("a.realm", NOBODY, "notes");
    realm_sync_session_status_t *status;
    realm_sync_session_state_e state;
    realm_sync_session_connection_state_e connection;
    realm_sync_reachability_e reachability;
    realm_error_t error;
    uint32_t failed_attempts = 9;
    int64_t next_attempt_ms = 0;
    bool is_metered = true;
    CHECK(realm_sync_session_stop(a.session));
    status = realm_sync_session_get_status(a.session);
    CHECK(status != NULL);
    CHECK(realm_sync_session_start(a.session));
    CHECK(realm_sync_session_status_get_state(status, &state));
    CHECK_INT(state, RLM_SYNC_SESSION_STATE_PAUSED);
    CHECK(realm_sync_session_status_get_connection_state(status, &connection));
    CHECK_INT(connection, RLM_SYNC_SESSION_CONNECTION_STATE_DISCONNECTED);
    CHECK(realm_sync_session_status_get_failed_attempts(status, &failed_attempts));
    CHECK(failed_attempts < 9);
    CHECK(realm_sync_session_status_get_next_attempt_ms(status, &next_attempt_ms));
    CHECK_INT(next_attempt_ms, -1);
    CHECK(realm_sync_session_status_get_last_error(status, &error));
    CHECK(error.number == RLM_ERR_NONE || error.number == RLM_ERR_SYNC_CONNECT_FAILED);
    CHECK(realm_sync_session_status_get_network(status, &reachability, &is_metered));
    CHECK_INT(reachability, RLM_SYNC_REACHABILITY_UNKNOWN);
    CHECK(!is_metered);
    CHECK_FAILS(realm_sync_session_status_get_state(status, NULL), RLM_ERR_INVALID_ARGUMENT, "out_state");
    CHECK_FAILS(realm_sync_session_status_get_state(NULL, &state), RLM_ERR_INVALID_ARGUMENT, "status");
    CHECK_FAILS(realm_sync_session_get_status(NULL) != NULL, RLM_ERR_INVALID_ARGUMENT, "session");
    realm_sync_session_status_release(realm_sync_session_status_retain(status));
    realm_sync_session_status_release(status);
    CHECK(realm_close(a.realm));
    CHECK_INT(reason_of(a.session), RLM_SYNC_SESSION_REASON_CLOSED);
    device_close(&a);
}

static void on_status(void *userdata, realm_sync_session_status_t *status)
{
    realm_sync_session_reason_e reason;
    CHECK(realm_sync_session_status_get_reason(status, &reason));
    waiter_state(userdata, (realm_sync_session_state_e)0, (realm_sync_session_state_e)reason);
}

TEST(a_session_of_a_closed_client_is_closed)
{
    device a = device_open("a.realm", NOBODY, "notes");
    CHECK(realm_sync_client_close(a.client));
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_INACTIVE);
    CHECK_INT(reason_of(a.session), RLM_SYNC_SESSION_REASON_CLOSED);
    CHECK_FAILS(realm_sync_session_start(a.session), RLM_ERR_CLOSED_SYNC_CLIENT, "closed");
    CHECK_FAILS(realm_sync_session_stop(a.session), RLM_ERR_CLOSED_SYNC_CLIENT, "closed");
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_INACTIVE);
    device_close(&a);
}

TEST(a_status_callback_tells_of_a_session_that_backs_off)
{
    device a = device_open("a.realm", NOBODY, "notes");
    waiter told;
    realm_callback_token_t *token;
    waiter_init(&told);
    token = realm_sync_session_add_status_callback(a.session, on_status, &told, waiter_free);
    CHECK(token != NULL);
    CHECK(realm_sync_session_start(a.session));
    waiter_wait_state(&told, RLM_SYNC_SESSION_REASON_BACKS_OFF);
    CHECK(realm_callback_token_remove(token));
    CHECK_INT(waiter_frees(&told), 1);
    realm_callback_token_release(token);
    CHECK_FAILS(realm_sync_session_add_status_callback(a.session, NULL, &told, waiter_free) != NULL, RLM_ERR_INVALID_ARGUMENT, "callback");
    CHECK_INT(waiter_frees(&told), 2);
    device_close(&a);
}

TEST(the_network_reads_back_and_an_unreachable_one_keeps_sessions_waiting)
{
    realm_sync_reachability_e reachability;
    bool is_metered = true;
    device a = device_open("a.realm", NOBODY, "notes");
    CHECK(realm_sync_client_get_network(a.client, &reachability, &is_metered));
    CHECK_INT(reachability, RLM_SYNC_REACHABILITY_UNKNOWN);
    CHECK(!is_metered);
    CHECK(realm_sync_client_set_network(a.client, RLM_SYNC_REACHABILITY_NOT_REACHABLE, true));
    CHECK(realm_sync_client_get_network(a.client, &reachability, &is_metered));
    CHECK_INT(reachability, RLM_SYNC_REACHABILITY_NOT_REACHABLE);
    CHECK(is_metered);
    CHECK_FAILS(realm_sync_client_set_network(a.client, 3, false), RLM_ERR_INVALID_ARGUMENT, "reachability is 3");
    CHECK_FAILS(realm_sync_client_get_network(a.client, &reachability, NULL), RLM_ERR_INVALID_ARGUMENT, "out_is_metered");
    CHECK(realm_sync_session_stop(a.session));
    CHECK(realm_sync_session_reconnect(a.session));
    CHECK(realm_sync_client_reconnect_all(a.client));
    CHECK_INT(reason_of(a.session), RLM_SYNC_SESSION_REASON_STOPPED);
    CHECK(realm_close(a.realm));
    CHECK_FAILS(realm_sync_session_reconnect(a.session), RLM_ERR_CLOSED_REALM, "closed");
    CHECK(realm_sync_client_close(a.client));
    CHECK_FAILS(realm_sync_client_reconnect_all(a.client), RLM_ERR_CLOSED_SYNC_CLIENT, "closed");
    CHECK_FAILS(realm_sync_client_set_network(a.client, 0, false), RLM_ERR_CLOSED_SYNC_CLIENT, "closed");
    device_close(&a);
}

TEST(a_config_that_forbids_metered_networks_keeps_its_session_waiting_on_one)
{
    device a = device_open("a.realm", NOBODY, "notes");
    bool sync_while_metered = false;
    realm_t *again;
    CHECK(realm_sync_config_get_sync_while_metered(a.sync_config, &sync_while_metered));
    CHECK(sync_while_metered);
    CHECK(realm_sync_config_set_sync_while_metered(a.sync_config, false));
    CHECK(realm_sync_config_get_sync_while_metered(a.sync_config, &sync_while_metered));
    CHECK(!sync_while_metered);
    CHECK(realm_sync_session_stop(a.session));
    CHECK(realm_close(a.realm));
    CHECK(realm_sync_client_set_network(a.client, RLM_SYNC_REACHABILITY_REACHABLE, true));
    again = device_open_again(&a, "a.realm");
    CHECK_INT(reason_of(a.session), RLM_SYNC_SESSION_REASON_AWAITS_UNMETERED_NETWORK);
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_ACTIVE);
    realm_release(again);
    device_close(&a);
}

static void on_connect_error(void *userdata, const realm_sync_error_t *error)
{
    realm_sync_error_t copy = *error;
    realm_sync_compensating_write_t write;
    size_t count = 9;
    uint64_t version = 9;
    CHECK_INT(error->error.number, RLM_ERR_SYNC_CONNECT_FAILED);
    CHECK(realm_sync_error_get_compensating_write_count(error, &count));
    CHECK_INT(count, 0);
    CHECK(realm_sync_error_get_rejected_version(error, &version));
    CHECK_INT(version, 0);
    CHECK_FAILS(realm_sync_error_get_compensating_write(error, 0, &write), RLM_ERR_INDEX_OUT_OF_BOUNDS, "index is 0");
    CHECK_FAILS(realm_sync_error_get_compensating_write_count(&copy, &count), RLM_ERR_INVALID_ARGUMENT, "callback");
    CHECK_FAILS(realm_sync_error_get_compensating_write_count(error, NULL), RLM_ERR_INVALID_ARGUMENT, "out_count");
    waiter_complete(userdata, NULL);
}

TEST(an_error_that_is_not_about_rejected_writes_names_none)
{
    device a = device_open("a.realm", NOBODY, "notes");
    realm_callback_token_t *token;
    realm_t *again;
    uint64_t version;
    waiter told;
    waiter_init(&told);
    token = realm_sync_config_add_error_callback(a.sync_config, on_connect_error, &told, waiter_free);
    CHECK(token != NULL);
    again = device_open_again(&a, "a.realm");
    CHECK(realm_sync_session_reconnect(a.session));
    waiter_wait_calls(&told, 1);
    CHECK_FAILS(realm_sync_error_get_rejected_version(NULL, &version), RLM_ERR_INVALID_ARGUMENT, "error is NULL");
    CHECK(realm_callback_token_remove(token));
    realm_callback_token_release(token);
    realm_release(again);
    device_close(&a);
}

TEST(pending_uploads_are_counted_while_stopped_and_offline)
{
    device a = device_open("a.realm", NOBODY, "notes");
    realm_sync_pending_uploads_t before, after;
    CHECK(realm_sync_session_stop(a.session));
    CHECK(realm_sync_session_get_pending_uploads(a.session, &before));
    add_person(a.realm, 1, "Ada");
    CHECK(realm_sync_session_get_pending_uploads(a.session, &after));
    CHECK_INT(after.count, before.count + 1);
    CHECK(after.bytes > before.bytes);
    CHECK(after.oldest_ms > 1420070400000);
    CHECK_FAILS(realm_sync_session_get_pending_uploads(a.session, NULL), RLM_ERR_INVALID_ARGUMENT, "out_pending");
    CHECK(realm_close(a.realm));
    CHECK_FAILS(realm_sync_session_get_pending_uploads(a.session, &after), RLM_ERR_CLOSED_REALM, "closed");
    device_close(&a);
}

TEST(stop_after_upload_ends_with_its_deadline_and_says_what_is_left)
{
    device a = device_open("a.realm", NOBODY, "notes");
    realm_sync_pending_uploads_t left, again;
    add_person(a.realm, 1, "Ada");
    CHECK(realm_sync_session_stop_after_upload(a.session, 50, &left));
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_PAUSED);
    CHECK(left.count >= 1 && left.bytes > 0);
    /* A stopped session is not waited for. */
    CHECK(realm_sync_session_stop_after_upload(a.session, 86400000, &again));
    CHECK_INT(again.count, left.count);
    CHECK(realm_sync_session_stop_after_upload(a.session, 0, NULL));
    CHECK_FAILS(realm_sync_session_stop_after_upload(a.session, 86400001, NULL), RLM_ERR_LIMIT_EXCEEDED, "86400000");
    device_close(&a);
}

TEST(stop_after_upload_in_a_write_transaction_ends_with_its_deadline)
{
    device a = device_open("a.realm", NOBODY, "notes");
    CHECK(realm_begin(a.realm));
    CHECK(realm_sync_session_stop_after_upload(a.session, 20, NULL));
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_PAUSED);
    CHECK(realm_rollback(a.realm));
    device_close(&a);
}

typedef struct stopper {
    device *device;
    waiter done;
} stopper;

static void stop_from_inside(void *userdata, realm_sync_session_status_t *status)
{
    stopper *stopper = userdata;
    (void)status;
    CHECK(realm_sync_session_stop_after_upload(stopper->device->session, 20, NULL));
    waiter_complete(&stopper->done, NULL);
}

TEST(stop_after_upload_works_inside_a_callback)
{
    device a = device_open("a.realm", NOBODY, "notes");
    stopper stopper;
    realm_callback_token_t *token;
    stopper.device = &a;
    waiter_init(&stopper.done);
    token = realm_sync_session_add_status_callback(a.session, stop_from_inside, &stopper, NULL);
    CHECK(token != NULL);
    add_person(a.realm, 1, "Ada");
    CHECK(realm_sync_session_start(a.session));
    waiter_wait_calls(&stopper.done, 1);
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_PAUSED);
    CHECK(realm_callback_token_remove(token));
    realm_callback_token_release(token);
    device_close(&a);
}

static void on_offline(void *userdata, realm_string_t path, realm_sync_offline_level_e level, int64_t deadline_ms)
{
    (void)userdata;
    FAIL("%.*s was away too long: level %d, deadline %lld", (int)path.size, path.data, (int)level, (long long)deadline_ms);
}

TEST(a_realm_that_never_heard_from_its_server_has_no_offline_budget)
{
    device a = device_open("a.realm", NOBODY, "notes");
    realm_sync_session_status_t *status = realm_sync_session_get_status(a.session);
    realm_sync_offline_level_e level = RLM_SYNC_OFFLINE_LEVEL_EXCEEDED;
    realm_callback_token_t *token;
    uint64_t max_offline_ms = 9;
    int64_t deadline_ms = 9, last_synced_ms = 9;
    waiter freed;
    waiter_init(&freed);
    token = realm_sync_client_add_offline_callback(a.client, on_offline, &freed, waiter_free);
    CHECK(token != NULL);
    CHECK(realm_sync_session_status_get_last_synced_ms(status, &last_synced_ms));
    CHECK_INT(last_synced_ms, -1);
    CHECK(realm_sync_session_status_get_offline_budget(status, &level, &max_offline_ms, &deadline_ms));
    CHECK_INT(level, RLM_SYNC_OFFLINE_LEVEL_WITHIN);
    CHECK_INT(max_offline_ms, 0);
    CHECK_INT(deadline_ms, -1);
    CHECK_FAILS(realm_sync_client_add_offline_callback(a.client, NULL, &freed, waiter_free) != NULL, RLM_ERR_INVALID_ARGUMENT, "callback");
    CHECK_INT(waiter_frees(&freed), 1);
    realm_callback_token_release(token);
    CHECK_INT(waiter_frees(&freed), 2);
    realm_sync_session_status_release(status);
    device_close(&a);
}

typedef struct gauge {
    waiter done;
    uint64_t transferable;
} gauge;

static void on_progress(void *userdata, uint64_t transferred_bytes, uint64_t transferable_bytes, double estimate)
{
    gauge *gauge = userdata;
    CHECK(transferred_bytes < transferable_bytes);
    CHECK(estimate >= 0.0 && estimate < 1.0);
    gauge->transferable = transferable_bytes;
    waiter_complete(&gauge->done, NULL);
}

static void gauge_free(void *userdata)
{
    waiter_free(&((gauge *)userdata)->done);
}

TEST(progress_of_an_upload_without_server_is_told_at_once)
{
    device a = device_open("a.realm", NOBODY, "notes");
    gauge told;
    realm_callback_token_t *token;
    waiter_init(&told.done);
    add_person(a.realm, 1, "Ada");
    token = realm_sync_session_add_progress_callback(a.session, RLM_SYNC_PROGRESS_DIRECTION_UPLOAD, false, on_progress, &told, gauge_free);
    CHECK(token != NULL);
    waiter_wait_calls(&told.done, 1);
    CHECK(told.transferable > 0);
    CHECK(realm_callback_token_remove(token));
    realm_callback_token_release(token);
    CHECK_INT(waiter_frees(&told.done), 1);
    CHECK_FAILS(realm_sync_session_add_progress_callback(a.session, 2, true, on_progress, &told, gauge_free) != NULL, RLM_ERR_INVALID_ARGUMENT, "direction is 2");
    CHECK_INT(waiter_frees(&told.done), 2);
    device_close(&a);
}
