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
        let user = User::new(identity.to_string(), access_token.to_string());
        Ok(Arc::new(realm_user_t { header: Header::new(), user }))
    }
}

/// Makes a user.
///
/// @param identity     Names the user; UTF-8, not empty.
/// @param access_token The token the server asks for; UTF-8. It is checked by the server alone.
/// @return The user; release it with realm_user_release(). NULL when a string is not UTF-8 or
///         identity is empty.
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
/// @param access_token The new token; UTF-8.
/// @return false when the token is not UTF-8.
///
/// Sessions of the user that wait for a token go on with it; others use it from their next
/// connection on. It never starts a session that was stopped.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_user_set_access_token(user: *mut realm_user_t, access_token: realm_string_t) -> bool {
    guard(|call| {
        let access_token = access_token.text("access_token")?.to_string();
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
