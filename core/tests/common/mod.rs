//! The real servers of the tests, and certificates.

// Each test program uses only a part of this.
#![allow(dead_code, unused_imports)]

pub mod self_signed;
mod servers;

pub use servers::*;
