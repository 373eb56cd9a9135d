//! The options of a client.

use neura_core::{Error, Options};

use crate::attempt::AttemptObserver;
use crate::boundary::{free, run, set};
use crate::problem::{Problem, Subject};
use crate::text::Text;

/// How a client is built. Only one thread at a time may use it.
///
/// Setters return nothing and copy their arguments; with NULL options they do nothing. A wrong
/// argument of a setter is an error of `neura_client_new`: NULL, or bytes that are not UTF-8,
/// instead of text is `NEURA_KIND_INVALID_ARGUMENT`, and the message names the setter. A later good
/// value of the same setter (and of the same header) corrects it; `neura_options_set_api_key` also
/// corrects the keys that were added, and `neura_options_clear_headers` a header with a wrong name.
#[derive(Default)]
pub struct OptionsHandle {
    pub(crate) options: Options,
    /// Called after each attempt of the client.
    pub(crate) observer: Option<AttemptObserver>,
    problem: Problem,
}

impl OptionsHandle {
    pub(crate) fn set_text(
        &mut self,
        setter: &'static str,
        name: &str,
        text: Text<'_>,
        put: fn(&mut Options, &str),
    ) {
        self.set_with(setter, |options| {
            put(options, text.needed(name)?);
            Ok(())
        });
    }

    /// As `set_text`, where NULL is a value too.
    pub(crate) fn set_text_or_null(
        &mut self,
        setter: &'static str,
        name: &str,
        text: Text<'_>,
        put: fn(&mut Options, Option<&str>),
    ) {
        self.set_with(setter, |options| {
            let text = match text.is_null() {
                true => None,
                false => Some(text.needed(name)?),
            };
            put(options, text);
            Ok(())
        });
    }

    pub(crate) fn set_with(
        &mut self,
        setter: &'static str,
        put: impl FnOnce(&mut Options) -> Result<(), Error>,
    ) {
        self.set_about(Subject::Setter(setter), put);
    }

    pub(crate) fn set_about(
        &mut self,
        subject: Subject,
        put: impl FnOnce(&mut Options) -> Result<(), Error>,
    ) {
        let options = &mut self.options;
        self.problem.note(subject, || put(options));
    }

    pub(crate) fn set_observer(
        &mut self,
        setter: &'static str,
        make: impl FnOnce() -> Result<AttemptObserver, Error>,
    ) {
        let observer = &mut self.observer;
        self.problem.note(Subject::Setter(setter), || {
            *observer = Some(make()?);
            Ok(())
        });
    }
}

/// The core's options (empty ones for NULL), or the error of a setter.
pub(crate) fn of_the_core(options: Option<&OptionsHandle>) -> Result<Options, Error> {
    match options {
        None => Ok(Options::new()),
        Some(handle) => {
            handle.problem.check()?;
            Ok(handle.options.clone())
        }
    }
}

/// Makes empty options: `neura_client_new` then uses the environment and the defaults.
///
/// @return  **owned** options; free them with `neura_options_free`
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_new() -> Option<Box<OptionsHandle>> {
    run(|| Some(Box::default()))
}

/// Frees options. Clients that were built with them do not change.
///
/// @param options  the **owned** options; NULL is fine
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_free(options: Option<Box<OptionsHandle>>) {
    free(options);
}

/// Sets a header of every request. It replaces one of the same name, even the client's own.
///
/// @param options  the options
/// @param name     the header's name
/// @param value    the header's value
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_header(
    options: Option<&mut OptionsHandle>,
    name: Text,
    value: Text,
) {
    set(options, |handle| {
        handle.set_about(
            Subject::of_header("neura_options_set_header", name),
            |options| {
                options.set_header(name.needed("name")?, value.needed("value")?);
                Ok(())
            },
        );
    });
}

/// Takes back all headers that were set with `neura_options_set_header`, also wrong ones.
///
/// @param options  the options
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_clear_headers(options: Option<&mut OptionsHandle>) {
    set(options, |handle| {
        handle.options.clear_headers();
        handle.problem.forget("neura_options_set_header");
    });
}
