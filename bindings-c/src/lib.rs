//! The C ABI of neura.
//!
//! A translation table and nothing else: each function converts its arguments, calls one
//! function of the core, and maps the result. The rules that hold for every function stand
//! once, at the head of `include/neura.h` (their source is `cbindgen.toml`).
//!
//! Ownership is in the types of the parameters, and cbindgen writes each as a plain pointer:
//!
//! | in Rust | in C | means |
//! | --- | --- | --- |
//! | `Option<Box<T>>` | `T *` | owned: taken over, or given away |
//! | `Option<&T>` | `const T *` | borrowed for the call, shared |
//! | `Option<&mut T>` | `T *` | borrowed for the call, alone |
//! | `Option<&mut MaybeUninit<Option<Box<T>>>>` | `T **` | where an owned object is put |
//! | `Text<'a>` | `const char *` | text, borrowed as long as `'a` |
//! | `OwnedText` | `char *` | text that C owns |

#![deny(unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]
#![warn(missing_docs)]

// Blank lines keep this order, which is the header's.
pub mod options;

pub mod network_options;

pub mod key_options;

pub mod callback;

pub mod limit;

pub mod client;

pub mod diagnosis;

pub mod request_options;

pub mod request;

pub mod response;

pub mod stream;

pub mod operations;

pub mod cancel;

pub mod error;

pub mod kind;

pub mod text;

pub mod version;

pub mod boundary;
pub mod bytes;
pub mod problem;
