//! The C ABI of neura.
//!
//! Each function only converts its arguments, calls one function of the core, and converts the
//! result. The rules for every function are at the head of `include/neura.h`; their source is
//! `cbindgen.toml`.
//!
//! The types of the parameters say who owns what; cbindgen writes each as a plain pointer:
//!
//! | in Rust | in C | means |
//! | --- | --- | --- |
//! | `Option<Box<T>>` | `T *` | owned: given to the library, or to C |
//! | `Option<&T>` | `const T *` | borrowed for the call, shared |
//! | `Option<&mut T>` | `T *` | borrowed for the call, exclusive |
//! | `Option<&mut MaybeUninit<Option<Box<T>>>>` | `T **` | out-pointer for an owned object |
//! | `Text<'a>` | `const char *` | text, borrowed for `'a` |
//! | `OwnedText` | `char *` | text that C owns |

#![deny(unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]
#![warn(missing_docs)]

// The modules are in the order of the header. Blank lines keep rustfmt from sorting them.
pub mod options;

pub mod option_setters;

pub mod network_options;

pub mod key_options;

pub mod callback;

pub mod attempt;

pub mod log;

pub mod limit;

/// cbindgen:ignore
mod process;

pub mod client;

pub mod diagnosis;

pub mod request_options;

pub mod request_option_setters;

pub mod body_callback;

pub mod request;

pub mod response;

pub mod response_head;

pub mod rate_limit;

pub mod body;

pub mod stream;

pub mod stream_head;

pub mod event;

pub mod operations;

pub mod queue;

pub mod submit;

pub mod completion;

pub mod cancel;

pub mod error;

pub mod error_reply;

pub mod kind;

pub mod text;

pub mod version;

pub mod boundary;
pub mod bytes;
mod head;
pub mod problem;
pub mod readiness;
mod thread_cancel;
