// A C++17 host of the C header: types are what they should be, and a realm works.
#include "realm_sync.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <type_traits>

static_assert(std::is_same_v<std::underlying_type_t<realm_errno_e>, std::int32_t>);
static_assert(std::is_same_v<std::underlying_type_t<realm_sync_session_state_e>, std::int32_t>);
static_assert(std::is_trivially_copyable_v<realm_value_t> && std::is_standard_layout_v<realm_value_t>);
static_assert(RLM_SYNC_SESSION_STATE_PAUSED == 4 && RLM_SYNC_SESSION_CONNECTION_STATE_CONNECTED == 2);

namespace {

struct releaser {
    void operator()(realm_t* handle) const { realm_release(handle); }
    void operator()(realm_schema_t* handle) const { realm_schema_release(handle); }
    void operator()(realm_config_t* handle) const { realm_config_release(handle); }
    void operator()(realm_object_t* handle) const { realm_object_release(handle); }
};

template <class T>
using handle = std::unique_ptr<T, releaser>;

void check(bool condition, const char* what)
{
    if (condition)
        return;
    realm_error_t error{};
    realm_error_get_last(&error);
    std::fprintf(stderr, "%s failed: %.*s\n", what, static_cast<int>(error.message.size), error.message.data);
    std::exit(1);
}

realm_string_t text(std::string_view view)
{
    return {view.data(), view.size()};
}

void work(const char* path)
{
    handle<realm_schema_t> schema{realm_schema_new()};
    check(realm_schema_add_class(schema.get(), text("Person"), RLM_CLASS_KIND_TOP_LEVEL), "add_class");
    realm_property_t property{};
    property.name = text("_id");
    property.type = RLM_PROPERTY_TYPE_INT;
    property.flags = RLM_PROPERTY_FLAG_PRIMARY_KEY;
    check(realm_schema_add_property(schema.get(), text("Person"), &property), "add_property");
    handle<realm_config_t> config{realm_config_new()};
    check(realm_config_set_path(config.get(), text(path)), "set_path");
    check(realm_config_set_schema(config.get(), schema.get()), "set_schema");
    handle<realm_t> realm{realm_open(config.get())};
    check(realm != nullptr, "open");
    realm_class_key_t person = 0;
    check(realm_find_class(realm.get(), text("Person"), &person), "find_class");
    check(realm_begin(realm.get()), "begin");
    realm_value_t key{};
    key.type = RLM_VALUE_TYPE_INT;
    key.data.integer = 42;
    handle<realm_object_t> object{realm_object_create(realm.get(), person, &key)};
    check(object != nullptr, "create");
    check(realm_commit(realm.get()), "commit");
    realm_value_t read{};
    check(realm_object_get_primary_key(object.get(), &read) && read.data.integer == 42, "get_primary_key");
}

} // namespace

int main(int argc, char** argv)
{
    check(argc == 2, "usage: cpp <path>");
    check(realm_delete_files(text(argv[1]), nullptr), "delete_files");
    work(argv[1]);
    check(realm_delete_files(text(argv[1]), nullptr), "delete_files");
    std::size_t count = 1;
    check(realm_debug_get_live_handles(&count) && count == 0, "live handles");
    std::puts("cpp: passed, no handle left");
}
