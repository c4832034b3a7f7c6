/* Change callbacks of local realms: what they are told. How they end is in changes_end.c. */
#include "values.h"
#include "watch.h"

static void set_value(realm_t *realm, realm_object_t *object, const char *class_name, const char *name, realm_value_t value)
{
    CHECK(realm_object_set_value(object, property_key(realm, class_name, name), &value));
}

static realm_object_t *person(realm_t *realm, int64_t id)
{
    realm_object_t *object;
    CHECK(realm_begin(realm));
    object = create_object(realm, "Person", int_value(id));
    CHECK(realm_commit(realm));
    return object;
}

/* A thing in a realm of its own, with the elements 0, 1, 2 and so on in its list, set and dictionary. */
static realm_object_t *thing_with(realm_t *realm, int64_t count)
{
    realm_object_t *object;
    realm_list_t *list;
    realm_set_t *set;
    realm_dictionary_t *dictionary;
    int64_t at;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    list = list_of(realm, object, "list_", "int");
    set = set_of(realm, object, "set_", "int");
    dictionary = dictionary_of(realm, object, "dictionary_", "int");
    for (at = 0; at < count; at++) {
        realm_value_t value = int_value(at);
        char key[2] = { (char)('a' + at), 0 };
        CHECK(realm_list_insert_value(list, (size_t)at, &value));
        CHECK(realm_set_insert(set, &value, NULL));
        CHECK(realm_dictionary_set_value(dictionary, text(key), &value));
    }
    CHECK(realm_commit(realm));
    realm_list_release(list);
    realm_set_release(set);
    realm_dictionary_release(dictionary);
    return object;
}

TEST(an_object_reports_the_properties_that_differ_once_per_commit)
{
    realm_t *realm = people_realm("a.realm");
    realm_object_t *ada = person(realm, 1), *bob = person(realm, 2);
    watch watch, other;
    watch_object(&watch, ada);
    watch_object(&other, bob);
    CHECK(realm_begin(realm));
    set_value(realm, ada, "Person", "age", int_value(36));
    set_value(realm, ada, "Person", "name", string_value("Ada L."));
    set_value(realm, ada, "Person", "name", string_value("Ada"));
    set_value(realm, ada, "Person", "friend", link_value(bob));
    CHECK(realm_commit(realm));
    CHECK_REPORT(&watch, modified(realm, "Person", "name age friend"));
    CHECK(realm_begin(realm));
    set_value(realm, ada, "Person", "age", int_value(37));
    set_value(realm, ada, "Person", "name", string_value("Bob"));
    set_value(realm, ada, "Person", "name", string_value("Ada"));
    CHECK(realm_commit(realm));
    CHECK_REPORT(&watch, modified(realm, "Person", "age"));
    CHECK(realm_begin(realm));
    CHECK(realm_object_add_int(ada, property_key(realm, "Person", "age"), 1));
    CHECK(realm_commit(realm));
    CHECK_REPORT(&watch, modified(realm, "Person", "age"));
    settle(realm, "Note");
    CHECK_NO_REPORT(&watch);
    CHECK_NO_REPORT(&other);
    watch_end(&watch);
    watch_end(&other);
    realm_object_release(ada);
    realm_object_release(bob);
    realm_release(realm);
}

TEST(what_changes_nothing_or_is_not_committed_is_not_reported)
{
    realm_t *realm = people_realm("a.realm");
    realm_object_t *ada = person(realm, 1), *made;
    realm_value_t number = int_value(1);
    watch object, class;
    watch_object(&object, ada);
    watch_class(&class, realm, "Person");
    CHECK(realm_begin(realm));
    set_value(realm, ada, "Person", "name", string_value("Ada"));
    made = create_object(realm, "Person", int_value(2));
    CHECK(realm_rollback(realm));
    realm_object_release(made);
    CHECK(realm_begin(realm));
    CHECK(realm_commit(realm));
    CHECK(realm_begin(realm));
    set_value(realm, ada, "Person", "name", string_value(""));
    made = create_object(realm, "Person", int_value(2));
    CHECK(realm_object_erase(made));
    CHECK_FAILS(realm_object_set_value(ada, property_key(realm, "Person", "name"), &number), RLM_ERR_PROPERTY_TYPE_MISMATCH, "");
    CHECK_FAILS(realm_object_create(realm, class_key(realm, "Person"), &number) != NULL, RLM_ERR_OBJECT_ALREADY_EXISTS, "");
    CHECK(realm_commit(realm));
    realm_object_release(made);
    /* A realm that is closed with an open write transaction. */
    {
        realm_t *other = people_realm("a.realm");
        CHECK(realm_begin(other));
        realm_object_release(create_object(other, "Person", int_value(3)));
        CHECK(realm_close(other));
        realm_release(other);
    }
    settle(realm, "Note");
    CHECK_NO_REPORT(&object);
    CHECK_NO_REPORT(&class);
    watch_end(&object);
    watch_end(&class);
    realm_object_release(ada);
    realm_release(realm);
}

TEST(commits_of_other_handles_are_reported_in_their_order)
{
    realm_t *realm = people_realm("a.realm"), *second = people_realm("a.realm");
    realm_object_t *ada = person(realm, 1), *same;
    realm_value_t key = int_value(1);
    watch object, class;
    bool changed = false;
    int round;
    watch_object(&object, ada);
    watch_class(&class, second, "Person");
    same = realm_object_find(second, class_key(second, "Person"), &key);
    CHECK(same != NULL);
    for (round = 0; round < 3; round++) {
        CHECK(realm_begin(second));
        set_value(second, same, "Person", "age", int_value(round + 1));
        realm_object_release(create_object(second, "Person", int_value(10 + round)));
        CHECK(realm_commit(second));
        CHECK(realm_begin(realm));
        set_value(realm, ada, "Person", "name", string_value(round % 2 == 0 ? "Ada" : "A."));
        CHECK(realm_commit(realm));
    }
    for (round = 0; round < 3; round++) {
        char wanted[32];
        snprintf(wanted, sizeof wanted, "+%d ~1", 10 + round);
        CHECK_REPORT(&object, modified(realm, "Person", "age"));
        CHECK_REPORT(&object, modified(realm, "Person", "name"));
        CHECK_REPORT(&class, wanted);
        CHECK_REPORT(&class, "~1");
    }
    settle(realm, "Note");
    watch_end(&object);
    watch_end(&class);
    /* To register changes nothing of what realm_refresh() tells. */
    CHECK(realm_refresh(second, NULL));
    CHECK(realm_begin(realm));
    set_value(realm, ada, "Person", "age", int_value(0));
    CHECK(realm_commit(realm));
    watch_object(&object, same);
    CHECK(realm_refresh(second, &changed));
    CHECK(changed);
    watch_end(&object);
    realm_object_release(same);
    realm_object_release(ada);
    realm_release(second);
    realm_release(realm);
}

TEST(an_erased_object_is_gone_once_and_its_number_means_another_then)
{
    realm_t *realm = people_realm("a.realm");
    realm_object_t *ada = person(realm, 1), *again;
    watch object, class;
    watch_object(&object, ada);
    watch_class(&class, realm, "Person");
    CHECK(realm_begin(realm));
    CHECK(realm_object_erase(ada));
    CHECK(realm_commit(realm));
    CHECK_REPORT(&object, "gone");
    CHECK_REPORT(&class, "-1");
    again = person(realm, 1);
    CHECK(realm_begin(realm));
    set_value(realm, again, "Person", "age", int_value(1));
    CHECK(realm_object_erase(again));
    realm_object_release(create_object(realm, "Person", int_value(1)));
    CHECK(realm_commit(realm));
    CHECK_REPORT(&class, "+1");
    CHECK_REPORT(&class, "-1 +1");
    settle(realm, "Note");
    CHECK_NO_REPORT(&object);
    watch_end(&object);
    watch_end(&class);
    realm_object_release(again);
    realm_object_release(ada);
    realm_release(realm);
}

TEST(a_list_reports_positions_before_and_after_a_commit)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object = thing_with(realm, 3);
    realm_list_t *list = list_of(realm, object, "list_", "int");
    realm_value_t value = int_value(7);
    watch watch;
    watch_list(&watch, list);
#define COMMIT_LIST(change, report)   \
    CHECK(realm_begin(realm));        \
    CHECK(change);                    \
    CHECK(realm_commit(realm));       \
    CHECK_REPORT(&watch, report)
    COMMIT_LIST(realm_list_insert_value(list, 0, &value), "+0");
    COMMIT_LIST(realm_list_insert_value(list, 2, &value), "+2");
    COMMIT_LIST(realm_list_insert_value(list, 5, &value), "+5");
    COMMIT_LIST(realm_list_set_value(list, 1, &value), "~1");
    COMMIT_LIST(realm_list_erase(list, 3), "-3");
    COMMIT_LIST(realm_list_move(list, 0, 4), "-0 +4");
    COMMIT_LIST(realm_list_insert_value(list, 1, &value) && realm_list_insert_value(list, 1, &value) &&
                    realm_list_erase(list, 4) && realm_list_erase(list, 0),
                "-0,2 +0,1");
    COMMIT_LIST(realm_list_clear(list), "-0,1,2,3,4");
    COMMIT_LIST(realm_list_insert_value(list, 0, &value) && realm_list_insert_value(list, 1, &value), "+0,1");
    COMMIT_LIST(realm_list_clear(list) && realm_list_insert_value(list, 0, &value), "-0,1 +0");
#undef COMMIT_LIST
    CHECK(realm_begin(realm));
    CHECK(realm_list_set_value(list, 0, &value));
    CHECK(realm_list_insert_value(list, 1, &value));
    CHECK(realm_list_erase(list, 1));
    CHECK_FAILS(realm_list_insert_value(list, 9, &value), RLM_ERR_INDEX_OUT_OF_BOUNDS, "");
    CHECK(realm_commit(realm));
    settle(realm, "Loose");
    CHECK_NO_REPORT(&watch);
    CHECK(realm_begin(realm));
    CHECK(realm_object_erase(object));
    CHECK(realm_commit(realm));
    CHECK_REPORT(&watch, "gone");
    watch_end(&watch);
    realm_list_release(list);
    realm_object_release(object);
    realm_release(realm);
}

TEST(a_set_reports_positions_in_the_order_in_which_it_is_read)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object = thing_with(realm, 3);
    realm_set_t *set = set_of(realm, object, "set_", "int");
    realm_value_t below = int_value(-1), one = int_value(1), nine = int_value(9);
    watch watch, owner;
    watch_set(&watch, set);
    watch_object(&owner, object);
    CHECK(realm_begin(realm));
    CHECK(realm_set_insert(set, &nine, NULL));
    CHECK(realm_set_insert(set, &below, NULL));
    CHECK(realm_set_insert(set, &one, NULL));
    CHECK(realm_set_erase(set, &one, NULL));
    CHECK(realm_commit(realm));
    CHECK_REPORT(&watch, "-1 +0,3");
    CHECK_REPORT(&owner, modified(realm, "Thing", "set_int"));
    CHECK(realm_begin(realm));
    CHECK(realm_set_erase(set, &nine, NULL));
    CHECK(realm_set_insert(set, &nine, NULL));
    CHECK(realm_set_insert(set, &below, NULL));
    CHECK(realm_commit(realm));
    CHECK(realm_begin(realm));
    CHECK(realm_set_clear(set));
    CHECK(realm_commit(realm));
    CHECK_REPORT(&watch, "-0,1,2,3");
    CHECK_REPORT(&owner, modified(realm, "Thing", "set_int"));
    settle(realm, "Loose");
    watch_end(&watch);
    watch_end(&owner);
    realm_set_release(set);
    realm_object_release(object);
    realm_release(realm);
}

TEST(a_dictionary_reports_keys)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object = thing_with(realm, 3);
    realm_dictionary_t *dictionary = dictionary_of(realm, object, "dictionary_", "int");
    realm_value_t value = int_value(7);
    watch watch;
    watch_dictionary(&watch, dictionary);
    CHECK(realm_begin(realm));
    CHECK(realm_dictionary_set_value(dictionary, text("z"), &value));
    CHECK(realm_dictionary_set_value(dictionary, text(""), &value));
    CHECK(realm_dictionary_set_value(dictionary, text("b"), &value));
    CHECK(realm_dictionary_erase(dictionary, text("c"), NULL));
    CHECK(realm_commit(realm));
    CHECK_REPORT(&watch, "-c +,z ~b");
    CHECK(realm_begin(realm));
    CHECK(realm_dictionary_set_value(dictionary, text("b"), &value));
    CHECK(realm_dictionary_erase(dictionary, text("z"), NULL));
    CHECK(realm_dictionary_set_value(dictionary, text("z"), &value));
    CHECK(realm_commit(realm));
    CHECK(realm_begin(realm));
    CHECK(realm_dictionary_clear(dictionary));
    CHECK(realm_commit(realm));
    CHECK_REPORT(&watch, "-,a,b,z");
    CHECK(realm_begin(realm));
    CHECK(realm_object_erase(object));
    CHECK(realm_commit(realm));
    CHECK_REPORT(&watch, "gone");
    settle(realm, "Loose");
    watch_end(&watch);
    realm_dictionary_release(dictionary);
    realm_object_release(object);
    realm_release(realm);
}

TEST(a_class_reports_the_names_of_its_objects)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *first, *second;
    realm_value_t number = int_value(1);
    watch things, targets, keyless;
    watch_class(&things, realm, "Thing");
    watch_class(&targets, realm, "Target");
    watch_class(&keyless, realm, "Loose");
    CHECK(realm_begin(realm));
    first = thing(realm, "ada");
    second = thing(realm, "bob");
    realm_object_release(create_object(realm, "Target", int_value(-7)));
    CHECK(realm_commit(realm));
    CHECK_REPORT(&things, "+ada,bob");
    CHECK_REPORT(&targets, "+-7");
    CHECK(realm_begin(realm));
    CHECK(realm_object_set_value(second, thing_property(realm, "", "int"), &number));
    CHECK(realm_object_erase(first));
    realm_object_release(first);
    first = thing(realm, "cleo");
    CHECK(realm_commit(realm));
    CHECK_REPORT(&things, "-ada +cleo ~bob");
    CHECK(realm_begin(realm));
    realm_object_release(first);
    first = realm_object_create(realm, class_key(realm, "Loose"), NULL);
    CHECK(realm_commit(realm));
    CHECK_REPORT(&keyless, "+keyless");
    settle(realm, "Loose");
    CHECK_REPORT(&keyless, "+keyless");
    watch_end(&things);
    watch_end(&targets);
    watch_end(&keyless);
    realm_object_release(first);
    realm_object_release(second);
    realm_release(realm);
}

TEST(a_change_inside_is_one_of_every_owner)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object, *part, *inner;
    realm_list_t *parts, *nested;
    realm_value_t name = string_value("new"), number = int_value(1);
    realm_property_key_t part_name = property_key(realm, "Part", "name"), mixed = thing_property(realm, "", "mixed");
    watch class, owner, of_part, of_inner, of_parts, of_nested;
    CHECK(realm_begin(realm));
    object = thing(realm, "1");
    part = realm_object_set_embedded(object, thing_property(realm, "", "embedded"));
    parts = list_of(realm, object, "list_", "embedded");
    realm_object_release(realm_list_insert_embedded(parts, 0));
    inner = realm_list_insert_embedded(parts, 1);
    nested = realm_object_set_list(object, mixed);
    CHECK(part != NULL && inner != NULL && nested != NULL);
    CHECK(realm_commit(realm));
    watch_class(&class, realm, "Thing");
    watch_object(&owner, object);
    watch_object(&of_part, part);
    watch_object(&of_inner, inner);
    watch_list(&of_parts, parts);
    watch_list(&of_nested, nested);
    CHECK(realm_begin(realm));
    CHECK(realm_object_set_value(part, part_name, &name));
    CHECK(realm_object_set_value(inner, part_name, &name));
    CHECK(realm_list_insert_value(nested, 0, &number));
    CHECK(realm_commit(realm));
    CHECK_REPORT(&class, "~1");
    CHECK_REPORT(&owner, modified(realm, "Thing", "mixed embedded list_embedded"));
    CHECK_REPORT(&of_part, modified(realm, "Part", "name"));
    CHECK_REPORT(&of_inner, modified(realm, "Part", "name"));
    CHECK_REPORT(&of_parts, "~1");
    CHECK_REPORT(&of_nested, "+0");
    CHECK(realm_begin(realm));
    CHECK(realm_object_set_value(object, mixed, &number));
    CHECK(realm_list_erase(parts, 1));
    CHECK(realm_commit(realm));
    CHECK_REPORT(&class, "~1");
    CHECK_REPORT(&owner, modified(realm, "Thing", "mixed list_embedded"));
    CHECK_REPORT(&of_inner, "gone");
    CHECK_REPORT(&of_parts, "-1");
    CHECK_REPORT(&of_nested, "gone");
    settle(realm, "Loose");
    watch_end(&class);
    watch_end(&owner);
    watch_end(&of_part);
    watch_end(&of_inner);
    watch_end(&of_parts);
    watch_end(&of_nested);
    realm_list_release(nested);
    realm_list_release(parts);
    realm_object_release(inner);
    realm_object_release(part);
    realm_object_release(object);
    realm_release(realm);
}

/* Reads one report in parts, and keeps it. */
static void keep(void *userdata, realm_collection_changes_t *changes)
{
    realm_collection_changes_t **kept = userdata;
    *kept = realm_collection_changes_retain(changes);
}

TEST(a_report_can_be_kept_and_is_copied_as_far_as_there_is_room)
{
    realm_t *realm = things_realm("a.realm");
    realm_object_t *object = thing_with(realm, 3);
    realm_list_t *list = list_of(realm, object, "list_", "int");
    realm_collection_changes_t *kept = NULL;
    realm_callback_token_t *token = realm_list_add_change_callback(list, keep, &kept, NULL);
    size_t indexes[4] = { 77, 77, 77, 77 }, count = 0;
    bool deleted = true;
    CHECK(token != NULL);
    CHECK(realm_begin(realm));
    CHECK(realm_list_clear(list));
    CHECK(realm_commit(realm));
    settle(realm, "Loose");
    realm_callback_token_release(token);
    realm_list_release(list);
    realm_object_release(object);
    realm_release(realm);
    CHECK(kept != NULL);
    CHECK(realm_collection_changes_get_deletions(kept, NULL, 0, &count));
    CHECK_INT(count, 3);
    CHECK(realm_collection_changes_get_deletions(kept, indexes, 2, &count));
    CHECK_INT(count, 3);
    CHECK(indexes[0] == 0 && indexes[1] == 1 && indexes[2] == 77);
    CHECK(realm_collection_changes_get_deletions(kept, indexes, 4, &count));
    CHECK(indexes[2] == 2 && indexes[3] == 77);
    CHECK(realm_collection_changes_get_insertions(kept, indexes, 4, &count));
    CHECK_INT(count, 0);
    CHECK(realm_collection_changes_is_deleted(kept, &deleted) && !deleted);
    CHECK_FAILS(realm_collection_changes_get_deletions(kept, NULL, 1, &count), RLM_ERR_INVALID_ARGUMENT, "out_indexes");
    CHECK_FAILS(realm_collection_changes_get_deletions(kept, indexes, 1, NULL), RLM_ERR_INVALID_ARGUMENT, "out_size");
    CHECK_FAILS(realm_collection_changes_get_deletions(NULL, indexes, 1, &count), RLM_ERR_INVALID_ARGUMENT, "changes");
    CHECK_FAILS(realm_collection_changes_is_deleted(kept, NULL), RLM_ERR_INVALID_ARGUMENT, "out_deleted");
    realm_collection_changes_release(kept);
}
