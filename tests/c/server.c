#define _XOPEN_SOURCE 700

#include "server.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

server server_start(const char *listen)
{
    return server_start_with(listen, "30d");
}

server server_start_with(const char *listen, const char *max_offline)
{
    server started;
    const char *binary = getenv("REALM_SYNC_SERVER");
    char line[128] = "";
    FILE *output;
    int pipes[2];
    if (binary == NULL || pipe(pipes) != 0)
        FAIL("REALM_SYNC_SERVER must name the server binary");
    started.process = fork();
    if (started.process == 0) {
        dup2(pipes[1], STDOUT_FILENO);
        close(pipes[0]);
        close(pipes[1]);
        execl(binary, binary, "serve", "--dev", "--data", "server-data", "--listen", listen, "--log", "warn",
              "--max-offline", max_offline, (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    output = fdopen(pipes[0], "r");
    if (fgets(line, sizeof line, output) == NULL || strncmp(line, "listening on ", 13) != 0)
        FAIL("the server did not start: %s", line);
    fclose(output);
    line[strcspn(line, "\n")] = 0;
    snprintf(started.url, sizeof started.url, "ws://%.100s", line + 13);
    return started;
}

void server_stop(server *server)
{
    int status;
    kill(server->process, SIGTERM);
    if (waitpid(server->process, &status, 0) != server->process || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        FAIL("the server ended with status %d", status);
}
