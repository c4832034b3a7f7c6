/* A host that loads the library with dlopen(RTLD_NOW | RTLD_LOCAL), as a plug-in system would. It checks that every
 * function of the header is there, that loading starts no thread, and that unloading after use leaves none, also where a
 * change callback was on its way. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "realm_sync.h"
#include "threads.h"

#define FAIL(...)                     \
    do {                              \
        fprintf(stderr, __VA_ARGS__); \
        fprintf(stderr, "\n");        \
        exit(1);                      \
    } while (0)

static const char *const functions[] = {
#include "functions.inc"
};

/* Function pointers and object pointers are different things to C; dlsym gives the latter. */
static void look_up(void *library, const char *name, void *function, size_t size)
{
    void *symbol = dlsym(library, name);
    if (symbol == NULL)
        FAIL("the library lacks %s", name);
    memcpy(function, &symbol, size);
}

#define LOOK_UP(library, name, pointer) look_up(library, name, &(pointer), sizeof(pointer))

static realm_string_t text(const char *characters)
{
    realm_string_t string;
    string.data = characters;
    string.size = strlen(characters);
    return string;
}

static void count_call(void *userdata, realm_class_changes_t *changes)
{
    (void)changes;
    ++*(int *)userdata;
}

static void set_schema(void *library, realm_config_t *config)
{
    realm_schema_t *(*schema_new)(void);
    bool (*add_class)(realm_schema_t *, realm_string_t, int32_t);
    bool (*add_property)(realm_schema_t *, realm_string_t, const realm_property_t *);
    bool (*set)(realm_config_t *, const realm_schema_t *);
    void (*release)(realm_schema_t *);
    realm_property_t property;
    realm_schema_t *schema;
    LOOK_UP(library, "realm_schema_new", schema_new);
    LOOK_UP(library, "realm_schema_add_class", add_class);
    LOOK_UP(library, "realm_schema_add_property", add_property);
    LOOK_UP(library, "realm_config_set_schema", set);
    LOOK_UP(library, "realm_schema_release", release);
    memset(&property, 0, sizeof property);
    property.name = text("number");
    property.type = RLM_PROPERTY_TYPE_INT;
    schema = schema_new();
    if (!add_class(schema, text("Note"), RLM_CLASS_KIND_TOP_LEVEL) || !add_property(schema, text("Note"), &property) ||
        !set(config, schema))
        FAIL("cannot set a schema");
    release(schema);
}

/* Watches the notes of a realm, begins a write transaction, and makes one. */
static realm_callback_token_t *watch_and_write(void *library, realm_t *realm, int *calls)
{
    bool (*find_class)(const realm_t *, realm_string_t, realm_class_key_t *);
    realm_callback_token_t *(*add_callback)(realm_t *, realm_class_key_t, realm_class_change_func_t, void *,
                                            realm_userdata_free_func_t);
    bool (*begin)(realm_t *);
    realm_object_t *(*create)(realm_t *, realm_class_key_t, const realm_value_t *);
    void (*release)(realm_object_t *);
    realm_class_key_t key = 0;
    realm_callback_token_t *token;
    LOOK_UP(library, "realm_find_class", find_class);
    LOOK_UP(library, "realm_add_class_change_callback", add_callback);
    LOOK_UP(library, "realm_begin", begin);
    LOOK_UP(library, "realm_object_create", create);
    LOOK_UP(library, "realm_object_release", release);
    if (!find_class(realm, text("Note"), &key))
        FAIL("cannot find a class");
    token = add_callback(realm, key, count_call, calls, NULL);
    if (token == NULL || !begin(realm))
        FAIL("cannot watch a class");
    release(create(realm, key, NULL));
    return token;
}

static void use(void *library, const char *path)
{
    realm_config_t *(*config_new)(void);
    bool (*set_path)(realm_config_t *, realm_string_t);
    void (*config_release)(realm_config_t *);
    realm_t *(*open_realm)(const realm_config_t *);
    bool (*commit)(realm_t *);
    void (*release)(realm_t *);
    void (*token_release)(realm_callback_token_t *);
    bool (*delete_files)(realm_string_t, bool *);
    bool (*live_handles)(size_t *);
    realm_config_t *config;
    realm_t *realm;
    realm_callback_token_t *token;
    realm_string_t name = text(path);
    size_t count = 1;
    int calls = 0;
    LOOK_UP(library, "realm_config_new", config_new);
    LOOK_UP(library, "realm_config_set_path", set_path);
    LOOK_UP(library, "realm_config_release", config_release);
    LOOK_UP(library, "realm_open", open_realm);
    LOOK_UP(library, "realm_commit", commit);
    LOOK_UP(library, "realm_release", release);
    LOOK_UP(library, "realm_callback_token_release", token_release);
    LOOK_UP(library, "realm_delete_files", delete_files);
    LOOK_UP(library, "realm_debug_get_live_handles", live_handles);
    config = config_new();
    if (!delete_files(name, NULL) || !set_path(config, name))
        FAIL("cannot prepare %s", path);
    set_schema(library, config);
    realm = open_realm(config);
    if (realm == NULL)
        FAIL("cannot open a realm");
    token = watch_and_write(library, realm, &calls);
    if (!commit(realm))
        FAIL("cannot use a realm");
    token_release(token);
    release(realm);
    if (calls > 1)
        FAIL("one commit was reported %d times", calls);
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
