//! Worked examples: sets, dictionaries, embedded objects, collections in Mixed, links.

use crate::examples::{check, A, B};

#[test]
fn example_47_newer_operation_on_an_element_wins() {
    check(&["create", "iset put 1"], &[(A, 1, &["iset del 1"]), (B, 2, &["iset del 1", "iset put 1"])], "A1 iset=<1>");
    check(&["create", "iset put 1"], &[(A, 1, &["iset del 1", "iset put 1"]), (B, 2, &["iset del 1"])], "A1");
}

#[test]
fn example_48_insert_meets_insert_and_erase() {
    check(&["create"], &[(A, 1, &["iset put 999"]), (B, 2, &["iset put 999", "iset del 999"])], "A1");
}

#[test]
fn example_49_clear_of_a_set_beats_newer_insert() {
    check(&["create", "iset put 1"], &[(A, 1, &["iset clear"]), (B, 2, &["iset put 2"])], "A1");
    check(
        &["create", "iset put 1"],
        &[(A, 1, &["iset clear", "iset put 3"]), (B, 2, &["iset clear", "iset put 4"])],
        "A1 iset=<4>",
    );
}

#[test]
fn example_50_removal_of_a_key_is_a_write() {
    check(&["create", "dict/k = 1"], &[(A, 1, &["dict/k = 2"]), (B, 2, &["dict/k = erased"])], "A1");
    check(&["create", "dict/k = 1"], &[(A, 2, &["dict/k = 2"]), (B, 1, &["dict/k = erased"])], "A1 dict={k:2}");
}

#[test]
fn example_51_clear_of_a_dictionary_beats_newer_write() {
    check(&["create", "dict/k = 1"], &[(A, 1, &["dict clear"]), (B, 2, &["dict/z = 2"])], "A1");
    check(
        &["create", "dict/k = 1"],
        &[(A, 1, &["dict clear", "dict/a = 1"]), (B, 2, &["dict/b = 2"])],
        "A1 dict={a:1}",
    );
}

#[test]
fn example_52_newer_removal_beats_removal_and_write() {
    check(&["create", "dict/k = 1"], &[(A, 1, &["dict/k = erased", "dict/k = 5"]), (B, 2, &["dict/k = erased"])], "A1");
}

#[test]
fn example_53_removal_and_list_under_a_key() {
    check(
        &["create", "dict/k = 3"],
        &[(A, 1, &["dict/k = erased"]), (B, 2, &["dict/k = list", "dict/k add 1"])],
        "A1 dict={k:[1]}",
    );
    check(&["create", "dict/k = 3"], &[(A, 2, &["dict/k = erased"]), (B, 1, &["dict/k = list", "dict/k add 1"])], "A1");
}

#[test]
fn example_54_concurrent_embedded_creations_merge() {
    check(
        &["create"],
        &[(A, 1, &["emb = new", "emb/x = 1", "emb/xs add 1"]), (B, 2, &["emb = new", "emb/xs add 7"])],
        "A1 emb=(x=1 xs=[1 7])",
    );
}

#[test]
fn example_55_older_null_beats_newer_write_below() {
    check(&["create", "emb = new", "emb/x = 1"], &[(A, 1, &["emb = null"]), (B, 2, &["emb/x = 9"])], "A1");
}

#[test]
fn example_56_older_null_beats_newer_embedded_creation() {
    check(&["create"], &[(A, 1, &["emb = null"]), (B, 2, &["emb = new", "emb/x = 9"])], "A1");
}

#[test]
fn example_57_replacement_takes_what_is_below() {
    check(
        &["create", "emb = new", "emb/x = 1"],
        &[(A, 1, &["emb = null", "emb = new", "emb/x = 10"]), (B, 2, &["emb = null", "emb = new", "emb/xs add 5"])],
        "A1 emb=(xs=[5])",
    );
    check(
        &["create", "emb = new", "emb/x = 1"],
        &[(A, 1, &["emb = null", "emb = new"]), (B, 2, &["emb/x = 9"])],
        "A1 emb=()",
    );
}

#[test]
fn example_58_write_below_follows_its_element() {
    check(
        &["create", "embs add new", "embs/0/x = 0", "embs add new", "embs/1/x = 1"],
        &[(A, 1, &["embs insert 0 new", "embs/0/x = 50"]), (B, 2, &["embs/0/x = 100"])],
        "A1 embs=[(x=50) (x=100) (x=1)]",
    );
}

#[test]
fn example_59_removal_takes_writes_below() {
    check(
        &["create", "embs add new", "embs/0/x = 0", "embs add new", "embs/1/x = 1", "embs add new", "embs/2/x = 2"],
        &[(A, 1, &["embs remove 0"]), (B, 2, &["embs/0/x = 100", "embs/1/x = 101"])],
        "A1 embs=[(x=101) (x=2)]",
    );
}

#[test]
fn example_60_replacement_of_an_embedded_element() {
    check(
        &["create", "embs add new", "embs/0/x = 0", "embs add new", "embs/1/x = 1"],
        &[(A, 1, &["embs remove 0", "embs insert 0 new"]), (B, 2, &["embs/0/x = 100"])],
        "A1 embs=[() (x=1)]",
    );
    check(
        &["create", "embs add new", "embs/0/x = 0", "embs add new", "embs/1/x = 1"],
        &[
            (A, 1, &["embs remove 0", "embs insert 0 new", "embs/0/x = 7"]),
            (B, 2, &["embs remove 0", "embs insert 0 new", "embs/0/x = 8"]),
        ],
        "A1 embs=[(x=7) (x=8) (x=1)]",
    );
}

#[test]
fn example_61_embedded_inserts_at_one_place() {
    check(
        &["create"],
        &[(A, 1, &["embs insert 0 new", "embs/0/x = 1"]), (B, 2, &["embs insert 0 new", "embs/0/x = 2"])],
        "A1 embs=[(x=1) (x=2)]",
    );
}

#[test]
fn example_62_removal_of_a_key_takes_writes_below() {
    check(
        &["create", "edict/k = new", "edict/k/x = 1"],
        &[(A, 1, &["edict/k = erased"]), (B, 2, &["edict/k/x = 5"])],
        "A1",
    );
    check(
        &["create", "edict/k = new", "edict/k/x = 1"],
        &[(A, 1, &["edict/k = erased"]), (B, 2, &["edict/k = new", "edict/k/x = 5"])],
        "A1",
    );
}

#[test]
fn example_63_concurrent_lists_in_mixed_merge() {
    check(
        &["create"],
        &[(A, 1, &["any = list", "any add 'a", "any add 'b"]), (B, 2, &["any = list", "any add 'c", "any add 'd"])],
        "A1 any=['a 'b 'c 'd]",
    );
    check(
        &["create"],
        &[(A, 2, &["any = list", "any add 'a", "any add 'b"]), (B, 1, &["any = list", "any add 'c", "any add 'd"])],
        "A1 any=['c 'd 'a 'b]",
    );
}

#[test]
fn example_64_concurrent_dictionaries_in_mixed_merge() {
    check(
        &["create"],
        &[(A, 1, &["any = dict", "any/a = 1", "any/b = 2"]), (B, 2, &["any = dict", "any/b = 9", "any/c = 3"])],
        "A1 any={a:1 b:9 c:3}",
    );
}

#[test]
fn example_65_newer_kind_of_collection_wins() {
    check(&["create"], &[(A, 2, &["any = list", "any add 1"]), (B, 1, &["any = dict", "any/k = 1"])], "A1 any=[1]");
}

#[test]
fn example_66_list_and_number_in_mixed() {
    check(&["create"], &[(A, 1, &["any = list", "any add 1"]), (B, 2, &["any = 5"])], "A1 any=5");
    check(&["create"], &[(A, 2, &["any = list", "any add 1"]), (B, 1, &["any = 5"])], "A1 any=[1]");
}

#[test]
fn example_67_number_over_a_list_in_mixed() {
    check(
        &["create", "any = list", "any add 1", "any add 2"],
        &[(A, 9, &["any add 3"]), (B, 1, &["any = 5"])],
        "A1 any=5",
    );
    check(
        &["create", "any = list", "any add 1", "any add 2"],
        &[(A, 1, &["any clear"]), (B, 2, &["any = 5"])],
        "A1 any=5",
    );
    check(
        &["create", "any = list", "any add 1", "any add 2"],
        &[(A, 2, &["any clear", "any add 3"]), (B, 1, &["any = 5"])],
        "A1 any=[3]",
    );
}

#[test]
fn example_68_list_over_a_list_in_mixed() {
    check(
        &["create", "any = list", "any add 1", "any add 2"],
        &[(A, 9, &["any add 3"]), (B, 1, &["any = 5", "any = list", "any add 7"])],
        "A1 any=[7]",
    );
}

#[test]
fn example_69_two_lists_over_a_list_in_mixed() {
    check(
        &["create", "any = list", "any add 1", "any add 2"],
        &[(A, 1, &["any = 5", "any = list", "any add 7"]), (B, 2, &["any = 6", "any = list", "any add 8"])],
        "A1 any=[8]",
    );
}

#[test]
fn example_70_newer_assignment_of_a_list_wins() {
    check(
        &["create"],
        &[(A, 1, &["any = list", "any clear", "any add 1"]), (B, 2, &["any = list", "any clear", "any add 2"])],
        "A1 any=[2]",
    );
}

#[test]
fn example_71_clear_in_mixed_and_counter() {
    check(
        &["create", "any = dict", "any/k = 1"],
        &[(A, 9, &["any clear", "any/k2 = 2"]), (B, 1, &["any = 42", "any += 1"])],
        "A1 any={k2:2}",
    );
    check(
        &["create", "any = dict", "any/k = 1"],
        &[(A, 1, &["any clear", "any/k2 = 2"]), (B, 2, &["any = 42", "any += 1"])],
        "A1 any=43",
    );
}

#[test]
fn example_72_list_over_a_dictionary_takes_its_keys() {
    check(&["create", "any = dict"], &[(A, 1, &["any = list"]), (B, 1, &["any/key = 42"])], "A1 any=[]");
}

#[test]
fn example_73_link_to_an_erased_object_stays() {
    check(&["create", "@B1 create"], &[(A, 1, &["@B1 erase"]), (B, 2, &["link = ->B1"])], "A1 link=->B1");
}

#[test]
fn example_74_list_keeps_the_place_of_an_erased_object() {
    check(
        &["create", "@B1 create", "@B2 create", "@B3 create", "links add ->B1", "links add ->B2", "links add ->B3"],
        &[(A, 1, &["links remove 0", "@B1 erase"]), (B, 2, &["links insert 0 ->B1", "links add ->B2"])],
        "A1 links=[->B1 ->B2 ->B3 ->B2]; B2; B3",
    );
}

#[test]
fn example_76_links_come_back_with_their_object() {
    check(
        &["create", "@B1 create", "@B2 create", "@B3 create", "links add ->B1", "links add ->B2", "links add ->B3"],
        &[
            (A, 1, &["links remove 0", "@B1 erase"]),
            (B, 2, &["link = ->B1", "links insert 0 ->B1"]),
            (A, 3, &["@B1 create", "@B1 i = 5"]),
        ],
        "A1 link=->B1 links=[->B1 ->B2 ->B3]; B1 i=5; B2; B3",
    );
}

#[test]
fn example_82_erasures_of_two_texts_both_count() {
    check(
        &["create", "sset put 'a", "sset put 'b", "sset put 'c"],
        &[(A, 1, &["sset del 'a"]), (B, 2, &["sset del 'b"])],
        "A1 sset=<'c>",
    );
}

#[test]
fn example_83_write_below_follows_a_moved_element() {
    check(
        &[
            "create",
            "embs add new",
            "embs/0/x = 0",
            "embs add new",
            "embs/1/x = 1",
            "embs add new",
            "embs/2/x = 2",
            "embs add new",
            "embs/3/x = 3",
        ],
        &[(A, 1, &["embs move 0 2"]), (B, 2, &["embs/0/x = 100"])],
        "A1 embs=[(x=1) (x=2) (x=100) (x=3)]",
    );
}

#[test]
fn example_84_clear_follows_its_element() {
    check(
        &[
            "create",
            "any = list",
            "any add list",
            "any/0 add 1",
            "any add list",
            "any/1 add 2",
            "any add list",
            "any/2 add 3",
        ],
        &[(A, 1, &["any insert 0 9"]), (B, 2, &["any/0 clear"])],
        "A1 any=[9 [] [2] [3]]",
    );
}

#[test]
fn example_85_replacement_under_a_key_takes_writes_below() {
    check(
        &["create", "edict/k = new", "edict/k/x = 1"],
        &[(A, 1, &["edict/k = erased", "edict/k = new"]), (B, 2, &["edict/k/x = 5"])],
        "A1 edict={k:()}",
    );
}

#[test]
fn example_86_assignments_that_clear_converge() {
    check(
        &["create"],
        &[
            (A, 1, &["any = list", "any clear"]),
            (A, 5, &["any add 38"]),
            (A, 5, &["any = dict", "any clear"]),
            (B, 6, &["any = list", "any clear", "any add 40"]),
        ],
        "A1 any=[40]",
    );
}

#[test]
fn example_87_newer_clear_beats_removal_of_the_key() {
    check(
        &["create", "dict/k = list", "dict/k add 1"],
        &[(A, 1, &["dict/k = erased"]), (B, 2, &["dict/k clear"])],
        "A1 dict={k:[]}",
    );
    check(
        &["create", "dict/k = list", "dict/k add 1"],
        &[(A, 1, &["dict/k = erased"]), (B, 2, &["dict/k = list", "dict/k clear", "dict/k add 7"])],
        "A1 dict={k:[7]}",
    );
}

#[test]
fn example_88_null_leaves_a_set() {
    check(&["create", "iset put null", "iset put 1"], &[(A, 1, &["iset del null"])], "A1 iset=<1>");
}
