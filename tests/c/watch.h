/* Change callbacks that write down what they are told, each report as a line of text. */
#ifndef REALM_TESTS_WATCH_H
#define REALM_TESTS_WATCH_H

#include <pthread.h>

#include "check.h"

#define REPORT_MAX 32

typedef struct watch {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    char reports[REPORT_MAX][200];
    int count;
    /* How many were compared. */
    int seen;
    int frees;
    realm_callback_token_t *token;
    /* What else to do in the callback, on its thread; may be NULL. */
    void (*inside)(struct watch *watch);
    void *data;
} watch;

/* Each begins to watch. A report is "gone", or "-" deletions, "+" insertions and "~" modifications: indexes, keys of
 * dictionaries, keys of objects, or keys of properties. What is empty is left out. */
void watch_object(watch *watch, realm_object_t *object);
void watch_list(watch *watch, realm_list_t *list);
void watch_set(watch *watch, realm_set_t *set);
void watch_dictionary(watch *watch, realm_dictionary_t *dictionary);
void watch_class(watch *watch, realm_t *realm, const char *class_name);
/* For a watch that begins by other means. */
void watch_init(watch *watch);

void watch_object_changes(void *userdata, realm_object_changes_t *changes);
void watch_collection_changes(void *userdata, realm_collection_changes_t *changes);
void watch_dictionary_changes(void *userdata, realm_dictionary_changes_t *changes);
void watch_class_changes(void *userdata, realm_class_changes_t *changes);
void watch_free(void *userdata);

/* The next report is this one. It is waited for. */
void watch_expect(watch *watch, const char *report, const char *file, int line);
#define CHECK_REPORT(watch, report) watch_expect((watch), (report), __FILE__, __LINE__)
/* No report is left. Settle before. */
#define CHECK_NO_REPORT(watch) CHECK_INT((watch)->count, (watch)->seen)
/* The report that these properties changed: `names` parted by spaces, in the order of the class. */
const char *modified(realm_t *realm, const char *class_name, const char *names);
/* Waits until everything committed so far is reported, by a commit to a class without key that comes last. */
void settle(realm_t *realm, const char *keyless_class);
/* Waits until the userdata was freed. */
void watch_wait_free(watch *watch);
/* Ends a watch, which must have no report left, and whose userdata must be freed once then. */
void watch_end(watch *watch);

#endif
