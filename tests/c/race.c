/* A seeded mistake: two threads count in one variable, without a lock. */
#include <pthread.h>

#include "check.h"

static long reads;

static void *read_versions(void *data)
{
    int round;
    (void)data;
    for (round = 0; round < 1000; round++)
        reads += realm_version_get_abi() > 0;
    return NULL;
}

int main(void)
{
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, read_versions, NULL), 0);
    read_versions(NULL);
    CHECK_INT(pthread_join(thread, NULL), 0);
    printf("%d\n", reads > 0);
    return 0;
}
