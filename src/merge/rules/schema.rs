//! Classes and properties: additions that agree vanish, erasures win.
//!
//! Rules: `docs/MERGE.md`, "Schema".

use crate::changeset::{AddTable, ColumnType, Instruction, KeyType, StringId, TableKind};

use super::super::error::{ClassDifference, MergeError, PropertyDifference};
use super::super::party::Party;
use super::{Column, Verdict};

pub(super) fn is_same_class(a: &Party<'_>, b: &Party<'_>) -> bool {
    a.instruction().class() == b.instruction().class()
}

/// Whether both work on one property of a class, in whatever object and however far below.
pub(super) fn is_same_column(a: &Party<'_>, b: &Party<'_>) -> bool {
    is_same_class(a, b) && property(a).is_some() && property(a) == property(b)
}

fn property(party: &Party<'_>) -> Option<StringId> {
    match party.instruction() {
        Instruction::AddColumn(column) => Some(column.property),
        Instruction::EraseColumn { property, .. } => Some(*property),
        instruction => instruction.path_target().map(|target| target.property),
    }
}

pub(super) fn add_table_add_table(a: &Party<'_>, b: &Party<'_>) -> Result<Verdict, MergeError> {
    let (Instruction::AddTable(left), Instruction::AddTable(right)) = (a.instruction(), b.instruction()) else {
        return Ok(Verdict::Keep);
    };
    if left.class != right.class {
        return Ok(Verdict::Keep);
    }
    match class_difference(left, right) {
        Some(difference) => Err(MergeError::ClassMismatch { class: a.name(left.class), difference }),
        None => Ok(Verdict::DropBoth),
    }
}

fn class_difference(left: &AddTable, right: &AddTable) -> Option<ClassDifference> {
    type Key = (StringId, KeyType, bool);
    let compare_keys = |left: Key, right: Key| {
        if left.0 != right.0 {
            Some(ClassDifference::KeyProperty)
        } else if left.1 != right.1 {
            Some(ClassDifference::KeyType)
        } else {
            (left.2 != right.2).then_some(ClassDifference::KeyNullability)
        }
    };
    match (left.kind, right.kind) {
        (
            TableKind::TopLevel { key_property: p, key_type: t, key_nullable: n },
            TableKind::TopLevel { key_property, key_type, key_nullable },
        )
        | (
            TableKind::Asymmetric { key_property: p, key_type: t, key_nullable: n },
            TableKind::Asymmetric { key_property, key_type, key_nullable },
        ) => compare_keys((p, t, n), (key_property, key_type, key_nullable)),
        (TableKind::Embedded, TableKind::Embedded) => None,
        (TableKind::TopLevel { .. }, TableKind::Asymmetric { .. } | TableKind::Embedded)
        | (TableKind::Asymmetric { .. }, TableKind::TopLevel { .. } | TableKind::Embedded)
        | (TableKind::Embedded, TableKind::TopLevel { .. } | TableKind::Asymmetric { .. }) => {
            Some(ClassDifference::Kind)
        }
    }
}

/// A property that links to the erased class goes with it, on both sides.
pub(super) fn erase_table_add_column(erase: &Party<'_>, add: &Party<'_>) -> Verdict {
    let (Instruction::EraseTable { class }, Instruction::AddColumn(column)) = (erase.instruction(), add.instruction())
    else {
        return Verdict::Keep;
    };
    let erased = Column { class: column.class, property: column.property };
    Verdict::DropSecondAndErase(erased).when(column.column_type == ColumnType::Link { target: *class })
}

pub(super) fn add_column_add_column(a: &Party<'_>, b: &Party<'_>) -> Result<Verdict, MergeError> {
    let (Instruction::AddColumn(left), Instruction::AddColumn(right)) = (a.instruction(), b.instruction()) else {
        return Ok(Verdict::Keep);
    };
    if !is_same_column(a, b) {
        return Ok(Verdict::Keep);
    }
    let difference = if std::mem::discriminant(&left.column_type) != std::mem::discriminant(&right.column_type) {
        PropertyDifference::Type
    } else if left.nullable != right.nullable {
        PropertyDifference::Nullability
    } else if left.collection != right.collection {
        PropertyDifference::Collection
    } else if left.column_type != right.column_type {
        PropertyDifference::LinkTarget
    } else {
        return Ok(Verdict::DropBoth);
    };
    Err(MergeError::PropertyMismatch { class: a.name(left.class), property: a.name(left.property), difference })
}
