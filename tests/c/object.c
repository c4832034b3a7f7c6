#include "values.h"

static realm_object_t *create(realm_t *realm, const char *class_name, realm_value_t key)
{
    realm_object_t *object = realm_object_create(realm, class_key(realm, class_name), &key);
    CHECK(object != NULL);
    return object;
}

static void set(realm_object_t *object, realm_property_key_t property, realm_value_t value)
{
    CHECK(realm_object_set_value(object, property, &value));
}

static realm_value_t get(const realm_object_t *object, realm_property_key_t property)
{
    realm_value_t value;
    CHECK(realm_object_get_value(object, property, &value));
    return value;
}

TEST(every_type_comes_back_as_it_was_written)
{
    realm_t *realm = people_realm("a.realm");
    realm_object_t *object;
    realm_value_t values[10];
    const char *names[10];
    size_t at, count = sample_values(values, names);
    CHECK(realm_begin(realm));
    object = create(realm, "Every", string_value("1"));
    for (at = 0; at < count; at++) {
        char optional[32] = "optional_";
        strcat(optional, names[at]);
        set(object, property_key(realm, "Every", names[at]), values[at]);
        CHECK_SAME(get(object, property_key(realm, "Every", names[at])), values[at]);
        CHECK_SAME(get(object, property_key(realm, "Every", optional)), null_value());
        set(object, property_key(realm, "Every", optional), values[at]);
        set(object, property_key(realm, "Every", "mixed"), values[at]);
        CHECK_SAME(get(object, property_key(realm, "Every", "mixed")), values[at]);
    }
    CHECK(realm_commit(realm));
    for (at = 0; at < count; at++) {
        char optional[32] = "optional_";
        strcat(optional, names[at]);
        CHECK_SAME(get(object, property_key(realm, "Every", names[at])), values[at]);
        CHECK_SAME(get(object, property_key(realm, "Every", optional)), values[at]);
    }
    realm_object_release(object);
    realm_release(realm);
}

TEST(a_fresh_object_has_the_defaults_of_its_types)
{
    realm_t *realm = people_realm("a.realm");
    realm_object_t *object;
    realm_value_t value;
    CHECK(realm_begin(realm));
    object = create(realm, "Every", string_value("1"));
    CHECK_INT(get(object, property_key(realm, "Every", "int")).data.integer, 0);
    CHECK_INT(get(object, property_key(realm, "Every", "bool")).type, RLM_VALUE_TYPE_BOOL);
    value = get(object, property_key(realm, "Every", "binary"));
    CHECK_INT(value.type, RLM_VALUE_TYPE_BINARY);
    CHECK_INT(value.data.binary.size, 0);
    CHECK_INT(get(object, property_key(realm, "Every", "mixed")).type, RLM_VALUE_TYPE_NULL);
    CHECK(realm_rollback(realm));
    realm_object_release(object);
    realm_release(realm);
}

TEST(a_value_of_another_type_is_refused_and_changes_nothing)
{
    realm_t *realm = people_realm("a.realm");
    realm_property_key_t name = property_key(realm, "Person", "name");
    realm_property_key_t id = property_key(realm, "Person", "_id");
    realm_value_t wrong = int_value(1), null = null_value(), bad = string_value("a\xFF"), unknown = null_value();
    realm_value_t time = null_value(), flag = null_value();
    realm_object_t *object, *every;
    CHECK(realm_begin(realm));
    object = create(realm, "Person", int_value(1));
    every = create(realm, "Every", string_value("1"));
    set(object, name, string_value("Ada"));
    CHECK_FAILS(realm_object_set_value(object, name, &wrong), RLM_ERR_PROPERTY_TYPE_MISMATCH, "name");
    CHECK_FAILS(realm_object_set_value(object, name, &null), RLM_ERR_PROPERTY_NOT_NULLABLE, "name");
    CHECK_FAILS(realm_object_set_value(object, name, &bad), RLM_ERR_INVALID_ARGUMENT, "UTF-8");
    CHECK_FAILS(realm_object_set_value(object, id, &wrong), RLM_ERR_MODIFY_PRIMARY_KEY, "_id");
    CHECK_FAILS(realm_object_set_value(object, 999, &wrong), RLM_ERR_INVALID_PROPERTY, "Person");
    CHECK_FAILS(realm_object_set_value(object, name, NULL), RLM_ERR_INVALID_ARGUMENT, "value");
    unknown.type = 14;
    CHECK_FAILS(realm_object_set_value(object, name, &unknown), RLM_ERR_INVALID_ARGUMENT, "value.type is 14");
    unknown.type = RLM_VALUE_TYPE_LIST;
    CHECK_FAILS(realm_object_set_value(object, name, &unknown), RLM_ERR_INVALID_ARGUMENT, "_set_list");
    time.type = RLM_VALUE_TYPE_TIMESTAMP;
    time.data.timestamp.seconds = 1;
    time.data.timestamp.nanoseconds = -1;
    CHECK_FAILS(realm_object_set_value(every, property_key(realm, "Every", "timestamp"), &time), RLM_ERR_INVALID_ARGUMENT, "nanoseconds");
    flag.type = RLM_VALUE_TYPE_BOOL;
    flag.data.boolean = 2;
    CHECK_FAILS(realm_object_set_value(every, property_key(realm, "Every", "bool"), &flag), RLM_ERR_INVALID_ARGUMENT, "boolean");
    CHECK_TEXT(get(object, name).data.string, "Ada");
    CHECK(realm_commit(realm));
    CHECK_TEXT(get(object, name).data.string, "Ada");
    realm_object_release(every);
    realm_object_release(object);
    realm_release(realm);
}

TEST(an_object_is_made_once_and_with_the_right_key)
{
    realm_t *realm = people_realm("a.realm");
    realm_class_key_t person = class_key(realm, "Person");
    realm_class_key_t note = class_key(realm, "Note");
    realm_value_t key = int_value(1), wrong = string_value("1"), null = null_value();
    realm_object_t *object;
    CHECK(realm_begin(realm));
    object = create(realm, "Person", key);
    CHECK_FAILS(realm_object_create(realm, person, &key) != NULL, RLM_ERR_OBJECT_ALREADY_EXISTS, "Person");
    CHECK_FAILS(realm_object_create(realm, person, NULL) != NULL, RLM_ERR_MISSING_PRIMARY_KEY, "Person");
    CHECK_FAILS(realm_object_create(realm, note, &key) != NULL, RLM_ERR_UNEXPECTED_PRIMARY_KEY, "Note");
    CHECK_FAILS(realm_object_create(realm, person, &wrong) != NULL, RLM_ERR_PROPERTY_TYPE_MISMATCH, "Person");
    CHECK_FAILS(realm_object_create(realm, person, &null) != NULL, RLM_ERR_PROPERTY_NOT_NULLABLE, "Person");
    CHECK_FAILS(realm_object_create(realm, 999, &key) != NULL, RLM_ERR_NO_SUCH_TABLE, "999");
    CHECK_FAILS(realm_object_find(realm, note, &key) != NULL, RLM_ERR_UNEXPECTED_PRIMARY_KEY, "Note");
    CHECK(realm_commit(realm));
    realm_object_release(object);
    realm_release(realm);
}

TEST(an_object_knows_its_key_class_and_link)
{
    realm_t *realm = people_realm("a.realm");
    realm_object_t *object, *same, *note;
    realm_value_t key;
    realm_link_t link;
    realm_class_key_t class_of = 0;
    CHECK(realm_begin(realm));
    object = create(realm, "Person", int_value(5));
    CHECK(realm_object_get_primary_key(object, &key));
    CHECK_INT(key.type, RLM_VALUE_TYPE_INT);
    CHECK_INT(key.data.integer, 5);
    CHECK(realm_object_get_class(object, &class_of));
    CHECK_INT(class_of, class_key(realm, "Person"));
    CHECK(realm_object_get_link(object, &link));
    CHECK_INT(link.key_type, RLM_LINK_KEY_TYPE_INT);
    CHECK_INT(link.key.integer, 5);
    same = realm_object_find_linked(realm, &link);
    CHECK(same != NULL);
    realm_object_release(same);
    link.key.integer = 6;
    CHECK_FAILS(realm_object_find_linked(realm, &link) != NULL, RLM_ERR_NO_SUCH_OBJECT, "Person");
    link.key_type = 2;
    CHECK_FAILS(realm_object_find_linked(realm, &link) != NULL, RLM_ERR_INVALID_ARGUMENT, "key_type is 2");

    note = realm_object_create(realm, class_key(realm, "Note"), NULL);
    CHECK(note != NULL);
    CHECK_FAILS(realm_object_get_primary_key(note, &key), RLM_ERR_MISSING_PRIMARY_KEY, "Note");
    CHECK(realm_object_get_link(note, &link));
    CHECK_INT(link.key_type, RLM_LINK_KEY_TYPE_GLOBAL_KEY);
    same = realm_object_find_linked(realm, &link);
    CHECK(same != NULL);
    CHECK(realm_commit(realm));
    realm_object_release(same);
    realm_object_release(note);
    realm_object_release(object);
    realm_release(realm);
}

TEST(links_are_set_followed_and_cleared)
{
    realm_t *realm = people_realm("a.realm");
    realm_property_key_t friend = property_key(realm, "Person", "friend");
    realm_property_key_t note_of = property_key(realm, "Person", "note");
    realm_object_t *ada, *bob, *note, *found;
    realm_value_t value, wrong;
    CHECK(realm_begin(realm));
    ada = create(realm, "Person", int_value(1));
    bob = create(realm, "Person", int_value(2));
    note = realm_object_create(realm, class_key(realm, "Note"), NULL);
    set(ada, friend, link_value(bob));
    set(ada, note_of, link_value(note));
    wrong = link_value(note);
    CHECK_FAILS(realm_object_set_value(ada, friend, &wrong), RLM_ERR_PROPERTY_TYPE_MISMATCH, "friend");
    wrong.data.link.class_key = 999;
    CHECK_FAILS(realm_object_set_value(ada, friend, &wrong), RLM_ERR_NO_SUCH_TABLE, "999");
    value = get(ada, friend);
    CHECK_INT(value.type, RLM_VALUE_TYPE_LINK);
    CHECK_INT(value.data.link.class_key, class_key(realm, "Person"));
    CHECK_INT(value.data.link.key.integer, 2);
    found = realm_object_find_linked(realm, &value.data.link);
    CHECK(found != NULL);
    realm_object_release(found);
    value = get(ada, note_of);
    found = realm_object_find_linked(realm, &value.data.link);
    CHECK(found != NULL);
    realm_object_release(found);
    set(ada, note_of, null_value());
    CHECK_INT(get(ada, note_of).type, RLM_VALUE_TYPE_NULL);
    CHECK(realm_object_erase(bob));
    CHECK_INT(get(ada, friend).type, RLM_VALUE_TYPE_NULL);
    CHECK(realm_commit(realm));
    realm_object_release(note);
    realm_object_release(bob);
    realm_object_release(ada);
    realm_release(realm);
}

TEST(an_erased_object_says_so)
{
    realm_t *realm = people_realm("a.realm");
    realm_property_key_t age = property_key(realm, "Person", "age");
    realm_object_t *object;
    realm_value_t value = int_value(3);
    bool valid = false;
    CHECK(realm_begin(realm));
    object = create(realm, "Person", int_value(1));
    CHECK(realm_object_is_valid(object, &valid));
    CHECK(valid);
    CHECK(realm_object_erase(object));
    CHECK(realm_object_is_valid(object, &valid));
    CHECK(!valid);
    CHECK_FAILS(realm_object_erase(object), RLM_ERR_INVALIDATED_OBJECT, "erased");
    CHECK_FAILS(realm_object_set_value(object, age, &value), RLM_ERR_INVALIDATED_OBJECT, "erased");
    CHECK_FAILS(realm_object_get_value(object, age, &value), RLM_ERR_INVALIDATED_OBJECT, "erased");
    CHECK(realm_object_get_primary_key(object, &value));
    CHECK_INT(value.data.integer, 1);
    CHECK(realm_commit(realm));
    CHECK_FAILS(realm_object_erase(object), RLM_ERR_WRONG_TRANSACTION_STATE, "");
    realm_object_release(object);
    realm_release(realm);
}

TEST(add_int_adds_and_wraps_around)
{
    realm_t *realm = people_realm("a.realm");
    realm_property_key_t age = property_key(realm, "Person", "age");
    realm_property_key_t optional = property_key(realm, "Every", "optional_int");
    realm_object_t *object, *every;
    CHECK(realm_begin(realm));
    object = create(realm, "Person", int_value(1));
    every = create(realm, "Every", string_value("1"));
    CHECK(realm_object_add_int(object, age, 40));
    CHECK(realm_object_add_int(object, age, -2));
    CHECK_INT(get(object, age).data.integer, 38);
    set(object, age, int_value(INT64_MAX));
    CHECK(realm_object_add_int(object, age, 1));
    CHECK_INT(get(object, age).data.integer, INT64_MIN);
    CHECK_FAILS(realm_object_add_int(object, property_key(realm, "Person", "name"), 1), RLM_ERR_PROPERTY_TYPE_MISMATCH, "name");
    CHECK_FAILS(realm_object_add_int(every, optional, 1), RLM_ERR_PROPERTY_TYPE_MISMATCH, "optional_int");
    CHECK(realm_commit(realm));
    realm_object_release(every);
    realm_object_release(object);
    realm_release(realm);
}

TEST(a_default_value_is_written_like_any_other)
{
    realm_t *realm = people_realm("a.realm");
    realm_property_key_t name = property_key(realm, "Person", "name");
    realm_value_t value = string_value("nobody");
    realm_object_t *object;
    CHECK(realm_begin(realm));
    object = create(realm, "Person", int_value(1));
    CHECK(realm_object_set_default_value(object, name, &value));
    CHECK(realm_commit(realm));
    CHECK_TEXT(get(object, name).data.string, "nobody");
    realm_object_release(object);
    realm_release(realm);
}

TEST(results_count_and_walk_a_class)
{
    realm_t *realm = people_realm("a.realm");
    realm_results_t *people = realm_results_new(realm, class_key(realm, "Person"));
    int64_t sum = 0;
    size_t at, size = 9;
    CHECK(realm_results_size(people, &size));
    CHECK_INT(size, 0);
    realm_results_release(people);
    CHECK(realm_begin(realm));
    for (at = 1; at <= 5; at++)
        realm_object_release(create(realm, "Person", int_value((int64_t)at)));
    people = realm_results_new(realm, class_key(realm, "Person"));
    CHECK(realm_results_size(people, &size));
    CHECK_INT(size, 5);
    CHECK(realm_commit(realm));
    for (at = 0; at < size; at++) {
        realm_object_t *object = realm_results_get_object(people, at);
        realm_value_t key;
        CHECK(object != NULL);
        CHECK(realm_object_get_primary_key(object, &key));
        sum += key.data.integer;
        realm_object_release(object);
    }
    CHECK_INT(sum, 15);
    CHECK_FAILS(realm_results_get_object(people, 5) != NULL, RLM_ERR_INDEX_OUT_OF_BOUNDS, "size is 5");
    CHECK_FAILS(realm_results_new(realm, 999) != NULL, RLM_ERR_NO_SUCH_TABLE, "999");
    realm_results_release(people);
    realm_release(realm);
}

TEST(results_keep_what_they_saw_first)
{
    realm_t *realm = people_realm("a.realm");
    realm_t *other = people_realm("a.realm");
    realm_results_t *people;
    realm_object_t *second, *third;
    realm_value_t key;
    size_t at, size = 9;
    CHECK(realm_begin(realm));
    for (at = 1; at <= 3; at++)
        realm_object_release(create(realm, "Person", int_value((int64_t)at)));
    CHECK(realm_commit(realm));
    people = realm_results_new(realm, class_key(realm, "Person"));
    CHECK(realm_results_size(people, &size));
    CHECK(realm_begin(other));
    key = int_value(2);
    second = realm_object_find(other, class_key(other, "Person"), &key);
    CHECK(realm_object_erase(second));
    realm_object_release(create(other, "Person", int_value(0)));
    CHECK(realm_commit(other));
    CHECK(realm_results_size(people, &size));
    CHECK_INT(size, 3);
    CHECK_FAILS(realm_results_get_object(people, 1) != NULL, RLM_ERR_INVALIDATED_OBJECT, "erased");
    third = realm_results_get_object(people, 2);
    CHECK(third != NULL);
    CHECK(realm_object_get_primary_key(third, &key));
    CHECK_INT(key.data.integer, 3);
    realm_object_release(third);
    realm_object_release(second);
    realm_results_release(people);
    realm_release(other);
    realm_release(realm);
}
