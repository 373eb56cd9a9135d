//! Reads the case files: an unknown field fails.

use std::fs;

use serde_json::{Map, Value};

use crate::library;

/// How the names of the functions that set a client's options begin, and a request's.
pub const CLIENT_SETTER: &str = "neura_options_set_";
pub const REQUEST_SETTER: &str = "neura_request_options_set_";

/// Names and values; an absent value is `None`.
pub type Pairs = Vec<(String, Option<String>)>;

/// A case in the form of the table.
pub struct Case {
    pub file: &'static str,
    pub id: String,
    pub options: Pairs,
    pub headers: Pairs,
    pub calls: Vec<Call>,
    pub same_as_key: Option<String>,
    pub absent_text: Vec<String>,
    pub scene: Scene,
}

/// What a case needs besides the program.
pub enum Scene {
    Nothing,
    /// A server that plays this script, and judges the requests.
    Script(Value),
    /// Servers on the way to this URL. A direct one is on this machine.
    Url {
        url: String,
        is_direct: bool,
    },
    /// A folder and an environment of its own: what they hold.
    Folder(Map<String, Value>),
}

/// A call in the form of the table.
#[derive(Default)]
pub struct Call {
    pub name: String,
    pub method: Option<String>,
    pub path: Option<String>,
    pub body: Option<String>,
    pub options: Pairs,
    pub headers: Pairs,
    pub values: Pairs,
    pub words_of: &'static str,
    pub begins: Option<String>,
    pub words: Vec<String>,
    pub absent_words: Vec<String>,
    pub events: Option<Vec<[String; 3]>>,
    pub texts: Option<Vec<String>>,
    pub has_json: bool,
}

impl Case {
    /// A case with one call or none.
    pub fn new(file: &'static str, id: &str, calls: Vec<Call>, scene: Scene) -> Self {
        Case {
            file,
            id: id.to_owned(),
            options: Vec::new(),
            headers: Vec::new(),
            calls,
            same_as_key: None,
            absent_text: Vec::new(),
            scene,
        }
    }

    pub fn option(&mut self, name: &str, value: &str) {
        self.options.push((name.to_owned(), Some(value.to_owned())));
    }
}

impl Call {
    pub fn new(name: &str) -> Self {
        Call {
            name: name.to_owned(),
            words_of: "message",
            ..Call::default()
        }
    }

    pub fn to(name: &str, method: &str, path: &str) -> Self {
        Call {
            method: Some(method.to_owned()),
            path: Some(path.to_owned()),
            ..Call::new(name)
        }
    }

    /// A value that the call must come to.
    pub fn must(&mut self, name: &str, value: Option<&str>) {
        self.values
            .push((name.to_owned(), value.map(str::to_owned)));
    }

    pub fn option(&mut self, name: &str, value: String) {
        self.options.push((name.to_owned(), Some(value)));
    }
}

/// The fields of an object that were not taken yet.
pub struct Fields {
    of: String,
    left: Map<String, Value>,
}

impl Fields {
    pub fn new(of: &str, value: &Value) -> Self {
        let left = value.as_object().unwrap_or_else(|| panic!("{of}: {value}"));
        Fields {
            of: of.to_owned(),
            left: left.clone(),
        }
    }

    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name)
    }

    pub fn must_take(&mut self, name: &str) -> Value {
        let value = self.take(name);
        value.unwrap_or_else(|| panic!("{}: no {name}", self.of))
    }

    pub fn object(&mut self, name: &str) -> Fields {
        let value = self.must_take(name);
        Fields::new(&format!("{}: {name}", self.of), &value)
    }

    /// A text; `None` if it is null or missing.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.take(name).as_ref().and_then(as_text)
    }

    pub fn must_text(&mut self, name: &str) -> String {
        let text = self.text(name);
        text.unwrap_or_else(|| panic!("{}: no {name}", self.of))
    }

    pub fn flag(&mut self, name: &str) -> bool {
        let value = self.take(name);
        value.is_some_and(|value| value.as_bool().expect("true or false"))
    }

    pub fn texts(&mut self, name: &str) -> Option<Vec<String>> {
        let value = self.take(name)?;
        Some(list(&value).iter().filter_map(as_text).collect())
    }

    /// The words of a message. In them `{option:timeout}` is the function that sets this option;
    /// `setter` says how its name begins.
    pub fn words(&mut self, name: &str, setter: impl Fn(&str) -> &'static str) -> Vec<String> {
        let parts = self.texts(name).unwrap_or_default();
        parts.iter().map(|part| words(part, &setter)).collect()
    }

    /// A list of `[name, value]`.
    pub fn pairs(&mut self, name: &str) -> Pairs {
        let value = self.take(name);
        let pairs = value.as_ref().map(list).unwrap_or_default();
        pairs
            .iter()
            .map(|it| (as_text(&it[0]).expect("a name"), as_text(&it[1])))
            .collect()
    }

    /// What was not taken, as names and values.
    pub fn rest(self) -> Map<String, Value> {
        self.left
    }

    /// Asserts that all fields are known.
    pub fn end(self) {
        let names: Vec<&String> = self.left.keys().collect();
        assert!(names.is_empty(), "{}: {names:?} are unknown", self.of);
    }
}

pub fn list(value: &Value) -> Vec<Value> {
    value.as_array().expect("a list").clone()
}

/// A text, a number, true or false as text; `None` for null.
pub fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn words(part: &str, setter: impl Fn(&str) -> &'static str) -> String {
    let mut words = part.to_owned();
    while let Some((before, rest)) = words.split_once("{option:") {
        let (name, after) = rest.split_once('}').expect("the name of an option");
        let unit = if name == "timeout" { "_ms" } else { "" };
        words = format!("{before}{}{name}{unit}{after}", setter(name));
    }
    words
}

/// The cases of a file that can run in C, in the form that `read` gives them.
pub fn read(file: &'static str, read: impl Fn(&str, Fields) -> Case) -> Vec<Case> {
    let path = library::root()
        .join("conformance")
        .join(format!("{file}.json"));
    let text = fs::read_to_string(path).expect("the case file is there");
    let whole: Value = serde_json::from_str(&text).expect("the case file is JSON");
    list(&whole["cases"])
        .iter()
        .filter_map(|case| {
            let name = ["id", "name"].iter().find_map(|&name| case[name].as_str());
            let id = name.expect("the case has a name");
            let mut fields = Fields::new(&format!("{file} {id}"), case);
            for name in ["id", "name", "socket"] {
                fields.take(name);
            }
            let not_in = fields.take("not_in").unwrap_or_default();
            not_in.get("c").is_none().then(|| read(id, fields))
        })
        .collect()
}
