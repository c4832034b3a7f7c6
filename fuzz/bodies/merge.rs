//! Bytes as a history of two or three clients, in one area of the rules; it must converge.
//!
//! Bytes 0 to 4: area, clients, how far each clock is ahead. Then steps: one byte says who does what, and further ones how much.

use crate::history::{self, run, Area, Step};

const AREAS: [Area; 10] = [
    history::VALUES,
    history::OBJECTS,
    history::LISTS,
    history::SETS,
    history::DICTIONARIES,
    history::EMBEDDED,
    history::EMBEDDED_KEYS,
    history::MIXED,
    history::NESTED_LISTS,
    history::NESTED_KEYS,
];

/// More would only make a run slower.
const MAX_STEPS: usize = 64;

pub fn converge(bytes: &[u8]) {
    let Some((&[area, clients, first, second, third], rest)) = bytes.split_first_chunk() else { return };
    let clients = 2 + usize::from(clients % 2);
    let skews = [first, second, third].map(|skew| u64::from(skew % 4));
    let mut rest = rest.iter().copied();
    let steps: Vec<Step> = std::iter::from_fn(|| step(&mut rest, clients)).take(MAX_STEPS).collect();
    run(clients, &AREAS[usize::from(area) % AREAS.len()], skews, &steps);
}

fn step(bytes: &mut impl Iterator<Item = u8>, clients: usize) -> Option<Step> {
    let who = usize::from(bytes.next()?);
    let (client, what, much) = (who % clients, who / clients % 6, who / clients / 6);
    let limit = if much == 0 { usize::MAX } else { much };
    Some(match what {
        4 => Step::Upload { client, limit },
        5 => Step::Download { client, limit },
        _ => {
            let mut write = || Some([bytes.next()?, bytes.next()?, bytes.next()?, bytes.next()?]);
            let writes = std::iter::from_fn(&mut write).take(1 + what % 3).collect();
            Step::Commit { client, writes, pause: much as u64 % 3 }
        }
    })
}
