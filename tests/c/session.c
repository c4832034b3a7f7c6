/* Sessions without a server: nobody listens where they connect to. */
#define _XOPEN_SOURCE 700

#include "device.h"
#include "waiter.h"

/* The discard port of this host, where no server is. */
#define NOBODY "ws://127.0.0.1:9"

TEST(the_options_of_an_open_client_read_back_and_stay_what_they_are)
{
    realm_sync_client_config_t *config = realm_sync_client_config_new(), *in_effect, *again;
    realm_sync_client_t *client, *by_default = realm_sync_client_open(NULL);
    realm_string_t agent;
    uint64_t ms = 0;
    uint32_t number = 0;
    bool multiplex = true;
    CHECK(realm_sync_client_config_set_linger_ms(config, 7));
    CHECK(realm_sync_client_config_set_backoff_multiplier(config, 3));
    CHECK(realm_sync_client_config_set_multiplex(config, false));
    CHECK(realm_sync_client_config_set_user_agent(config, text("tests/1")));
    client = realm_sync_client_open(config);
    CHECK(client != NULL);
    CHECK(realm_sync_client_config_set_linger_ms(config, 8));
    in_effect = realm_sync_client_get_config(client);
    CHECK(in_effect != NULL && in_effect != config);
    CHECK(realm_sync_client_config_get_linger_ms(in_effect, &ms));
    CHECK_INT(ms, 7);
    CHECK(realm_sync_client_config_get_backoff_multiplier(in_effect, &number));
    CHECK_INT(number, 3);
    CHECK(realm_sync_client_config_get_multiplex(in_effect, &multiplex));
    CHECK(!multiplex);
    CHECK(realm_sync_client_config_get_user_agent(in_effect, &agent));
    CHECK_TEXT(agent, "tests/1");
    CHECK(realm_sync_client_config_get_connect_timeout_ms(in_effect, &ms));
    CHECK_INT(ms, 120000);
    /* It is a copy. */
    CHECK(realm_sync_client_config_set_linger_ms(in_effect, 9));
    CHECK(realm_sync_client_close(client));
    again = realm_sync_client_get_config(client);
    CHECK(realm_sync_client_config_get_linger_ms(again, &ms));
    CHECK_INT(ms, 7);
    realm_sync_client_config_release(again);
    again = realm_sync_client_get_config(by_default);
    CHECK(realm_sync_client_config_get_linger_ms(again, &ms));
    CHECK_INT(ms, 30000);
    CHECK_FAILS(realm_sync_client_get_config(NULL) != NULL, RLM_ERR_INVALID_ARGUMENT, "client");
    realm_sync_client_config_release(again);
    realm_sync_client_config_release(in_effect);
    realm_sync_client_config_release(config);
    realm_sync_client_release(client);
    realm_sync_client_release(by_default);
}

TEST(every_client_option_reads_back_and_has_limits)
{
    realm_sync_client_config_t *config = realm_sync_client_config_new();
    uint64_t ms = 0;
    uint32_t number = 0;
    bool multiplex = false;
    realm_string_t agent;
    CHECK(realm_sync_client_config_get_connect_timeout_ms(config, &ms));
    CHECK_INT(ms, 120000);
    CHECK(realm_sync_client_config_set_connect_timeout_ms(config, 5000));
    CHECK(realm_sync_client_config_get_connect_timeout_ms(config, &ms));
    CHECK_INT(ms, 5000);
    CHECK_FAILS(realm_sync_client_config_set_connect_timeout_ms(config, 0), RLM_ERR_LIMIT_EXCEEDED, "connect_timeout");
    CHECK_FAILS(realm_sync_client_config_set_connect_timeout_ms(config, UINT64_MAX), RLM_ERR_LIMIT_EXCEEDED, "86400000");
    CHECK(realm_sync_client_config_get_connect_timeout_ms(config, &ms));
    CHECK_INT(ms, 5000);
    CHECK(realm_sync_client_config_set_linger_ms(config, 0));
    CHECK(realm_sync_client_config_get_linger_ms(config, &ms));
    CHECK_INT(ms, 0);
    CHECK(realm_sync_client_config_set_ping_period_ms(config, 1000));
    CHECK(realm_sync_client_config_get_ping_period_ms(config, &ms));
    CHECK_INT(ms, 1000);
    CHECK(realm_sync_client_config_set_pong_timeout_ms(config, 2000));
    CHECK(realm_sync_client_config_get_pong_timeout_ms(config, &ms));
    CHECK_INT(ms, 2000);
    CHECK(realm_sync_client_config_set_backoff_first_delay_ms(config, 10));
    CHECK(realm_sync_client_config_get_backoff_first_delay_ms(config, &ms));
    CHECK_INT(ms, 10);
    CHECK(realm_sync_client_config_set_backoff_max_delay_ms(config, 20));
    CHECK(realm_sync_client_config_get_backoff_max_delay_ms(config, &ms));
    CHECK_INT(ms, 20);
    CHECK_FAILS(realm_sync_client_config_set_backoff_max_delay_ms(config, 9), RLM_ERR_LIMIT_EXCEEDED, "delay");
    CHECK(realm_sync_client_config_set_backoff_multiplier(config, 3));
    CHECK(realm_sync_client_config_get_backoff_multiplier(config, &number));
    CHECK_INT(number, 3);
    CHECK_FAILS(realm_sync_client_config_set_backoff_multiplier(config, 0), RLM_ERR_LIMIT_EXCEEDED, "multiplier");
    CHECK(realm_sync_client_config_set_backoff_jitter_divisor(config, 0));
    CHECK(realm_sync_client_config_get_backoff_jitter_divisor(config, &number));
    CHECK_INT(number, 0);
    CHECK(realm_sync_client_config_get_multiplex(config, &multiplex));
    CHECK(multiplex);
    CHECK(realm_sync_client_config_set_multiplex(config, false));
    CHECK(realm_sync_client_config_get_multiplex(config, &multiplex));
    CHECK(!multiplex);
    CHECK(realm_sync_client_config_set_user_agent(config, text("Notes/2.1")));
    CHECK_FAILS(realm_sync_client_config_set_user_agent(config, text("a\r\nb")), RLM_ERR_LIMIT_EXCEEDED, "user agent");
    CHECK(realm_sync_client_config_get_user_agent(config, &agent));
    CHECK_TEXT(agent, "Notes/2.1");
    realm_sync_client_config_release(config);
}

TEST(a_client_that_is_closed_leaves_no_thread)
{
    int threads = thread_count();
    realm_sync_client_t *client = realm_sync_client_open(NULL);
    CHECK(client != NULL);
    CHECK(thread_count() > threads);
    CHECK(realm_sync_client_close(client));
    CHECK(realm_sync_client_close(client));
    CHECK_INT(thread_count(), threads);
    CHECK_FAILS(realm_sync_client_start_all(client), RLM_ERR_CLOSED_SYNC_CLIENT, "closed");
    CHECK_FAILS(realm_sync_client_stop_all(client), RLM_ERR_CLOSED_SYNC_CLIENT, "closed");
    realm_sync_client_release(client);
}

TEST(a_released_client_leaves_no_thread)
{
    int threads = thread_count();
    realm_sync_client_release(realm_sync_client_open(NULL));
    CHECK_INT(thread_count(), threads);
}

TEST(a_sync_config_reads_back_and_keeps_client_and_user)
{
    realm_sync_client_t *client = realm_sync_client_open(NULL), *same_client;
    realm_user_t *user = realm_user_new(text("ada"), text("token")), *same_user;
    realm_sync_config_t *config = realm_sync_config_new(client, user, text(NOBODY), text("notes"));
    realm_sync_stop_policy_e policy;
    realm_string_t read;
    uint64_t deadline_ms = 0;
    CHECK(config != NULL);
    realm_user_release(user);
    same_client = realm_sync_config_get_client(config);
    CHECK(same_client == client);
    same_user = realm_sync_config_get_user(config);
    CHECK(realm_user_get_identity(same_user, &read));
    CHECK_TEXT(read, "ada");
    CHECK(realm_user_set_access_token(same_user, text("newer")));
    CHECK(realm_sync_config_get_url(config, &read));
    CHECK_TEXT(read, NOBODY);
    CHECK(realm_sync_config_get_partition(config, &read));
    CHECK_TEXT(read, "notes");
    CHECK(realm_sync_config_set_stop_policy(config, RLM_SYNC_STOP_POLICY_AFTER_UPLOAD, 1500));
    CHECK(realm_sync_config_get_stop_policy(config, &policy, &deadline_ms));
    CHECK_INT(policy, RLM_SYNC_STOP_POLICY_AFTER_UPLOAD);
    CHECK_INT(deadline_ms, 1500);
    CHECK_FAILS(realm_sync_config_set_stop_policy(config, 1, 0), RLM_ERR_INVALID_ARGUMENT, "policy is 1");
    CHECK_FAILS(realm_sync_config_set_stop_policy(config, 0, 5), RLM_ERR_INVALID_ARGUMENT, "deadline_ms");
    CHECK_FAILS(realm_sync_config_set_stop_policy(config, 2, 0), RLM_ERR_LIMIT_EXCEEDED, "between 1 and 86400000");
    realm_sync_client_release(client);
    realm_sync_client_release(same_client);
    realm_user_release(same_user);
    realm_sync_config_release(config);
}

TEST(a_sync_config_refuses_what_cannot_be_synced)
{
    realm_sync_client_t *client = realm_sync_client_open(NULL);
    realm_user_t *user = realm_user_new(text("ada"), text(""));
    char partition[1026];
    memset(partition, 'p', 1025);
    partition[1025] = 0;
    CHECK_FAILS(realm_user_new(text(""), text("")) != NULL, RLM_ERR_INVALID_ARGUMENT, "identity");
    CHECK_FAILS(realm_user_new(text("ada"), text("a token")) != NULL, RLM_ERR_INVALID_ARGUMENT, "visible ASCII");
    CHECK_FAILS(realm_user_set_access_token(user, text("a#b")), RLM_ERR_INVALID_ARGUMENT, "visible ASCII");
    CHECK_FAILS(realm_sync_config_new(client, user, text("http://a"), text("p")) != NULL, RLM_ERR_BAD_SERVER_URL, "url");
    CHECK_FAILS(realm_sync_config_new(client, user, text(NOBODY), text("")) != NULL, RLM_ERR_LIMIT_EXCEEDED, "1 to 1024");
    CHECK_FAILS(realm_sync_config_new(client, user, text(NOBODY), text(partition)) != NULL, RLM_ERR_LIMIT_EXCEEDED, "1025");
    CHECK_FAILS(realm_sync_config_new(NULL, user, text(NOBODY), text("p")) != NULL, RLM_ERR_INVALID_ARGUMENT, "client");
    CHECK_FAILS(realm_sync_config_new(client, NULL, text(NOBODY), text("p")) != NULL, RLM_ERR_INVALID_ARGUMENT, "user");
    realm_user_release(user);
    realm_sync_client_release(client);
}

TEST(a_session_knows_its_realm)
{
    device a = device_open("a.realm", NOBODY, "notes");
    realm_user_t *user = realm_sync_session_get_user(a.session);
    realm_string_t read;
    uint64_t ident = 9;
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_ACTIVE);
    CHECK(realm_sync_session_get_path(a.session, &read));
    CHECK(text_contains(read, "/a.realm"));
    CHECK(realm_sync_session_get_partition(a.session, &read));
    CHECK_TEXT(read, "notes");
    CHECK(user == a.user);
    CHECK(realm_sync_session_get_file_ident(a.session, &ident));
    CHECK_INT(ident, 0);
    realm_user_release(user);
    device_close(&a);
}

TEST(stop_and_start_change_the_state_at_once_and_twice_is_fine)
{
    device a = device_open("a.realm", NOBODY, "notes");
    CHECK(realm_sync_session_stop(a.session));
    CHECK(realm_sync_session_stop(a.session));
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_PAUSED);
    CHECK_INT(connection_state(a.session), RLM_SYNC_SESSION_CONNECTION_STATE_DISCONNECTED);
    add_person(a.realm, 1, "Ada");
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_PAUSED);
    CHECK(realm_sync_session_start(a.session));
    CHECK(realm_sync_session_start(a.session));
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_ACTIVE);
    CHECK(realm_sync_client_stop_all(a.client));
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_PAUSED);
    CHECK(realm_sync_client_start_all(a.client));
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_ACTIVE);
    device_close(&a);
}

TEST(stop_inside_a_write_transaction_does_not_block)
{
    device a = device_open("a.realm", NOBODY, "notes");
    CHECK(realm_begin(a.realm));
    CHECK(realm_sync_session_stop(a.session));
    CHECK(realm_sync_session_start(a.session));
    CHECK(realm_commit(a.realm));
    device_close(&a);
}

TEST(every_handle_of_a_path_has_the_same_session)
{
    device a = device_open("a.realm", NOBODY, "notes");
    realm_t *again = device_open_again(&a, "a.realm");
    realm_sync_session_t *same = realm_get_sync_session(again);
    CHECK(same == a.session);
    CHECK(realm_sync_session_stop(a.session));
    CHECK_INT(session_state(same), RLM_SYNC_SESSION_STATE_PAUSED);
    realm_release(again);
    CHECK_INT(session_state(same), RLM_SYNC_SESSION_STATE_PAUSED);
    realm_sync_session_release(same);
    device_close(&a);
}

TEST(a_session_ends_with_the_last_realm_of_its_path_whoever_holds_it)
{
    device a = device_open("a.realm", NOBODY, "notes");
    waiter done;
    waiter_init(&done);
    CHECK(realm_sync_session_stop(a.session));
    CHECK(realm_close(a.realm));
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_INACTIVE);
    CHECK_FAILS(realm_sync_session_start(a.session), RLM_ERR_CLOSED_REALM, "closed");
    CHECK_FAILS(realm_sync_session_wait_for_upload(a.session, waiter_complete, &done, waiter_free), RLM_ERR_CLOSED_REALM, "closed");
    CHECK_INT(done.frees, 1);
    CHECK_INT(done.calls, 0);
    /* Opening the path again resumes it: stopped is not for ever. */
    realm_release(a.realm);
    a.realm = device_open_again(&a, "a.realm");
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_ACTIVE);
    device_close(&a);
}

TEST(a_stopped_realm_is_deleted_as_soon_as_it_is_closed)
{
    device a = device_open("a.realm", NOBODY, "notes");
    int round;
    for (round = 0; round < 20; round++) {
        bool deleted = false;
        CHECK(realm_sync_session_stop(a.session));
        CHECK_FAILS(realm_delete_files(text("a.realm"), &deleted), RLM_ERR_DELETE_OPENED_REALM, "open");
        CHECK(realm_close(a.realm));
        CHECK(realm_delete_files(text("a.realm"), &deleted));
        CHECK(deleted);
        realm_release(a.realm);
        a.realm = device_open_again(&a, "a.realm");
    }
    device_close(&a);
}

TEST(a_path_that_is_open_is_not_opened_with_another_partition)
{
    device a = device_open("a.realm", NOBODY, "notes");
    realm_sync_config_t *other = realm_sync_config_new(a.client, a.user, text(NOBODY), text("other"));
    realm_config_t *config = realm_config_new();
    CHECK(realm_config_set_path(config, text("a.realm")));
    CHECK(realm_config_set_sync_config(config, other));
    CHECK_FAILS(realm_open(config) != NULL, RLM_ERR_MISMATCHED_CONFIG, "partition");
    CHECK(realm_config_set_sync_config(config, NULL));
    CHECK_FAILS(realm_open(config) != NULL, RLM_ERR_INCOMPATIBLE_HISTORIES, "synced");
    realm_config_release(config);
    realm_sync_config_release(other);
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_ACTIVE);
    device_close(&a);
}

TEST(a_wait_of_a_stopped_session_is_cancelled_when_its_realm_closes)
{
    device a = device_open("a.realm", NOBODY, "notes");
    waiter upload, download;
    waiter_init(&upload);
    waiter_init(&download);
    CHECK(realm_sync_session_wait_for_download(a.session, waiter_complete, &download, waiter_free));
    CHECK(realm_sync_session_stop(a.session));
    add_person(a.realm, 1, "Ada");
    CHECK(realm_sync_session_wait_for_upload(a.session, waiter_complete, &upload, waiter_free));
    CHECK_INT(waiter_calls(&upload), 0);
    CHECK_INT(waiter_calls(&download), 0);
    CHECK(realm_close(a.realm));
    waiter_wait_frees(&upload, 1);
    waiter_wait_frees(&download, 1);
    CHECK_INT(upload.calls, 1);
    CHECK_INT(upload.error, RLM_ERR_CANCELLED);
    CHECK_INT(download.calls, 1);
    CHECK_INT(download.error, RLM_ERR_CANCELLED);
    device_close(&a);
}

TEST(a_wait_is_cancelled_when_the_client_closes)
{
    device a = device_open("a.realm", NOBODY, "notes");
    waiter download;
    waiter_init(&download);
    CHECK(realm_sync_session_wait_for_download(a.session, waiter_complete, &download, waiter_free));
    CHECK(realm_sync_client_close(a.client));
    waiter_wait_frees(&download, 1);
    CHECK_INT(download.calls, 1);
    CHECK_INT(download.error, RLM_ERR_CANCELLED);
    CHECK_FAILS(realm_sync_session_start(a.session), RLM_ERR_CLOSED_SYNC_CLIENT, "closed");
    CHECK_FAILS(realm_sync_session_stop(a.session), RLM_ERR_CLOSED_SYNC_CLIENT, "closed");
    /* The realm works on. */
    add_person(a.realm, 1, "Ada");
    CHECK(has_person(a.realm, 1, "Ada"));
    device_close(&a);
}

TEST(userdata_of_callbacks_is_freed_once)
{
    device a = device_open("a.realm", NOBODY, "notes");
    realm_callback_token_t *state, *connection, *error;
    waiter of_state, of_connection, of_error, of_wait;
    waiter_init(&of_state);
    waiter_init(&of_connection);
    waiter_init(&of_error);
    waiter_init(&of_wait);
    state = realm_sync_session_add_state_callback(a.session, waiter_state, &of_state, waiter_free);
    connection = realm_sync_session_add_connection_state_callback(a.session, waiter_connection_state, &of_connection, waiter_free);
    error = realm_sync_config_add_error_callback(a.sync_config, waiter_error, &of_error, waiter_free);
    CHECK(state != NULL && connection != NULL && error != NULL);
    CHECK(realm_callback_token_remove(state));
    CHECK(realm_callback_token_remove(state));
    CHECK_INT(waiter_frees(&of_state), 1);
    realm_callback_token_release(state);
    realm_callback_token_release(connection);
    waiter_wait_frees(&of_connection, 1);
    realm_callback_token_release(error);
    CHECK_INT(waiter_frees(&of_error), 1);
    /* Registrations that fail free theirs as well. */
    CHECK_FAILS(realm_sync_session_add_state_callback(a.session, NULL, &of_wait, waiter_free) != NULL, RLM_ERR_INVALID_ARGUMENT, "callback");
    CHECK_FAILS(realm_sync_session_add_connection_state_callback(NULL, waiter_connection_state, &of_wait, waiter_free) != NULL, RLM_ERR_INVALID_ARGUMENT, "session");
    CHECK_FAILS(realm_sync_session_wait_for_upload(a.session, NULL, &of_wait, waiter_free), RLM_ERR_INVALID_ARGUMENT, "callback");
    CHECK_FAILS(realm_sync_config_add_error_callback(NULL, waiter_error, &of_wait, waiter_free) != NULL, RLM_ERR_INVALID_ARGUMENT, "config");
    CHECK_INT(waiter_frees(&of_wait), 4);
    device_close(&a);
    CHECK_INT(waiter_frees(&of_state), 1);
    CHECK_INT(waiter_frees(&of_connection), 1);
    CHECK_INT(waiter_frees(&of_error), 1);
}

TEST(a_server_that_is_not_there_is_an_error_of_the_session)
{
    device a = device_open("a.realm", NOBODY, "notes");
    waiter errors;
    realm_callback_token_t *token;
    waiter_init(&errors);
    /* The callback is one of realms that are opened after it was added. */
    CHECK(realm_close(a.realm));
    realm_release(a.realm);
    token = realm_sync_config_add_error_callback(a.sync_config, waiter_error, &errors, waiter_free);
    CHECK(token != NULL);
    a.realm = device_open_again(&a, "a.realm");
    waiter_wait_calls(&errors, 1);
    CHECK_INT(errors.error, RLM_ERR_SYNC_CONNECT_FAILED);
    device_close(&a);
    CHECK_INT(waiter_frees(&errors), 0);
    realm_callback_token_release(token);
    CHECK_INT(waiter_frees(&errors), 1);
}

TEST(handles_of_a_synced_realm_are_released_in_any_order)
{
    device a = device_open("a.realm", NOBODY, "notes");
    int threads;
    realm_sync_client_release(a.client);
    realm_user_release(a.user);
    realm_sync_config_release(a.sync_config);
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_ACTIVE);
    add_person(a.realm, 1, "Ada");
    threads = thread_count();
    realm_release(a.realm);
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_INACTIVE);
    realm_sync_session_release(a.session);
    CHECK(thread_count() < threads);
}
