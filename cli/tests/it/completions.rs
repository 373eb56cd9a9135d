//! Completions for each shell.

use crate::help::commands;
use crate::neura::Neura;

#[test]
fn every_shell_gets_a_script_with_every_command() {
    let neura = Neura::new();
    let all = commands(&neura);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = neura.run(&["completions", shell]).ok().stdout;
        for name in &all {
            assert!(script.contains(name.as_str()), "{shell} lacks {name}");
        }
        assert!(script.contains("no-env-file"), "{shell}");
        let json = neura.run(&["completions", shell, "--json"]).ok().json();
        assert_eq!(json["script"].as_str().unwrap(), script);
    }
}

#[cfg(unix)]
#[test]
fn bash_completes_commands_and_options() {
    use crate::neura::{BINARY, Ran};
    let neura = Neura::new().set("NEURA", BINARY);
    let complete = |words: &str| {
        let line = format!(
            "source <(\"$NEURA\" completions bash) && COMP_WORDS=({words}) && \
             COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)) && \
             _neura neura \"${{COMP_WORDS[COMP_CWORD]}}\" && echo \"${{COMPREPLY[@]}}\""
        );
        Ran::of(neura.command_of("bash", &["-c", &line]))
            .ok()
            .stdout
    };
    assert_eq!(complete("neura chec"), "check\n");
    assert_eq!(complete("neura check --prof"), "--profile\n");
    assert_eq!(complete("neura completions b"), "bash\n");
}

/// Where another shell is installed, it reads its script without a complaint.
#[cfg(unix)]
#[test]
fn a_script_is_valid_in_its_shell() {
    use crate::neura::{BINARY, Ran};
    let neura = Neura::new().set("NEURA", BINARY);
    for (shell, check) in [
        ("zsh", "zsh -n"),
        ("fish", "fish --no-execute"),
        ("bash", "bash -n"),
    ] {
        let line = format!(
            "if command -v {shell} >/dev/null; then \"$NEURA\" completions {shell} > script && \
             {check} script; fi"
        );
        Ran::of(neura.command_of("sh", &["-c", &line])).ok();
    }
}
