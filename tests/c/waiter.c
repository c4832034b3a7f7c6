#define _XOPEN_SOURCE 700

#include "waiter.h"

void waiter_init(waiter *waiter)
{
    memset(waiter, 0, sizeof *waiter);
    pthread_mutex_init(&waiter->lock, NULL);
    pthread_cond_init(&waiter->changed, NULL);
    waiter->state = -1;
}

static void tell(waiter *waiter, int error, int state)
{
    pthread_mutex_lock(&waiter->lock);
    waiter->calls++;
    waiter->error = error;
    waiter->state = state;
    pthread_cond_broadcast(&waiter->changed);
    pthread_mutex_unlock(&waiter->lock);
}

void waiter_complete(void *userdata, const realm_error_t *error)
{
    tell(userdata, error == NULL ? 0 : error->number, -1);
}

void waiter_connection_state(void *userdata, realm_sync_session_connection_state_e old_state,
                             realm_sync_session_connection_state_e new_state)
{
    (void)old_state;
    tell(userdata, 0, (int)new_state);
}

void waiter_state(void *userdata, realm_sync_session_state_e old_state, realm_sync_session_state_e new_state)
{
    (void)old_state;
    tell(userdata, 0, (int)new_state);
}

void waiter_error(void *userdata, const realm_sync_error_t *error)
{
    CHECK(error->error.message.size > 0);
    CHECK(text_contains(error->path, ".realm"));
    tell(userdata, error->error.number, -1);
}

void waiter_free(void *userdata)
{
    waiter *freed = userdata;
    pthread_mutex_lock(&freed->lock);
    freed->frees++;
    pthread_cond_broadcast(&freed->changed);
    pthread_mutex_unlock(&freed->lock);
}

int waiter_calls(waiter *waiter)
{
    int calls;
    pthread_mutex_lock(&waiter->lock);
    calls = waiter->calls;
    pthread_mutex_unlock(&waiter->lock);
    return calls;
}

int waiter_frees(waiter *waiter)
{
    int frees;
    pthread_mutex_lock(&waiter->lock);
    frees = waiter->frees;
    pthread_mutex_unlock(&waiter->lock);
    return frees;
}

void waiter_wait_calls(waiter *waiter, int calls)
{
    pthread_mutex_lock(&waiter->lock);
    while (waiter->calls < calls)
        pthread_cond_wait(&waiter->changed, &waiter->lock);
    pthread_mutex_unlock(&waiter->lock);
}

void waiter_wait_frees(waiter *waiter, int frees)
{
    pthread_mutex_lock(&waiter->lock);
    while (waiter->frees < frees)
        pthread_cond_wait(&waiter->changed, &waiter->lock);
    pthread_mutex_unlock(&waiter->lock);
}

void waiter_wait_state(waiter *waiter, int state)
{
    pthread_mutex_lock(&waiter->lock);
    while (waiter->state != state)
        pthread_cond_wait(&waiter->changed, &waiter->lock);
    pthread_mutex_unlock(&waiter->lock);
}
