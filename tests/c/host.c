/* A host that loads the library with dlopen(RTLD_NOW | RTLD_LOCAL), as a plug-in system would. It checks that every
 * function of the header is there, that loading starts no thread, and that unloading after use leaves none. */
#define _XOPEN_SOURCE 700

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "realm_sync.h"

#define FAIL(...)                     \
    do {                              \
        fprintf(stderr, __VA_ARGS__); \
        fprintf(stderr, "\n");        \
        exit(1);                      \
    } while (0)

static const char *const functions[] = {
#include "functions.inc"
};

static int thread_count(void)
{
    DIR *tasks = opendir("/proc/self/task");
    struct dirent *entry;
    int count = 0;
    if (tasks == NULL)
        FAIL("cannot list threads");
    while ((entry = readdir(tasks)) != NULL)
        count += entry->d_name[0] != '.';
    closedir(tasks);
    return count;
}

/* Function pointers and object pointers are different things to C; dlsym gives the latter. */
static void look_up(void *library, const char *name, void *function, size_t size)
{
    void *symbol = dlsym(library, name);
    if (symbol == NULL)
        FAIL("the library lacks %s", name);
    memcpy(function, &symbol, size);
}

#define LOOK_UP(library, name, pointer) look_up(library, name, &(pointer), sizeof(pointer))

static void use(void *library, const char *path)
{
    realm_config_t *(*config_new)(void);
    bool (*set_path)(realm_config_t *, realm_string_t);
    void (*config_release)(realm_config_t *);
    realm_t *(*open_realm)(const realm_config_t *);
    bool (*begin)(realm_t *);
    bool (*commit)(realm_t *);
    void (*release)(realm_t *);
    bool (*delete_files)(realm_string_t, bool *);
    bool (*live_handles)(size_t *);
    realm_config_t *config;
    realm_t *realm;
    realm_string_t name;
    size_t count = 1;
    LOOK_UP(library, "realm_config_new", config_new);
    LOOK_UP(library, "realm_config_set_path", set_path);
    LOOK_UP(library, "realm_config_release", config_release);
    LOOK_UP(library, "realm_open", open_realm);
    LOOK_UP(library, "realm_begin", begin);
    LOOK_UP(library, "realm_commit", commit);
    LOOK_UP(library, "realm_release", release);
    LOOK_UP(library, "realm_delete_files", delete_files);
    LOOK_UP(library, "realm_debug_get_live_handles", live_handles);
    name.data = path;
    name.size = strlen(path);
    config = config_new();
    if (!delete_files(name, NULL) || !set_path(config, name))
        FAIL("cannot prepare %s", path);
    realm = open_realm(config);
    if (realm == NULL || !begin(realm) || !commit(realm))
        FAIL("cannot use a realm");
    release(realm);
    config_release(config);
    if (!delete_files(name, NULL) || !live_handles(&count) || count != 0)
        FAIL("%zu handles left", count);
}

int main(int argc, char **argv)
{
    uint32_t (*get_abi)(void);
    void *library;
    size_t at;
    int threads = thread_count();
    if (argc != 3)
        FAIL("usage: host <library> <path of a realm>");
    library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        FAIL("%s", dlerror());
    for (at = 0; at < sizeof functions / sizeof functions[0]; at++) {
        if (dlsym(library, functions[at]) == NULL)
            FAIL("the library lacks %s", functions[at]);
    }
    LOOK_UP(library, "realm_version_get_abi", get_abi);
    if (get_abi() != RLM_ABI_VERSION)
        FAIL("the library has the ABI %u", (unsigned)get_abi());
    if (thread_count() != threads)
        FAIL("loading the library started a thread");
    use(library, argv[2]);
    if (dlclose(library) != 0)
        FAIL("%s", dlerror());
    if (thread_count() != threads)
        FAIL("unloading the library left a thread");
    printf("host: %zu functions found, no thread left\n", sizeof functions / sizeof functions[0]);
    return 0;
}
