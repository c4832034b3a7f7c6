#include "values.h"

static int insert(realm_set_t *set, realm_value_t value)
{
    bool inserted = false;
    CHECK(realm_set_insert(set, &value, &inserted));
    return inserted;
}

static int erase(realm_set_t *set, realm_value_t value)
{
    bool erased = false;
    CHECK(realm_set_erase(set, &value, &erased));
    return erased;
}

static int has(const realm_set_t *set, realm_value_t value)
{
    bool found = false;
    CHECK(realm_set_find(set, &value, &found));
    return found;
}

static realm_value_t value_at(const realm_set_t *set, size_t index)
{
    realm_value_t value;
    CHECK(realm_set_get_value(set, index, &value));
    return value;
}

TEST(a_set_of_every_type_holds_each_value_once)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object;
    size_t type;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    for (type = 0; type < TYPE_COUNT; type++) {
        realm_set_t *set = set_of(realm, object, "set_optional_", types[type].name);
        realm_value_t values[16];
        size_t at, other, count = edge_values(type, values);
        values[count++] = null_value();
        for (at = 0; at < count; at++) {
            CHECK(!has(set, values[at]));
            CHECK(insert(set, values[at]));
            CHECK(!insert(set, values[at]));
        }
        CHECK_INT(set_size(set), count);
        for (at = 0; at < count; at++) {
            int seen = 0;
            CHECK(has(set, values[at]));
            for (other = 0; other < count; other++)
                seen += same_value(value_at(set, other), values[at]);
            CHECK_INT(seen, 1);
        }
        for (at = 0; at < count; at++) {
            CHECK(erase(set, values[at]));
            CHECK(!erase(set, values[at]));
        }
        CHECK_INT(set_size(set), 0);
        realm_set_release(set);
    }
    CHECK(realm_commit(realm));
    realm_object_release(object);
    realm_release(realm);
}

TEST(a_set_of_mixed_values_tells_types_apart)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object;
    realm_set_t *set;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    set = set_of(realm, object, "set_", "mixed");
    CHECK(insert(set, int_value(1)));
    CHECK(insert(set, double_value(1.0)));
    CHECK(insert(set, string_value("1")));
    CHECK(insert(set, bool_value(1)));
    CHECK(insert(set, null_value()));
    CHECK(insert(set, double_value(0.0)));
    CHECK(!insert(set, double_value(-0.0)));
    CHECK_INT(set_size(set), 6);
    CHECK(realm_set_clear(set));
    CHECK_INT(set_size(set), 0);
    CHECK(realm_commit(realm));
    realm_set_release(set);
    realm_object_release(object);
    realm_release(realm);
}

TEST(walking_a_set_sees_every_change)
{
    realm_t *realm = things_realm("a.realm"), *other = things_realm("a.realm");
    realm_object_t *object, *same;
    realm_set_t *set, *elsewhere;
    realm_value_t value;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    set = set_of(realm, object, "set_", "string");
    insert(set, string_value("b"));
    CHECK_TEXT(value_at(set, 0).data.string, "b");
    insert(set, string_value("a"));
    CHECK_TEXT(value_at(set, 0).data.string, "a");
    CHECK_TEXT(value_at(set, 1).data.string, "b");
    CHECK(realm_commit(realm));
    CHECK(realm_begin(realm));
    erase(set, string_value("a"));
    CHECK_TEXT(value_at(set, 0).data.string, "b");
    CHECK(realm_rollback(realm));
    CHECK_TEXT(value_at(set, 0).data.string, "a");
    same = thing(other, "1");
    elsewhere = set_of(other, same, "set_", "string");
    CHECK(realm_begin(other));
    erase(elsewhere, string_value("a"));
    CHECK_TEXT(value_at(set, 0).data.string, "a");
    CHECK(realm_commit(other));
    CHECK_TEXT(value_at(set, 0).data.string, "b");
    CHECK_FAILS(realm_set_get_value(set, 1, &value), RLM_ERR_INDEX_OUT_OF_BOUNDS, "1");
    realm_set_release(set);
    realm_set_release(elsewhere);
    realm_object_release(object);
    realm_object_release(same);
    realm_release(realm);
    realm_release(other);
}

TEST(a_set_of_links_follows_its_objects)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object, *target;
    realm_set_t *set;
    realm_value_t missing;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    target = create_object(realm, "Target", int_value(1));
    set = set_of(realm, object, "set_", "link");
    CHECK(insert(set, link_value(target)));
    CHECK(!insert(set, link_value(target)));
    CHECK_SAME(value_at(set, 0), link_value(target));
    missing = link_value(target);
    missing.data.link.key.integer = 7;
    CHECK_FAILS(realm_set_insert(set, &missing, NULL), RLM_ERR_NO_SUCH_OBJECT, "Target");
    CHECK(!has(set, missing));
    CHECK(realm_object_erase(target));
    CHECK_INT(set_size(set), 0);
    CHECK(realm_commit(realm));
    realm_set_release(set);
    realm_object_release(target);
    realm_object_release(object);
    realm_release(realm);
}

TEST(a_set_refuses_what_does_not_fit)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object;
    realm_set_t *set;
    realm_value_t value = int_value(1), wrong = string_value("1"), null = null_value();
    bool found;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    set = set_of(realm, object, "set_", "int");
    CHECK_FAILS(realm_set_insert(set, &wrong, NULL), RLM_ERR_PROPERTY_TYPE_MISMATCH, "int");
    CHECK_FAILS(realm_set_insert(set, &null, NULL), RLM_ERR_PROPERTY_NOT_NULLABLE, "null");
    CHECK_FAILS(realm_set_find(set, &wrong, &found), RLM_ERR_PROPERTY_TYPE_MISMATCH, "int");
    CHECK_FAILS(realm_set_erase(set, &wrong, NULL), RLM_ERR_PROPERTY_TYPE_MISMATCH, "int");
    CHECK_FAILS(realm_set_get_value(set, 0, &value), RLM_ERR_INDEX_OUT_OF_BOUNDS, "0");
    CHECK_FAILS(realm_set_find(set, &value, NULL), RLM_ERR_INVALID_ARGUMENT, "out_found");
    CHECK_FAILS(realm_set_insert(set, NULL, NULL), RLM_ERR_INVALID_ARGUMENT, "value");
    CHECK_FAILS(realm_object_get_set(object, thing_property(realm, "list_", "int")) != NULL, RLM_ERR_PROPERTY_TYPE_MISMATCH, "a list");
    CHECK_INT(set_size(set), 0);
    CHECK(realm_commit(realm));
    CHECK_FAILS(realm_set_insert(set, &value, NULL), RLM_ERR_WRONG_TRANSACTION_STATE, "");
    CHECK_FAILS(realm_set_erase(set, &value, NULL), RLM_ERR_WRONG_TRANSACTION_STATE, "");
    CHECK_FAILS(realm_set_clear(set), RLM_ERR_WRONG_TRANSACTION_STATE, "");
    CHECK(realm_set_retain(set) == set);
    realm_set_release(set);
    realm_set_release(set);
    realm_object_release(object);
    realm_release(realm);
}
