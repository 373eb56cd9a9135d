//! The native half of the Python package `neura_ai`: it converts arguments,
//! releases the interpreter while the core waits, and maps what the core says.
//! It decides nothing; every rule lives in the crate `neura`.

use pyo3::prelude::*;

mod api_key;
mod arguments;
mod attempts;
mod batches;
mod body;
mod call;
mod charset;
mod client;
mod default_client;
mod diagnose;
mod errors;
mod event;
mod finalization;
mod held;
mod interpreter;
mod json;
mod memory;
mod options;
mod outcome;
mod package;
mod pairs;
mod pickling;
mod port;
mod reading;
mod response;
mod source;
mod stream;
mod unclosed;
mod wait;

#[pymodule(gil_used = false)]
mod _native {
    use pyo3::prelude::*;

    use neura::bindings::{Language, closed_body, closed_stream, set_language};

    use super::{
        arguments, batches, call, client, default_client, diagnose, event, interpreter, json,
        memory, options, pairs, pickling, port,
    };
    use super::{response, stream};

    /// By hand, for nothing may be made before it is known which interpreter asks for it.
    #[pymodule_init]
    fn fill(module: &Bound<'_, PyModule>) -> PyResult<()> {
        interpreter::refuse_others(module.py())?;
        set_language(Language::Python);
        module.add("VERSION", neura::VERSION)?;
        module.add("CLOSED_BODY", closed_body().message())?;
        module.add("CLOSED_STREAM", closed_stream().message())?;
        module.add(
            "FOREIGN_CREDENTIALS",
            neura::bindings::FOREIGN_CREDENTIALS.as_slice(),
        )?;
        module.add(
            "UNPACKED_CODINGS",
            neura::bindings::UNPACKED_CODINGS.as_slice(),
        )?;
        module.add_class::<batches::Batches>()?;
        module.add_class::<call::Call>()?;
        module.add_class::<client::Client>()?;
        module.add_class::<default_client::DefaultClient>()?;
        module.add_class::<event::Event>()?;
        module.add_class::<options::ClientOptions>()?;
        module.add_class::<options::RequestOptions>()?;
        module.add_class::<port::Port>()?;
        module.add_class::<port::Question>()?;
        module.add_class::<response::Response>()?;
        module.add_class::<stream::Stream>()?;
        module.add_function(wrap_pyfunction!(arguments::near_miss, module)?)?;
        module.add_function(wrap_pyfunction!(diagnose::diagnose, module)?)?;
        module.add_function(wrap_pyfunction!(diagnose::resolve, module)?)?;
        module.add_function(wrap_pyfunction!(json::dumps, module)?)?;
        module.add_function(wrap_pyfunction!(json::loads, module)?)?;
        module.add_function(wrap_pyfunction!(memory::afford_line, module)?)?;
        module.add_function(wrap_pyfunction!(memory::afford_piece, module)?)?;
        module.add_function(wrap_pyfunction!(pairs::pairs, module)?)?;
        module.add_function(wrap_pyfunction!(arguments::quoted, module)?)?;
        module.add_function(wrap_pyfunction!(pickling::restore_response, module)?)?;
        module.add_function(wrap_pyfunction!(pairs::spread_pairs, module)?)
    }
}
