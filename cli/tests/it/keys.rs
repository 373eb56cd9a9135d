//! `neura keys`: the credentials file.

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use crate::neura::{Neura, Ran};
use crate::servers::{FAKE_KEY, OTHER_KEY, Server};

pub const FILE: &str = "home/.config/neura/credentials.toml";

/// With the server's URL and no key.
pub fn without_key(server: &Server) -> Neura {
    Neura::new().set("NEURA_BASE_URL", server.base_url())
}

pub fn text(neura: &Neura) -> String {
    fs::read_to_string(neura.place.path(FILE)).unwrap()
}

pub fn write(neura: &Neura, text: &str) {
    neura.place.write(FILE, text.as_bytes());
    #[cfg(unix)]
    neura.place.set_mode(FILE, "600");
}

#[track_caller]
pub fn assert_hidden(ran: &Ran, key: &str) {
    assert!(
        !ran.stdout.contains(key) && !ran.stderr.contains(key),
        "{ran:?}"
    );
}

/// What was left in the folder of the file, beside it.
fn beside(neura: &Neura) -> Vec<PathBuf> {
    let folder = neura.place.path("home/.config/neura");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let names = ["credentials.toml", "credentials.toml.lock"];
    files
        .filter(|file| !names.contains(&file.file_name().unwrap().to_str().unwrap()))
        .collect()
}

#[test]
fn a_key_is_stored_used_listed_and_removed() {
    let sandbox = Server::sandbox();
    let (neura, key) = (without_key(&sandbox), sandbox.key("api_key"));
    let ran = neura.feed(format!("{key}\n"), &["keys", "add"]).ok();
    assert!(ran.stdout.starts_with("stored: …"), "{ran:?}");
    assert_hidden(&ran, key);
    assert!(text(&neura).contains(&format!("[default]\napi_key = \"{key}\"\nadded = 20")));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name: &str| {
            fs::metadata(neura.place.path(name))
                .unwrap()
                .permissions()
                .mode()
        };
        assert_eq!(mode(FILE) & 0o777, 0o600);
        assert_eq!(mode("home/.config/neura") & 0o777, 0o700);
    }
    assert_eq!(beside(&neura), [] as [PathBuf; 0]);
    let which = neura.run(&["which", "--json"]).ok().json();
    assert_eq!(which["source"], "credentials_file");
    assert_eq!(which["key_age_days"], 0);
    neura.run(&["check"]).ok();
    let ran = neura.run(&["keys", "list"]).ok();
    assert!(ran.stdout.starts_with("* default  …"), "{ran:?}");
    assert!(ran.stdout.contains("0 days"), "{ran:?}");
    assert_hidden(&ran, key);
    let listed = neura.run(&["keys", "list", "--json"]).ok().json();
    assert_eq!(listed["keys"][0]["fingerprint"], which["fingerprint"]);
    assert_eq!(listed["keys"][0]["old"], false);
    // Nobody can answer.
    let ran = neura.run(&["keys", "remove"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("--yes"), "{ran:?}");
    let ran = neura.run(&["keys", "remove", "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("dashboard"), "{ran:?}");
    assert!(!text(&neura).contains(key));
    assert_eq!(neura.run(&["keys", "remove", "--yes"]).code, Some(3));
    assert_eq!(
        neura.run(&["keys", "list", "--json"]).ok().json()["keys"],
        json!([])
    );
}

#[test]
fn a_base_url_that_no_client_takes_is_not_stored() {
    let neura = Neura::new();
    for url in [
        "https://me:secret@gw.example/v1",
        "no url",
        "http://gw.example/v1",
    ] {
        let add = ["keys", "add", "--no-check", "--base-url", url];
        let ran = neura.feed(FAKE_KEY, &add);
        assert_eq!(ran.code, Some(3), "{ran:?}");
        assert!(!ran.stderr.contains("secret"), "{ran:?}");
        assert!(!neura.place.path(FILE).exists());
    }
    let add = ["keys", "add", "--no-check", "--base-url"];
    let gateway = "https://gw.example/v1";
    neura.feed(FAKE_KEY, &[&add[..], &[gateway]].concat()).ok();
    assert_eq!(
        neura.run(&["which", "--json"]).ok().json()["base_url"],
        gateway
    );
}

#[cfg(unix)]
#[test]
fn a_name_in_the_file_cannot_control_the_terminal() {
    use crate::terminal::Terminal;
    let neura = Neura::new();
    write(
        &neura,
        &format!("[\"a\\u001b]0;b\"]\napi_key = \"{FAKE_KEY}\"\n"),
    );
    let mut terminal = Terminal::run(&neura, &["keys", "list"]);
    assert_eq!(terminal.end(), Some(0));
    assert!(
        !terminal.screen().contains("\u{1b}]0"),
        "{:?}",
        terminal.screen()
    );
}

#[cfg(unix)]
#[test]
fn a_login_in_the_base_url_is_not_listed() {
    let neura = Neura::new();
    let login = "https://someone:s3cret-w0rd@gateway.example/v1";
    write(
        &neura,
        &format!("[default]\napi_key = \"{FAKE_KEY}\"\nbase_url = \"{login}\"\n"),
    );
    for args in [&["keys", "list"][..], &["keys", "list", "--json"]] {
        let ran = neura.run(args).ok();
        assert!(
            ran.stdout.contains("https://…@gateway.example/v1"),
            "{ran:?}"
        );
        assert_hidden(&ran, "s3cret-w0rd");
        assert_hidden(&ran, "someone");
    }
}

#[test]
fn advice_stands_below_the_result() {
    use crate::terminal::Terminal;
    let neura = Neura::new();
    neura.feed(FAKE_KEY, &["keys", "add", "--no-check"]).ok();
    let mut terminal = Terminal::run(&neura, &["keys", "remove", "--yes"]);
    assert_eq!(terminal.end(), Some(0));
    let screen = terminal.screen();
    assert!(
        screen.find("removed") < screen.find("still works"),
        "{screen}"
    );
}

#[test]
fn what_cannot_be_a_key_or_is_refused_is_not_stored() {
    let sandbox = Server::sandbox();
    let neura = without_key(&sandbox);
    for (input, args, code, part) in [
        ("", &["keys", "add"][..], 2, "standard input is empty"),
        ("Bearer nk-fake-0123456789", &["keys", "add"], 4, "Bearer"),
        ("<your key>", &["keys", "add"], 4, "placeholder"),
        ("two\nlines", &["keys", "add"], 4, "line break"),
        (FAKE_KEY, &["keys", "add"], 5, "--no-check"),
        (FAKE_KEY, &["keys", "add", "--profile", "a b"], 3, "profile"),
        (FAKE_KEY, &["keys", "add", "--command", ""], 3, "empty"),
        (
            FAKE_KEY,
            &["keys", "add", "--command", "echo 'open"],
            3,
            "quotation",
        ),
        (
            FAKE_KEY,
            &["keys", "add", "--command", FAKE_KEY],
            2,
            "revoke",
        ),
        (
            FAKE_KEY,
            &["keys", "add", "--command", "false"],
            3,
            "failed",
        ),
        (FAKE_KEY, &["keys", "rotate"], 3, "keys add"),
        (FAKE_KEY, &["keys", "rotate", "--finish"], 3, "no rotation"),
    ] {
        let ran = neura.feed(input, args);
        assert_eq!(ran.code, Some(code), "{args:?}: {ran:?}");
        assert!(ran.stderr.contains(part), "{args:?}: {ran:?}");
        assert!(
            ran.stdout.is_empty() && !neura.place.path(FILE).exists(),
            "{args:?}: {ran:?}"
        );
        assert_hidden(&ran, FAKE_KEY);
    }
    // Without a service.
    let offline = Neura::new().set("NEURA_BASE_URL", "http://127.0.0.1:1/v1");
    let add = ["keys", "add", "--max-retries", "0"];
    assert_eq!(offline.feed(FAKE_KEY, &add).code, Some(9));
    offline.feed(FAKE_KEY, &["keys", "add", "--no-check"]).ok();
    let error = offline.feed(OTHER_KEY, &["keys", "add", "--json"]);
    assert_eq!(error.code, Some(2));
    assert!(
        error.error()["message"]
            .as_str()
            .unwrap()
            .contains("--replace")
    );
    assert!(text(&offline).contains(FAKE_KEY));
}

#[test]
fn a_program_that_prints_the_key_is_stored_in_its_place() {
    let sandbox = Server::sandbox();
    let (neura, key) = (without_key(&sandbox), sandbox.key("api_key"));
    neura.place.write("work/secret", key.as_bytes());
    let command = neura.place.fill("cat {root}/work/secret");
    let ran = neura.run(&["keys", "add", "--command", &command]).ok();
    assert_hidden(&ran, key);
    assert!(
        text(&neura).contains(&format!("api_key_command = \"{command}\"")),
        "{}",
        text(&neura)
    );
    let which = neura.run(&["which", "--json"]).ok().json();
    assert_eq!(which["source"], "command");
    neura.run(&["check"]).ok();
    let listed = neura.run(&["keys", "list", "--json"]).ok().json();
    assert_eq!(listed["keys"][0]["command"], true);
    assert!(!listed.to_string().contains("cat "));
    let ran = neura.feed(OTHER_KEY, &["keys", "rotate"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.stderr.contains("a program prints the key"), "{ran:?}");
    // A key takes its place.
    neura.feed(key, &["keys", "add", "--replace"]).ok();
    assert!(!text(&neura).contains("api_key_command"));
    // A program that would start itself again and again.
    write(
        &neura,
        &format!(
            "[default]\napi_key_command = \"{} header\"\n",
            crate::neura::BINARY
        ),
    );
    let ran = neura.run(&["check"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
}

#[test]
fn the_base_url_of_a_table_is_kept_and_one_that_is_given_is_stored() {
    let (neura, sandbox) = (Neura::new(), Server::sandbox());
    let (url, key) = (sandbox.base_url(), sandbox.key("api_key"));
    neura
        .feed(
            key,
            &["keys", "add", "--profile", "staging", "--base-url", url],
        )
        .ok();
    assert!(text(&neura).contains(&format!("base_url = \"{url}\"")));
    neura.run(&["check", "--profile", "staging"]).ok();
    // Tested where the table says, since nothing else does.
    neura
        .feed(key, &["keys", "add", "--profile", "staging", "--replace"])
        .ok();
    assert!(text(&neura).contains(&format!("base_url = \"{url}\"")));
}

/// As git takes it.
#[cfg(unix)]
#[test]
fn a_relative_home_begins_at_the_working_directory() {
    let neura = Neura::new().set("HOME", "house");
    neura.feed(FAKE_KEY, &["keys", "add", "--no-check"]).ok();
    let path = neura
        .place
        .path("work/house/.config/neura/credentials.toml");
    assert!(path.is_file());
    let shown = neura.run(&["which", "--json"]).ok().json();
    assert_eq!(shown["path"], path.to_str().unwrap());
}

/// `neura keys rotate` refuses one that a program prints.
#[test]
fn an_old_key_of_a_program_is_rotated_elsewhere() {
    let neura = Neura::new();
    write(
        &neura,
        "[default]\napi_key_command = \"pass show neura\"\nadded = 2020-01-01\n",
    );
    let ran = neura.run(&["keys", "list"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("that program has it from"), "{ran:?}");
    assert!(!ran.stderr.contains("keys rotate"), "{ran:?}");
}

#[test]
fn old_keys_are_marked() {
    let neura = Neura::new();
    write(
        &neura,
        &format!(
            "[default]\napi_key = \"{FAKE_KEY}\"\nadded = 2020-01-01\n[new]\napi_key = \"{OTHER_KEY}\"\nadded = \"2999-01-01T00:00:00Z\"\n[none]\nbase_url = \"https://x.example/v1\"\n[bad]\napi_key = \"Bearer {FAKE_KEY}\"\n"
        ),
    );
    let ran = neura.run(&["keys", "list"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines[0].contains("older than 90"), "{ran:?}");
    assert!(
        lines[1].contains("0 days") && !lines[1].contains("older"),
        "{ran:?}"
    );
    assert!(lines[2].contains("has no api_key"), "{ran:?}");
    assert!(lines[3].contains("Bearer"), "{ran:?}");
    assert!(ran.stderr.contains("neura keys rotate"), "{ran:?}");
    assert_hidden(&ran, FAKE_KEY);
    let listed = neura.run(&["keys", "list", "--json"]).ok().json();
    let old: Vec<_> = listed["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["old"].clone())
        .collect();
    assert_eq!(json!(old), json!([true, false, false, false]));
}

#[test]
fn a_shell_is_told_which_profile_to_use() {
    let neura = Neura::new().set("SHELL", "/bin/bash");
    write(&neura, &format!("[staging]\napi_key = \"{FAKE_KEY}\"\n"));
    assert_eq!(
        neura.run(&["keys", "use", "staging"]).ok().stdout,
        "export NEURA_PROFILE=staging\n"
    );
    assert_eq!(
        neura.run(&["keys", "use", "default"]).ok().stdout,
        "unset NEURA_PROFILE\n"
    );
    for (shell, line) in [
        ("fish", "set -gx NEURA_PROFILE staging\n"),
        ("powershell", "$env:NEURA_PROFILE = \"staging\"\n"),
    ] {
        assert_eq!(
            neura
                .run(&["keys", "use", "staging", "--shell", shell])
                .ok()
                .stdout,
            line
        );
    }
    for (name, code) in [("other", 4), ("a b", 3), ("$(id)", 3), ("x;y", 3)] {
        let ran = neura.run(&["keys", "use", name]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(code), ""), "{ran:?}");
    }
    assert!(
        neura
            .run(&["keys", "use", "other"])
            .stderr
            .contains("has staging")
    );
    #[cfg(unix)]
    {
        let line = "eval \"$(\"$0\" keys use staging)\" && \"$0\" which --json";
        let ran = Ran::of(neura.command_of("sh", &["-c", line, crate::neura::BINARY])).ok();
        assert_eq!(ran.json()["profile"], "staging");
    }
}

#[test]
fn a_source_that_comes_first_is_named() {
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox);
    let ran = neura.feed(sandbox.key("api_key"), &["keys", "add"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("NEURA_API_KEY"), "{ran:?}");
}
