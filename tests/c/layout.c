/* Sizes and offsets of the value structs: asserted where pointers have 8 bytes, and printed as a table
 * "struct.member offset size" that a binding can compare with its own. Needs nothing of the library. C99. */
#include <stdio.h>

#include "realm_sync.h"

#define ASSERT(name, condition) typedef char assert_##name[(condition) ? 1 : -1]

#define SIZES(SIZE, MEMBER)                       \
    SIZE(realm_string_t, 16)                      \
    MEMBER(realm_string_t, data, 0)               \
    MEMBER(realm_string_t, size, 8)               \
    SIZE(realm_binary_t, 16)                      \
    MEMBER(realm_binary_t, data, 0)               \
    MEMBER(realm_binary_t, size, 8)               \
    SIZE(realm_error_t, 24)                       \
    MEMBER(realm_error_t, number, 0)              \
    MEMBER(realm_error_t, categories, 4)          \
    MEMBER(realm_error_t, message, 8)             \
    SIZE(realm_timestamp_t, 16)                   \
    MEMBER(realm_timestamp_t, seconds, 0)         \
    MEMBER(realm_timestamp_t, nanoseconds, 8)     \
    SIZE(realm_decimal128_t, 16)                  \
    MEMBER(realm_decimal128_t, bytes, 0)          \
    SIZE(realm_object_id_t, 12)                   \
    MEMBER(realm_object_id_t, bytes, 0)           \
    SIZE(realm_uuid_t, 16)                        \
    MEMBER(realm_uuid_t, bytes, 0)                \
    SIZE(realm_global_key_t, 16)                  \
    MEMBER(realm_global_key_t, high, 0)           \
    MEMBER(realm_global_key_t, low, 8)            \
    SIZE(realm_link_key_t, 16)                    \
    SIZE(realm_link_t, 24)                        \
    MEMBER(realm_link_t, class_key, 0)            \
    MEMBER(realm_link_t, key_type, 4)             \
    MEMBER(realm_link_t, key, 8)                  \
    SIZE(realm_value_data_t, 24)                  \
    SIZE(realm_value_t, 32)                       \
    MEMBER(realm_value_t, type, 0)                \
    MEMBER(realm_value_t, data, 8)                \
    SIZE(realm_property_t, 48)                    \
    MEMBER(realm_property_t, name, 0)             \
    MEMBER(realm_property_t, target_class, 16)    \
    MEMBER(realm_property_t, type, 32)            \
    MEMBER(realm_property_t, collection_type, 36) \
    MEMBER(realm_property_t, flags, 40)           \
    SIZE(realm_class_t, 48)                       \
    MEMBER(realm_class_t, name, 0)                \
    MEMBER(realm_class_t, primary_key, 16)        \
    MEMBER(realm_class_t, property_count, 32)     \
    MEMBER(realm_class_t, kind, 40)               \
    SIZE(realm_sync_error_t, 48)                  \
    MEMBER(realm_sync_error_t, error, 0)          \
    MEMBER(realm_sync_error_t, path, 24)          \
    MEMBER(realm_sync_error_t, wire_code, 40)     \
    MEMBER(realm_sync_error_t, is_fatal, 44)      \
    SIZE(realm_sync_compensating_write_t, 64)     \
    MEMBER(realm_sync_compensating_write_t, class_name, 0) \
    MEMBER(realm_sync_compensating_write_t, primary_key, 16) \
    MEMBER(realm_sync_compensating_write_t, reason, 48) \
    SIZE(realm_sync_pending_uploads_t, 24)        \
    MEMBER(realm_sync_pending_uploads_t, count, 0) \
    MEMBER(realm_sync_pending_uploads_t, bytes, 8) \
    MEMBER(realm_sync_pending_uploads_t, oldest_ms, 16)  \
    SIZE(realm_sync_client_reset_report_t, 56)    \
    MEMBER(realm_sync_client_reset_report_t, kept_changes, 0) \
    MEMBER(realm_sync_client_reset_report_t, discarded_changes, 8) \
    MEMBER(realm_sync_client_reset_report_t, kept_objects, 16) \
    MEMBER(realm_sync_client_reset_report_t, discarded_objects, 24) \
    MEMBER(realm_sync_client_reset_report_t, backup, 32) \
    MEMBER(realm_sync_client_reset_report_t, did_recover, 48)

#if UINTPTR_MAX == UINT64_MAX
#define ASSERT_SIZE(type, bytes) ASSERT(sizeof_##type, sizeof(type) == (bytes));
#define ASSERT_MEMBER(type, member, offset) ASSERT(type##_##member, offsetof(type, member) == (offset));
SIZES(ASSERT_SIZE, ASSERT_MEMBER)
#endif

ASSERT(enum_size, sizeof(realm_errno_e) == 4 && sizeof(realm_sync_session_state_e) == 4);
ASSERT(bool_size, sizeof(bool) == 1);

#define PRINT_SIZE(type, bytes) printf("%s 0 %zu\n", #type, sizeof(type));
#define PRINT_MEMBER(type, member, offset) \
    printf("%s.%s %zu %zu\n", #type, #member, offsetof(type, member), sizeof(((type *)0)->member));

int main(void)
{
    SIZES(PRINT_SIZE, PRINT_MEMBER)
    return 0;
}
