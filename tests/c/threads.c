#define _XOPEN_SOURCE 700

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "threads.h"

static void fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}

/* What is written in a file of a thread; empty when the thread is gone. */
static void read_of_thread(const char *thread, const char *file, char *text, size_t capacity)
{
    char path[300];
    FILE *opened;
    size_t size = 0;
    snprintf(path, sizeof path, "/proc/self/task/%s/%s", thread, file);
    opened = fopen(path, "r");
    if (opened != NULL) {
        size = fread(text, 1, capacity - 1, opened);
        fclose(opened);
    }
    text[size] = 0;
}

static long switches_of(const char *thread)
{
    char status[4096], *line;
    long total = 0, count;
    read_of_thread(thread, "status", status, sizeof status);
    for (line = strtok(status, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (sscanf(line, "voluntary_ctxt_switches: %ld", &count) == 1)
            total += count;
        if (sscanf(line, "nonvoluntary_ctxt_switches: %ld", &count) == 1)
            total += count;
    }
    return total;
}

long library_switches(void)
{
    char own_name[64], name[64];
    DIR *tasks = opendir("/proc/self/task");
    struct dirent *entry;
    long total = 0;
    if (tasks == NULL)
        fail("cannot list threads");
    snprintf(own_name, sizeof own_name, "%ld", (long)getpid());
    read_of_thread(own_name, "comm", own_name, sizeof own_name);
    while ((entry = readdir(tasks)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        read_of_thread(entry->d_name, "comm", name, sizeof name);
        /* The main thread, and one that a sanitizer keeps, have the name of the program. */
        if (name[0] != 0 && strcmp(name, own_name) != 0)
            total += switches_of(entry->d_name);
    }
    closedir(tasks);
    return total;
}

static void *do_nothing(void *data)
{
    return data;
}

/* A thread that was joined is listed for a moment longer. */
static int is_exiting(const char *thread)
{
    const unsigned exiting = 4;
    char stat[1024], *after_name;
    unsigned flags = 0;
    read_of_thread(thread, "stat", stat, sizeof stat);
    after_name = strrchr(stat, ')');
    if (after_name == NULL || sscanf(after_name, ") %*c %*d %*d %*d %*d %*d %u", &flags) != 1)
        return 1;
    return (flags & exiting) != 0;
}

int thread_count(void)
{
    DIR *tasks;
    struct dirent *entry;
    pthread_t first;
    int count = 0;
    /* A sanitizer adds a thread of its own with the first one that is made. */
    if (pthread_create(&first, NULL, do_nothing, NULL) != 0 || pthread_join(first, NULL) != 0)
        fail("cannot make a thread");
    tasks = opendir("/proc/self/task");
    if (tasks == NULL)
        fail("cannot list threads");
    while ((entry = readdir(tasks)) != NULL)
        count += entry->d_name[0] != '.' && !is_exiting(entry->d_name);
    closedir(tasks);
    return count;
}
