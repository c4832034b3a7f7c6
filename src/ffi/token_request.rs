//! Requests for an access token, which the host answers.

use std::ffi::c_void;
use std::sync::Arc;

use super::callback::Userdata;
use super::error::Result;
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::string::realm_string_t;
use super::user::checked_token;
use crate::client::{TokenCallback, TokenRequest};

/// Wants an access token. Answer it once, from any thread, now or later. Releasing its last reference
/// unanswered counts as a failure. Any thread.
pub struct realm_token_request_t {
    header: Header,
    request: TokenRequest,
}

/// Gets a request for an access token. `request` is valid during the call; retain it to answer later. It
/// runs on a client's dispatcher thread; every function may be called from inside it.
pub type realm_user_token_func_t =
    Option<unsafe extern "C" fn(userdata: *mut c_void, request: *mut realm_token_request_t)>;

impl Handle for realm_token_request_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl realm_token_request_t {
    /// What the client calls; `None` without a function, which frees the userdata.
    pub(super) fn callback(function: realm_user_token_func_t, userdata: Userdata) -> Option<Arc<TokenCallback>> {
        let function = function?;
        Some(Arc::new(move |request| {
            let handle = Arc::new(realm_token_request_t { header: Header::new(), request });
            unsafe { function(userdata.pointer(), Arc::as_ptr(&handle).cast_mut()) };
        }))
    }

    fn complete(&self, access_token: realm_string_t) -> Result<()> {
        let access_token = unsafe { access_token.text("access_token") }?;
        self.request.complete(checked_token(access_token)?);
        Ok(())
    }

    fn fail(&self, message: realm_string_t) -> Result<()> {
        self.request.fail(unsafe { message.text("message") }?.to_string());
        Ok(())
    }
}

/// Answers a request with a token.
///
/// @param request      The request.
/// @param access_token The token: visible ASCII without `#`.
/// @return false when the token has other characters; the request is still to be answered then.
///
/// Sessions that wait for it go on. The first answer counts; one that comes when nobody waits any more,
/// since the user logged out or the sessions were stopped or closed, does nothing.
/// Threads: any thread, also from inside a callback or a write transaction.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_token_request_complete(
    request: *mut realm_token_request_t,
    access_token: realm_string_t,
) -> bool {
    guard(|call| call.handle(request, "request")?.complete(access_token))
}

/// Answers a request with the news that there is no token now.
///
/// @param request The request.
/// @param message Why; the sessions' error callbacks get it. UTF-8, may be empty.
/// @return false when the message is not UTF-8.
///
/// The sessions ask again by their schedule: after the same waits as after a failed connection.
/// Threads: any thread, also from inside a callback or a write transaction.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_token_request_fail(
    request: *mut realm_token_request_t,
    message: realm_string_t,
) -> bool {
    guard(|call| call.handle(request, "request")?.fail(message))
}

/// Adds a reference to a request.
///
/// @param request The request, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_token_request_release().
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_token_request_retain(request: *mut realm_token_request_t) -> *mut realm_token_request_t {
    guard(|_call| retain(request))
}

/// Gives up a reference to a request.
///
/// @param request The request, or NULL.
///
/// The last one, when nobody has answered, is a failure as realm_token_request_fail() reports.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_token_request_release(request: *mut realm_token_request_t) {
    guard(|_call| release(request))
}
