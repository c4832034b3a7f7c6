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
