//! The name of the program in its lines.

use std::path::Path;

use arc_swap::ArcSwapOption;
use std::sync::Arc;

use crate::config::Environment;
use crate::redact::{Secrets, quoted};

const VARIABLE: &str = "NEURA_APPLICATION";
const LONGEST: usize = 80;
/// Files whose folder has the program's name.
const NAMELESS: [&str; 4] = ["__main__.py", "index.js", "index.mjs", "index.cjs"];

static PROGRAM: ArcSwapOption<String> = ArcSwapOption::const_empty();

/// The path of the script that an interpreter runs. Without one, the interpreter is the program.
pub fn set_program(script: &str) {
    PROGRAM.store(Some(Arc::new(script.to_owned())));
}

/// The name that the variable gives, else that of the program's file.
pub(super) fn name(environment: &Environment, secrets: &Secrets) -> String {
    let given = environment.get(VARIABLE);
    let given = given.map(|name| name.to_string_lossy().into_owned());
    let name = match given
        .map(|name| shown(&name))
        .filter(|name| !name.is_empty())
    {
        Some(name) => name,
        // A file may be named after a key.
        None => quoted(&shown(&of_program())),
    };
    secrets.masked(&name)
}

fn of_program() -> String {
    let script = PROGRAM.load_full();
    let script = script.as_deref().and_then(|script| name_of_script(script));
    let program = || {
        let program = std::env::args_os().next().map(Into::into);
        let program = program.or_else(|| std::env::current_exe().ok());
        program.as_deref().and_then(file_name)
    };
    script
        .or_else(program)
        .unwrap_or_else(|| "unknown".to_owned())
}

/// `None` for what is no file: the `-c` of `python -c`.
fn name_of_script(script: &str) -> Option<String> {
    let path = Path::new(script);
    let name = file_name(path).filter(|name| !name.starts_with('-'))?;
    match NAMELESS.contains(&name.as_str()) {
        true => path.parent().and_then(file_name).or(Some(name)),
        false => Some(name),
    }
}

fn file_name(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_string_lossy().into_owned())
}

/// In one line and not too long.
fn shown(name: &str) -> String {
    let name = name.trim().chars().filter(|c| !c.is_control());
    name.take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_named_by_its_file() {
        for (script, name) in [
            ("/srv/shop/worker.py", Some("worker.py")),
            ("/srv/shop/__main__.py", Some("shop")),
            ("/srv/api/index.js", Some("api")),
            ("index.js", Some("index.js")),
            ("/usr/bin/uvicorn", Some("uvicorn")),
            ("-c", None),
            ("", None),
        ] {
            assert_eq!(name_of_script(script).as_deref(), name, "{script}");
        }
        assert_eq!(shown(" a\tb\nc "), "abc");
        assert_eq!(shown(&"x".repeat(500)).len(), LONGEST);
    }
}
