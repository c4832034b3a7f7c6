//! Client resets: what a config wants of them, and what a session tells of them.

use std::ffi::c_void;
use std::path::PathBuf;
use std::sync::Arc;

use super::callback::{realm_userdata_free_func_t, Slot, Userdata};
use super::error::{Error, Result};
use super::guard::guard;
use super::realm::realm_t;
use super::string::realm_string_t;
use super::sync_config::realm_sync_config_t;
use super::sync_session::realm_sync_session_t;
use crate::client::ResetConfig;
use crate::store::{Realm, ResetMode, ResetReport};

/// What a session does when the server asks for a client reset. Numbered as in realm-core.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_sync_client_reset_mode_e {
    /// Nothing by itself: the session ends, and realm_sync_session_initiate_client_reset() goes on.
    RLM_SYNC_CLIENT_RESET_MODE_MANUAL = 0,
    /// Local changes that were not uploaded are given up.
    RLM_SYNC_CLIENT_RESET_MODE_DISCARD_LOCAL = 1,
    /// They are made again on top of the server's state.
    RLM_SYNC_CLIENT_RESET_MODE_RECOVER = 2,
    /// They are made again, or given up where that is impossible.
    RLM_SYNC_CLIENT_RESET_MODE_RECOVER_OR_DISCARD = 3,
}

/// What a client reset came to. Changes are instructions that the server had not acknowledged. The
/// layout is frozen.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct realm_sync_client_reset_report_t {
    /// Changes that were made again.
    pub kept_changes: u64,
    /// Changes that were given up.
    pub discarded_changes: u64,
    /// Objects all of whose changes were kept.
    pub kept_objects: u64,
    /// Objects of which at least one change was given up.
    pub discarded_objects: u64,
    /// Path of a copy of the file as it was before; empty where none was made.
    pub backup: realm_string_t,
    /// 1 when changes were made again rather than given up, else 0.
    pub did_recover: u8,
}

/// Sees the realm as it is before a client reset; false keeps the reset from happening. `before` is
/// read-only and valid during the call. It runs on the client's dispatcher thread; every function may
/// be called from inside it.
pub type realm_sync_before_client_reset_func_t =
    Option<unsafe extern "C" fn(userdata: *mut c_void, before: *mut realm_t) -> bool>;

/// Sees the realm as it was right before a client reset, read-only, and as it is after it; both are
/// valid during the call. What is committed to `after` is uploaded. It runs on the client's dispatcher
/// thread; every function may be called from inside it.
pub type realm_sync_after_client_reset_func_t =
    Option<unsafe extern "C" fn(userdata: *mut c_void, before: *mut realm_t, after: *mut realm_t, did_recover: bool)>;

type BeforeSlot = Slot<unsafe extern "C" fn(*mut c_void, *mut realm_t) -> bool>;
type AfterSlot = Slot<unsafe extern "C" fn(*mut c_void, *mut realm_t, *mut realm_t, bool)>;

/// What the setters collect. What C may borrow of it never changes.
#[derive(Clone, Default)]
pub(super) struct ResetOptions {
    mode: Option<ResetMode>,
    /// Every folder that was ever set: C may hold one until the config goes.
    folders: Vec<Arc<str>>,
    before: Option<Arc<BeforeSlot>>,
    after: Option<Arc<AfterSlot>>,
}

impl ResetOptions {
    pub(super) fn config(&self) -> ResetConfig {
        let before = self.before.clone();
        let after = self.after.clone();
        ResetConfig {
            mode: self.mode.unwrap_or(ResetMode::Manual),
            recovery_folder: self.folder().filter(|folder| !folder.is_empty()).map(PathBuf::from),
            on_before: before.map(|slot| Arc::new(move |realm| ask(&slot, realm)) as _),
            on_after: after.map(|slot| {
                Arc::new(move |before, after, report: &ResetReport| tell(&slot, before, after, report)) as _
            }),
        }
    }

    fn folder(&self) -> Option<&str> {
        self.folders.last().map(|folder| &**folder)
    }

    fn set_folder(&mut self, folder: &str) {
        self.folders.push(folder.into());
    }

    fn set_mode(&mut self, mode: i32) -> Result<()> {
        let modes = [ResetMode::Manual, ResetMode::DiscardLocal, ResetMode::Recover, ResetMode::RecoverOrDiscard];
        let known = modes.into_iter().find(|&known| known as i32 == mode);
        let unknown = || Error::argument(format!("mode is {mode}, which is no realm_sync_client_reset_mode_e"));
        self.mode = Some(known.ok_or_else(unknown)?);
        Ok(())
    }

    fn set_before(&mut self, callback: realm_sync_before_client_reset_func_t, userdata: Userdata) {
        self.before = callback.map(|callback| Slot::new(callback, userdata));
    }

    fn set_after(&mut self, callback: realm_sync_after_client_reset_func_t, userdata: Userdata) {
        self.after = callback.map(|callback| Slot::new(callback, userdata));
    }
}

fn ask(slot: &BeforeSlot, before: Realm) -> bool {
    let before = realm_t::lent(before);
    let mut agrees = true;
    slot.call(|callback, userdata| agrees = unsafe { callback(userdata, Arc::as_ptr(&before).cast_mut()) });
    before.close();
    agrees
}

fn tell(slot: &AfterSlot, before: Realm, after: Realm, report: &ResetReport) {
    let (before, after) = (realm_t::lent(before), realm_t::lent(after));
    let (before_handle, after_handle) = (Arc::as_ptr(&before).cast_mut(), Arc::as_ptr(&after).cast_mut());
    slot.call(|callback, userdata| unsafe { callback(userdata, before_handle, after_handle, report.did_recover) });
    before.close();
    after.close();
}

fn mode_to_c(mode: Option<ResetMode>) -> realm_sync_client_reset_mode_e {
    match mode {
        None | Some(ResetMode::Manual) => realm_sync_client_reset_mode_e::RLM_SYNC_CLIENT_RESET_MODE_MANUAL,
        Some(ResetMode::DiscardLocal) => realm_sync_client_reset_mode_e::RLM_SYNC_CLIENT_RESET_MODE_DISCARD_LOCAL,
        Some(ResetMode::Recover) => realm_sync_client_reset_mode_e::RLM_SYNC_CLIENT_RESET_MODE_RECOVER,
        Some(ResetMode::RecoverOrDiscard) => {
            realm_sync_client_reset_mode_e::RLM_SYNC_CLIENT_RESET_MODE_RECOVER_OR_DISCARD
        }
    }
}

impl realm_sync_session_t {
    fn client_reset_report(&self) -> Result<(bool, realm_sync_client_reset_report_t)> {
        let report = self.session().running()?.last_client_reset();
        let has_report = report.is_some();
        let report = report.unwrap_or_default();
        let backup = report.backup.map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
        let c_report = realm_sync_client_reset_report_t {
            kept_changes: report.kept_changes,
            discarded_changes: report.discarded_changes,
            kept_objects: report.kept_objects,
            discarded_objects: report.discarded_objects,
            backup: self.session().lend(backup),
            did_recover: report.did_recover.into(),
        };
        Ok((has_report, c_report))
    }

    fn client_reset_backup(&self) -> Result<realm_string_t> {
        let backup = self.session().running()?.client_reset_backup();
        let backup = backup.map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(self.session().lend(backup))
    }
}

/// Sets what a session does when the server asks for a client reset.
///
/// @param config The config.
/// @param mode   A realm_sync_client_reset_mode_e; RLM_SYNC_CLIENT_RESET_MODE_MANUAL unless set.
/// @return false when the mode is none of these.
///
/// It counts when the first realm of a path is opened.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_config_set_client_reset_mode(config: *mut realm_sync_config_t, mode: i32) -> bool {
    guard(|call| call.handle(config, "config")?.change_reset(|reset| reset.set_mode(mode)))
}

/// Reads what a session does when the server asks for a client reset.
///
/// @param config   The config.
/// @param out_mode Gets the mode.
/// @return false when a pointer is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_config_get_client_reset_mode(
    config: *const realm_sync_config_t,
    out_mode: *mut realm_sync_client_reset_mode_e,
) -> bool {
    guard(|call| call.write(out_mode, "out_mode", mode_to_c(call.handle(config, "config")?.options().reset.mode)))
}

/// Sets the folder for copies of files that a client reset makes.
///
/// @param config The config.
/// @param folder A path; UTF-8. Empty: the folder recovered-realms beside the realm, as without this call.
/// @return false when the folder is no UTF-8.
///
/// The folder is made when the first copy is. No copy ever overwrites a file.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_config_set_recovery_folder(
    config: *mut realm_sync_config_t,
    folder: realm_string_t,
) -> bool {
    guard(|call| {
        let folder = folder.text("folder")?;
        call.handle(config, "config")?.change_reset(|reset| {
            reset.set_folder(folder);
            Ok(())
        })
    })
}

/// Reads the folder for copies of files that a client reset makes.
///
/// @param config     The config.
/// @param out_folder Gets the path, borrowed until the config is released; empty where none was set.
/// @return false when a pointer is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_config_get_recovery_folder(
    config: *const realm_sync_config_t,
    out_folder: *mut realm_string_t,
) -> bool {
    guard(|call| {
        let reset = call.handle(config, "config")?.options().reset;
        call.write(out_folder, "out_folder", realm_string_t::borrowed(reset.folder().unwrap_or_default()))
    })
}

/// Sets the callback that sees a realm before a client reset, and can refuse it.
///
/// @param config        The config.
/// @param callback      Runs when the fresh copy is complete, before the realm takes it over; NULL for none.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return false when config is NULL.
///
/// A refusal ends the session with RLM_ERR_AUTO_CLIENT_RESET_FAILED. It counts when the first realm of a path is opened.
/// Threads: any thread. The callback runs on the client's dispatcher thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_config_set_before_client_reset_callback(
    config: *mut realm_sync_config_t,
    callback: realm_sync_before_client_reset_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> bool {
    guard(|call| {
        let userdata = Userdata::new(userdata, userdata_free);
        call.handle(config, "config")?.change_reset(|reset| {
            reset.set_before(callback, userdata);
            Ok(())
        })
    })
}

/// Sets the callback that sees a realm before and after a client reset.
///
/// @param config        The config.
/// @param callback      Runs after the realm took over the fresh copy; NULL for none.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return false when config is NULL.
///
/// It counts when the first realm of a path is opened.
/// Threads: any thread. The callback runs on the client's dispatcher thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_config_set_after_client_reset_callback(
    config: *mut realm_sync_config_t,
    callback: realm_sync_after_client_reset_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> bool {
    guard(|call| {
        let userdata = Userdata::new(userdata, userdata_free);
        call.handle(config, "config")?.change_reset(|reset| {
            reset.set_after(callback, userdata);
            Ok(())
        })
    })
}

/// Carries out the client reset that a session ended for.
///
/// @param session The session.
/// @return false when the realm or client was closed.
///
/// The file is copied, its changes that were not uploaded are given up, it takes over the server's state, and the session
/// starts. Open realms stay valid. It returns without waiting; a session that is stopped goes on when it is started.
/// Where no reset waits to be initiated, nothing is given up.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_initiate_client_reset(session: *mut realm_sync_session_t) -> bool {
    guard(|call| {
        call.handle(session, "session")?.session().running()?.initiate_client_reset();
        Ok(())
    })
}

/// Reads where the file is copied to when a client reset is initiated.
///
/// @param session    The session.
/// @param out_backup Gets the path, borrowed until the session is released; empty where no reset waits for
///                   realm_sync_session_initiate_client_reset().
/// @return false when the realm or client was closed.
///
/// Should something else take the name meanwhile, the report of the reset tells the one that was used.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_get_client_reset_backup(
    session: *const realm_sync_session_t,
    out_backup: *mut realm_string_t,
) -> bool {
    guard(|call| {
        let backup = call.handle(session, "session")?.client_reset_backup()?;
        call.write(out_backup, "out_backup", backup)
    })
}

/// Reads what the last client reset of a session's realm came to.
///
/// @param session    The session.
/// @param out_found  Gets whether there was one, as far as the session has read the file.
/// @param out_report Gets the report; its path is borrowed until the session is released.
/// @return false when the realm or client was closed.
///
/// The report stays in the file until the next client reset.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_get_client_reset_report(
    session: *const realm_sync_session_t,
    out_found: *mut bool,
    out_report: *mut realm_sync_client_reset_report_t,
) -> bool {
    guard(|call| {
        let (found, report) = call.handle(session, "session")?.client_reset_report()?;
        call.check_out(out_report, "out_report")?;
        call.write(out_found, "out_found", found)?;
        call.write(out_report, "out_report", report)
    })
}
