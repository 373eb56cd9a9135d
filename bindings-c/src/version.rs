//! The version of the library.

use std::ffi::CStr;

use crate::boundary::run;
use crate::text::Text;

/// The core's version with a NUL at its end; all packages have the same version.
const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => c"",
    };

/// The library's version, such as `0.1.0`.
///
/// @return  **static** text
#[unsafe(no_mangle)]
pub extern "C" fn neura_version() -> Text<'static> {
    run(|| Text::from(VERSION))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_cores() {
        assert_eq!(VERSION.to_str(), Ok(neura_core::VERSION));
    }
}
