/* A server of its own process, for one case. */
#ifndef REALM_TESTS_SERVER_H
#define REALM_TESTS_SERVER_H

#include <sys/types.h>

typedef struct server {
    pid_t process;
    char url[128];
} server;

/* Starts the server at `listen`, such as 127.0.0.1:0, with its data in the test's own folder. */
server server_start(const char *listen);
/* The same, where a client file may be away for so long: a number with d, h, m or s. */
server server_start_with(const char *listen, const char *max_offline);
/* Ends it, and checks that it ended well. */
void server_stop(server *server);

#endif
