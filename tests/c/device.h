/* One device: a client, a user, and a realm that is synced. */
#ifndef REALM_TESTS_DEVICE_H
#define REALM_TESTS_DEVICE_H

#include "check.h"
#include "threads.h"

typedef struct device {
    realm_sync_client_t *client;
    realm_user_t *user;
    realm_sync_config_t *sync_config;
    realm_t *realm;
    realm_sync_session_t *session;
} device;

/* Opens `path` as a synced realm of people_schema(). */
device device_open(const char *path, const char *url, const char *partition);
/* The same on a client of its own, which the device releases. */
device device_open_on(realm_sync_client_t *client, const char *path, const char *url, const char *partition);
/* The same for a user of its own, which the device releases. */
device device_open_as(realm_user_t *user, const char *path, const char *url, const char *partition);
/* The same with a schema of its own, which is released. */
device device_open_with(const char *path, const char *url, const char *partition, realm_schema_t *schema);
/* Opens the realm of a device once more. */
realm_t *device_open_again(const device *device, const char *path);
/* Releases everything; the client is closed first, so that no thread is left. */
void device_close(device *device);

void add_person(realm_t *realm, int64_t id, const char *name);
/* Whether there is such a person. */
int has_person(realm_t *realm, int64_t id, const char *name);
int session_state(const realm_sync_session_t *session);
int connection_state(const realm_sync_session_t *session);
void wait_for_upload(realm_sync_session_t *session);
void wait_for_download(realm_sync_session_t *session);

#endif
