//! Help and manual pages.

use crate::neura::Neura;

/// The commands that the help lists.
pub fn commands(neura: &Neura) -> Vec<String> {
    let help = neura.run(&["--help"]).ok().stdout;
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    let names = list.lines().filter(|line| !line.starts_with("    "));
    let names = names.map(|line| line.split_whitespace().next().unwrap().to_owned());
    names.filter(|name| name != "help").collect()
}

#[test]
fn every_command_has_help_and_a_manual_page() {
    let neura = Neura::new();
    let all = commands(&neura);
    for wanted in [
        "check", "diagnose", "which", "chat", "models", "embed", "run", "header",
    ] {
        assert!(all.iter().any(|name| name == wanted), "{all:?}");
    }
    for name in &all {
        for flag in ["-h", "--help"] {
            let help = neura.run(&[name, flag]).ok().stdout;
            assert!(help.contains(&format!("Usage: neura {name}")), "{help}");
            assert!(help.contains("--json"), "{help}");
        }
        let page = neura.run(&["man", name]).ok().stdout;
        assert!(page.contains(&format!(".TH neura-{name} 1")), "{page}");
        let json = neura.run(&["man", name, "--json"]).ok().json();
        assert_eq!(json["page"].as_str().unwrap(), page);
    }
    let page = neura.run(&["man"]).ok().stdout;
    assert!(
        page.contains(".TH neura 1") && page.contains("missing_api_key"),
        "{page}"
    );
}

#[test]
fn lines_of_help_fit_a_terminal() {
    let neura = Neura::new();
    for name in commands(&neura) {
        for flag in ["-h", "--help"] {
            for line in neura.run(&[&name, flag]).ok().stdout.lines() {
                assert!(line.chars().count() <= 100, "{line}");
            }
        }
    }
}

#[test]
fn the_version_is_that_of_the_packages() {
    let ran = Neura::new().run(&["--version"]).ok();
    assert_eq!(ran.stdout, format!("neura {}\n", neura::VERSION));
}

#[cfg(unix)]
#[test]
fn a_manual_page_is_one_that_man_reads() {
    use crate::neura::Ran;
    let neura = Neura::new().set("NEURA", crate::neura::BINARY);
    // Where it is not installed, examples/tests/checks-not-run.sh says so.
    let line = "if command -v groff >/dev/null; then \"$NEURA\" man chat | \
        groff -man -Tascii -ww 2>&1; else \"$NEURA\" man chat; fi";
    let ran = Ran::of(neura.command_of("sh", &["-c", line])).ok();
    assert!(ran.stdout.contains("NEURA_MODEL"), "{ran:?}");
}
