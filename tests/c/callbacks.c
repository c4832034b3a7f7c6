/* Every function from inside every callback (acts.c): it returns, with what it returns elsewhere, and userdata is freed once.
 * tests/header.rs complains about a callback type that is not here. */
#define _XOPEN_SOURCE 700

#include "acts.h"
#include "server.h"
#include "values.h"

/* The discard port of this host, where no server is. */
#define NOBODY "ws://127.0.0.1:9"
/* A token whose time of expiry is the first second of 1970. */
#define EXPIRED "e30.eyJleHAiOjB9.none"

static void act_now(place *place)
{
    if (waiter_calls(&place->entered) > 0)
        return;
    waiter_complete(&place->entered, NULL);
    waiter_wait_calls(&place->ready, 1);
    place->act->run(place);
    waiter_complete(&place->waiter, NULL);
}

static void freed(void *userdata)
{
    waiter_free(&((place *)userdata)->waiter);
}

static void on_state(void *userdata, realm_sync_session_state_e old_state, realm_sync_session_state_e new_state)
{
    CHECK(old_state != new_state);
    act_now(userdata);
}

static void on_connection_state(void *userdata, realm_sync_session_connection_state_e old_state, realm_sync_session_connection_state_e new_state)
{
    CHECK(old_state != new_state);
    act_now(userdata);
}

static void on_status(void *userdata, realm_sync_session_status_t *status)
{
    CHECK(status != NULL);
    act_now(userdata);
}

static void on_progress(void *userdata, uint64_t transferred_bytes, uint64_t transferable_bytes, double estimate)
{
    CHECK(transferred_bytes <= transferable_bytes && estimate <= 1.0);
    act_now(userdata);
}

static void on_error(void *userdata, const realm_sync_error_t *error)
{
    CHECK_INT(error->error.number, RLM_ERR_SYNC_CONNECT_FAILED);
    act_now(userdata);
}

static void on_waited(void *userdata, const realm_error_t *error)
{
    CHECK(error == NULL);
    act_now(userdata);
}

static void on_token(void *userdata, realm_token_request_t *request)
{
    place *place = userdata;
    if (waiter_calls(&place->entered) == 0)
        place->request = request;
    act_now(place);
    CHECK(realm_token_request_complete(request, text("fresh")));
}

static void on_offline(void *userdata, realm_string_t path, realm_sync_offline_level_e level, int64_t deadline_ms)
{
    CHECK(path.size > 0 && level > RLM_SYNC_OFFLINE_LEVEL_WITHIN && deadline_ms > 0);
    act_now(userdata);
}

static bool on_before_reset(void *userdata, realm_t *before)
{
    CHECK(has_person(before, 1, "Ada"));
    act_now(userdata);
    CHECK(has_person(before, 1, "Ada"));
    return true;
}

static void on_after_reset(void *userdata, realm_t *before, realm_t *after, bool did_recover)
{
    CHECK(did_recover);
    CHECK(has_person(before, 1, "Ada") && has_person(after, 2, "Bob"));
    act_now(userdata);
    CHECK(has_person(before, 1, "Ada") && has_person(after, 2, "Bob"));
}

static void on_object_change(void *userdata, realm_object_changes_t *changes)
{
    bool is_deleted = true;
    CHECK(realm_object_changes_is_deleted(changes, &is_deleted) && !is_deleted);
    act_now(userdata);
    CHECK(realm_object_changes_is_deleted(changes, &is_deleted) && !is_deleted);
}

static void on_collection_change(void *userdata, realm_collection_changes_t *changes)
{
    size_t size = 0;
    act_now(userdata);
    CHECK(realm_collection_changes_get_insertions(changes, NULL, 0, &size));
    CHECK_INT(size, 1);
}

static void on_dictionary_change(void *userdata, realm_dictionary_changes_t *changes)
{
    size_t size = 0;
    act_now(userdata);
    CHECK(realm_dictionary_changes_get_insertions(changes, NULL, 0, &size));
    CHECK_INT(size, 1);
}

static void on_class_change(void *userdata, realm_class_changes_t *changes)
{
    size_t size = 0;
    act_now(userdata);
    CHECK(realm_class_changes_get_insertions(changes, NULL, 0, &size));
}

static void on_message(void *userdata, realm_log_category_e category, realm_log_level_e level, realm_string_t message)
{
    CHECK(category == RLM_LOG_CATEGORY_API && level == RLM_LOG_LEVEL_DEBUG && message.size > 0);
    act_now(userdata);
}

/* Of the server, read by the network thread. */
static void on_server_message(void *userdata, realm_log_category_e category, realm_log_level_e level, realm_string_t message)
{
    CHECK_INT(category, RLM_LOG_CATEGORY_SYNC);
    /* Of the connection it is the one, of a session the other. */
    CHECK(level == RLM_LOG_LEVEL_INFO || level == RLM_LOG_LEVEL_DEBUG);
    CHECK(text_contains(message, "the server says") && text_contains(message, "session="));
    act_now(userdata);
}

static void on_warning(void *userdata, realm_log_category_e category, realm_log_level_e level, realm_string_t message)
{
    CHECK_INT(category, RLM_LOG_CATEGORY_SYNC);
    CHECK_INT(level, RLM_LOG_LEVEL_WARNING);
    CHECK(text_contains(message, "offline time"));
    act_now(userdata);
}

static void on_free(void *userdata)
{
    act_now(userdata);
    freed(userdata);
}

static void open_device(place *place, const char *url, int number)
{
    char path[32], partition[32];
    snprintf(path, sizeof path, "%d.realm", number);
    snprintf(partition, sizeof partition, "notes-%d", number);
    place->device = device_open(path, url, partition);
}

static void begin_state(place *place, const char *url, int number)
{
    open_device(place, url, number);
    CHECK(realm_sync_session_stop(place->device.session));
    place->token = realm_sync_session_add_state_callback(place->device.session, on_state, place, freed);
    CHECK(realm_sync_session_start(place->device.session));
}

static void begin_connection_state(place *place, const char *url, int number)
{
    open_device(place, url, number);
    CHECK(realm_sync_session_stop(place->device.session));
    place->token = realm_sync_session_add_connection_state_callback(place->device.session, on_connection_state, place, freed);
    CHECK(realm_sync_session_start(place->device.session));
}

static void begin_status(place *place, const char *url, int number)
{
    open_device(place, url, number);
    place->token = realm_sync_session_add_status_callback(place->device.session, on_status, place, freed);
    CHECK(realm_sync_session_start(place->device.session));
}

static void begin_progress(place *place, const char *url, int number)
{
    open_device(place, url, number);
    add_person(place->device.realm, 1, "Ada");
    place->token = realm_sync_session_add_progress_callback(place->device.session, RLM_SYNC_PROGRESS_DIRECTION_UPLOAD, true, on_progress, place, freed);
}

/* The device, opened once more, so that its realm has what its config has by now. */
static void open_again(place *place, int number)
{
    char path[32];
    snprintf(path, sizeof path, "%d.realm", number);
    place->device.realm = device_open_again(&place->device, path);
    place->device.session = realm_get_sync_session(place->device.realm);
    CHECK(place->device.session != NULL);
}

static void close_realm(place *place)
{
    CHECK(realm_close(place->device.realm));
    realm_release(place->device.realm);
    realm_sync_session_release(place->device.session);
}

static void begin_error(place *place, const char *url, int number)
{
    open_device(place, url, number);
    close_realm(place);
    place->token = realm_sync_config_add_error_callback(place->device.sync_config, on_error, place, freed);
    open_again(place, number);
}

static void begin_upload_wait(place *place, const char *url, int number)
{
    open_device(place, url, number);
    add_person(place->device.realm, 1, "Ada");
    CHECK(realm_sync_session_wait_for_upload(place->device.session, on_waited, place, freed));
}

static void begin_download_wait(place *place, const char *url, int number)
{
    open_device(place, url, number);
    CHECK(realm_sync_session_wait_for_download(place->device.session, on_waited, place, freed));
}

static void on_ended(void *userdata, const realm_error_t *error)
{
    CHECK_INT(error->number, RLM_ERR_DEADLINE_EXCEEDED);
    act_now(userdata);
}

static void begin_client_wait(place *place, const char *url, int number)
{
    open_device(place, url, number);
    CHECK(realm_sync_client_wait_for_sessions(place->device.client, 1, on_ended, place, freed));
}

static void begin_token(place *place, const char *url, int number)
{
    realm_user_t *user = realm_user_new(text("ada"), text(EXPIRED));
    char path[32];
    snprintf(path, sizeof path, "%d.realm", number);
    CHECK(realm_user_set_token_callback(user, on_token, place, freed));
    place->device = device_open_as(user, path, url, path);
}

static void begin_offline(place *place, const char *url, int number)
{
    realm_sync_session_t *session;
    open_device(place, url, number);
    session = realm_sync_session_retain(place->device.session);
    wait_for_download(session);
    CHECK(realm_sync_session_stop(session));
    place->token = realm_sync_client_add_offline_callback(place->device.client, on_offline, place, freed);
    waiter_complete(&place->ready, NULL);
    /* A look at the status warns when it is time. */
    while (waiter_calls(&place->entered) == 0) {
        realm_sync_session_status_t *status = realm_sync_session_get_status(session);
        CHECK(status != NULL);
        realm_sync_session_status_release(status);
    }
    realm_sync_session_release(session);
}

static void begin_log(place *place, const char *url, int number)
{
    open_device(place, url, number);
    CHECK(realm_log_set_level(RLM_LOG_CATEGORY_API, RLM_LOG_LEVEL_DEBUG));
    place->token = realm_log_add_callback(on_message, place, freed);
    waiter_complete(&place->ready, NULL);
    realm_release(people_realm("other.realm"));
}

static void listen_to_log(place *place, realm_log_level_e level, realm_log_message_func_t callback)
{
    CHECK(realm_log_set_level(RLM_LOG_CATEGORY_ALL, RLM_LOG_LEVEL_OFF));
    CHECK(realm_log_set_level(RLM_LOG_CATEGORY_SYNC, level));
    place->token = realm_log_add_callback(callback, place, freed);
    CHECK(place->token != NULL);
}

static void begin_log_of_server(place *place, const char *url, int number)
{
    listen_to_log(place, RLM_LOG_LEVEL_DEBUG, on_server_message);
    open_device(place, url, number);
}

static void begin_log_of_warning(place *place, const char *url, int number)
{
    int64_t id = 1000;
    open_device(place, url, number);
    wait_for_download(place->device.session);
    CHECK(realm_sync_session_stop(place->device.session));
    listen_to_log(place, RLM_LOG_LEVEL_WARNING, on_warning);
    /* A commit warns when it is time, and must not wait for the sink. */
    while (waiter_calls(&place->entered) == 0)
        add_person(place->device.realm, id++, "Ada");
}

static void begin_object_change(place *place, const char *url, int number)
{
    realm_value_t key = int_value(1), name = string_value("Ada L.");
    realm_object_t *person;
    open_device(place, url, number);
    add_person(place->device.realm, 1, "Ada");
    person = realm_object_find(place->device.realm, class_key(place->device.realm, "Person"), &key);
    CHECK(person != NULL);
    place->token = realm_object_add_change_callback(person, on_object_change, place, freed);
    CHECK(realm_begin(place->device.realm));
    CHECK(realm_object_set_value(person, property_key(place->device.realm, "Person", "name"), &name));
    realm_object_release(person);
    CHECK(realm_commit(place->device.realm));
}

static void begin_class_change(place *place, const char *url, int number)
{
    realm_t *realm;
    open_device(place, url, number);
    realm = place->device.realm;
    place->token = realm_add_class_change_callback(realm, class_key(realm, "Person"), on_class_change, place, freed);
    add_person(realm, 1, "Ada");
}

/* A device with one object that has collections. */
static realm_object_t *open_collections(place *place, const char *url, int number)
{
    realm_schema_t *schema = people_schema();
    realm_property_t property;
    realm_object_t *object;
    char path[32];
    memset(&property, 0, sizeof property);
    property.type = RLM_PROPERTY_TYPE_INT;
    CHECK(realm_schema_add_class(schema, text("Basket"), RLM_CLASS_KIND_TOP_LEVEL));
    add_property(schema, "Basket", "_id", RLM_PROPERTY_TYPE_INT, RLM_PROPERTY_FLAG_PRIMARY_KEY, "");
    property.name = text("list");
    property.collection_type = RLM_COLLECTION_TYPE_LIST;
    CHECK(realm_schema_add_property(schema, text("Basket"), &property));
    property.name = text("dictionary");
    property.collection_type = RLM_COLLECTION_TYPE_DICTIONARY;
    CHECK(realm_schema_add_property(schema, text("Basket"), &property));
    snprintf(path, sizeof path, "%d.realm", number);
    place->device = device_open_with(path, url, path, schema);
    CHECK(realm_begin(place->device.realm));
    object = create_object(place->device.realm, "Basket", int_value(1));
    CHECK(realm_commit(place->device.realm));
    return object;
}

static void begin_list_change(place *place, const char *url, int number)
{
    realm_object_t *object = open_collections(place, url, number);
    realm_t *realm = place->device.realm;
    realm_list_t *list = realm_object_get_list(object, property_key(realm, "Basket", "list"));
    realm_value_t value = int_value(7);
    place->token = realm_list_add_change_callback(list, on_collection_change, place, freed);
    CHECK(realm_begin(realm));
    CHECK(realm_list_insert_value(list, 0, &value));
    realm_list_release(list);
    realm_object_release(object);
    CHECK(realm_commit(realm));
}

static void begin_dictionary_change(place *place, const char *url, int number)
{
    realm_object_t *object = open_collections(place, url, number);
    realm_t *realm = place->device.realm;
    realm_dictionary_t *dictionary = realm_object_get_dictionary(object, property_key(realm, "Basket", "dictionary"));
    realm_value_t value = int_value(7);
    place->token = realm_dictionary_add_change_callback(dictionary, on_dictionary_change, place, freed);
    CHECK(realm_begin(realm));
    CHECK(realm_dictionary_set_value(dictionary, text("key"), &value));
    realm_dictionary_release(dictionary);
    realm_object_release(object);
    CHECK(realm_commit(realm));
}

static void begin_free_by_removal(place *place, const char *url, int number)
{
    realm_callback_token_t *token;
    open_device(place, url, number);
    waiter_complete(&place->ready, NULL);
    token = realm_sync_session_add_state_callback(place->device.session, on_state, place, on_free);
    CHECK(realm_callback_token_remove(token));
    realm_callback_token_release(token);
}

static void wait_is_over(void *userdata, const realm_error_t *error)
{
    CHECK(error == NULL);
    CHECK_INT(waiter_calls(&((place *)userdata)->entered), 0);
}

static void begin_free_behind_a_wait(place *place, const char *url, int number)
{
    open_device(place, url, number);
    CHECK(realm_sync_session_wait_for_download(place->device.session, wait_is_over, place, on_free));
}

static void place_init(place *place, const act *act)
{
    memset(place, 0, sizeof *place);
    place->act = act;
    waiter_init(&place->ready);
    waiter_init(&place->entered);
    waiter_init(&place->waiter);
    waiter_init(&place->inside);
}

/* Waits until the callback has done what it was to do, and ends everything. */
static void finish(place *place)
{
    waiter_complete(&place->ready, NULL);
    waiter_wait_calls(&place->waiter, 1);
    if (!place->is_released) {
        device_close(&place->device);
        realm_callback_token_release(place->token);
    }
    waiter_wait_frees(&place->waiter, 1);
    waiter_wait_frees(&place->inside, place->begun_inside);
    CHECK_INT(waiter_calls(&place->waiter), 1);
    CHECK_INT(waiter_frees(&place->waiter), 1);
    CHECK_INT(waiter_frees(&place->inside), place->begun_inside);
}

/* Does one thing after the other inside of such a callback, each in a device of its own. */
static void act_inside(const char *type, void (*begin)(place *place, const char *url, int number), const char *url)
{
    static int devices;
    int is_free = strcmp(type, "realm_userdata_free_func_t") == 0;
    int at;
    for (at = 0; at < ACT_COUNT; at++) {
        place place;
        if (is_free && (acts[at].flags & ACT_WAITS))
            continue;
        printf("%s: %s\n", type, acts[at].name);
        fflush(stdout);
        place_init(&place, &acts[at]);
        begin(&place, url, devices++);
        finish(&place);
    }
}

TEST(everything_may_be_called_from_inside_a_state_callback)
{
    act_inside("realm_sync_session_state_func_t", begin_state, NOBODY);
}

TEST(everything_may_be_called_from_inside_a_connection_state_callback)
{
    act_inside("realm_sync_session_connection_state_func_t", begin_connection_state, NOBODY);
}

TEST(everything_may_be_called_from_inside_a_status_callback)
{
    act_inside("realm_sync_session_status_func_t", begin_status, NOBODY);
}

TEST(everything_may_be_called_from_inside_a_progress_callback)
{
    act_inside("realm_sync_session_progress_func_t", begin_progress, NOBODY);
}

TEST(everything_may_be_called_from_inside_an_error_callback)
{
    act_inside("realm_sync_session_error_func_t", begin_error, NOBODY);
}

TEST(everything_may_be_called_from_inside_a_token_callback)
{
    act_inside("realm_user_token_func_t", begin_token, NOBODY);
}

TEST(everything_may_be_called_from_inside_a_wait_of_a_client)
{
    act_inside("realm_sync_client_wait_func_t", begin_client_wait, NOBODY);
}

TEST(everything_may_be_called_from_inside_a_log_callback)
{
    act_inside("realm_log_message_func_t", begin_log, NOBODY);
}

TEST(a_log_message_of_the_server_reaches_a_sink_and_everything_may_be_called_from_inside_it)
{
    server server = server_start("127.0.0.1:0");
    act_inside("realm_log_message_func_t", begin_log_of_server, server.url);
    server_stop(&server);
}

TEST(everything_may_be_called_from_inside_the_log_of_a_long_absence)
{
    server server = server_start_with("127.0.0.1:0", "1s");
    act_inside("realm_log_message_func_t", begin_log_of_warning, server.url);
    server_stop(&server);
}

TEST(everything_may_be_called_from_inside_change_callbacks)
{
    act_inside("realm_object_change_func_t", begin_object_change, NOBODY);
    act_inside("realm_class_change_func_t", begin_class_change, NOBODY);
    act_inside("realm_collection_change_func_t", begin_list_change, NOBODY);
    act_inside("realm_dictionary_change_func_t", begin_dictionary_change, NOBODY);
}

TEST(everything_may_be_called_from_inside_a_wait)
{
    server server = server_start("127.0.0.1:0");
    act_inside("realm_sync_session_wait_func_t", begin_upload_wait, server.url);
    act_inside("realm_sync_session_wait_func_t", begin_download_wait, server.url);
    server_stop(&server);
}

TEST(everything_that_does_not_wait_may_be_called_while_userdata_is_freed)
{
    server server = server_start("127.0.0.1:0");
    act_inside("realm_userdata_free_func_t", begin_free_by_removal, server.url);
    act_inside("realm_userdata_free_func_t", begin_free_behind_a_wait, server.url);
    server_stop(&server);
}

TEST(everything_may_be_called_from_inside_an_offline_callback)
{
    server server = server_start_with("127.0.0.1:0", "1s");
    act_inside("realm_sync_client_offline_func_t", begin_offline, server.url);
    server_stop(&server);
}

/* The client reset of a device for each act: all of them lose what the server loses. */
static void act_inside_resets(const char *type, void (*listen_for_resets)(place *place))
{
    place places[ACT_COUNT];
    server server = server_start("127.0.0.1:0");
    char listen[128];
    int at;
    for (at = 0; at < ACT_COUNT; at++) {
        place_init(&places[at], &acts[at]);
        open_device(&places[at], server.url, at);
        add_person(places[at].device.realm, 1, "Ada");
        wait_for_upload(places[at].device.session);
        CHECK(realm_sync_session_stop(places[at].device.session));
        add_person(places[at].device.realm, 2, "Bob");
        close_realm(&places[at]);
    }
    server_stop(&server);
    snprintf(listen, sizeof listen, "%s", server.url + strlen("ws://"));
    if (rename("server-data", "lost-data") != 0)
        FAIL("the data cannot be moved");
    server = server_start(listen);
    for (at = 0; at < ACT_COUNT; at++) {
        realm_sync_config_t *config = places[at].device.sync_config;
        printf("%s: %s\n", type, acts[at].name);
        fflush(stdout);
        CHECK(realm_sync_config_set_client_reset_mode(config, RLM_SYNC_CLIENT_RESET_MODE_RECOVER_OR_DISCARD));
        listen_for_resets(&places[at]);
        open_again(&places[at], at);
        finish(&places[at]);
    }
    server_stop(&server);
}

static void listen_before(place *place)
{
    CHECK(realm_sync_config_set_before_client_reset_callback(place->device.sync_config, on_before_reset, place, freed));
}

static void listen_after(place *place)
{
    CHECK(realm_sync_config_set_after_client_reset_callback(place->device.sync_config, on_after_reset, place, freed));
}

TEST(everything_may_be_called_from_inside_the_callback_before_a_client_reset)
{
    act_inside_resets("realm_sync_before_client_reset_func_t", listen_before);
}

TEST(everything_may_be_called_from_inside_the_callback_after_a_client_reset)
{
    act_inside_resets("realm_sync_after_client_reset_func_t", listen_after);
}
