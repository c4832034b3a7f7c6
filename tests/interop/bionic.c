/* What the Android libraries ask of their C library, and glibc has not, or has with other layouts and numbers. */
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int *__errno(void)
{
    return &errno;
}

/* The checks of the buffers' sizes are left out. */
size_t __strlen_chk(const char *string, size_t size)
{
    (void)size;
    return strlen(string);
}

char *__strchr_chk(const char *string, int character, size_t size)
{
    (void)size;
    return strchr(string, character);
}

ssize_t __pwrite_chk(int file, const void *bytes, size_t count, off_t offset, size_t size)
{
    (void)size;
    return pwrite(file, bytes, count, offset);
}

const char *__gnu_strerror_r(int number, char *buffer, size_t size)
{
    return strerror_r(number, buffer, size);
}

int __android_log_write(int priority, const char *tag, const char *message)
{
    (void)priority;
    return fprintf(stderr, "%s: %s\n", tag, message);
}

/* bionic has the name before the address. */
struct bionic_addrinfo {
    int flags;
    int family;
    int type;
    int protocol;
    socklen_t address_size;
    char *name;
    struct sockaddr *address;
    struct bionic_addrinfo *next;
};

void bionic_freeaddrinfo(struct bionic_addrinfo *first)
{
    while (first != NULL) {
        struct bionic_addrinfo *next = first->next;
        free(first->address);
        free(first);
        first = next;
    }
}

static struct bionic_addrinfo *bionic_copy(const struct addrinfo *from)
{
    struct bionic_addrinfo *copy = calloc(1, sizeof *copy);
    if (copy == NULL || (copy->address = malloc(from->ai_addrlen)) == NULL)
        abort();
    copy->family = from->ai_family;
    copy->type = from->ai_socktype;
    copy->protocol = from->ai_protocol;
    copy->address_size = from->ai_addrlen;
    memcpy(copy->address, from->ai_addr, from->ai_addrlen);
    return copy;
}

int bionic_getaddrinfo(const char *name, const char *service, const struct bionic_addrinfo *wanted, struct bionic_addrinfo **out)
{
    struct addrinfo hints, *found, *each;
    struct bionic_addrinfo **end = out;
    int error;
    memset(&hints, 0, sizeof hints);
    if (wanted != NULL) {
        hints.ai_family = wanted->family;
        hints.ai_socktype = wanted->type;
        hints.ai_protocol = wanted->protocol;
    }
    error = getaddrinfo(name, service, &hints, &found);
    if (error != 0)
        return error;
    *out = NULL;
    for (each = found; each != NULL; each = each->ai_next) {
        *end = bionic_copy(each);
        end = &(*end)->next;
    }
    freeaddrinfo(found);
    return 0;
}

/* The numbers are bionic's. */
long bionic_sysconf(int number)
{
    switch (number) {
    case 39:
    case 40:
        return sysconf(_SC_PAGESIZE);
    case 0x60:
        return sysconf(_SC_NPROCESSORS_CONF);
    case 0x61:
        return sysconf(_SC_NPROCESSORS_ONLN);
    case 0x62:
        return sysconf(_SC_PHYS_PAGES);
    default:
        fprintf(stderr, "realm-core asks for sysconf %d\n", number);
        return -1;
    }
}
