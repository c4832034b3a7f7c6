#include "check.h"

TEST(a_config_reads_back_what_was_set)
{
    realm_config_t *config = realm_config_new();
    realm_schema_t *schema = people_schema();
    realm_schema_t *read;
    realm_sync_config_t *sync_config = (realm_sync_config_t *)config;
    realm_string_t path;
    size_t size = 9;
    bool flag = true;
    CHECK(realm_config_get_path(config, &path));
    CHECK_TEXT(path, "");
    CHECK(realm_config_get_read_only(config, &flag));
    CHECK(!flag);
    flag = true;
    CHECK(realm_config_get_in_memory(config, &flag));
    CHECK(!flag);
    read = realm_config_get_schema(config);
    CHECK(realm_schema_size(read, &size));
    CHECK_INT(size, 0);
    realm_schema_release(read);
    CHECK(realm_config_get_sync_config(config, &sync_config));
    CHECK(sync_config == NULL);

    CHECK(realm_config_set_path(config, text("a.realm")));
    CHECK(realm_config_set_schema(config, schema));
    CHECK(realm_config_set_read_only(config, true));
    CHECK(realm_config_set_sync_config(config, NULL));
    CHECK(realm_config_get_path(config, &path));
    CHECK_TEXT(path, "a.realm");
    CHECK(realm_config_get_read_only(config, &flag));
    CHECK(flag);
    /* The config has a copy of the schema. */
    CHECK(realm_schema_add_class(schema, text("Later"), RLM_CLASS_KIND_TOP_LEVEL));
    realm_schema_release(schema);
    read = realm_config_get_schema(config);
    CHECK(realm_schema_size(read, &size));
    CHECK_INT(size, 3);
    realm_schema_release(read);
    CHECK_FAILS(realm_config_set_path(config, text("")), RLM_ERR_INVALID_ARGUMENT, "path");
    realm_config_release(config);
}
