//! What a test asks to see that nothing leaks.

use super::guard::guard;
use super::handle::live_count;

/// Counts the handles of this process that still exist, of every kind.
///
/// @param out_count Gets the number of handles. A handle exists until its last reference is
///                  released and nothing that needs it exists: an object keeps its realm.
/// @return false when out_count is NULL.
///
/// A test that released all it made reads 0. The number is for tests: it may be stale at once.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_debug_get_live_handles(out_count: *mut usize) -> bool {
    guard(|call| call.write(out_count, "out_count", live_count()))
}
