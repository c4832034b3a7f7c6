#include "device.h"
#include "waiter.h"

static realm_t *open_synced(const char *path, const realm_sync_config_t *sync_config, realm_schema_t *schema)
{
    realm_config_t *config = realm_config_new();
    realm_t *realm;
    CHECK(realm_config_set_path(config, text(path)));
    CHECK(realm_config_set_schema(config, schema));
    CHECK(realm_config_set_sync_config(config, sync_config));
    realm = realm_open(config);
    CHECK(realm != NULL);
    realm_config_release(config);
    realm_schema_release(schema);
    return realm;
}

static device open_device_on(realm_sync_client_t *client, realm_user_t *user, const char *path, const char *url, const char *partition, realm_schema_t *schema)
{
    device made;
    made.client = client;
    CHECK(made.client != NULL);
    made.user = user;
    CHECK(made.user != NULL);
    made.sync_config = realm_sync_config_new(made.client, made.user, text(url), text(partition));
    CHECK(made.sync_config != NULL);
    CHECK(realm_sync_config_set_stop_policy(made.sync_config, RLM_SYNC_STOP_POLICY_IMMEDIATELY, 0));
    made.realm = open_synced(path, made.sync_config, schema);
    made.session = realm_get_sync_session(made.realm);
    CHECK(made.session != NULL);
    return made;
}

static device open_device(realm_user_t *user, const char *path, const char *url, const char *partition, realm_schema_t *schema)
{
    return open_device_on(realm_sync_client_open(NULL), user, path, url, partition, schema);
}

device device_open_on(realm_sync_client_t *client, const char *path, const char *url, const char *partition)
{
    return open_device_on(client, realm_user_new(text("ada"), text("token")), path, url, partition, people_schema());
}

device device_open(const char *path, const char *url, const char *partition)
{
    return open_device(realm_user_new(text("ada"), text("token")), path, url, partition, people_schema());
}

device device_open_as(realm_user_t *user, const char *path, const char *url, const char *partition)
{
    return open_device(user, path, url, partition, people_schema());
}

device device_open_with(const char *path, const char *url, const char *partition, realm_schema_t *schema)
{
    return open_device(realm_user_new(text("ada"), text("token")), path, url, partition, schema);
}

realm_t *device_open_again(const device *device, const char *path)
{
    return open_synced(path, device->sync_config, people_schema());
}

void device_close(device *device)
{
    CHECK(realm_sync_client_close(device->client));
    realm_sync_session_release(device->session);
    realm_release(device->realm);
    realm_sync_config_release(device->sync_config);
    realm_user_release(device->user);
    realm_sync_client_release(device->client);
}

void add_person(realm_t *realm, int64_t id, const char *name)
{
    realm_value_t key = int_value(id), value = string_value(name);
    realm_object_t *object;
    CHECK(realm_begin(realm));
    object = realm_object_create(realm, class_key(realm, "Person"), &key);
    CHECK(object != NULL);
    CHECK(realm_object_set_value(object, property_key(realm, "Person", "name"), &value));
    CHECK(realm_commit(realm));
    realm_object_release(object);
}

int has_person(realm_t *realm, int64_t id, const char *name)
{
    realm_value_t key = int_value(id), value;
    realm_object_t *object = realm_object_find(realm, class_key(realm, "Person"), &key);
    int is_same;
    if (object == NULL) {
        CHECK_INT(last_error().number, RLM_ERR_NO_SUCH_OBJECT);
        return 0;
    }
    CHECK(realm_object_get_value(object, property_key(realm, "Person", "name"), &value));
    is_same = text_is(value.data.string, name);
    realm_object_release(object);
    return is_same;
}

int session_state(const realm_sync_session_t *session)
{
    realm_sync_session_state_e state;
    CHECK(realm_sync_session_get_state(session, &state));
    return (int)state;
}

int connection_state(const realm_sync_session_t *session)
{
    realm_sync_session_connection_state_e state;
    CHECK(realm_sync_session_get_connection_state(session, &state));
    return (int)state;
}

void wait_for_upload(realm_sync_session_t *session)
{
    waiter done;
    waiter_init(&done);
    CHECK(realm_sync_session_wait_for_upload(session, waiter_complete, &done, waiter_free));
    waiter_wait_frees(&done, 1);
    CHECK_INT(done.calls, 1);
    CHECK_INT(done.error, 0);
}

void wait_for_download(realm_sync_session_t *session)
{
    waiter done;
    waiter_init(&done);
    CHECK(realm_sync_session_wait_for_download(session, waiter_complete, &done, waiter_free));
    waiter_wait_frees(&done, 1);
    CHECK_INT(done.calls, 1);
    CHECK_INT(done.error, 0);
}
