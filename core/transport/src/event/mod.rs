//! What a thread without a socket waits for: a count that another thread raises.

#[cfg(any(not(target_os = "linux"), test))]
mod condvar;
#[cfg(target_os = "linux")]
mod futex;

#[cfg(not(target_os = "linux"))]
pub use condvar::Event;
#[cfg(target_os = "linux")]
pub use futex::Event;
