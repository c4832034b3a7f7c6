#define _XOPEN_SOURCE 700

#include <pthread.h>

#include "check.h"

TEST(null_names_the_parameter)
{
    realm_schema_t *schema = realm_schema_new();
    realm_value_t value = null_value();
    realm_string_t dangling;
    bool flag;
    CHECK_FAILS(realm_schema_validate(NULL), RLM_ERR_INVALID_ARGUMENT, "schema");
    CHECK_FAILS(realm_schema_size(schema, NULL), RLM_ERR_INVALID_ARGUMENT, "out_size");
    CHECK_FAILS(realm_schema_add_property(schema, text("A"), NULL), RLM_ERR_INVALID_ARGUMENT, "property");
    CHECK_FAILS(realm_config_set_path(NULL, text("a")), RLM_ERR_INVALID_ARGUMENT, "config");
    CHECK_FAILS(realm_config_get_schema(NULL) != NULL, RLM_ERR_INVALID_ARGUMENT, "config");
    CHECK_FAILS(realm_open(NULL) != NULL, RLM_ERR_INVALID_ARGUMENT, "config");
    CHECK_FAILS(realm_close(NULL), RLM_ERR_INVALID_ARGUMENT, "realm");
    CHECK_FAILS(realm_begin(NULL), RLM_ERR_INVALID_ARGUMENT, "realm");
    CHECK_FAILS(realm_object_create(NULL, 1, &value) != NULL, RLM_ERR_INVALID_ARGUMENT, "realm");
    CHECK_FAILS(realm_object_is_valid(NULL, &flag), RLM_ERR_INVALID_ARGUMENT, "object");
    CHECK_FAILS(realm_results_new(NULL, 1) != NULL, RLM_ERR_INVALID_ARGUMENT, "realm");
    CHECK_FAILS(realm_sync_session_start(NULL), RLM_ERR_INVALID_ARGUMENT, "session");
    CHECK_FAILS(realm_sync_session_stop(NULL), RLM_ERR_INVALID_ARGUMENT, "session");
    CHECK_FAILS(realm_callback_token_remove(NULL), RLM_ERR_INVALID_ARGUMENT, "token");
    CHECK_FAILS(realm_error_get_last(NULL), RLM_ERR_INVALID_ARGUMENT, "out_error");
    CHECK_FAILS(realm_version_get_library(NULL), RLM_ERR_INVALID_ARGUMENT, "out_version");
    dangling.data = NULL;
    dangling.size = 3;
    CHECK_FAILS(realm_schema_add_class(schema, dangling, 0), RLM_ERR_INVALID_ARGUMENT, "name.data");
    realm_schema_release(schema);
}

TEST(releasing_null_is_fine)
{
    realm_release(NULL);
    realm_object_release(NULL);
    realm_results_release(NULL);
    realm_schema_release(NULL);
    realm_config_release(NULL);
    realm_user_release(NULL);
    realm_sync_config_release(NULL);
    realm_sync_client_config_release(NULL);
    realm_sync_client_release(NULL);
    realm_sync_session_release(NULL);
    realm_callback_token_release(NULL);
    CHECK(realm_retain(NULL) == NULL);
    CHECK_INT(last_error().number, RLM_ERR_NONE);
}

TEST(text_that_is_not_utf8_is_refused)
{
    realm_schema_t *schema = realm_schema_new();
    realm_config_t *config = realm_config_new();
    realm_string_t surrogate = text("ab\xED\xA0\x80");
    realm_string_t embedded_nul;
    realm_class_t read;
    CHECK_FAILS(realm_schema_add_class(schema, text("\xFF"), 0), RLM_ERR_INVALID_ARGUMENT, "name is not UTF-8: bad byte at 0");
    CHECK_FAILS(realm_schema_add_class(schema, surrogate, 0), RLM_ERR_INVALID_ARGUMENT, "bad byte at 2");
    CHECK_FAILS(realm_config_set_path(config, text("\xC3")), RLM_ERR_INVALID_ARGUMENT, "path is not UTF-8");
    embedded_nul.data = "a\0b";
    embedded_nul.size = 3;
    CHECK(realm_schema_add_class(schema, embedded_nul, 0));
    CHECK(realm_schema_get_class(schema, 0, &read));
    CHECK_INT(read.name.size, 3);
    CHECK(memcmp(read.name.data, "a\0b", 3) == 0);
    CHECK(realm_schema_add_class(schema, text("\xF0\x9F\x90\x98"), 0));
    realm_config_release(config);
    realm_schema_release(schema);
}

TEST(the_last_error_stays_until_the_next_failure)
{
    realm_error_t error;
    realm_string_t version;
    CHECK(!realm_begin(NULL));
    CHECK(realm_version_get_library(&version));
    CHECK(version.size >= 5);
    error = last_error();
    CHECK_INT(error.number, RLM_ERR_INVALID_ARGUMENT);
    CHECK_INT(error.categories, RLM_ERR_CAT_LOGIC | RLM_ERR_CAT_INVALID_ARG);
    CHECK(text_contains(error.message, "realm is NULL"));
    CHECK(!realm_close(NULL));
    CHECK(realm_error_clear());
    error = last_error();
    CHECK_INT(error.number, RLM_ERR_NONE);
    CHECK_INT(error.categories, 0);
}

static void *fail_elsewhere(void *unused)
{
    (void)unused;
    CHECK_INT(last_error().number, RLM_ERR_NONE);
    CHECK_FAILS(realm_schema_validate(NULL), RLM_ERR_INVALID_ARGUMENT, "schema");
    return NULL;
}

TEST(each_thread_has_a_last_error_of_its_own)
{
    pthread_t thread;
    CHECK(!realm_close(NULL));
    CHECK_INT(pthread_create(&thread, NULL, fail_elsewhere, NULL), 0);
    CHECK_INT(pthread_join(thread, NULL), 0);
    CHECK(text_contains(last_error().message, "realm is NULL"));
}
