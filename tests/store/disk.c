/*
 * A disk that counts, dies or fills up, for tests: preloaded, it stands between a process and its files below
 * DISK_FOLDER. Operations are numbered from 1: writes, truncations, syncs, removals.
 *   DISK_LOG      a letter for each operation is appended to this file: w, t, s (fdatasync), S (fsync), u
 *   DISK_DIE_AT   the process dies at this operation; of a write, the first half is done
 *   DISK_FULL_AT  from this operation on, writes fail as on a full disk
 *   DISK_READ_ONLY  files cannot be opened for writing, nor made
 *   DISK_ASKS     at every operation of a thread called "store", of a write behind its first half, a byte goes to this socket,
 *                 and the operation goes on when one comes back; not of the index of a log, which holds nothing that lasts,
 *                 and which SQLite makes and removes under a lock of the whole process
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <unistd.h>

static long operations;

static long number(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

static int is_ours(const char *path) {
    const char *folder = getenv("DISK_FOLDER");
    return folder && strncmp(path, folder, strlen(folder)) == 0;
}

static int path_of(int fd, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, PATH_MAX - 1);
    path[size < 0 ? 0 : size] = 0;
    return size >= 0;
}

static int is_our_file(int fd) {
    char path[PATH_MAX];
    return path_of(fd, path) && is_ours(path);
}

static int dies(char letter) {
    long operation = __sync_add_and_fetch(&operations, 1);
    const char *log = getenv("DISK_LOG");
    if (log) {
        ssize_t (*real_write)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
        int fd = open(log, O_WRONLY | O_APPEND | O_CREAT, 0600);
        if (fd < 0 || real_write(fd, &letter, 1) != 1) abort();
        close(fd);
    }
    return operation == number("DISK_DIE_AT");
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static int is_full(void) {
    long full_at = number("DISK_FULL_AT");
    return full_at && operations >= full_at;
}

static int asks_at(const char *path) {
    char thread[16] = "";
    size_t size = strlen(path);
    if (!getenv("DISK_ASKS") || prctl(PR_GET_NAME, thread) != 0 || strcmp(thread, "store") != 0) return 0;
    return size < 4 || strcmp(path + size - 4, "-shm") != 0;
}

static int asks(int fd) {
    char path[PATH_MAX];
    return path_of(fd, path) && asks_at(path);
}

static void ask(char letter) {
    ssize_t (*real_write)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    int socket = (int)number("DISK_ASKS");
    if (real_write(socket, &letter, 1) != 1 || read(socket, &letter, 1) != 1) abort();
}

#define WRITE(name, offset_type)                                                              \
    ssize_t name(int fd, const void *data, size_t size, offset_type offset) {                 \
        ssize_t (*real)(int, const void *, size_t, offset_type) = dlsym(RTLD_NEXT, #name);    \
        if (!is_our_file(fd)) return real(fd, data, size, offset);                            \
        if (dies('w')) {                                                                      \
            real(fd, data, size / 2, offset);                                                 \
            die();                                                                            \
        }                                                                                     \
        if (asks(fd)) {                                                                       \
            real(fd, data, size / 2, offset);                                                 \
            ask('w');                                                                         \
        }                                                                                     \
        if (is_full()) {                                                                      \
            errno = ENOSPC;                                                                   \
            return -1;                                                                        \
        }                                                                                     \
        return real(fd, data, size, offset);                                                  \
    }

WRITE(pwrite, off_t)
WRITE(pwrite64, off64_t)

#define ON_FILE(name, letter, declaration, arguments)                     \
    int name declaration {                                                \
        int(*real) declaration = dlsym(RTLD_NEXT, #name);                 \
        if (!is_our_file(fd)) return real arguments;                      \
        if (dies(letter)) die();                                          \
        if (asks(fd)) ask(letter);                                        \
        return real arguments;                                            \
    }

ON_FILE(ftruncate, 't', (int fd, off_t size), (fd, size))
ON_FILE(ftruncate64, 't', (int fd, off64_t size), (fd, size))
ON_FILE(fdatasync, 's', (int fd), (fd))
ON_FILE(fsync, 'S', (int fd), (fd))

int unlink(const char *path) {
    int (*real)(const char *) = dlsym(RTLD_NEXT, "unlink");
    if (!is_ours(path)) return real(path);
    if (dies('u')) die();
    if (asks_at(path)) ask('u');
    return real(path);
}

#define OPEN(name)                                                                                  \
    int name(const char *path, int flags, ...) {                                                    \
        int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, #name);                              \
        va_list arguments;                                                                          \
        va_start(arguments, flags);                                                                 \
        mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;                              \
        va_end(arguments);                                                                          \
        if (getenv("DISK_READ_ONLY") && is_ours(path) && (flags & (O_CREAT | O_WRONLY | O_RDWR))) { \
            errno = EROFS;                                                                          \
            return -1;                                                                              \
        }                                                                                           \
        return real(path, flags, mode);                                                             \
    }

OPEN(open)
OPEN(open64)
