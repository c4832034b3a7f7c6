/* Access tokens that the host supplies, and users that log out and in, with a real server. */
#define _XOPEN_SOURCE 700

#include "device.h"
#include "server.h"
#include "waiter.h"

/* A token whose time of expiry is the first second of 1970. */
#define EXPIRED "e30.eyJleHAiOjB9.none"

typedef struct supplier {
    waiter waiter;
    realm_user_t *user;
    realm_token_request_t *kept;
} supplier;

static void supplier_init(supplier *supplier)
{
    waiter_init(&supplier->waiter);
    supplier->user = realm_user_new(text("ada"), text(EXPIRED));
    supplier->kept = NULL;
    CHECK(supplier->user != NULL);
}

static void freed(void *userdata)
{
    supplier *supplier = userdata;
    waiter_free(&supplier->waiter);
}

/* One call more. */
static void count(supplier *supplier)
{
    waiter_complete(&supplier->waiter, NULL);
}

static void answer_at_once(void *userdata, realm_token_request_t *request)
{
    CHECK_FAILS(realm_token_request_complete(request, text("not a token")), RLM_ERR_INVALID_ARGUMENT, "access_token");
    CHECK(realm_token_request_complete(request, text("fresh")));
    count(userdata);
}

TEST(a_token_is_asked_for_before_a_connection_and_its_userdata_is_freed_once)
{
    server server = server_start("127.0.0.1:0");
    supplier supplier;
    device a;
    supplier_init(&supplier);
    CHECK(realm_user_set_token_callback(supplier.user, answer_at_once, &supplier, freed));
    a = device_open_as(supplier.user, "a.realm", server.url, "notes");
    wait_for_download(a.session);
    CHECK_INT(waiter_calls(&supplier.waiter), 1);
    CHECK_INT(waiter_frees(&supplier.waiter), 0);
    CHECK(realm_user_set_token_callback(supplier.user, NULL, NULL, NULL));
    waiter_wait_frees(&supplier.waiter, 1);
    device_close(&a);
    CHECK_INT(waiter_frees(&supplier.waiter), 1);
    /* Also where the call fails, and where there is nothing to call. */
    CHECK_FAILS(realm_user_set_token_callback(NULL, answer_at_once, &supplier, freed), RLM_ERR_INVALID_ARGUMENT, "user");
    CHECK_INT(waiter_frees(&supplier.waiter), 2);
    server_stop(&server);
}

static void keep(void *userdata, realm_token_request_t *request)
{
    supplier *supplier = userdata;
    supplier->kept = realm_token_request_retain(request);
    count(supplier);
}

TEST(a_request_is_answered_later_from_another_thread_and_once)
{
    server server = server_start("127.0.0.1:0");
    supplier supplier;
    device a;
    supplier_init(&supplier);
    CHECK(realm_user_set_token_callback(supplier.user, keep, &supplier, freed));
    a = device_open_as(supplier.user, "a.realm", server.url, "notes");
    waiter_wait_calls(&supplier.waiter, 1);
    CHECK_INT(connection_state(a.session), RLM_SYNC_SESSION_CONNECTION_STATE_CONNECTING);
    CHECK(realm_token_request_complete(supplier.kept, text("fresh")));
    CHECK(realm_token_request_fail(supplier.kept, text("too late")));
    CHECK(realm_token_request_complete(supplier.kept, text("another")));
    wait_for_download(a.session);
    realm_token_request_release(supplier.kept);
    CHECK_INT(waiter_calls(&supplier.waiter), 1);
    device_close(&a);
    CHECK_INT(waiter_frees(&supplier.waiter), 1);
    server_stop(&server);
}

static void answer_the_third(void *userdata, realm_token_request_t *request)
{
    supplier *supplier = userdata;
    int calls = waiter_calls(&supplier->waiter);
    if (calls == 1)
        CHECK(realm_token_request_fail(request, text("the first")));
    if (calls == 2)
        CHECK(realm_token_request_complete(request, text("fresh")));
    count(supplier);
}

TEST(a_request_that_is_given_up_or_fails_is_made_again)
{
    server server = server_start("127.0.0.1:0");
    supplier supplier;
    device a;
    supplier_init(&supplier);
    CHECK(realm_user_set_token_callback(supplier.user, answer_the_third, &supplier, freed));
    a = device_open_as(supplier.user, "a.realm", server.url, "notes");
    wait_for_download(a.session);
    CHECK_INT(waiter_calls(&supplier.waiter), 3);
    device_close(&a);
    CHECK_INT(waiter_frees(&supplier.waiter), 1);
    server_stop(&server);
}

static int is_logged_in(const realm_user_t *user)
{
    bool logged_in;
    CHECK(realm_user_is_logged_in(user, &logged_in));
    return logged_in;
}

static void log_out_and_in(void *userdata, realm_token_request_t *request)
{
    supplier *supplier = userdata;
    CHECK(realm_user_log_out(supplier->user));
    CHECK(!is_logged_in(supplier->user));
    CHECK(realm_token_request_complete(request, text("late")));
    CHECK(!is_logged_in(supplier->user));
    CHECK(realm_user_log_in(supplier->user, text("fresh")));
    CHECK(realm_user_set_token_callback(supplier->user, NULL, NULL, NULL));
    CHECK_INT(waiter_frees(&supplier->waiter), 0);
    count(supplier);
}

TEST(everything_may_be_called_from_inside_the_token_callback)
{
    server server = server_start("127.0.0.1:0");
    supplier supplier;
    device a;
    supplier_init(&supplier);
    CHECK(realm_user_set_token_callback(supplier.user, log_out_and_in, &supplier, freed));
    a = device_open_as(supplier.user, "a.realm", server.url, "notes");
    waiter_wait_frees(&supplier.waiter, 1);
    wait_for_download(a.session);
    CHECK_INT(waiter_calls(&supplier.waiter), 1);
    device_close(&a);
    CHECK_INT(waiter_frees(&supplier.waiter), 1);
    server_stop(&server);
}

static void log_out(void *userdata, const realm_error_t *error)
{
    supplier *supplier = userdata;
    CHECK(error == NULL);
    CHECK(realm_user_log_out(supplier->user));
    count(supplier);
}

TEST(a_log_out_ends_sessions_until_the_log_in_and_leaves_stopped_ones_stopped)
{
    server server = server_start("127.0.0.1:0");
    supplier supplier;
    device a, b;
    realm_sync_session_status_t *status;
    realm_sync_session_reason_e reason;
    supplier_init(&supplier);
    a = device_open_as(supplier.user, "a.realm", server.url, "notes");
    b = device_open("b.realm", server.url, "notes");
    wait_for_download(a.session);
    CHECK(is_logged_in(a.user));
    CHECK(realm_sync_session_wait_for_download(a.session, log_out, &supplier, NULL));
    waiter_wait_calls(&supplier.waiter, 1);
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_INACTIVE);
    status = realm_sync_session_get_status(a.session);
    CHECK(realm_sync_session_status_get_reason(status, &reason));
    CHECK_INT(reason, RLM_SYNC_SESSION_REASON_LOGGED_OUT);
    realm_sync_session_status_release(status);
    add_person(a.realm, 1, "Ada");
    CHECK(realm_sync_session_start(a.session));
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_INACTIVE);
    wait_for_download(b.session);
    CHECK(!has_person(b.realm, 1, "Ada"));
    CHECK(realm_user_log_in(a.user, text("fresh")));
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_ACTIVE);
    wait_for_upload(a.session);
    wait_for_download(b.session);
    CHECK(has_person(b.realm, 1, "Ada"));
    CHECK(realm_sync_session_stop(a.session));
    CHECK(realm_user_log_out(a.user));
    CHECK(realm_user_log_in(a.user, text("fresh")));
    CHECK_INT(session_state(a.session), RLM_SYNC_SESSION_STATE_PAUSED);
    device_close(&a);
    device_close(&b);
    server_stop(&server);
}
