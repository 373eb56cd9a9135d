//! What compiled programs rely on is what `bindings-c/abi` says: the functions and types as abidw
//! sees them, and the values of all constants. `symbols.rs` compares the names of the functions.
//!
//! `NEURA_WRITE_ABI=1 cargo test -p neura-c --test abi kept` writes both files again.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::declarations::{header, without_comments};
use crate::folder::Folder;
use crate::library;
use crate::run::installed;

const AGAIN: &str = "NEURA_WRITE_ABI=1 cargo test -p neura-c --test abi kept";

fn committed(name: &str) -> PathBuf {
    library::root().join("bindings-c/abi").join(name)
}

/// The header with a body in place of the semicolon of each function's declaration.
fn stubs(header: &str) -> String {
    let text = without_comments(header);
    let mut stubs = String::new();
    for statement in text.split_inclusive(';') {
        // Directives and `extern "C" {` come before a statement on lines of their own.
        let declaration = statement
            .lines()
            .rfind(|line| line.contains('(') && !line.starts_with([' ', '#', '\t']));
        match declaration {
            Some(line) if !line.starts_with("typedef") => {
                let function = statement.strip_suffix(';').expect("it ends so");
                stubs += function;
                stubs += " { __builtin_trap(); }";
            }
            _ => stubs += statement,
        }
    }
    stubs
}

/// Dumps the ABI of a header with abidw.
fn dump(header: &str, folder: &Path) -> String {
    let (source, library) = (folder.join("stubs.c"), folder.join("libneura.so"));
    fs::write(&source, stubs(header)).unwrap();
    let compiled = Command::new("cc")
        .args(["-std=c11", "-g", "-gdwarf-4", "-shared", "-fPIC"])
        .args([
            "-fno-eliminate-unused-debug-types",
            "-Wl,-soname,libneura.so.0",
        ])
        // The dump has the path of the source: it must not be that of the folder.
        .arg(format!("-fdebug-prefix-map={}=.", folder.display()))
        .arg("stubs.c")
        .arg("-o")
        .arg(&library)
        .current_dir(folder)
        .output()
        .expect("cc runs");
    assert!(compiled.status.success(), "{compiled:?}");
    let dumped = Command::new("abidw")
        .args(["--load-all-types", "--no-show-locs", "--no-corpus-path"])
        .arg("--no-comp-dir-path")
        .arg(&library)
        .output()
        .expect("abidw runs");
    assert!(dumped.status.success(), "{dumped:?}");
    String::from_utf8(dumped.stdout).expect("XML is text")
}

/// What abidiff says of a header's ABI against that of a dump: its exit status and report.
fn compare(dump_file: &Path, header: &str) -> (i32, String) {
    let folder = Folder::new();
    let new = folder.path().join("new.abi");
    fs::write(&new, dump(header, folder.path())).unwrap();
    let compared = Command::new("abidiff")
        .args(["--harmless", "--no-corpus-path"])
        .arg(dump_file)
        .arg(&new)
        .output()
        .expect("abidiff runs");
    let report = String::from_utf8_lossy(&compared.stdout).into_owned();
    (compared.status.code().unwrap_or(-1), report)
}

/// The functions that a dump has.
fn functions(dump: &str) -> BTreeSet<&str> {
    dump.lines()
        .filter_map(|line| line.split_once("<elf-symbol name='")?.1.split('\'').next())
        .collect()
}

#[test]
fn functions_and_types_are_those_of_the_dump() {
    let path = committed("neura.abi");
    let has_tool = installed("abidw");
    if has_tool && env::var_os("NEURA_WRITE_ABI").is_some() {
        let folder = Folder::new();
        fs::write(&path, dump(&header(), folder.path())).unwrap();
    }
    // Also without the tool, and so that a form of declaration that `stubs` does not know is noticed.
    let list = fs::read_to_string(library::root().join("bindings-c/symbols.txt")).unwrap();
    let listed: BTreeSet<_> = list.lines().collect();
    let text = fs::read_to_string(&path).unwrap();
    let differ: Vec<_> = functions(&text)
        .symmetric_difference(&listed)
        .copied()
        .collect();
    assert!(
        differ.is_empty(),
        "{differ:?}: in only one of bindings-c/symbols.txt and bindings-c/abi/neura.abi. If the list is \
         right: {AGAIN}"
    );
    if !has_tool {
        return;
    }
    let (status, report) = compare(&path, &header());
    // abidiff: 4 is a change or an addition, 8 more a change that breaks programs, 1 and 2 a failure.
    assert!(
        status == 0,
        "include/neura.h and bindings-c/abi/neura.abi differ ({}). CONTRIBUTING.md, \"The C ABI\", says \
         what may change. Then: {AGAIN}\n{report}",
        if status & 8 != 0 {
            "programs break"
        } else {
            "additions or changes"
        }
    );
}

/// Each change of a kind that breaks or alters programs is seen.
#[test]
fn a_change_of_a_type_or_function_is_found() {
    if !installed("abidw") {
        return;
    }
    let header = "#include <stdint.h>\n#include <stddef.h>\n\
        typedef enum {\n  A = 1,\n  B = 2,\n} kind;\n\
        typedef struct object object;\n\
        typedef int32_t (*callback)(void *data);\n\
        typedef struct {\n  int32_t size;\n  const char *text;\n} view;\n\
        #ifdef __cplusplus\nextern \"C\" {\n#endif\n\
        int32_t first(const object *it, size_t length,\n              callback function);\n\
        kind second(view *it);\n\
        #ifdef __cplusplus\n}\n#endif\n";
    let folder = Folder::new();
    let old = folder.path().join("old.abi");
    fs::write(&old, dump(header, folder.path())).unwrap();
    let (status, report) = compare(&old, header);
    assert_eq!(status, 0, "{report}");
    for (from, to) in [
        ("size_t length", "uint32_t length"),
        ("size_t length,\n ", "size_t length, int more,\n"),
        ("int32_t first", "int64_t first"),
        ("int32_t first(const object", "int32_t first(object"),
        (
            "(*callback)(void *data)",
            "(*callback)(void *data, int more)",
        ),
        ("B = 2", "B = 3"),
        ("B = 2,\n", "B = 2,\n  C = 3,\n"),
        ("int32_t size;\n", "int64_t size;\n"),
        ("const char *text;\n", "const char *text;\n  int more;\n"),
        ("kind second(view *it);", ""),
        (
            "kind second(view *it);",
            "kind second(view *it);\nvoid third(void);",
        ),
    ] {
        assert!(header.contains(from), "{from}");
        let (status, report) = compare(&old, &header.replace(from, to));
        assert_eq!(status & 3, 0, "abidiff failed: {report}");
        assert_ne!(status, 0, "{from} became {to}, and nothing was said");
    }
}

/// The names of the header's constants: macros that have a value, and enumerators.
fn constants(header: &str) -> Vec<String> {
    let text = without_comments(header);
    let macros = text.lines().filter_map(|line| {
        let (name, value) = line.strip_prefix("#define ")?.split_once(' ')?;
        (!name.contains('(') && !value.trim().is_empty()).then(|| name.to_owned())
    });
    let enums = text.split("enum").skip(1).filter_map(|text| {
        let (before, rest) = text.split_once('{')?;
        // A reference such as `enum kind value;` has no list.
        (!before.contains(';')).then(|| rest.split_once('}').map(|(list, _)| list))?
    });
    let enumerators = enums.flat_map(|list| list.split(',')).filter_map(|item| {
        let name = item.split('=').next()?.trim();
        (!name.is_empty()).then(|| name.to_owned())
    });
    macros.chain(enumerators.collect::<Vec<_>>()).collect()
}

/// The values that a compiler gives to the constants, one a line.
fn values(header: &str) -> String {
    let folder = Folder::new();
    let (source, program) = (
        folder.path().join("constants.c"),
        folder.path().join("constants"),
    );
    let mut text = format!(
        "{header}\n#include <stdio.h>\n\
         static void number(const char *name, long long value) {{ printf(\"%s %lld\\n\", name, value); }}\n\
         static void natural(const char *name, unsigned long long value) {{ printf(\"%s %llu\\n\", name, value); }}\n\
         static void text(const char *name, const char *value) {{ printf(\"%s \\\"%s\\\"\\n\", name, value); }}\n\
         #define SHOW(name) _Generic((name), char *: text, const char *: text, \
         unsigned long: natural, unsigned long long: natural, default: number)(#name, name)\n\
         int main(void) {{\n"
    );
    for name in constants(header) {
        writeln!(text, "SHOW({name});").unwrap();
    }
    text += "}\n";
    fs::write(&source, text).unwrap();
    let compiled = Command::new("cc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror"])
        .arg(&source)
        .arg("-o")
        .arg(&program)
        .output()
        .expect("cc runs");
    assert!(compiled.status.success(), "{compiled:?}");
    let ran = Command::new(&program).output().expect("the program runs");
    assert!(ran.status.success(), "{ran:?}");
    String::from_utf8(ran.stdout).expect("names and values are text")
}

#[test]
fn constants_have_the_values_of_the_list() {
    let path = committed("constants.txt");
    let found = values(&header());
    if env::var_os("NEURA_WRITE_ABI").is_some() {
        fs::write(&path, &found).unwrap();
    }
    let listed = fs::read_to_string(&path).unwrap_or_default();
    let only = |one: &str, other: &str| -> Vec<String> {
        let lines = one
            .lines()
            .filter(|line| !other.lines().any(|kept| kept == *line));
        lines.map(str::to_owned).collect()
    };
    assert!(
        listed == found,
        "bindings-c/abi/constants.txt and include/neura.h differ: only listed {:?}, only in the header \
         {:?}. Numbers are never changed or used again. If this is an addition: {AGAIN}",
        only(&listed, &found),
        only(&found, &listed)
    );
}

#[test]
fn every_form_of_constant_is_listed() {
    let header = "#ifndef GUARD\n#define GUARD\n#include <stdint.h>\n\
        /* #define NONE 1 */\n#define CALL(x) x\n#define LIMIT INT64_MAX // the limit\n\
        #define WORDS \"a\"\n#define MANY UINT64_MAX\n#define LESS -1\n\
        typedef enum {\n  A = 1,\n  B,\n} kind;\nenum other { C = 1 << 4, D = A };\n\
        typedef int32_t enumeration;\n#endif\n";
    assert_eq!(
        values(header),
        "LIMIT 9223372036854775807\nWORDS \"a\"\nMANY 18446744073709551615\nLESS -1\n\
         A 1\nB 2\nC 16\nD 1\n"
    );
}
