//! What one commit did to what a callback watches.

/// The last report of something says that it is gone; any other says what of it changed.
pub(super) enum ChangeReport<C> {
    Deleted,
    Changed(C),
}

impl<C> ChangeReport<C> {
    pub(super) fn is_deleted(&self) -> bool {
        match self {
            ChangeReport::Deleted => true,
            ChangeReport::Changed(_) => false,
        }
    }

    /// One list of the changes; nothing of what is gone.
    pub(super) fn list<T>(&self, list_of: impl FnOnce(&C) -> &[T]) -> &[T] {
        match self {
            ChangeReport::Deleted => &[],
            ChangeReport::Changed(changes) => list_of(changes),
        }
    }
}
