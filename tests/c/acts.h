/* What is called from inside a callback: every function of realms, sessions, clients, users and configs. */
#ifndef REALM_TESTS_ACTS_H
#define REALM_TESTS_ACTS_H

#include "device.h"
#include "waiter.h"

typedef struct act act;

/* A callback, and what it can reach. */
typedef struct place {
    device device;
    /* What it does there, once. */
    const act *act;
    /* Whether everything here is known: the callback may come before its registration has returned. */
    waiter ready;
    waiter entered;
    /* The registration of the callback itself, where there is one. */
    realm_callback_token_t *token;
    /* The request that a token callback got. */
    realm_token_request_t *request;
    /* Of the callback's userdata; it completes when the callback has done what it was to do. */
    waiter waiter;
    /* Of callbacks and waits that are begun inside. */
    waiter inside;
    int begun_inside;
    /* Whether the device was released inside. */
    int is_released;
} place;

/* Waits for callbacks or for threads of the client, or ends them: not for userdata_free. */
enum { ACT_WAITS = 1 };

struct act {
    const char *name;
    void (*run)(place *place);
    int flags;
};

enum { ACT_COUNT = 13 };
extern const act acts[ACT_COUNT];

#endif
