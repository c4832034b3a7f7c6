/* What the C tests share: checks that say where they failed, and strings. C99. */
#ifndef REALM_TESTS_CHECK_H
#define REALM_TESTS_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "realm_sync.h"

/* A test case. CMake finds these lines and makes each a ctest case of its own. */
#define TEST(name) void test_##name(void)

#define FAIL(...)                                        \
    do {                                                 \
        fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);  \
        fprintf(stderr, __VA_ARGS__);                    \
        fprintf(stderr, "\n");                           \
        exit(1);                                         \
    } while (0)

#define CHECK(condition)                                                                       \
    do {                                                                                       \
        if (!(condition)) {                                                                    \
            realm_error_t check_error_ = last_error();                                         \
            FAIL("%s is false; the last error is %d: %.*s", #condition, (int)check_error_.number, \
                 (int)check_error_.message.size, check_error_.message.data);                   \
        }                                                                                      \
    } while (0)

#define CHECK_INT(actual, expected)                                                            \
    do {                                                                                       \
        long long check_actual_ = (long long)(actual);                                         \
        long long check_expected_ = (long long)(expected);                                     \
        if (check_actual_ != check_expected_)                                                  \
            FAIL("%s is %lld, not %lld", #actual, check_actual_, check_expected_);             \
    } while (0)

#define CHECK_TEXT(actual, expected)                                                           \
    do {                                                                                       \
        realm_string_t check_text_ = (actual);                                                 \
        if (!text_is(check_text_, (expected)))                                                 \
            FAIL("%s is \"%.*s\", not \"%s\"", #actual, (int)check_text_.size, check_text_.data, (expected)); \
    } while (0)

/* The call fails, with this number, and the message contains this text. */
#define CHECK_FAILS(call, expected_number, part)                                               \
    do {                                                                                       \
        realm_error_t check_error_;                                                            \
        CHECK(realm_error_clear());                                                            \
        if (call)                                                                              \
            FAIL("%s did not fail", #call);                                                    \
        check_error_ = last_error();                                                           \
        if (check_error_.number != (int32_t)(expected_number) || !text_contains(check_error_.message, (part))) \
            FAIL("%s failed with %d: %.*s; expected %d: ...%s...", #call, (int)check_error_.number, \
                 (int)check_error_.message.size, check_error_.message.data, (int)(expected_number), (part)); \
    } while (0)

realm_error_t last_error(void);
realm_string_t text(const char *characters);
int text_is(realm_string_t actual, const char *expected);
int text_contains(realm_string_t actual, const char *part);
size_t live_handles(void);

/* Userdata that counts how often it was used and freed. */
typedef struct counter {
    int calls;
    int frees;
    int last;
} counter;

void counter_free(void *userdata);

/* The schema most tests use: Person {_id: int key, name: string, ...}, Dog {_id: object id key, owner: Person}, Note. */
realm_schema_t *people_schema(void);
void add_property(realm_schema_t *schema, const char *class_name, const char *name, int type, unsigned flags, const char *target);
/* Opens a local realm of that schema at `path`, relative to the test's own folder. */
realm_t *people_realm(const char *path);
realm_class_key_t class_key(const realm_t *realm, const char *name);
realm_property_key_t property_key(const realm_t *realm, const char *class_name, const char *name);

realm_value_t null_value(void);
realm_value_t int_value(int64_t integer);
realm_value_t string_value(const char *characters);
realm_value_t link_value(const realm_object_t *object);

#endif
