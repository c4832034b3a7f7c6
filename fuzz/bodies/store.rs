//! Bytes as what happens to realm files: the first one chooses among changes that another device must come to as well,
//! changes of two devices in conflict, and instructions that nobody checked; the others decide which.

use std::sync::OnceLock;

use realm_sync::changeset::Changeset;

use crate::dice::Dice;
use crate::hostile::{applied_or_refused, declaration};
use crate::mirror::{in_conflict, mirrored};

/// More would only make a run slower.
const MAX_EXCHANGES: u64 = 6;
const MAX_CHANGESETS: u64 = 300;

pub fn run(bytes: &[u8]) {
    static DECLARATION: OnceLock<Changeset> = OnceLock::new();
    let Some((kind, rest)) = bytes.split_first() else { return };
    let mut dice = Dice::Bytes(rest);
    match kind % 3 {
        0 => drop(mirrored(&mut dice, MAX_EXCHANGES)),
        1 => in_conflict(&mut dice, MAX_EXCHANGES),
        _ => {
            applied_or_refused(&mut dice, DECLARATION.get_or_init(declaration), MAX_CHANGESETS);
        }
    }
}
