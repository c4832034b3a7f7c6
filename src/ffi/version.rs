//! Which library this is.

use super::guard::guard;
use super::string::realm_string_t;

/// The ABI this header describes. It changes when a function or struct changes or goes, never when one is added.
pub const RLM_ABI_VERSION: u32 = 1;

/// The ABI of the loaded library.
///
/// @return The library's RLM_ABI_VERSION, or 0 when the library failed in itself.
///
/// Compare it with the RLM_ABI_VERSION of the header you compiled against, before any other call;
/// where they differ, unload the library: functions or structs are not what you expect.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_version_get_abi() -> u32 {
    guard(|_call| Ok(RLM_ABI_VERSION))
}

/// The version of the loaded library, such as "0.1.0".
///
/// @param out_version Gets the version; borrowed, valid as long as the library is loaded.
/// @return false when out_version is NULL.
///
/// The three parts are major, minor and patch, as semantic versioning means them.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_version_get_library(out_version: *mut realm_string_t) -> bool {
    guard(|call| call.write(out_version, "out_version", realm_string_t::borrowed(env!("CARGO_PKG_VERSION"))))
}
