/* Values of every type, and a schema of every kind of collection of them. */
#ifndef REALM_TESTS_VALUES_H
#define REALM_TESTS_VALUES_H

#include "check.h"

#define CHECK_SAME(actual, expected) CHECK(same_value((actual), (expected)))

realm_value_t bool_value(int boolean);
realm_value_t bytes_value(const char *characters, size_t size);
realm_value_t text_value(const char *characters, size_t size);
realm_value_t timestamp_value(int64_t seconds, int32_t nanoseconds);
realm_value_t float_value(float number);
realm_value_t double_value(double number);
/* The coefficient's low byte, and the two highest bytes, which hold sign and exponent. */
realm_value_t decimal_value(uint8_t lowest, uint8_t second_highest, uint8_t highest);
realm_value_t object_id_value(uint8_t each_byte);
realm_value_t uuid_value(uint8_t each_byte);

/* Whether type and content are the same, bit by bit. */
int same_value(realm_value_t actual, realm_value_t expected);

/* One value of each type, by the name of the property of Every that takes it. */
size_t sample_values(realm_value_t *values, const char **names);

/* The types, by the names that they have in things_schema(). */
#define TYPE_COUNT 10
typedef struct type_name {
    const char *name;
    int type;
} type_name;
extern const type_name types[TYPE_COUNT];

/* The values at the edges of a type: `type` is an index of `types`. At most 16; strings and bytes live on. */
size_t edge_values(size_t type, realm_value_t *values);

/* Thing {_id: string key}: for each type T the properties T, optional_T, list_T, list_optional_T, set_T, set_optional_T,
 * dictionary_T and dictionary_optional_T; mixed, list_mixed, set_mixed, dictionary_mixed; link, list_link, set_link and
 * dictionary_link to Target {_id: int key}; embedded, list_embedded and dictionary_embedded of the class
 * Part {name: optional string, mixed, list_mixed, list_int, link: Target, part: Part}; list_loose to
 * Loose {mixed}, which has no key. Event {_id: object id key, mixed, part: Part} is asymmetric. */
realm_schema_t *things_schema(void);
realm_t *things_realm(const char *path);
realm_object_t *create_object(realm_t *realm, const char *class_name, realm_value_t key);
/* The object of the class Thing with this key, made if there is none. */
realm_object_t *thing(realm_t *realm, const char *key);
/* The key of the property `prefix``name` of Thing. */
realm_property_key_t thing_property(const realm_t *realm, const char *prefix, const char *name);
/* The collection of that property, of the object `object`. */
realm_list_t *list_of(realm_t *realm, const realm_object_t *object, const char *prefix, const char *name);
realm_set_t *set_of(realm_t *realm, const realm_object_t *object, const char *prefix, const char *name);
realm_dictionary_t *dictionary_of(realm_t *realm, const realm_object_t *object, const char *prefix, const char *name);

size_t list_size(const realm_list_t *list);
size_t set_size(const realm_set_t *set);
size_t dictionary_size(const realm_dictionary_t *dictionary);
realm_value_t list_value(const realm_list_t *list, size_t index);
/* The value under a key that must be there. */
realm_value_t dictionary_value(const realm_dictionary_t *dictionary, const char *key);
realm_value_t object_value(const realm_object_t *object, realm_property_key_t property);

#endif
