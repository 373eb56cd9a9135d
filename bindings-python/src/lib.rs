//! The native half of the Python package `neura_ai`: it converts arguments,
//! releases the interpreter while the core waits, and maps what the core says.
//! It decides nothing; every rule lives in the crate `neura`.

use pyo3::prelude::*;

#[macro_use]
mod package;

mod adapter;
mod api_key;
mod arguments;
mod asking;
mod attempts;
mod attribute_dict;
mod batches;
mod body;
mod call;
mod charset;
mod client;
mod default_client;
mod diagnose;
mod errors;
mod event;
mod exit;
mod files;
mod finalization;
mod held;
mod hook;
mod interpreter;
mod json;
mod lazy_info;
mod making;
mod member_names;
mod memory;
mod method;
mod name;
mod named_calls;
mod options;
mod outcome;
mod pairs;
mod pickling;
mod port;
mod reading;
mod request;
mod response;
mod session;
mod source;
mod stream;
mod unclosed;
mod wait;

#[pymodule(gil_used = false)]
mod _native {
    use pyo3::prelude::*;

    use neura::bindings::{Language, closed_body, closed_stream, set_language};

    use super::{
        adapter, arguments, attribute_dict, batches, call, client, default_client, event, exit,
        interpreter, json, member_names, memory, method, pickling, port, response, stream,
    };

    /// By hand, for nothing may be made before it is known which interpreter asks for it.
    #[pymodule_init]
    fn fill(module: &Bound<'_, PyModule>) -> PyResult<()> {
        interpreter::refuse_others(module.py())?;
        set_language(Language::Python);
        neura::watch_forks!();
        exit::name_program(module.py())?;
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
        module.add("AttributeDict", attribute_dict::make(module.py())?)?;
        module.add_class::<batches::Batches>()?;
        module.add_class::<call::Call>()?;
        module.add_class::<client::Client>()?;
        module.add_class::<default_client::DefaultClient>()?;
        module.add_class::<event::Event>()?;
        module.add_class::<crate::lazy_info::LazyInfo>()?;
        module.add_class::<member_names::MemberNames>()?;
        module.add_class::<method::Method>()?;
        module.add_class::<port::Port>()?;
        module.add_class::<port::Question>()?;
        module.add_class::<response::Response>()?;
        module.add_class::<response::NewReply>()?;
        module.add_class::<stream::Stream>()?;
        module.add_function(wrap_pyfunction!(arguments::near_miss, module)?)?;
        module.add_function(wrap_pyfunction!(arguments::instead, module)?)?;
        module.add_function(wrap_pyfunction!(arguments::chunk_size, module)?)?;
        module.add_function(wrap_pyfunction!(attribute_dict::class_within, module)?)?;
        module.add_function(wrap_pyfunction!(exit::before_fork, module)?)?;
        module.add_function(wrap_pyfunction!(exit::write_usage, module)?)?;
        module.add_function(wrap_pyfunction!(json::dumps, module)?)?;
        module.add_function(wrap_pyfunction!(json::loads, module)?)?;
        module.add_function(wrap_pyfunction!(memory::afford_line, module)?)?;
        module.add_function(wrap_pyfunction!(memory::afford_piece, module)?)?;
        module.add_function(wrap_pyfunction!(method::method, module)?)?;
        module.add_function(wrap_pyfunction!(adapter::library_call, module)?)?;
        module.add_function(wrap_pyfunction!(arguments::quoted, module)?)?;
        module.add_function(wrap_pyfunction!(pickling::made_response, module)?)?;
        module.add_function(wrap_pyfunction!(pickling::restore_response, module)?)
    }
}
