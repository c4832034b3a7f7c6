//! Strings and bytes as C passes them.

use std::ffi::c_char;

use super::error::{Error, Result};

/// Text in UTF-8, not NUL-terminated; `size` counts bytes. `data` may be NULL when `size` is 0.
/// Going in it is borrowed for the call. Coming out it is borrowed as long as the function says.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct realm_string_t {
    /// The first byte.
    pub data: *const c_char,
    /// Number of bytes.
    pub size: usize,
}

/// Bytes; `data` may be NULL when `size` is 0. Borrowed like realm_string_t.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct realm_binary_t {
    /// The first byte.
    pub data: *const u8,
    /// Number of bytes.
    pub size: usize,
}

impl realm_string_t {
    pub(super) fn borrowed(text: &str) -> realm_string_t {
        realm_string_t { data: text.as_ptr().cast(), size: text.len() }
    }

    /// The text C passed as `parameter`. The caller vouches that the bytes live through `'a`.
    pub(super) unsafe fn text<'a>(self, parameter: &str) -> Result<&'a str> {
        let bytes = unsafe { bytes(self.data.cast(), self.size, parameter) }?;
        std::str::from_utf8(bytes)
            .map_err(|error| Error::argument(format!("{parameter} is not UTF-8: bad byte at {}", error.valid_up_to())))
    }
}

impl realm_binary_t {
    pub(super) fn borrowed(bytes: &[u8]) -> realm_binary_t {
        realm_binary_t { data: bytes.as_ptr(), size: bytes.len() }
    }

    /// The bytes C passed as `parameter`. The caller vouches that they live through `'a`.
    pub(super) unsafe fn bytes<'a>(self, parameter: &str) -> Result<&'a [u8]> {
        unsafe { bytes(self.data, self.size, parameter) }
    }
}

unsafe fn bytes<'a>(data: *const u8, size: usize, parameter: &str) -> Result<&'a [u8]> {
    match (data.is_null(), size) {
        (_, 0) => Ok(&[]),
        (true, _) => Err(Error::null(&format!("{parameter}.data"))),
        (false, size) if size > isize::MAX as usize => {
            Err(Error::argument(format!("{parameter}.size is {size}, more than memory can hold")))
        }
        (false, size) => Ok(unsafe { std::slice::from_raw_parts(data, size) }),
    }
}
