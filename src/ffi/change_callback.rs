//! Callbacks for changes: from the commit that changes something to the thread that tells the application of it.
//!
//! Rules: `docs/C_API.md`, "Change callbacks".

use std::ffi::c_void;
use std::sync::mpsc::Sender;
use std::sync::Arc;

use parking_lot::Mutex;

use super::callback::{realm_callback_token_t, Gate, Registration, Slot, Userdata};
use super::errno::realm_errno_e;
use super::error::{Error, Result};
use super::handle::Handle;
use crate::net::{Call, ChangeThread};
use crate::store::{Changes, Observation, Observed, Observer, Realm};

/// What C passes: gets its userdata, and a report that is valid during the call.
pub(super) type ChangeFunction<R> = Option<unsafe extern "C" fn(userdata: *mut c_void, changes: *mut R)>;

pub(super) type ChangeSlot<R> = Slot<unsafe extern "C" fn(*mut c_void, *mut R)>;

/// What is then added to the callbacks of a realm. Make it before the realm is locked: where adding fails, the userdata
/// is freed with it, which C may answer with any call.
pub(super) fn change_slot<R>(callback: ChangeFunction<R>, userdata: Userdata) -> Result<Arc<ChangeSlot<R>>> {
    Ok(Slot::new(callback.ok_or_else(|| Error::null("callback"))?, userdata))
}

/// The change callbacks that were added through one realm handle. They end with it.
#[derive(Default)]
pub(super) struct ChangeCallbacks {
    registrations: Vec<Arc<ChangeRegistration>>,
    /// From the first callback on, so that a token never has to wait for the thread to end. The callbacks go before.
    thread: Option<ChangeThread>,
}

impl ChangeCallbacks {
    /// `report` makes what C gets to see of a commit's changes.
    pub(super) fn add<R: Handle>(
        &mut self,
        realm: &mut Realm,
        observed: Observed,
        slot: &Arc<ChangeSlot<R>>,
        report: impl Fn(&Changes) -> Option<Arc<R>> + Send + Sync + 'static,
    ) -> Result<Arc<realm_callback_token_t>> {
        let thread = match &self.thread {
            Some(thread) => thread.clone(),
            None => ChangeThread::share().map_err(no_thread)?,
        };
        let registration = ChangeRegistration::new(slot.gate().clone());
        let feed = Arc::new(Feed { slot: slot.clone(), report: Arc::new(report), calls: thread.calls() });
        *registration.observation.lock() = Some(realm.observe(observed, feed)?);
        self.registrations.retain(|registration| !registration.gate.is_ended());
        self.registrations.push(registration.clone());
        self.thread = Some(thread);
        Ok(realm_callback_token_t::new(ChangeToken(registration)))
    }
}

impl Drop for ChangeCallbacks {
    fn drop(&mut self) {
        self.registrations.iter().for_each(|registration| registration.end());
        self.registrations.iter().for_each(|registration| registration.gate.end_and_wait());
    }
}

/// One callback. Ends with its token or with its realm, whichever is first.
struct ChangeRegistration {
    gate: Arc<Gate>,
    observation: Mutex<Option<Observation>>,
}

impl ChangeRegistration {
    fn new(gate: Arc<Gate>) -> Arc<ChangeRegistration> {
        Arc::new(ChangeRegistration { gate, observation: Mutex::new(None) })
    }

    fn end(&self) {
        self.gate.end();
        let observation = self.observation.lock().take();
        drop(observation);
    }
}

struct ChangeToken(Arc<ChangeRegistration>);

impl Registration for ChangeToken {
    fn remove(&self) {
        self.0.end();
        self.0.gate.end_and_wait();
    }
}

impl Drop for ChangeToken {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Takes reports from the thread that commits to the one that calls.
struct Feed<R, F> {
    slot: Arc<ChangeSlot<R>>,
    report: Arc<F>,
    calls: Sender<Call>,
}

impl<R: Handle, F: Fn(&Changes) -> Option<Arc<R>> + Send + Sync + 'static> Observer for Feed<R, F> {
    fn notify(&self, changes: &Arc<Changes>) {
        let (slot, report, changes) = (self.slot.clone(), self.report.clone(), changes.clone());
        let call: Call = Box::new(move || {
            slot.call(|callback, userdata| {
                if let Some(report) = report(&changes) {
                    unsafe { callback(userdata, Arc::as_ptr(&report).cast_mut()) };
                }
            });
        });
        // The thread lives as long as the realm, and this ends with it.
        let _ = self.calls.send(call);
    }
}

fn no_thread(error: std::io::Error) -> Error {
    let message = format!("the thread for change callbacks could not be started: {error}");
    Error::new(realm_errno_e::RLM_ERR_SYSTEM_ERROR, message)
}
