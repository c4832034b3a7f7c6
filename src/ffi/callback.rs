//! Callbacks: who owns the userdata, and what ends a registration. `docs/C_API.md`, "Callbacks".

use std::cell::RefCell;
use std::ffi::c_void;
use std::sync::Arc;

use parking_lot::{Condvar, Mutex};

use super::guard::guard;
use super::handle::{release, retain, Handle, Header};

/// Frees the userdata of a callback. It runs exactly once, after the last use of the userdata, on
/// whichever thread that use ended; also when the registration fails. It must not wait for a callback.
pub type realm_userdata_free_func_t = Option<unsafe extern "C" fn(userdata: *mut c_void)>;

/// Userdata of a callback, owned from the moment C passes it.
pub(super) struct Userdata {
    pointer: *mut c_void,
    free: realm_userdata_free_func_t,
}

// C promises that its userdata may be used from any thread: `docs/C_API.md`, "Callbacks".
unsafe impl Send for Userdata {}
unsafe impl Sync for Userdata {}

impl Userdata {
    pub(super) fn new(pointer: *mut c_void, free: realm_userdata_free_func_t) -> Userdata {
        Userdata { pointer, free }
    }

    pub(super) fn pointer(&self) -> *mut c_void {
        self.pointer
    }
}

impl Drop for Userdata {
    fn drop(&mut self) {
        if let Some(free) = self.free {
            unsafe { free(self.pointer) };
        }
    }
}

/// One registered callback, and the gate every call goes through.
pub(super) struct Slot<F> {
    function: F,
    gate: Arc<Gate>,
}

impl<F: Copy> Slot<F> {
    pub(super) fn new(function: F, userdata: Userdata) -> Arc<Slot<F>> {
        let state = GateState { is_ended: false, running: 0, userdata: Some(userdata) };
        Arc::new(Slot { function, gate: Arc::new(Gate { state: Mutex::new(state), idle: Condvar::new() }) })
    }

    /// Runs `call` with the function and its userdata, unless the registration has ended.
    pub(super) fn call(&self, call: impl FnOnce(F, *mut c_void)) {
        if let Some(running) = self.gate.enter() {
            call(self.function, running.userdata);
        }
    }

    pub(super) fn gate(&self) -> &Arc<Gate> {
        &self.gate
    }
}

/// Lets calls through until it is ended, knows whether one is running, and frees the userdata after the last.
pub(super) struct Gate {
    state: Mutex<GateState>,
    idle: Condvar,
}

struct GateState {
    is_ended: bool,
    running: usize,
    userdata: Option<Userdata>,
}

thread_local! {
    /// Gates this thread is inside of, by address.
    static INSIDE: RefCell<Vec<*const Gate>> = const { RefCell::new(Vec::new()) };
}

struct Running<'gate> {
    gate: &'gate Gate,
    userdata: *mut c_void,
}

impl Gate {
    fn enter(&self) -> Option<Running<'_>> {
        let mut state = self.state.lock();
        let userdata = state.userdata.as_ref().filter(|_| !state.is_ended)?.pointer();
        state.running += 1;
        INSIDE.with_borrow_mut(|inside| inside.push(self));
        Some(Running { gate: self, userdata })
    }

    /// No call begins after this.
    pub(super) fn end(&self) {
        let mut state = self.state.lock();
        state.is_ended = true;
        let unused = state.take_unused(0);
        // Freeing it may call back into the library.
        drop(state);
        drop(unused);
    }

    /// No call begins after this, and none is running; from inside a call, only the first.
    pub(super) fn end_and_wait(&self) {
        self.end();
        let is_inside = INSIDE.with_borrow(|inside| inside.contains(&std::ptr::from_ref(self)));
        let mut state = self.state.lock();
        while state.running > 0 && !is_inside {
            self.idle.wait(&mut state);
        }
    }

    pub(super) fn is_ended(&self) -> bool {
        self.state.lock().is_ended
    }
}

impl GateState {
    /// The userdata, once no call but these uses it or ever will.
    fn take_unused(&mut self, but: usize) -> Option<Userdata> {
        match self.is_ended && self.running == but {
            true => self.userdata.take(),
            false => None,
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.state.lock();
        // The call ends after the userdata it was the last to use, so that who waits for it finds that freed.
        while let Some(unused) = state.take_unused(1) {
            drop(state);
            drop(unused);
            state = self.gate.state.lock();
        }
        state.running -= 1;
        drop(state);
        INSIDE.with_borrow_mut(|inside| inside.pop());
        self.gate.idle.notify_all();
    }
}

/// What a token stands for. Dropping it ends the callback and never waits.
pub(super) trait Registration: Send + Sync {
    /// Ends the callback and waits for a call that is running, except from inside it.
    fn remove(&self);
}

/// The registration of a slot that others hold and call.
pub(super) struct SlotRegistration(pub(super) Arc<Gate>);

impl Registration for SlotRegistration {
    fn remove(&self) {
        self.0.end_and_wait();
    }
}

impl Drop for SlotRegistration {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Stands for a registered callback. Keep it as long as the callback shall run: releasing the last
/// reference ends the registration. Any thread.
pub struct realm_callback_token_t {
    header: Header,
    registration: Box<dyn Registration>,
}

impl Handle for realm_callback_token_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl realm_callback_token_t {
    pub(super) fn new(registration: impl Registration + 'static) -> Arc<realm_callback_token_t> {
        Arc::new(realm_callback_token_t { header: Header::new(), registration: Box::new(registration) })
    }
}

/// Ends a callback and waits until it is not running.
///
/// @param token The registration to end. The token stays valid and must still be released.
/// @return false when token is NULL.
///
/// When it returns, the callback is neither running nor will it run again. Called from inside that
/// callback it does not wait: the callback runs to its end, and not again. Calling it twice is fine.
/// Threads: any thread; must not be called while holding a lock that the callback takes.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_callback_token_remove(token: *mut realm_callback_token_t) -> bool {
    guard(|call| {
        call.handle(token, "token")?.registration.remove();
        Ok(())
    })
}

/// Adds a reference to a token.
///
/// @param token The token, or NULL.
/// @return The same pointer, for convenience.
///
/// The callback stays registered until realm_callback_token_remove(), or until every reference
/// is released with realm_callback_token_release().
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_callback_token_retain(
    token: *mut realm_callback_token_t,
) -> *mut realm_callback_token_t {
    guard(|_call| retain(token))
}

/// Gives up a reference to a token; the last one ends the callback.
///
/// @param token The token, or NULL.
///
/// It never waits, so a finalizer may call it: a call that is running on another thread goes on to
/// its end, and the userdata is freed after it. To wait, call realm_callback_token_remove() first.
/// Threads: any thread, also from inside the callback.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_callback_token_release(token: *mut realm_callback_token_t) {
    guard(|_call| release(token))
}
