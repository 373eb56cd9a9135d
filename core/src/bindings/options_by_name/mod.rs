//! Options by name, so that a binding reads them in a loop and names none of them.

mod setters;

use std::path::PathBuf;

pub use setters::{CLIENT_OPTIONS, REQUEST_OPTIONS};

use crate::config::Limit;
use crate::option_table::Language;

/// An option of a client or of one request, by the name that the caller's language gives it.
pub struct NamedOption<O: 'static> {
    /// In each language, in the order of [`Language::ALL`].
    names: [Option<&'static str>; 4],
    /// Gives a value to the option.
    pub setter: Setter<O>,
}

/// The setter of an option, by the kind of its value.
pub enum Setter<O: 'static> {
    /// Text.
    Text(fn(&mut O, String)),
    /// The URL of a proxy; `None` switches the option off.
    ProxyUrl(fn(&mut O, Option<String>)),
    /// A file's path.
    Path(fn(&mut O, PathBuf)),
    /// A file's path; `None` switches the option off.
    PathOrOff(fn(&mut O, Option<PathBuf>)),
    /// A limit of time.
    Time(fn(&mut O, Limit)),
    /// A whole number, unchecked.
    Whole(fn(&mut O, i64)),
    /// A switch.
    Switch(fn(&mut O, bool)),
    /// A name and its value, once for each pair.
    Pair(fn(&mut O, String, String)),
}

impl<O> NamedOption<O> {
    /// The option in the caller's language. `None`: the language does not have it, or gives it as a
    /// part of another option.
    ///
    /// ```
    /// use neura::bindings::{CLIENT_OPTIONS, Setter};
    ///
    /// let mut options = neura::Options::new();
    /// for option in CLIENT_OPTIONS {
    ///     if let (Some("base_url"), Setter::Text(set)) = (option.name(), &option.setter) {
    ///         set(&mut options, "http://127.0.0.1:8080/v1".to_owned());
    ///     }
    /// }
    /// options.set_api_key("nk-fake-0123456789abcdef");
    /// assert_eq!(neura::resolve(&options)?.base_url(), "http://127.0.0.1:8080/v1");
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn name(&self) -> Option<&'static str> {
        *self.names.get(Language::current() as usize)?
    }

    /// The kind of its value in one word, for a binding that checks values in its own language.
    pub fn takes(&self) -> &'static str {
        match self.setter {
            Setter::Text(_) => "text",
            Setter::ProxyUrl(_) => "proxy_url",
            Setter::Path(_) => "path",
            Setter::PathOrOff(_) => "path_or_off",
            Setter::Time(_) => "time",
            Setter::Whole(_) => "whole",
            Setter::Switch(_) => "switch",
            Setter::Pair(_) => "pairs",
        }
    }
}
