//! How the local edits of one list are made again. Pure.
//!
//! Rules: `docs/CLIENT_RESET.md`, "Lists".

/// One edit of a list, or of something inside of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Touch {
    /// An element came, went or moved; `lowest` is the smaller of its positions.
    Structure { lowest: u32, prior_size: u32 },
    /// An element was overwritten, or what it holds was changed; only the former tells the list's size.
    Element { index: u32, prior_size: Option<u32> },
    /// Everything went.
    Clear,
}

/// All local edits of one list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct ListEdits {
    /// The list's size before the first edit, where that tells it.
    first_size: Option<u32>,
    lowest: Option<u32>,
    has_structure: bool,
    is_cleared: bool,
    /// Edits that were not made again yet.
    pub(super) left: u64,
    pub(super) way: Option<Way>,
}

/// How the edits of a list get to their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// As they are: nothing else can have happened to positions.
    AsIs,
    /// Behind what the list has now: positions are this much higher.
    Behind { shift: i64 },
    /// Not at all: the list becomes what it is on this device.
    Replace,
}

impl ListEdits {
    pub(super) fn note(&mut self, touch: Touch) {
        let (lowest, size) = match touch {
            Touch::Structure { lowest, prior_size } => {
                self.has_structure = true;
                (lowest, Some(prior_size))
            }
            Touch::Element { index, prior_size } => (index, prior_size),
            Touch::Clear => {
                self.is_cleared = true;
                (0, None)
            }
        };
        if self.left == 0 {
            self.first_size = size;
        }
        self.lowest = Some(self.lowest.map_or(lowest, |known| known.min(lowest)));
        self.left += 1;
    }

    /// `now` is the size of the list in the fresh copy, `before` its size on this device; `None` where there is none.
    pub(super) fn way(&self, now: Option<u64>, before: Option<u64>) -> Way {
        // Without a list the edits fail, or the edit that makes one comes first.
        let Some(now) = now else { return Way::AsIs };
        if self.is_cleared {
            return Way::Replace;
        }
        match (self.first_size, self.lowest) {
            (Some(size), Some(lowest)) if lowest >= size => {
                Way::Behind { shift: i64::try_from(now).unwrap_or(i64::MAX).saturating_sub(i64::from(size)) }
            }
            _ if !self.has_structure && before == Some(now) => Way::AsIs,
            _ => Way::Replace,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(touches: &[Touch]) -> ListEdits {
        let mut edits = ListEdits::default();
        touches.iter().for_each(|touch| edits.note(*touch));
        edits
    }

    const fn insert(index: u32, prior_size: u32) -> Touch {
        Touch::Structure { lowest: index, prior_size }
    }

    const fn set(index: u32, prior_size: u32) -> Touch {
        Touch::Element { index, prior_size: Some(prior_size) }
    }

    #[test]
    fn what_was_appended_goes_behind_what_the_server_has() {
        let appended = edits(&[insert(3, 3), Touch::Element { index: 3, prior_size: None }, insert(4, 4), set(3, 5)]);
        assert_eq!(appended.way(Some(5), Some(5)), Way::Behind { shift: 2 });
        assert_eq!(appended.way(Some(1), Some(5)), Way::Behind { shift: -2 });
        assert_eq!(appended.way(None, Some(5)), Way::AsIs);
    }

    #[test]
    fn elements_are_edited_in_place_while_the_size_is_the_same() {
        for touch in [set(1, 3), Touch::Element { index: 1, prior_size: None }] {
            assert_eq!(edits(&[touch]).way(Some(3), Some(3)), Way::AsIs);
            assert_eq!(edits(&[touch]).way(Some(2), Some(3)), Way::Replace);
        }
    }

    #[test]
    fn everything_else_replaces_the_list() {
        assert_eq!(edits(&[insert(0, 3)]).way(Some(3), Some(4)), Way::Replace);
        assert_eq!(edits(&[insert(3, 3), set(1, 4)]).way(Some(3), Some(4)), Way::Replace);
        assert_eq!(edits(&[Touch::Clear]).way(Some(3), Some(0)), Way::Replace);
    }
}
