/* Waits for callbacks that run on another thread: an event, never a sleep. */
#ifndef REALM_TESTS_WAITER_H
#define REALM_TESTS_WAITER_H

#include <pthread.h>

#include "check.h"

typedef struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* How often it was told something, the number of the last error, and the last state. */
    int calls;
    int frees;
    int error;
    int state;
} waiter;

void waiter_init(waiter *waiter);
/* A realm_sync_session_wait_func_t. */
void waiter_complete(void *userdata, const realm_error_t *error);
/* A realm_sync_session_connection_state_func_t. */
void waiter_connection_state(void *userdata, realm_sync_session_connection_state_e old_state,
                             realm_sync_session_connection_state_e new_state);
/* A realm_sync_session_state_func_t. */
void waiter_state(void *userdata, realm_sync_session_state_e old_state, realm_sync_session_state_e new_state);
/* A realm_sync_session_error_func_t. */
void waiter_error(void *userdata, const realm_sync_error_t *error);
/* A realm_userdata_free_func_t that counts. */
void waiter_free(void *userdata);

int waiter_calls(waiter *waiter);
int waiter_frees(waiter *waiter);
/* Until it was told at least that often, or freed that often, or the last state is that one. */
void waiter_wait_calls(waiter *waiter, int calls);
void waiter_wait_frees(waiter *waiter, int frees);
void waiter_wait_state(waiter *waiter, int state);

#endif
