//! Random histories converge.

use proptest::prelude::*;

use crate::history::{self, run, Step};

fn steps(clients: usize) -> impl Strategy<Value = Vec<Step>> {
    let client = move || 0..clients;
    let limit = prop_oneof![1usize..4, Just(usize::MAX)];
    let step = prop_oneof![
        4 => (client(), prop::collection::vec(any::<[u8; 4]>(), 1..4), 0..3u64)
            .prop_map(|(client, writes, pause)| Step::Commit { client, writes, pause }),
        1 => (client(), limit.clone()).prop_map(|(client, limit)| Step::Upload { client, limit }),
        1 => (client(), limit).prop_map(|(client, limit)| Step::Download { client, limit }),
    ];
    prop::collection::vec(step, 1..25)
}

macro_rules! converge {
    ($($name:ident: $area:expr;)*) => {
        proptest! {
            #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]
            $(
                #[test]
                fn $name(
                    (clients, steps) in (2usize..=3).prop_flat_map(|clients| (Just(clients), steps(clients))),
                    skews in [0..4u64, 0..4u64, 0..4u64],
                ) {
                    run(clients, &$area, skews, &steps);
                }
            )*
        }
    };
}

converge! {
    values_and_counters_converge: history::VALUES;
    objects_and_links_converge: history::OBJECTS;
    flat_lists_converge: history::LISTS;
    sets_converge: history::SETS;
    dictionaries_converge: history::DICTIONARIES;
    embedded_objects_converge: history::EMBEDDED;
    embedded_objects_under_keys_converge: history::EMBEDDED_KEYS;
    collections_in_mixed_converge: history::MIXED;
    lists_of_lists_converge: history::NESTED_LISTS;
    lists_under_keys_converge: history::NESTED_KEYS;
}
