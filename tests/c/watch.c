#define _XOPEN_SOURCE 700

#include <inttypes.h>

#include "watch.h"

/* A line of text that grows. */
typedef struct line {
    char text[200];
    size_t size;
} line;

static void append(line *line, const char *text, size_t size)
{
    if (line->size + size >= sizeof line->text)
        FAIL("a report is too long");
    memcpy(line->text + line->size, text, size);
    line->size += size;
    line->text[line->size] = 0;
}

static void append_text(line *line, const char *text)
{
    append(line, text, strlen(text));
}

static void append_number(line *line, int64_t number)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%" PRId64, number);
    append_text(line, digits);
}

/* Begins an item of the changes that `sign` stands for. */
static void append_sign(line *line, const char *sign, size_t at)
{
    if (at == 0 && line->size > 0)
        append_text(line, " ");
    append_text(line, at == 0 ? sign : ",");
}

static void tell(watch *watch, const line *line)
{
    pthread_mutex_lock(&watch->lock);
    if (watch->count == REPORT_MAX)
        FAIL("too many reports");
    memcpy(watch->reports[watch->count++], line->text, line->size + 1);
    pthread_cond_broadcast(&watch->changed);
    pthread_mutex_unlock(&watch->lock);
    if (watch->inside != NULL)
        watch->inside(watch);
}

void watch_object_changes(void *userdata, realm_object_changes_t *changes)
{
    realm_property_key_t keys[32];
    size_t count, at;
    bool deleted;
    line line = { "", 0 };
    CHECK(realm_object_changes_is_deleted(changes, &deleted));
    CHECK(realm_object_changes_get_modifications(changes, keys, 32, &count));
    if (deleted)
        append_text(&line, "gone");
    for (at = 0; at < count; at++) {
        append_sign(&line, "~", at);
        append_number(&line, keys[at]);
    }
    tell(userdata, &line);
}

typedef bool (*get_indexes)(const realm_collection_changes_t *changes, size_t *out, size_t capacity, size_t *out_size);

static void append_indexes(line *line, const char *sign, get_indexes get, realm_collection_changes_t *changes)
{
    size_t indexes[64], count, at;
    CHECK(get(changes, indexes, 64, &count));
    for (at = 0; at < count; at++) {
        append_sign(line, sign, at);
        append_number(line, (int64_t)indexes[at]);
    }
}

void watch_collection_changes(void *userdata, realm_collection_changes_t *changes)
{
    bool deleted;
    line line = { "", 0 };
    CHECK(realm_collection_changes_is_deleted(changes, &deleted));
    if (deleted)
        append_text(&line, "gone");
    append_indexes(&line, "-", realm_collection_changes_get_deletions, changes);
    append_indexes(&line, "+", realm_collection_changes_get_insertions, changes);
    append_indexes(&line, "~", realm_collection_changes_get_modifications, changes);
    tell(userdata, &line);
}

typedef bool (*get_keys)(const realm_dictionary_changes_t *changes, realm_string_t *out, size_t capacity, size_t *out_size);

static void append_keys(line *line, const char *sign, get_keys get, realm_dictionary_changes_t *changes)
{
    realm_string_t keys[64];
    size_t count, at;
    CHECK(get(changes, keys, 64, &count));
    for (at = 0; at < count; at++) {
        append_sign(line, sign, at);
        append(line, keys[at].data, keys[at].size);
    }
}

void watch_dictionary_changes(void *userdata, realm_dictionary_changes_t *changes)
{
    bool deleted;
    line line = { "", 0 };
    CHECK(realm_dictionary_changes_is_deleted(changes, &deleted));
    if (deleted)
        append_text(&line, "gone");
    append_keys(&line, "-", realm_dictionary_changes_get_deletions, changes);
    append_keys(&line, "+", realm_dictionary_changes_get_insertions, changes);
    append_keys(&line, "~", realm_dictionary_changes_get_modifications, changes);
    tell(userdata, &line);
}

typedef bool (*get_links)(const realm_class_changes_t *changes, realm_link_t *out, size_t capacity, size_t *out_size);

static void append_links(line *line, const char *sign, get_links get, realm_class_changes_t *changes)
{
    realm_link_t links[64];
    size_t count, at;
    CHECK(get(changes, links, 64, &count));
    for (at = 0; at < count; at++) {
        const realm_link_t *link = &links[at];
        append_sign(line, sign, at);
        if (link->key_type == RLM_LINK_KEY_TYPE_INT)
            append_number(line, link->key.integer);
        else if (link->key_type == RLM_LINK_KEY_TYPE_STRING)
            append(line, link->key.string.data, link->key.string.size);
        else if (link->key_type == RLM_LINK_KEY_TYPE_OBJECT_ID)
            append(line, (const char *)link->key.object_id.bytes, 12);
        else
            append_text(line, link->key_type == RLM_LINK_KEY_TYPE_GLOBAL_KEY ? "keyless" : "?");
    }
}

void watch_class_changes(void *userdata, realm_class_changes_t *changes)
{
    line line = { "", 0 };
    append_links(&line, "-", realm_class_changes_get_deletions, changes);
    append_links(&line, "+", realm_class_changes_get_insertions, changes);
    append_links(&line, "~", realm_class_changes_get_modifications, changes);
    tell(userdata, &line);
}

void watch_free(void *userdata)
{
    watch *watch = userdata;
    pthread_mutex_lock(&watch->lock);
    watch->frees++;
    pthread_cond_broadcast(&watch->changed);
    pthread_mutex_unlock(&watch->lock);
}

void watch_init(watch *watch)
{
    memset(watch, 0, sizeof *watch);
    pthread_mutex_init(&watch->lock, NULL);
    pthread_cond_init(&watch->changed, NULL);
}

void watch_object(watch *watch, realm_object_t *object)
{
    watch_init(watch);
    watch->token = realm_object_add_change_callback(object, watch_object_changes, watch, watch_free);
    CHECK(watch->token != NULL);
}

void watch_list(watch *watch, realm_list_t *list)
{
    watch_init(watch);
    watch->token = realm_list_add_change_callback(list, watch_collection_changes, watch, watch_free);
    CHECK(watch->token != NULL);
}

void watch_set(watch *watch, realm_set_t *set)
{
    watch_init(watch);
    watch->token = realm_set_add_change_callback(set, watch_collection_changes, watch, watch_free);
    CHECK(watch->token != NULL);
}

void watch_dictionary(watch *watch, realm_dictionary_t *dictionary)
{
    watch_init(watch);
    watch->token = realm_dictionary_add_change_callback(dictionary, watch_dictionary_changes, watch, watch_free);
    CHECK(watch->token != NULL);
}

void watch_class(watch *watch, realm_t *realm, const char *class_name)
{
    realm_class_key_t key = class_key(realm, class_name);
    watch_init(watch);
    watch->token = realm_add_class_change_callback(realm, key, watch_class_changes, watch, watch_free);
    CHECK(watch->token != NULL);
}

void watch_expect(watch *watch, const char *report, const char *file, int line)
{
    pthread_mutex_lock(&watch->lock);
    while (watch->count == watch->seen)
        pthread_cond_wait(&watch->changed, &watch->lock);
    if (strcmp(watch->reports[watch->seen], report) != 0) {
        fprintf(stderr, "%s:%d: report %d is \"%s\", not \"%s\"\n", file, line, watch->seen, watch->reports[watch->seen], report);
        exit(1);
    }
    watch->seen++;
    pthread_mutex_unlock(&watch->lock);
}

const char *modified(realm_t *realm, const char *class_name, const char *names)
{
    static char text[200];
    char name[64];
    line line = { "", 0 };
    size_t at;
    int size;
    for (at = 0; sscanf(names, " %63s%n", name, &size) == 1; at++, names += size) {
        append_sign(&line, "~", at);
        append_number(&line, property_key(realm, class_name, name));
    }
    memcpy(text, line.text, sizeof text);
    return text;
}

void settle(realm_t *realm, const char *keyless_class)
{
    watch last;
    realm_object_t *object;
    watch_class(&last, realm, keyless_class);
    CHECK(realm_begin(realm));
    object = realm_object_create(realm, class_key(realm, keyless_class), NULL);
    CHECK(object != NULL);
    CHECK(realm_commit(realm));
    realm_object_release(object);
    CHECK_REPORT(&last, "+keyless");
    watch_end(&last);
}

void watch_wait_free(watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    while (watch->frees == 0)
        pthread_cond_wait(&watch->changed, &watch->lock);
    pthread_mutex_unlock(&watch->lock);
}

void watch_end(watch *watch)
{
    CHECK(realm_callback_token_remove(watch->token));
    realm_callback_token_release(watch->token);
    CHECK_INT(watch->count, watch->seen);
    CHECK_INT(watch->frees, 1);
}
