//! The functions that neura.h declares, with their documentation.

use std::collections::BTreeSet;
use std::fs;

use crate::library;

/// A function of the header.
#[derive(Debug)]
pub struct Function {
    pub name: String,
    /// The type that it returns, such as `const char *`.
    pub returns: String,
    pub parameters: Vec<Parameter>,
}

#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    /// As in `const neura_client *`: no space after a star.
    pub kind: String,
    /// What `@param` says, on one line.
    pub doc: String,
}

impl Parameter {
    /// Whether it is a pointer: to an object, to text, or to a function.
    pub fn is_pointer(&self) -> bool {
        self.kind.ends_with('*') || self.kind.ends_with("_callback")
    }
}

/// The text of neura.h.
pub fn header() -> String {
    fs::read_to_string(library::root().join("include/neura.h")).expect("the header is there")
}

/// A header's text without comments.
pub fn without_comments(header: &str) -> String {
    let mut left = String::new();
    let mut rest = header;
    while let Some((before, after)) = rest.split_once("/*") {
        left += before;
        rest = after.split_once("*/").expect("a comment ends").1;
    }
    left += rest;
    left.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .fold(String::new(), |text, line| text + line + "\n")
}

/// A type and the name after it.
fn typed(declared: &str) -> (String, String) {
    let declared = declared.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = declared.rfind([' ', '*']).expect("a type before a name") + 1;
    let (kind, name) = declared.split_at(end);
    // cbindgen writes `const char*` for text.
    let kind = kind.trim_end().replace(" *", "*").replace('*', " *");
    (kind.replace("* *", "**"), name.to_owned())
}

/// What the documentation says of a parameter.
fn said_of(name: &str, doc: &str) -> String {
    let lines = doc
        .lines()
        .map(|line| line.trim_start_matches([' ', '*']).trim_end());
    let mut said = Vec::new();
    let mut within = false;
    for line in lines {
        if line.starts_with('@') {
            let rest = line.strip_prefix("@param ").unwrap_or_default();
            let (named, text) = rest.split_once(' ').unwrap_or_default();
            within = named == name;
            if within {
                said.push(text.trim());
            }
        } else if within {
            said.push(line);
        }
    }
    said.join(" ").trim().to_owned()
}

/// The functions of a header that cbindgen wrote: each has a documentation before it.
pub fn functions(header: &str) -> Vec<Function> {
    let (_, declarations) = header
        .split_once("extern \"C\" {")
        .expect("the functions are declared for C++, too");
    declarations
        .split("/**")
        .skip(1)
        .map(|text| {
            let (doc, rest) = text.split_once("*/").expect("a comment ends");
            let (declared, _) = rest.split_once(");").expect("a declaration follows");
            let (before, parameters) = declared.split_once('(').expect("its parameters");
            let (returns, name) = typed(before);
            let parameters = parameters
                .split(',')
                .filter(|parameter| parameter.trim() != "void")
                .map(|parameter| {
                    let (kind, name) = typed(parameter);
                    let doc = said_of(&name, doc);
                    Parameter { name, kind, doc }
                })
                .collect();
            Function {
                name,
                returns,
                parameters,
            }
        })
        .collect()
}

#[test]
fn every_function_is_parsed() {
    let list = fs::read_to_string(library::root().join("bindings-c/symbols.txt")).unwrap();
    let listed: BTreeSet<_> = list.lines().map(str::to_owned).collect();
    let functions = functions(&header());
    let undocumented: Vec<_> = functions
        .iter()
        .flat_map(|function| function.parameters.iter().map(move |it| (function, it)))
        .filter(|(_, parameter)| parameter.doc.is_empty())
        .map(|(function, parameter)| format!("{}: {}", function.name, parameter.name))
        .collect();
    assert!(undocumented.is_empty(), "no @param: {undocumented:?}");
    let found: BTreeSet<_> = functions
        .into_iter()
        .map(|function| function.name)
        .collect();
    assert_eq!(found, listed);
}

#[test]
fn types_names_and_documentation_are_told_apart() {
    let header = "extern \"C\" {\n/**\n * Does it.\n *\n * @param a  the first, which goes\n *           on here\n \
        * @param out  receives it\n * @return  text\n */\nconst char* one(const thing *a,\n        \
        other **out, size_t n);\n\n/**\n * Two.\n */\nvoid *two(void);\n";
    let functions = functions(header);
    let [one, two] = &functions[..] else {
        panic!("{functions:?}")
    };
    assert_eq!(
        (one.name.as_str(), one.returns.as_str()),
        ("one", "const char *")
    );
    assert_eq!((two.name.as_str(), two.returns.as_str()), ("two", "void *"));
    assert!(two.parameters.is_empty());
    let seen: Vec<_> = one
        .parameters
        .iter()
        .map(|it| (it.kind.as_str(), it.name.as_str(), it.doc.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            ("const thing *", "a", "the first, which goes on here"),
            ("other **", "out", "receives it"),
            ("size_t", "n", ""),
        ]
    );
}
