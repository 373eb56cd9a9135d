//! Where the key comes from, and why authentication fails.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use neura_core::{diagnose, resolve};

use crate::boundary::{Status, produce_text};
use crate::error::ErrorHandle;
use crate::options::{OptionsHandle, of_the_core};

/// Finds the key that a client with these options would use, and says where it is. It connects
/// to nothing, and it runs no callback and no program.
///
/// @param options  the options, **borrowed until** the call returns; NULL for none
/// @param json     receives **owned** JSON text without the key; free it with
///                 `neura_string_free`. Its keys: `source` (`caller`, `callable`,
///                 `environment`, `secret_file`, `command`, `env_file`, `credentials_file`), `name`
///                 (the variable), `path`, `profile`, `mask`, `fingerprint`, `base_url`,
///                 `base_url_source`, `key_age_days` (if the credentials file has
///                 `added`); null if absent
/// @param error    receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`: the errors of `neura_client_new` about the key and the
///          base URL. The message of `NEURA_KIND_MISSING_API_KEY` names every place
#[unsafe(no_mangle)]
pub extern "C" fn neura_resolve(
    options: Option<&OptionsHandle>,
    json: Option<&mut MaybeUninit<*mut c_char>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    produce_text(json, "json", error, || {
        let found = resolve(&of_the_core(options)?)?;
        Ok(found.to_json().to_string())
    })
}

/// Checks whether authentication works, and if not, why: where the key is, its form, the files,
/// the connection to the service, and the service's answer. It runs the API key callback as a
/// client would. It waits for the network, at most 30 s in each step.
///
/// @param options  the options, **borrowed until** the call returns; NULL for none
/// @param json     receives **owned** JSON text without the key; free it with
///                 `neura_string_free`. Its keys: `ok`, `verdict` (`valid`, or the name of
///                 the kind that calls fail with), `checks` (a list of `code`, `status`:
///                 `ok`, `warning`, `failed` or `skipped`, `found`, `advice`), `key` (as
///                 `neura_resolve` gives it), `base_url`; null if absent
/// @param error    receives the **owned** error
/// @return  `NEURA_OK`; `NEURA_ERROR` only for an argument that cannot be used
#[unsafe(no_mangle)]
pub extern "C" fn neura_diagnose(
    options: Option<&OptionsHandle>,
    json: Option<&mut MaybeUninit<*mut c_char>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    produce_text(json, "json", error, || {
        let report = diagnose(&of_the_core(options)?);
        Ok(report.to_json().to_string())
    })
}
