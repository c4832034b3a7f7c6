//! Users: an identity and the token that proves it.

use std::sync::Arc;

use super::error::{Error, Result};
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::string::realm_string_t;
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
fn checked_token(access_token: &str) -> Result<String> {
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
