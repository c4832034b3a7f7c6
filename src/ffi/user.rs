//! Users: an identity and the token that proves it.

use std::ffi::c_void;
use std::sync::Arc;

use super::callback::{realm_userdata_free_func_t, Userdata};
use super::error::{Error, Result};
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::string::realm_string_t;
use super::token_request::{realm_token_request_t, realm_user_token_func_t};
use crate::client::User;

/// An identity and its access token. Any thread.
pub struct realm_user_t {
    header: Header,
    pub(super) user: User,
}

impl Handle for realm_user_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl realm_user_t {
    fn new(identity: &str, access_token: &str) -> Result<Arc<realm_user_t>> {
        if identity.is_empty() {
            return Err(Error::argument("identity is empty; name the user"));
        }
        let user = User::new(identity.to_string(), checked_token(access_token)?);
        Ok(Arc::new(realm_user_t { header: Header::new(), user }))
    }
}

/// A token goes into the URL of a connection as it is, so it must be fit for that.
pub(super) fn checked_token(access_token: &str) -> Result<String> {
    match access_token.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
        true => Ok(access_token.to_string()),
        false => Err(Error::argument("access_token must consist of visible ASCII characters other than `#`")),
    }
}

/// Makes a user.
///
/// @param identity     Names the user; UTF-8, not empty.
/// @param access_token The token the server asks for: visible ASCII without `#`; the server checks it.
/// @return The user; release it with realm_user_release(). NULL when identity is empty, or a string
///         has other characters.
///
/// Nothing is sent. The same identity made twice is two users, with a token each.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_user_new(identity: realm_string_t, access_token: realm_string_t) -> *mut realm_user_t {
    guard(|_call| realm_user_t::new(identity.text("identity")?, access_token.text("access_token")?))
}

/// Replaces the access token of a user.
///
/// @param user         The user.
/// @param access_token The new token: visible ASCII without `#`.
/// @return false when the token has other characters.
///
/// Sessions of the user that wait for a token go on with it; others use it from their next
/// connection on. It never starts a session that was stopped.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_user_set_access_token(user: *mut realm_user_t, access_token: realm_string_t) -> bool {
    guard(|call| {
        let access_token = checked_token(access_token.text("access_token")?)?;
        call.handle(user, "user")?.user.set_access_token(access_token);
        Ok(())
    })
}

/// Sets who supplies an access token when the one at hand is nearly expired, or refused by the server.
///
/// @param user          The user.
/// @param callback      Gets a request to answer; NULL for nobody.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return false when user is NULL.
///
/// It takes the place of the one before, whose running call goes on. Sessions that wait for a token ask at once.
/// Threads: any thread. The callback runs on the dispatcher thread of the client that needs the token.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_user_set_token_callback(
    user: *mut realm_user_t,
    callback: realm_user_token_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> bool {
    guard(|call| {
        let userdata = Userdata::new(userdata, userdata_free);
        call.handle(user, "user")?.user.set_token_callback(realm_token_request_t::callback(callback, userdata));
        Ok(())
    })
}

/// Logs a user out: its sessions end, until it logs in.
///
/// @param user The user.
/// @return false when user is NULL.
///
/// When it returns nothing of these sessions is sent, integrated or called any more, as after
/// realm_sync_session_stop(). They are inactive; those that were stopped stay so. The token is forgotten,
/// and a request for one that is open is answered in vain. Calling it twice is fine.
/// Threads: any thread, also from inside a callback or a write transaction.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_user_log_out(user: *mut realm_user_t) -> bool {
    guard(|call| {
        call.handle(user, "user")?.user.log_out();
        Ok(())
    })
}

/// Logs a user in, with a token.
///
/// @param user         The user.
/// @param access_token The token: visible ASCII without `#`.
/// @return false when the token has other characters.
///
/// Sessions that the log out ended run again, and so do those that were opened or started since. Those
/// that were stopped stay stopped. For a user that is logged in it is realm_user_set_access_token().
/// Threads: any thread, also from inside a callback or a write transaction.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_user_log_in(user: *mut realm_user_t, access_token: realm_string_t) -> bool {
    guard(|call| {
        let access_token = checked_token(access_token.text("access_token")?)?;
        call.handle(user, "user")?.user.log_in(access_token);
        Ok(())
    })
}

/// Tells whether a user is logged in; it is from the beginning.
///
/// @param user          The user.
/// @param out_logged_in Gets whether it is.
/// @return false when a pointer is NULL.
///
/// Only realm_user_log_out() and realm_user_log_in() change it.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_user_is_logged_in(user: *const realm_user_t, out_logged_in: *mut bool) -> bool {
    guard(|call| {
        let is_logged_in = call.handle(user, "user")?.user.is_logged_in();
        call.write(out_logged_in, "out_logged_in", is_logged_in)
    })
}

/// Reads the identity of a user.
///
/// @param user         The user.
/// @param out_identity Gets the identity; borrowed until the user is released.
/// @return false when a pointer is NULL.
///
/// The identity is what realm_user_new() got; it never changes.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_user_get_identity(user: *const realm_user_t, out_identity: *mut realm_string_t) -> bool {
    guard(|call| {
        let identity = realm_string_t::borrowed(call.handle(user, "user")?.user.identity());
        call.write(out_identity, "out_identity", identity)
    })
}

/// Adds a reference to a user.
///
/// @param user The user, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_user_release(). The user lives as long as one of them
/// does, or anything that needs it.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_user_retain(user: *mut realm_user_t) -> *mut realm_user_t {
    guard(|_call| retain(user))
}

/// Gives up a reference to a user.
///
/// @param user The user, or NULL.
///
/// The last one ends the user. Sessions of the user go on.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_user_release(user: *mut realm_user_t) {
    guard(|_call| release(user))
}
