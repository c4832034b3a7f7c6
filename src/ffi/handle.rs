//! What every handle carries: a count of the living, and the mark of a panic.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Arc;

use super::error::Result;
use super::guard::Returned;

static LIVE: AtomicUsize = AtomicUsize::new(0);

/// First member of every handle.
pub(super) struct Header {
    poisoned: AtomicBool,
}

impl Header {
    pub(super) fn new() -> Header {
        LIVE.fetch_add(1, Ordering::Relaxed);
        Header { poisoned: AtomicBool::new(false) }
    }

    pub(super) fn poison(&self) {
        self.poisoned.store(true, Ordering::Release);
    }

    pub(super) fn is_poisoned(&self) -> bool {
        self.poisoned.load(Ordering::Acquire)
    }
}

impl Drop for Header {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A type C holds by pointer. The pointer is a strong reference of an `Arc`.
pub(super) trait Handle: Send + Sync + 'static {
    fn header(&self) -> &Header;
}

/// Handles that were made and not yet dropped, in the whole process.
pub(super) fn live_count() -> usize {
    LIVE.load(Ordering::Relaxed)
}

/// Gives one more reference to C; NULL stays NULL.
pub(super) unsafe fn retain<H: Handle>(handle: *mut H) -> Result<Retained<H>> {
    if !handle.is_null() {
        unsafe { Arc::increment_strong_count(handle.cast_const()) };
    }
    Ok(Retained(handle))
}

/// Takes one reference back from C; NULL is fine.
pub(super) unsafe fn release<H: Handle>(handle: *mut H) -> Result<Released> {
    if !handle.is_null() {
        drop(unsafe { Arc::from_raw(handle.cast_const()) });
    }
    Ok(Released)
}

/// The pointer that was retained: it goes back to C as it came.
pub(super) struct Retained<H>(*mut H);

impl<H: Handle> Returned for Retained<H> {
    type Raw = *mut H;
    const FAILED: *mut H = std::ptr::null_mut();

    fn into_raw(self) -> *mut H {
        self.0
    }
}

/// Releasing tells C nothing.
pub(super) struct Released;

impl Returned for Released {
    type Raw = ();
    const FAILED: () = ();

    fn into_raw(self) {}
}
