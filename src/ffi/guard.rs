//! The one way into the library: no panic leaves it, every failure becomes the last error.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;

use super::errno::realm_errno_e;
use super::error::{set_last, Error, Result};
use super::handle::{Handle, Header};

/// The handles one call involves. It keeps them alive to its end, and poisons them if it panics.
#[derive(Default)]
pub(super) struct Call {
    involved: RefCell<Vec<Arc<dyn Handle>>>,
}

impl Call {
    /// The handle C passed as `parameter`, alive to the end of the call.
    pub(super) unsafe fn handle<'call, H: Handle>(&'call self, handle: *const H, parameter: &str) -> Result<&'call H> {
        unsafe { self.shared(handle, parameter) }?;
        // Sound: `involved` holds a reference until the call ends, and its growth moves no handle.
        Ok(unsafe { &*handle })
    }

    /// The same, with a reference of its own that may outlive the call.
    pub(super) unsafe fn shared<H: Handle>(&self, handle: *const H, parameter: &str) -> Result<Arc<H>> {
        if handle.is_null() {
            return Err(Error::null(parameter));
        }
        let shared = unsafe {
            Arc::increment_strong_count(handle);
            Arc::from_raw(handle)
        };
        if shared.header().is_poisoned() {
            let message = format!("{parameter} was involved in an internal error; release it and make another");
            return Err(Error::new(realm_errno_e::RLM_ERR_POISONED_HANDLE, message));
        }
        self.involved.borrow_mut().push(shared.clone());
        Ok(shared)
    }

    /// A handle that may be NULL.
    pub(super) unsafe fn optional<'call, H: Handle>(
        &'call self,
        handle: *const H,
        parameter: &str,
    ) -> Result<Option<&'call H>> {
        match handle.is_null() {
            true => Ok(None),
            false => unsafe { self.handle(handle, parameter) }.map(Some),
        }
    }

    /// Stores a result where C wants it.
    pub(super) unsafe fn write<T>(&self, out: *mut T, parameter: &str, value: T) -> Result<()> {
        self.check_out(out, parameter)?;
        unsafe { out.write(value) };
        Ok(())
    }

    /// Stores a result unless C does not want it.
    pub(super) unsafe fn write_optional<T>(&self, out: *mut T, value: T) -> Result<()> {
        if !out.is_null() {
            unsafe { out.write(value) };
        }
        Ok(())
    }

    /// Copies as many items as fit into an array of C's, which may be NULL where it has no room, and tells how many
    /// there are.
    pub(super) unsafe fn write_array<T>(
        &self,
        (out, parameter): (*mut T, &str),
        capacity: usize,
        out_size: *mut usize,
        items: impl ExactSizeIterator<Item = T>,
    ) -> Result<()> {
        if capacity > 0 {
            self.check_out(out, parameter)?;
        }
        unsafe { self.write(out_size, "out_size", items.len()) }?;
        for (at, item) in items.take(capacity).enumerate() {
            unsafe { out.add(at).write(item) };
        }
        Ok(())
    }

    /// Refuses a NULL result pointer before any work is done.
    pub(super) fn check_out<T>(&self, out: *mut T, parameter: &str) -> Result<()> {
        match out.is_null() {
            true => Err(Error::null(parameter)),
            false => Ok(()),
        }
    }

    /// Reads a struct C passes by pointer.
    pub(super) unsafe fn read<T: Copy>(&self, pointer: *const T, parameter: &str) -> Result<T> {
        match pointer.is_null() {
            true => Err(Error::null(parameter)),
            false => Ok(unsafe { pointer.read() }),
        }
    }
}

/// How a result crosses to C.
pub(super) trait Returned {
    type Raw;
    const FAILED: Self::Raw;

    fn into_raw(self) -> Self::Raw;
}

impl Returned for () {
    type Raw = bool;
    const FAILED: bool = false;

    fn into_raw(self) -> bool {
        true
    }
}

impl Returned for u32 {
    type Raw = u32;
    const FAILED: u32 = 0;

    fn into_raw(self) -> u32 {
        self
    }
}

impl<H: Handle> Returned for Arc<H> {
    type Raw = *mut H;
    const FAILED: *mut H = std::ptr::null_mut();

    fn into_raw(self) -> *mut H {
        Arc::into_raw(self).cast_mut()
    }
}

/// Runs the body of an export: its error becomes the thread's last one, its panic an error too.
pub(super) fn guard<R: Returned>(body: impl FnOnce(&Call) -> Result<R>) -> R::Raw {
    let call = Call::default();
    let outcome = catch_unwind(AssertUnwindSafe(|| body(&call).map(R::into_raw)));
    if outcome.is_err() {
        call.involved.borrow().iter().map(|handle| handle.header()).for_each(Header::poison);
    }
    // Last references may go here, and their destructors are as fallible as the body.
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(call))) {
        set_last(panicked(payload));
    }
    let failed = match outcome {
        Ok(Ok(raw)) => return raw,
        Ok(Err(error)) => error,
        Err(payload) => panicked(payload),
    };
    set_last(failed);
    R::FAILED
}

/// The error of a panic. The payload is leaked: dropping it could panic again.
fn panicked(payload: Box<dyn Any + Send>) -> Error {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| text.to_string())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_string());
    std::mem::forget(payload);
    tracing::error!(target: "realm_sync::ffi", "internal error: {text}");
    Error::new(realm_errno_e::RLM_ERR_PANIC, format!("internal error, please report it: {text}"))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::ffi::error::{realm_error_get_last, realm_error_t};
    use crate::ffi::handle::{release, retain};

    struct Thing {
        header: Header,
        drops: Arc<AtomicUsize>,
    }

    impl Handle for Thing {
        fn header(&self) -> &Header {
            &self.header
        }
    }

    impl Drop for Thing {
        fn drop(&mut self) {
            self.drops.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn new_thing(drops: &Arc<AtomicUsize>) -> *mut Thing {
        guard(|_call| Ok(Arc::new(Thing { header: Header::new(), drops: drops.clone() })))
    }

    fn last_error() -> (i32, String) {
        let mut error = std::mem::MaybeUninit::<realm_error_t>::uninit();
        assert!(unsafe { realm_error_get_last(error.as_mut_ptr()) });
        let error = unsafe { error.assume_init() };
        (error.number, unsafe { error.message.text("message") }.unwrap().to_string())
    }

    #[test]
    fn a_panic_becomes_an_error_and_poisons_the_handles_involved() {
        let drops = Arc::new(AtomicUsize::new(0));
        let (involved, other) = (new_thing(&drops), new_thing(&drops));
        let touch = |thing| guard(|call| unsafe { call.handle::<Thing>(thing, "thing") }.map(|_| ()));
        let failed = guard(|call| -> Result<()> {
            unsafe { call.handle::<Thing>(involved, "thing") }?;
            panic!("seeded {}", 42)
        });
        assert!(!failed);
        let (number, message) = last_error();
        assert_eq!(number, realm_errno_e::RLM_ERR_PANIC as i32);
        assert!(message.contains("seeded 42"), "{message}");
        assert!(!touch(involved));
        assert_eq!(last_error().0, realm_errno_e::RLM_ERR_POISONED_HANDLE as i32);
        assert!(touch(other));
        unsafe {
            guard(|_call| release(involved));
            guard(|_call| release(other));
        }
        assert_eq!(drops.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn a_call_keeps_its_handle_alive_when_it_is_released_meanwhile() {
        let drops = Arc::new(AtomicUsize::new(0));
        let thing = new_thing(&drops);
        let succeeded: bool = guard(|call| {
            let borrowed = unsafe { call.handle(thing, "thing") }?;
            unsafe { guard(|_call| release(thing)) };
            assert_eq!(borrowed.drops.load(Ordering::SeqCst), 0);
            Ok(())
        });
        assert!(succeeded);
        assert_eq!(drops.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn each_retain_needs_a_release_of_its_own() {
        let drops = Arc::new(AtomicUsize::new(0));
        let thing = new_thing(&drops);
        unsafe {
            assert_eq!(guard(|_call| retain(thing)), thing);
            guard(|_call| release(thing));
            assert_eq!(drops.load(Ordering::SeqCst), 0);
            guard(|_call| release(thing));
        }
        assert_eq!(drops.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_panic_without_a_text_is_an_error_too() {
        let failed = guard(|_call| -> Result<()> { std::panic::panic_any(7_u8) });
        assert!(!failed);
        assert_eq!(last_error().0, realm_errno_e::RLM_ERR_PANIC as i32);
    }
}
