//! The native half of the Python package `neura_ai`: it converts arguments,
//! releases the interpreter while the core waits, and maps what the core says.
//! It decides nothing; every rule lives in the crate `neura`.

use pyo3::prelude::*;

mod api_key;
mod arguments;
mod attempts;
mod bell;
mod body;
mod call;
mod client;
mod diagnose;
mod ending;
mod errors;
mod event;
mod json;
mod options;
mod outcome;
mod package;
mod pickling;
mod port;
mod reading;
mod response;
mod stream;
mod wait;

#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use super::call::Call;
    #[pymodule_export]
    use super::client::Client;
    #[pymodule_export]
    use super::diagnose::{diagnose, resolve};
    #[pymodule_export]
    use super::event::Event;
    #[pymodule_export]
    use super::json::{dumps, loads};
    #[pymodule_export]
    use super::options::{ClientOptions, RequestOptions};
    #[pymodule_export]
    use super::pickling::restore_response;
    #[pymodule_export]
    use super::port::{Port, Question};
    #[pymodule_export]
    use super::response::Response;
    #[pymodule_export]
    use super::stream::Stream;
    #[pymodule_export]
    const VERSION: &str = neura::VERSION;
}
