//! What happens when two concurrent instructions meet. Nothing here knows which side an
//! instruction is on: only kinds, paths and age decide, so both ends decide alike.
//!
//! Rules: `docs/MERGE.md`, "The rules".

mod arrangement;
mod counters;
mod lists;
mod nested;
mod objects;
mod schema;
pub(super) mod sets;
mod updates;

use std::cmp::Ordering;

use crate::changeset::Opcode::{
    AddColumn, AddInteger, AddTable, ArrayErase, ArrayInsert, ArrayMove, Clear, CreateObject, EraseColumn, EraseObject,
    EraseTable, SetErase, SetInsert, Update,
};
use crate::changeset::StringId;

use super::order::Older;
use super::party::Party;
use super::MergeError;

/// What becomes of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Keep,
    DropFirst,
    DropSecond,
    DropBoth,
    /// The first added this property: drop it, and right before the second put the EraseColumn
    /// that takes the property away from where it was added.
    DropFirstAndErase(Column),
    /// Likewise with the second.
    DropSecondAndErase(Column),
}

/// A property of a class, in the names of the merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) class: StringId,
    pub(super) property: StringId,
}

impl Verdict {
    pub(super) fn drops_first(self) -> bool {
        match self {
            Verdict::DropFirst | Verdict::DropBoth | Verdict::DropFirstAndErase(_) => true,
            Verdict::Keep | Verdict::DropSecond | Verdict::DropSecondAndErase(_) => false,
        }
    }

    pub(super) fn drops_second(self) -> bool {
        self.mirrored().drops_first()
    }

    fn mirrored(self) -> Verdict {
        match self {
            Verdict::Keep => Verdict::Keep,
            Verdict::DropFirst => Verdict::DropSecond,
            Verdict::DropSecond => Verdict::DropFirst,
            Verdict::DropBoth => Verdict::DropBoth,
            Verdict::DropFirstAndErase(column) => Verdict::DropSecondAndErase(column),
            Verdict::DropSecondAndErase(column) => Verdict::DropFirstAndErase(column),
        }
    }

    fn drop_older(older: Older) -> Verdict {
        match older {
            Older::First => Verdict::DropFirst,
            Older::Second => Verdict::DropSecond,
        }
    }

    /// This verdict under a condition, else both stay.
    fn when(self, condition: bool) -> Verdict {
        match condition {
            true => self,
            false => Verdict::Keep,
        }
    }
}

/// Lets two concurrent instructions meet: what reaches further up decides first, then what both do
/// to one and the same thing.
pub(super) fn meet(first: &mut Party<'_>, second: &mut Party<'_>, older: Older) -> Result<Verdict, MergeError> {
    let verdict = match first.depth().cmp(&second.depth()) {
        Ordering::Less => nested::meet(first, second)?,
        Ordering::Greater => nested::meet(second, first)?.mirrored(),
        Ordering::Equal => Verdict::Keep,
    };
    match verdict {
        Verdict::Keep => same_level(first, second, older),
        Verdict::DropFirst
        | Verdict::DropSecond
        | Verdict::DropBoth
        | Verdict::DropFirstAndErase(_)
        | Verdict::DropSecondAndErase(_) => Ok(verdict),
    }
}

/// The matrix of all pairs; a pair in the other order is the same pair mirrored.
#[rustfmt::skip]
fn same_level(a: &mut Party<'_>, b: &mut Party<'_>, older: Older) -> Result<Verdict, MergeError> {
    use Verdict::{DropBoth, DropFirst, DropSecond, Keep};
    Ok(match (a.opcode(), b.opcode()) {
        (AddTable, AddTable) => schema::add_table_add_table(a, b)?,
        (AddTable, EraseTable) => DropFirst.when(schema::is_same_class(a, b)),
        (EraseTable, EraseTable) => DropBoth.when(schema::is_same_class(a, b)),
        (EraseTable, AddColumn) => schema::erase_table_add_column(a, b),
        (AddColumn, AddColumn) => schema::add_column_add_column(a, b)?,
        (AddColumn, EraseColumn) => DropFirst.when(schema::is_same_column(a, b)),
        (EraseColumn, EraseColumn) => DropBoth.when(schema::is_same_column(a, b)),
        (Update | AddInteger, EraseColumn) => DropFirst.when(schema::is_same_column(a, b)),
        (EraseColumn, ArrayInsert | ArrayMove | ArrayErase | Clear | SetInsert | SetErase) =>
            DropSecond.when(schema::is_same_column(a, b)),

        (CreateObject, EraseObject) => DropFirst.when(objects::is_same_object(a, b)),
        (EraseObject, EraseObject) => Verdict::drop_older(older).when(objects::is_same_object(a, b)),

        (Update, Update) => updates::update_update(a, b, older)?,
        (Update, AddInteger) => counters::update_add_integer(a, b, older),
        (Update, Clear) => updates::update_clear(a, b, older),
        (AddInteger, Clear) => DropFirst.when(a.is_same_path(b)),
        (Clear, Clear) => Verdict::drop_older(older).when(a.is_same_path(b)),

        (ArrayInsert, Update | Clear) => lists::of_places(a, b, arrangement::insert_update)?,
        (ArrayInsert, ArrayInsert) => lists::of_places(a, b, |a, b| arrangement::insert_insert(a, b, older))?,
        (ArrayMove, Update | Clear) => lists::of_shift_and_place(a, b, arrangement::move_update)?,
        (ArrayMove, ArrayInsert) => lists::of_shift_and_place(a, b, |a, b| arrangement::move_insert(a, b, older))?,
        (ArrayMove, ArrayMove) => lists::of_shifts(a, b, |a, b| arrangement::move_move(a, b, older))?,
        (ArrayMove, ArrayErase) => lists::of_shift_and_place(a, b, arrangement::move_erase)?,
        (ArrayErase, Update | Clear) => lists::of_places(a, b, arrangement::erase_update)?,
        (ArrayErase, ArrayInsert) => lists::of_places(a, b, arrangement::erase_insert)?,
        (ArrayErase, ArrayErase) => lists::of_places(a, b, arrangement::erase_erase)?,

        (Clear, SetInsert | SetErase) => DropSecond.when(a.is_same_path(b)),
        (SetInsert | SetErase, SetInsert | SetErase) => Verdict::drop_older(older).when(sets::is_same_element(a, b)),

        // Additions commute, creations are idempotent; the others here work on different things, or
        // their depth has decided already.
        (AddTable, CreateObject | EraseObject | Update | AddInteger | AddColumn | EraseColumn | ArrayInsert
            | ArrayMove | ArrayErase | Clear | SetInsert | SetErase)
        | (EraseTable, CreateObject | EraseObject | Update | AddInteger | EraseColumn | ArrayInsert
            | ArrayMove | ArrayErase | Clear | SetInsert | SetErase)
        | (CreateObject, CreateObject | Update | AddInteger | AddColumn | EraseColumn | ArrayInsert
            | ArrayMove | ArrayErase | Clear | SetInsert | SetErase)
        | (EraseObject, Update | AddInteger | AddColumn | EraseColumn | ArrayInsert
            | ArrayMove | ArrayErase | Clear | SetInsert | SetErase)
        | (Update, AddColumn | SetInsert | SetErase)
        | (AddInteger, AddInteger | AddColumn | ArrayInsert | ArrayMove | ArrayErase | SetInsert | SetErase)
        | (AddColumn, ArrayInsert | ArrayMove | ArrayErase | Clear | SetInsert | SetErase)
        | (ArrayInsert | ArrayMove | ArrayErase, SetInsert | SetErase) => Keep,

        (EraseTable, AddTable)
        | (CreateObject, AddTable | EraseTable)
        | (EraseObject, AddTable | EraseTable | CreateObject)
        | (Update, AddTable | EraseTable | CreateObject | EraseObject | ArrayInsert | ArrayMove | ArrayErase)
        | (AddInteger, AddTable | EraseTable | CreateObject | EraseObject | Update)
        | (AddColumn, AddTable | EraseTable | CreateObject | EraseObject | Update | AddInteger)
        | (EraseColumn, AddTable | EraseTable | CreateObject | EraseObject | Update | AddInteger | AddColumn)
        | (ArrayInsert, AddTable | EraseTable | CreateObject | EraseObject | AddInteger | AddColumn | EraseColumn
            | ArrayMove | ArrayErase)
        | (ArrayMove, AddTable | EraseTable | CreateObject | EraseObject | AddInteger | AddColumn | EraseColumn)
        | (ArrayErase, AddTable | EraseTable | CreateObject | EraseObject | AddInteger | AddColumn | EraseColumn
            | ArrayMove)
        | (Clear, AddTable | EraseTable | CreateObject | EraseObject | Update | AddInteger | AddColumn | EraseColumn
            | ArrayInsert | ArrayMove | ArrayErase)
        | (SetInsert | SetErase, AddTable | EraseTable | CreateObject | EraseObject | Update | AddInteger
            | AddColumn | EraseColumn | ArrayInsert | ArrayMove | ArrayErase | Clear)
            => same_level(b, a, older.mirrored())?.mirrored(),
    })
}
