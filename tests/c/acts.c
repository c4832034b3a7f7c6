#define _XOPEN_SOURCE 700

#include "acts.h"

static void inside_state(void *userdata, realm_sync_session_state_e old_state, realm_sync_session_state_e new_state)
{
    (void)userdata;
    (void)old_state;
    (void)new_state;
}

static void inside_connection(void *userdata, realm_sync_session_connection_state_e old_state, realm_sync_session_connection_state_e new_state)
{
    (void)userdata;
    (void)old_state;
    (void)new_state;
}

static void inside_status(void *userdata, realm_sync_session_status_t *status)
{
    (void)userdata;
    (void)status;
}

static void inside_progress(void *userdata, uint64_t transferred_bytes, uint64_t transferable_bytes, double estimate)
{
    (void)userdata;
    (void)transferred_bytes;
    (void)transferable_bytes;
    (void)estimate;
}

static void inside_offline(void *userdata, realm_string_t path, realm_sync_offline_level_e level, int64_t deadline_ms)
{
    (void)userdata;
    (void)path;
    (void)level;
    (void)deadline_ms;
}

static void inside_wait(void *userdata, const realm_error_t *error)
{
    (void)userdata;
    (void)error;
}

static void inside_error(void *userdata, const realm_sync_error_t *error)
{
    (void)userdata;
    (void)error;
}

static void inside_log(void *userdata, realm_log_category_e category, realm_log_level_e level, realm_string_t message)
{
    (void)userdata;
    (void)category;
    (void)level;
    (void)message;
}

static void inside_class_change(void *userdata, realm_class_changes_t *changes)
{
    (void)userdata;
    (void)changes;
}

static void inside_token(void *userdata, realm_token_request_t *request)
{
    (void)userdata;
    CHECK(realm_token_request_complete(request, text("fresh")));
}

static bool inside_before(void *userdata, realm_t *before)
{
    (void)userdata;
    (void)before;
    return true;
}

static void inside_after(void *userdata, realm_t *before, realm_t *after, bool did_recover)
{
    (void)userdata;
    (void)before;
    (void)after;
    (void)did_recover;
}

static void read_status(realm_sync_session_t *session)
{
    realm_sync_session_status_t *status = realm_sync_session_get_status(session);
    realm_sync_session_state_e state;
    realm_sync_session_reason_e reason;
    realm_sync_session_connection_state_e connection;
    realm_sync_reachability_e reachability;
    realm_sync_offline_level_e level;
    realm_error_t error;
    uint32_t attempts;
    uint64_t max_offline_ms;
    int64_t ms;
    bool is_metered;
    CHECK(status != NULL);
    CHECK(realm_sync_session_status_get_state(status, &state));
    CHECK(realm_sync_session_status_get_reason(status, &reason));
    CHECK(realm_sync_session_status_get_connection_state(status, &connection));
    CHECK(realm_sync_session_status_get_failed_attempts(status, &attempts));
    CHECK(realm_sync_session_status_get_next_attempt_ms(status, &ms));
    CHECK(realm_sync_session_status_get_last_error(status, &error));
    CHECK(realm_sync_session_status_get_network(status, &reachability, &is_metered));
    CHECK(realm_sync_session_status_get_last_synced_ms(status, &ms));
    CHECK(realm_sync_session_status_get_offline_budget(status, &level, &max_offline_ms, &ms));
    CHECK(realm_sync_session_status_retain(status) == status);
    realm_sync_session_status_release(status);
    realm_sync_session_status_release(status);
}

static void read_the_session(place *place)
{
    realm_sync_session_t *session = realm_sync_session_retain(place->device.session);
    realm_sync_session_state_e state;
    realm_sync_session_connection_state_e connection;
    realm_sync_client_reset_report_t report;
    realm_sync_pending_uploads_t pending;
    realm_string_t read;
    realm_user_t *user = realm_sync_session_get_user(session);
    uint64_t ident;
    bool found;
    CHECK(user == place->device.user);
    realm_user_release(user);
    CHECK(realm_sync_session_get_state(session, &state));
    CHECK(realm_sync_session_get_connection_state(session, &connection));
    CHECK(realm_sync_session_get_path(session, &read) && text_contains(read, ".realm"));
    CHECK(realm_sync_session_get_partition(session, &read) && read.size > 0);
    CHECK(realm_sync_session_get_file_ident(session, &ident));
    CHECK(realm_sync_session_get_pending_uploads(session, &pending));
    CHECK(realm_sync_session_get_statistic(session, RLM_SYNC_SESSION_STATISTIC_CONNECTION_ATTEMPTS, &ident));
    CHECK(realm_sync_client_has_sessions(place->device.client, &found) && found);
    CHECK(realm_sync_session_get_client_reset_backup(session, &read));
    CHECK(realm_sync_session_get_client_reset_report(session, &found, &report));
    read_status(session);
    realm_sync_session_release(session);
}

static void stop_and_start(place *place)
{
    realm_sync_session_t *session = place->device.session;
    realm_sync_client_t *client = realm_sync_client_retain(place->device.client);
    realm_sync_pending_uploads_t left;
    realm_sync_reachability_e reachability;
    bool is_metered = false;
    CHECK(realm_sync_session_reconnect(session));
    CHECK(realm_sync_session_stop(session));
    CHECK_INT(session_state(session), RLM_SYNC_SESSION_STATE_PAUSED);
    CHECK_INT(connection_state(session), RLM_SYNC_SESSION_CONNECTION_STATE_DISCONNECTED);
    CHECK(realm_sync_session_start(session));
    CHECK_INT(session_state(session), RLM_SYNC_SESSION_STATE_ACTIVE);
    CHECK(realm_sync_session_stop_after_upload(session, 1, &left));
    CHECK_INT(session_state(session), RLM_SYNC_SESSION_STATE_PAUSED);
    CHECK(realm_sync_client_set_network(client, RLM_SYNC_REACHABILITY_NOT_REACHABLE, true));
    CHECK(realm_sync_client_get_network(client, &reachability, &is_metered));
    CHECK(reachability == RLM_SYNC_REACHABILITY_NOT_REACHABLE && is_metered);
    CHECK(realm_sync_client_set_network(client, RLM_SYNC_REACHABILITY_REACHABLE, false));
    CHECK(realm_sync_client_start_all(client));
    CHECK_INT(session_state(session), RLM_SYNC_SESSION_STATE_ACTIVE);
    CHECK(realm_sync_client_reconnect_all(client));
    CHECK(realm_sync_client_stop_all(client));
    CHECK_INT(session_state(session), RLM_SYNC_SESSION_STATE_PAUSED);
    CHECK(realm_sync_session_initiate_client_reset(session));
    CHECK(realm_sync_session_start(session));
    realm_sync_client_release(client);
}

/* One registration or wait more, whose userdata is that of the inside. */
static void *inside(place *place)
{
    place->begun_inside++;
    return &place->inside;
}

static void register_callbacks(place *place)
{
    realm_sync_session_t *session = place->device.session;
    realm_callback_token_t *tokens[8];
    size_t at;
    tokens[0] = realm_sync_session_add_state_callback(session, inside_state, inside(place), waiter_free);
    tokens[1] = realm_sync_session_add_connection_state_callback(session, inside_connection, inside(place), waiter_free);
    tokens[2] = realm_sync_session_add_status_callback(session, inside_status, inside(place), waiter_free);
    tokens[3] = realm_sync_session_add_progress_callback(session, RLM_SYNC_PROGRESS_DIRECTION_UPLOAD, true, inside_progress, inside(place), waiter_free);
    tokens[4] = realm_sync_client_add_offline_callback(place->device.client, inside_offline, inside(place), waiter_free);
    tokens[5] = realm_sync_config_add_error_callback(place->device.sync_config, inside_error, inside(place), waiter_free);
    tokens[6] = realm_log_add_callback(inside_log, inside(place), waiter_free);
    tokens[7] = realm_add_class_change_callback(place->device.realm, class_key(place->device.realm, "Person"), inside_class_change, inside(place), waiter_free);
    for (at = 0; at < 8; at++) {
        CHECK(tokens[at] != NULL);
        CHECK(realm_callback_token_retain(tokens[at]) == tokens[at]);
        realm_callback_token_release(tokens[at]);
        if (at % 2 == 0)
            CHECK(realm_callback_token_remove(tokens[at]));
        realm_callback_token_release(tokens[at]);
    }
}

static void begin_waits(place *place)
{
    CHECK(realm_sync_session_wait_for_upload(place->device.session, inside_wait, inside(place), waiter_free));
    CHECK(realm_sync_session_wait_for_download(place->device.session, inside_wait, inside(place), waiter_free));
    CHECK(realm_sync_client_wait_for_sessions(place->device.client, 60000, inside_wait, inside(place), waiter_free));
    CHECK_FAILS(realm_sync_session_wait_for_upload(place->device.session, NULL, inside(place), waiter_free), RLM_ERR_INVALID_ARGUMENT, "callback");
}

static void use_client_configs(place *place)
{
    realm_sync_client_config_t *config = realm_sync_client_config_new();
    realm_sync_client_t *client;
    realm_string_t agent;
    uint64_t ms;
    uint32_t number;
    bool multiplex;
    realm_sync_client_config_t *present = realm_sync_client_get_config(place->device.client);
    CHECK(present != NULL);
    realm_sync_client_config_release(present);
    CHECK(realm_sync_client_config_retain(config) == config);
    realm_sync_client_config_release(config);
    CHECK(realm_sync_client_config_set_connect_timeout_ms(config, 5000) && realm_sync_client_config_get_connect_timeout_ms(config, &ms));
    CHECK(realm_sync_client_config_set_linger_ms(config, 5000) && realm_sync_client_config_get_linger_ms(config, &ms));
    CHECK(realm_sync_client_config_set_ping_period_ms(config, 5000) && realm_sync_client_config_get_ping_period_ms(config, &ms));
    CHECK(realm_sync_client_config_set_pong_timeout_ms(config, 5000) && realm_sync_client_config_get_pong_timeout_ms(config, &ms));
    CHECK(realm_sync_client_config_set_backoff_first_delay_ms(config, 10) && realm_sync_client_config_get_backoff_first_delay_ms(config, &ms));
    CHECK(realm_sync_client_config_set_backoff_max_delay_ms(config, 5000) && realm_sync_client_config_get_backoff_max_delay_ms(config, &ms));
    CHECK(realm_sync_client_config_set_backoff_multiplier(config, 3) && realm_sync_client_config_get_backoff_multiplier(config, &number));
    CHECK(realm_sync_client_config_set_backoff_jitter_divisor(config, 3) && realm_sync_client_config_get_backoff_jitter_divisor(config, &number));
    CHECK(realm_sync_client_config_set_multiplex(config, true) && realm_sync_client_config_get_multiplex(config, &multiplex));
    CHECK(realm_sync_client_config_set_user_agent(config, text("a")) && realm_sync_client_config_get_user_agent(config, &agent));
    client = realm_sync_client_open(config);
    CHECK(client != NULL);
    CHECK(realm_sync_client_close(client));
    realm_sync_client_release(client);
    realm_sync_client_config_release(config);
}

static void use_sync_configs(place *place)
{
    realm_sync_config_t *config = realm_sync_config_new(place->device.client, place->device.user, text("ws://127.0.0.1:9"), text("other"));
    realm_sync_client_t *client = realm_sync_config_get_client(config);
    realm_user_t *user = realm_sync_config_get_user(config);
    realm_sync_stop_policy_e policy;
    realm_sync_client_reset_mode_e mode;
    realm_string_t read;
    uint64_t ms;
    bool syncs;
    CHECK(realm_sync_config_retain(config) == config);
    realm_sync_config_release(config);
    CHECK(client == place->device.client && user == place->device.user);
    CHECK(realm_sync_config_get_url(config, &read) && realm_sync_config_get_partition(config, &read));
    CHECK(realm_sync_config_set_stop_policy(config, RLM_SYNC_STOP_POLICY_IMMEDIATELY, 0) && realm_sync_config_get_stop_policy(config, &policy, &ms));
    CHECK(realm_sync_config_set_sync_while_metered(config, false) && realm_sync_config_get_sync_while_metered(config, &syncs));
    CHECK(realm_sync_config_set_client_reset_mode(config, RLM_SYNC_CLIENT_RESET_MODE_RECOVER) && realm_sync_config_get_client_reset_mode(config, &mode));
    CHECK(realm_sync_config_set_recovery_folder(config, text("copies")) && realm_sync_config_get_recovery_folder(config, &read));
    CHECK(realm_sync_config_set_before_client_reset_callback(config, inside_before, inside(place), waiter_free));
    CHECK(realm_sync_config_set_after_client_reset_callback(config, inside_after, inside(place), waiter_free));
    realm_sync_config_release(config);
    realm_user_release(user);
    realm_sync_client_release(client);
}

static void use_configs(place *place)
{
    realm_config_t *config = realm_config_new();
    realm_schema_t *schema = realm_schema_new(), *read_schema;
    realm_sync_config_t *read_config = NULL;
    realm_property_t property;
    realm_t *realm;
    realm_class_t found;
    realm_string_t read;
    size_t size;
    bool is_set;
    CHECK(realm_config_retain(config) == config);
    realm_config_release(config);
    memset(&property, 0, sizeof property);
    property.name = text("name");
    property.type = RLM_PROPERTY_TYPE_STRING;
    CHECK(realm_schema_add_class(schema, text("Person"), RLM_CLASS_KIND_TOP_LEVEL));
    CHECK(realm_schema_add_property(schema, text("Person"), &property));
    CHECK(realm_schema_validate(schema) && realm_schema_size(schema, &size));
    CHECK(realm_schema_get_class(schema, 0, &found) && realm_schema_get_property(schema, text("Person"), 0, &property));
    CHECK(realm_schema_retain(schema) == schema);
    realm_schema_release(schema);
    CHECK(realm_config_set_path(config, text("inside.realm")) && realm_config_get_path(config, &read));
    CHECK(realm_config_set_schema(config, schema));
    read_schema = realm_config_get_schema(config);
    CHECK(read_schema != NULL);
    CHECK(realm_config_set_read_only(config, false) && realm_config_get_read_only(config, &is_set));
    CHECK(realm_config_set_sync_config(config, place->device.sync_config) && realm_config_get_sync_config(config, &read_config));
    CHECK(read_config != NULL);
    CHECK(realm_config_set_sync_config(config, NULL));
    CHECK(realm_config_set_in_memory(config, true) && realm_config_get_in_memory(config, &is_set));
    realm = realm_open(config);
    CHECK(realm != NULL);
    realm_release(realm);
    realm_sync_config_release(read_config);
    realm_schema_release(read_schema);
    realm_schema_release(schema);
    realm_config_release(config);
}

static void write_and_read(place *place)
{
    realm_t *realm = realm_retain(place->device.realm);
    realm_schema_t *schema = realm_get_schema(realm);
    realm_sync_session_t *session = realm_get_sync_session(realm);
    realm_class_key_t class;
    realm_property_key_t property;
    realm_string_t read;
    uint64_t version;
    bool is_so;
    CHECK(schema != NULL && session == place->device.session);
    realm_schema_release(schema);
    realm_sync_session_release(session);
    CHECK(realm_get_path(realm, &read) && realm_get_version(realm, &version));
    CHECK(realm_find_class(realm, text("Person"), &class) && realm_find_property(realm, class, text("name"), &property));
    CHECK(realm_is_closed(realm, &is_so) && !is_so);
    CHECK(realm_begin(realm));
    CHECK(realm_is_in_transaction(realm, &is_so) && is_so);
    CHECK(realm_rollback(realm));
    CHECK(realm_begin(realm));
    CHECK(realm_sync_session_reconnect(place->device.session));
    CHECK(realm_commit(realm));
    add_person(realm, 77, "Inside");
    CHECK(realm_refresh(realm, &is_so));
    CHECK(has_person(realm, 77, "Inside"));
    realm_release(realm);
}

static void use_files(place *place)
{
    realm_t *again;
    realm_string_t path;
    bool is_done = false;
    char name[256];
    CHECK(realm_get_path(place->device.realm, &path));
    snprintf(name, sizeof name, "%.*s", (int)path.size, path.data);
    again = device_open_again(&place->device, name);
    CHECK(realm_close(again));
    realm_release(again);
    CHECK_FAILS(realm_delete_files(text(name), &is_done), RLM_ERR_DELETE_OPENED_REALM, "open");
    CHECK(realm_copy_to_local(place->device.realm, text("copied-inside.realm"), true));
    CHECK(realm_copy_to_synced(place->device.realm, text("synced-inside.realm"), true));
    CHECK(realm_delete_files(text("synced-inside.realm"), &is_done) && is_done);
    CHECK(realm_compact(text("copied-inside.realm"), &is_done));
    CHECK(realm_delete_files(text("copied-inside.realm"), &is_done) && is_done);
}

static void use_users(place *place)
{
    realm_user_t *user = realm_user_retain(place->device.user), *other = realm_user_new(text("eve"), text("token"));
    realm_string_t identity;
    bool is_logged_in = true;
    CHECK(realm_user_get_identity(user, &identity));
    CHECK(realm_sync_session_start(place->device.session));
    CHECK(realm_user_set_token_callback(other, inside_token, inside(place), waiter_free));
    CHECK(realm_user_log_out(user));
    CHECK(realm_user_is_logged_in(user, &is_logged_in) && !is_logged_in);
    CHECK_INT(session_state(place->device.session), RLM_SYNC_SESSION_STATE_INACTIVE);
    if (place->request != NULL) {
        CHECK(realm_token_request_retain(place->request) == place->request);
        CHECK(realm_token_request_fail(place->request, text("not now")));
        CHECK(realm_token_request_complete(place->request, text("late")));
        realm_token_request_release(place->request);
    }
    CHECK(realm_user_log_in(user, text("fresh")));
    CHECK(realm_user_set_access_token(user, text("fresher")));
    CHECK_INT(session_state(place->device.session), RLM_SYNC_SESSION_STATE_ACTIVE);
    realm_user_release(other);
    realm_user_release(user);
}

static void use_the_process(place *place)
{
    realm_string_t version;
    realm_error_t error;
    realm_log_level_e level;
    size_t count;
    (void)place;
    CHECK_INT(realm_version_get_abi(), RLM_ABI_VERSION);
    CHECK(realm_version_get_library(&version));
    CHECK_FAILS(realm_log_set_level(9, RLM_LOG_LEVEL_INFO), RLM_ERR_INVALID_ARGUMENT, "category");
    CHECK(realm_error_get_last(&error) && realm_error_clear());
    CHECK(realm_log_set_level(RLM_LOG_CATEGORY_STORE, RLM_LOG_LEVEL_INFO));
    CHECK(realm_log_get_level(RLM_LOG_CATEGORY_STORE, &level));
    CHECK(realm_debug_get_live_handles(&count) && count > 0);
}

static void close_the_realm(place *place)
{
    CHECK(realm_close(place->device.realm));
    CHECK_INT(session_state(place->device.session), RLM_SYNC_SESSION_STATE_INACTIVE);
    CHECK_FAILS(realm_sync_session_start(place->device.session), RLM_ERR_CLOSED_REALM, "closed");
    CHECK_FAILS(realm_sync_session_stop(place->device.session), RLM_ERR_CLOSED_REALM, "closed");
}

static void close_the_client(place *place)
{
    CHECK(realm_sync_client_close(place->device.client));
    CHECK(realm_sync_client_close(place->device.client));
    CHECK_FAILS(realm_sync_session_start(place->device.session), RLM_ERR_CLOSED_SYNC_CLIENT, "closed");
    CHECK_FAILS(realm_sync_client_start_all(place->device.client), RLM_ERR_CLOSED_SYNC_CLIENT, "closed");
}

static void end_itself(place *place)
{
    if (place->token == NULL)
        return;
    CHECK(realm_callback_token_remove(place->token));
    CHECK(realm_callback_token_remove(place->token));
    realm_callback_token_release(place->token);
    place->token = NULL;
}

static void release_everything(place *place)
{
    device *device = &place->device;
    end_itself(place);
    realm_sync_client_release(device->client);
    realm_user_release(device->user);
    realm_sync_config_release(device->sync_config);
    realm_release(device->realm);
    realm_sync_session_release(device->session);
    place->is_released = 1;
}

static void use_the_configs(place *place)
{
    use_client_configs(place);
    use_sync_configs(place);
    use_configs(place);
}

const act acts[ACT_COUNT] = {
    { "read the session", read_the_session, 0 },
    { "stop and start", stop_and_start, ACT_WAITS },
    { "register callbacks", register_callbacks, ACT_WAITS },
    { "begin waits", begin_waits, 0 },
    { "use the configs", use_the_configs, 0 },
    { "write and read", write_and_read, 0 },
    { "use files", use_files, ACT_WAITS },
    { "use users", use_users, ACT_WAITS },
    { "use the process", use_the_process, 0 },
    { "end itself", end_itself, ACT_WAITS },
    { "close the realm", close_the_realm, ACT_WAITS },
    { "close the client", close_the_client, ACT_WAITS },
    { "release everything", release_everything, ACT_WAITS },
};
