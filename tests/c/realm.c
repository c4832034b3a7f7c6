#define _XOPEN_SOURCE 700

#include <unistd.h>

#include "check.h"

static int exists(const char *path)
{
    return access(path, F_OK) == 0;
}

TEST(a_realm_keeps_what_was_committed)
{
    realm_t *realm = people_realm("a.realm");
    realm_value_t key = int_value(7);
    realm_value_t value = string_value("Ada");
    realm_object_t *object;
    realm_string_t path;
    CHECK(realm_get_path(realm, &path));
    CHECK(text_contains(path, "a.realm"));
    CHECK(realm_begin(realm));
    object = realm_object_create(realm, class_key(realm, "Person"), &key);
    CHECK(object != NULL);
    CHECK(realm_object_set_value(object, property_key(realm, "Person", "name"), &value));
    CHECK(realm_commit(realm));
    realm_object_release(object);
    realm_release(realm);

    realm = people_realm("a.realm");
    object = realm_object_find(realm, class_key(realm, "Person"), &key);
    CHECK(object != NULL);
    CHECK(realm_object_get_value(object, property_key(realm, "Person", "name"), &value));
    CHECK_INT(value.type, RLM_VALUE_TYPE_STRING);
    CHECK_TEXT(value.data.string, "Ada");
    realm_object_release(object);
    realm_release(realm);
}

TEST(rollback_undoes_the_transaction)
{
    realm_t *realm = people_realm("a.realm");
    realm_value_t key = int_value(7);
    realm_object_t *object;
    bool flag = true;
    CHECK(realm_begin(realm));
    CHECK(realm_is_in_transaction(realm, &flag));
    CHECK(flag);
    object = realm_object_create(realm, class_key(realm, "Person"), &key);
    CHECK(object != NULL);
    CHECK(realm_rollback(realm));
    CHECK(realm_is_in_transaction(realm, &flag));
    CHECK(!flag);
    CHECK(realm_object_is_valid(object, &flag));
    CHECK(!flag);
    CHECK_FAILS(realm_object_find(realm, class_key(realm, "Person"), &key) != NULL, RLM_ERR_NO_SUCH_OBJECT, "Person");
    realm_object_release(object);
    realm_release(realm);
}

TEST(transactions_are_asked_for_at_the_right_time)
{
    realm_t *realm = people_realm("a.realm");
    realm_value_t key = int_value(1);
    realm_class_key_t person = class_key(realm, "Person");
    CHECK_FAILS(realm_commit(realm), RLM_ERR_WRONG_TRANSACTION_STATE, "");
    CHECK_FAILS(realm_rollback(realm), RLM_ERR_WRONG_TRANSACTION_STATE, "");
    CHECK_FAILS(realm_object_create(realm, person, &key) != NULL, RLM_ERR_WRONG_TRANSACTION_STATE, "");
    CHECK(realm_begin(realm));
    CHECK_FAILS(realm_begin(realm), RLM_ERR_WRONG_TRANSACTION_STATE, "");
    CHECK_FAILS(realm_refresh(realm, NULL), RLM_ERR_WRONG_TRANSACTION_STATE, "");
    CHECK(realm_commit(realm));
    realm_release(realm);
}

TEST(refresh_sees_what_another_handle_committed)
{
    realm_t *reader = people_realm("a.realm");
    realm_t *writer = people_realm("a.realm");
    realm_results_t *people = realm_results_new(reader, class_key(reader, "Person"));
    realm_value_t key = int_value(1);
    realm_object_t *object;
    uint64_t version = 0;
    size_t size = 9;
    bool changed = true;
    CHECK(realm_refresh(reader, &changed));
    CHECK(!changed);
    CHECK(realm_begin(writer));
    object = realm_object_create(writer, class_key(writer, "Person"), &key);
    CHECK(realm_commit(writer));
    CHECK(realm_refresh(reader, &changed));
    CHECK(changed);
    CHECK(realm_results_size(people, &size));
    CHECK_INT(size, 1);
    CHECK(realm_refresh(reader, &changed));
    CHECK(!changed);
    CHECK(realm_get_version(reader, &version));
    CHECK_INT(version, 1);
    realm_object_release(object);
    realm_results_release(people);
    realm_release(writer);
    realm_release(reader);
}

TEST(close_is_for_all_references_and_twice_is_fine)
{
    realm_t *realm = people_realm("a.realm");
    realm_value_t key = int_value(1);
    realm_class_key_t person = class_key(realm, "Person");
    realm_property_key_t name = property_key(realm, "Person", "name");
    realm_results_t *people = realm_results_new(realm, person);
    realm_object_t *object;
    realm_value_t value;
    realm_string_t path;
    size_t size;
    bool flag = true;
    CHECK(realm_is_closed(realm, &flag));
    CHECK(!flag);
    CHECK(realm_begin(realm));
    object = realm_object_create(realm, person, &key);
    CHECK(realm_retain(realm) == realm);
    CHECK(realm_close(realm));
    CHECK(realm_close(realm));
    CHECK(realm_is_closed(realm, &flag));
    CHECK(flag);
    CHECK(realm_object_is_valid(object, &flag));
    CHECK(!flag);
    CHECK_FAILS(realm_object_get_value(object, name, &value), RLM_ERR_CLOSED_REALM, "closed");
    CHECK_FAILS(realm_results_size(people, &size), RLM_ERR_CLOSED_REALM, "closed");
    CHECK_FAILS(realm_begin(realm), RLM_ERR_CLOSED_REALM, "closed");
    CHECK_FAILS(realm_get_schema(realm) != NULL, RLM_ERR_CLOSED_REALM, "closed");
    CHECK(realm_get_path(realm, &path));
    realm_release(realm);
    realm_object_release(object);
    realm_release(realm);
    realm_results_release(people);

    /* The transaction that was open was rolled back. */
    realm = people_realm("a.realm");
    CHECK_FAILS(realm_object_find(realm, person, &key) != NULL, RLM_ERR_NO_SUCH_OBJECT, "");
    realm_release(realm);
}

TEST(handles_are_released_in_any_order)
{
    realm_t *realm = people_realm("a.realm");
    realm_results_t *people = realm_results_new(realm, class_key(realm, "Person"));
    realm_property_key_t name = property_key(realm, "Person", "name");
    realm_value_t key = int_value(1);
    realm_value_t value;
    realm_object_t *created, *read;
    CHECK(realm_begin(realm));
    created = realm_object_create(realm, class_key(realm, "Person"), &key);
    CHECK(realm_commit(realm));
    realm_release(realm);
    read = realm_results_get_object(people, 0);
    CHECK(read != NULL);
    realm_results_release(people);
    realm_object_release(created);
    CHECK(realm_object_get_value(read, name, &value));
    CHECK_TEXT(value.data.string, "");
    realm_object_release(read);
}

TEST(a_read_only_realm_is_read_and_not_written)
{
    realm_config_t *config = realm_config_new();
    realm_t *realm;
    CHECK(realm_config_set_path(config, text("a.realm")));
    CHECK(realm_config_set_read_only(config, true));
    CHECK_FAILS(realm_open(config) != NULL, RLM_ERR_FILE_NOT_FOUND, "a.realm");
    realm_release(people_realm("a.realm"));
    realm = realm_open(config);
    CHECK(realm != NULL);
    CHECK(class_key(realm, "Person") != 0);
    CHECK_FAILS(realm_begin(realm), RLM_ERR_READ_ONLY_DB, "read-only");
    realm_release(realm);
    realm_config_release(config);
}

TEST(opening_fails_with_an_error_that_says_why)
{
    realm_config_t *config = realm_config_new();
    FILE *file;
    CHECK_FAILS(realm_open(config) != NULL, RLM_ERR_INVALID_ARGUMENT, "path");
    CHECK(realm_config_set_path(config, text("no-such-folder/a.realm")));
    CHECK_FAILS(realm_open(config) != NULL, RLM_ERR_FILE_NOT_FOUND, "no-such-folder");
    file = fopen("text.realm", "w");
    fputs("this is no realm, and long enough that nobody takes it for an empty file\n", file);
    fclose(file);
    CHECK(realm_config_set_path(config, text("text.realm")));
    CHECK_FAILS(realm_open(config) != NULL, RLM_ERR_INVALID_DATABASE, "text.realm");
    realm_config_release(config);
}

TEST(a_schema_only_adds_to_a_file)
{
    realm_config_t *config = realm_config_new();
    realm_schema_t *schema = realm_schema_new();
    realm_schema_t *read;
    realm_t *realm;
    size_t size = 0;
    realm_release(people_realm("a.realm"));
    CHECK(realm_schema_add_class(schema, text("Cat"), RLM_CLASS_KIND_TOP_LEVEL));
    add_property(schema, "Cat", "lives", RLM_PROPERTY_TYPE_INT, 0, "");
    CHECK(realm_config_set_path(config, text("a.realm")));
    CHECK(realm_config_set_schema(config, schema));
    realm = realm_open(config);
    CHECK(realm != NULL);
    read = realm_get_schema(realm);
    CHECK(realm_schema_size(read, &size));
    CHECK_INT(size, 4);
    realm_schema_release(read);
    realm_release(realm);
    realm_schema_release(schema);

    schema = realm_schema_new();
    CHECK(realm_schema_add_class(schema, text("Cat"), RLM_CLASS_KIND_TOP_LEVEL));
    add_property(schema, "Cat", "lives", RLM_PROPERTY_TYPE_STRING, 0, "");
    CHECK(realm_config_set_schema(config, schema));
    CHECK_FAILS(realm_open(config) != NULL, RLM_ERR_INVALID_SCHEMA_CHANGE, "Cat.lives");
    realm_schema_release(schema);
    realm_config_release(config);
}

TEST(classes_and_properties_are_found_by_name)
{
    realm_t *realm = people_realm("a.realm");
    realm_class_key_t person = class_key(realm, "Person");
    realm_property_key_t key = 0;
    CHECK(person != 0);
    CHECK(person != class_key(realm, "Note"));
    CHECK(property_key(realm, "Person", "name") != property_key(realm, "Person", "age"));
    CHECK_FAILS(realm_find_class(realm, text("person"), &person), RLM_ERR_NO_SUCH_TABLE, "person");
    CHECK_FAILS(realm_find_property(realm, person, text("Name"), &key), RLM_ERR_INVALID_PROPERTY, "Name");
    CHECK_FAILS(realm_find_property(realm, 999, text("name"), &key), RLM_ERR_NO_SUCH_TABLE, "999");
    realm_release(realm);
}

TEST(files_are_deleted_when_nobody_has_the_realm_open)
{
    realm_t *realm = people_realm("a.realm");
    bool deleted = true;
    CHECK(exists("a.realm"));
    CHECK_FAILS(realm_delete_files(text("a.realm"), &deleted), RLM_ERR_DELETE_OPENED_REALM, "a.realm");
    realm_release(realm);
    CHECK(realm_delete_files(text("a.realm"), &deleted));
    CHECK(deleted);
    CHECK(!exists("a.realm"));
    CHECK(!exists("a.realm-wal"));
    CHECK(realm_delete_files(text("a.realm"), &deleted));
    CHECK(!deleted);
    CHECK(realm_delete_files(text("a.realm"), NULL));
    CHECK_FAILS(realm_delete_files(text(""), NULL), RLM_ERR_INVALID_ARGUMENT, "path");
}

TEST(a_realm_is_copied_to_a_path_where_nothing_is)
{
    realm_t *realm = people_realm("a.realm");
    realm_t *copied;
    realm_value_t key = int_value(7);
    realm_object_t *object;
    CHECK_FAILS(realm_copy_to_local(realm, text("a.realm"), false), RLM_ERR_FILE_ALREADY_EXISTS, "a.realm");
    CHECK_FAILS(realm_copy_to_local(realm, text(""), false), RLM_ERR_INVALID_ARGUMENT, "path");
    CHECK(realm_begin(realm));
    object = realm_object_create(realm, class_key(realm, "Person"), &key);
    CHECK(object != NULL);
    realm_object_release(object);
    CHECK_FAILS(realm_copy_to_local(realm, text("b.realm"), false), RLM_ERR_WRONG_TRANSACTION_STATE, "transaction");
    CHECK(!exists("b.realm"));
    CHECK(realm_commit(realm));
    CHECK(realm_copy_to_local(realm, text("b.realm"), false));
    realm_release(realm);
    copied = people_realm("b.realm");
    object = realm_object_find(copied, class_key(copied, "Person"), &key);
    CHECK(object != NULL);
    realm_object_release(object);
    realm_release(copied);
}

TEST(a_realm_is_compacted_when_nobody_has_it_open)
{
    realm_t *realm = people_realm("a.realm");
    bool compacted = true;
    CHECK_FAILS(realm_compact(text("a.realm"), &compacted), RLM_ERR_DELETE_OPENED_REALM, "a.realm");
    realm_release(realm);
    CHECK(realm_compact(text("a.realm"), NULL));
    CHECK(realm_compact(text("a.realm"), &compacted));
    CHECK(!compacted);
    CHECK_FAILS(realm_compact(text("none.realm"), NULL), RLM_ERR_FILE_NOT_FOUND, "none.realm");
    CHECK_FAILS(realm_compact(text(""), NULL), RLM_ERR_INVALID_ARGUMENT, "path");
}

TEST(a_local_realm_has_no_session)
{
    realm_t *realm = people_realm("a.realm");
    CHECK_FAILS(realm_get_sync_session(realm) != NULL, RLM_ERR_NO_SYNC_SESSION, "not synced");
    realm_release(realm);
}

static realm_t *memory_realm(const char *path)
{
    realm_schema_t *schema = people_schema();
    realm_config_t *config = realm_config_new();
    realm_t *realm;
    CHECK(realm_config_set_path(config, text(path)));
    CHECK(realm_config_set_schema(config, schema));
    CHECK(realm_config_set_in_memory(config, true));
    realm = realm_open(config);
    CHECK(realm != NULL);
    realm_config_release(config);
    realm_schema_release(schema);
    return realm;
}

TEST(a_realm_in_memory_is_shared_by_its_handles_and_gone_with_them)
{
    realm_t *first = memory_realm("memory.realm"), *second = memory_realm("memory.realm");
    realm_value_t key = int_value(1);
    realm_object_t *object;
    realm_string_t path;
    CHECK(realm_get_path(first, &path));
    CHECK_TEXT(path, "memory.realm");
    CHECK(!exists("memory.realm"));
    CHECK(realm_begin(first));
    realm_object_release(realm_object_create(first, class_key(first, "Person"), &key));
    CHECK(realm_commit(first));
    object = realm_object_find(second, class_key(second, "Person"), &key);
    CHECK(object != NULL);
    realm_object_release(object);
    realm_release(first);
    realm_release(second);
    first = memory_realm("memory.realm");
    CHECK_FAILS(realm_object_find(first, class_key(first, "Person"), &key) != NULL, RLM_ERR_NO_SUCH_OBJECT, "Person");
    realm_release(first);
}

TEST(options_that_exclude_each_other_are_refused)
{
    realm_config_t *config = realm_config_new();
    CHECK(realm_config_set_path(config, text("a.realm")));
    CHECK(realm_config_set_read_only(config, true));
    CHECK(realm_config_set_in_memory(config, true));
    CHECK_FAILS(realm_open(config) != NULL, RLM_ERR_INVALID_ARGUMENT, "read-only");
    realm_config_release(config);
}
