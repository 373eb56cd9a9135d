//! Which thread this is.

use napi_derive::napi;

/// Whether this is the first thread of its process, which no worker of Node's runs on; null where the
/// system is not asked. Node's own answer takes 2 ms, for the module that has it.
#[napi]
pub fn is_first_thread() -> Option<bool> {
    #[cfg(target_os = "linux")]
    {
        Some(rustix::thread::gettid() == rustix::process::getpid())
    }
    #[cfg(not(target_os = "linux"))]
    {
        None
    }
}
