//! `neura keys` where the credentials file cannot be used or written: it stays as it was.

use std::fs;
use std::process::Stdio;

use crate::keys::{FILE, text, without_key, write};
use crate::neura::{Neura, Ran};
use crate::servers::{FAKE_KEY, OTHER_KEY, Server};

const COMMANDS: [&[&str]; 4] = [
    &["keys", "add", "--no-check", "--replace"],
    &["keys", "list"],
    &["keys", "remove", "--yes"],
    &["keys", "rotate"],
];

#[test]
fn a_broken_file_is_kept_and_its_line_is_named() {
    let neura = Neura::new();
    for (broken, line) in [
        (format!("[default]\napi_key = \"{FAKE_KEY}\n"), "line 2"),
        ("[default]\n\n[default]\n".to_owned(), "line 3"),
        ("\n\n= x\n".to_owned(), "line 3"),
    ] {
        write(&neura, &broken);
        for command in COMMANDS {
            let ran = neura.feed(OTHER_KEY, command);
            assert_eq!(ran.code, Some(3), "{command:?}: {ran:?}");
            assert!(ran.stderr.contains(line), "{command:?}: {ran:?}");
            assert!(!ran.stderr.contains(FAKE_KEY), "{ran:?}");
            assert_eq!(text(&neura), broken);
        }
    }
    // The name of a profile stands for something else.
    write(&neura, "default = 5\n");
    let ran = neura.feed(OTHER_KEY, COMMANDS[0]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert_eq!(text(&neura), "default = 5\n");
    let listed = neura.run(&["keys", "list", "--json"]).ok().json();
    let problem = listed["keys"][0]["problem"].as_str();
    assert!(problem.unwrap().contains("is not a table"), "{listed}");
    let ran = neura.feed(OTHER_KEY, &["keys", "rotate"]);
    assert!(ran.stderr.contains("is not a table"), "{ran:?}");
    // No UTF-8, and no file.
    let utf_16: Vec<u8> = "\u{feff}[default]\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (bytes, why) in [
        (
            &b"[default]\napi_key = \"\xff\"\n"[..],
            "UTF-8 text (line 2)",
        ),
        (&utf_16, "UTF-16"),
    ] {
        neura.place.write(FILE, bytes);
        for command in COMMANDS {
            let ran = neura.feed(OTHER_KEY, command);
            assert_eq!(ran.code, Some(3), "{command:?}: {ran:?}");
            assert!(ran.stderr.contains(why), "{command:?}: {ran:?}");
        }
    }
    fs::remove_file(neura.place.path(FILE)).unwrap();
    fs::create_dir(neura.place.path(FILE)).unwrap();
    for command in COMMANDS {
        let ran = neura.feed(OTHER_KEY, command);
        assert_eq!(ran.code, Some(3), "{command:?}: {ran:?}");
        assert!(ran.stderr.contains("not a regular file"), "{ran:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_its_place_does_not_hang() {
    let neura = Neura::new();
    neura.place.make_special(FILE, "fifo");
    let ran = neura.feed(OTHER_KEY, &["keys", "list"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_what_it_leads_to_is_changed() {
    let neura = Neura::new();
    neura.place.write("home/dotfiles/neura.toml", b"# mine\n");
    fs::create_dir_all(neura.place.path("home/.config/neura")).unwrap();
    let link = neura.place.path(FILE);
    std::os::unix::fs::symlink(neura.place.path("home/dotfiles/neura.toml"), &link).unwrap();
    neura.feed(FAKE_KEY, &["keys", "add", "--no-check"]).ok();
    assert!(link.symlink_metadata().unwrap().is_symlink());
    let text = fs::read_to_string(neura.place.path("home/dotfiles/neura.toml")).unwrap();
    assert!(
        text.starts_with("# mine\n") && text.contains(FAKE_KEY),
        "{text}"
    );
    // One that leads nowhere.
    fs::remove_file(neura.place.path("home/dotfiles/neura.toml")).unwrap();
    assert_eq!(
        neura.feed(FAKE_KEY, &["keys", "add", "--no-check"]).code,
        Some(3)
    );
}

#[test]
fn a_folder_that_cannot_be_made_is_a_typed_error() {
    // A file is in the folder's place, for root too.
    let neura = Neura::new();
    neura.place.write("home/.config", b"");
    let ran = neura.feed(FAKE_KEY, &["keys", "add", "--no-check"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.stderr.contains("NEURA_CREDENTIALS_FILE"), "{ran:?}");
    // Another file can be named.
    let neura = neura.set("NEURA_CREDENTIALS_FILE", "mine/keys.toml");
    neura.feed(FAKE_KEY, &["keys", "add", "--no-check"]).ok();
    assert!(neura.place.path("work/mine/keys.toml").is_file());
    for bad in ["\"quoted.toml\"", "'quoted'"] {
        let neura = Neura::new().set("NEURA_CREDENTIALS_FILE", bad);
        assert_eq!(
            neura.feed(FAKE_KEY, &["keys", "add", "--no-check"]).code,
            Some(3)
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_home_is_a_typed_error() {
    use std::os::unix::process::CommandExt;
    let neura = Neura::new();
    write(&neura, &format!("[default]\napi_key = \"{FAKE_KEY}\"\n"));
    neura.place.set_mode("home/.config/neura", "500");
    let mut command = neura.command(&["keys", "remove", "--yes"]);
    let is_root = fs::metadata("/proc/self").is_ok_and(|me| {
        use std::os::unix::fs::MetadataExt;
        me.uid() == 0
    });
    if is_root {
        const NOBODY: u32 = 65_534;
        std::os::unix::fs::chown(neura.place.path(FILE), Some(NOBODY), Some(NOBODY)).unwrap();
        std::os::unix::fs::chown(
            neura.place.path("home/.config/neura"),
            Some(NOBODY),
            Some(NOBODY),
        )
        .unwrap();
        command.uid(NOBODY).gid(NOBODY);
    }
    let ran = Ran::of(command);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(
        ran.stderr.contains("cannot be written, and is as it was"),
        "{ran:?}"
    );
    assert!(text(&neura).contains(FAKE_KEY));
}

#[cfg(target_os = "linux")]
#[test]
fn without_space_nothing_is_lost() {
    let neura = Neura::new();
    let filler = format!("# {}\n", "x".repeat(4_000));
    let before = format!("{filler}[default]\napi_key = \"{FAKE_KEY}\"\n");
    write(&neura, &before);
    // A limit of the size of files: larger ones cannot be written.
    let line = "ulimit -f 2; exec \"$0\" \"$@\"";
    let args = [
        "-c",
        line,
        crate::neura::BINARY,
        "keys",
        "add",
        "--no-check",
        "--replace",
    ];
    let mut command = neura.command_of("bash", &args);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), OTHER_KEY.as_bytes()).unwrap();
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.stderr.contains("is as it was"), "{ran:?}");
    assert_eq!(text(&neura), before);
}

#[test]
fn what_a_killed_command_left_is_removed() {
    let neura = Neura::new();
    neura
        .place
        .write("home/.config/neura/.neura-abc123.tmp", FAKE_KEY.as_bytes());
    neura.feed(FAKE_KEY, &["keys", "add", "--no-check"]).ok();
    assert!(
        !neura
            .place
            .path("home/.config/neura/.neura-abc123.tmp")
            .exists()
    );
}

#[test]
fn many_commands_at_once_lose_no_key() {
    let neura = Neura::new();
    std::thread::scope(|scope| {
        for number in 0..16 {
            let neura = &neura;
            scope.spawn(move || {
                let profile = format!("p{number}");
                let add = ["keys", "add", "--no-check", "--profile", &profile];
                neura.feed(format!("{OTHER_KEY}{number}"), &add).ok();
            });
        }
    });
    let listed = neura.run(&["keys", "list", "--json"]).ok().json();
    assert_eq!(
        listed["keys"].as_array().unwrap().len(),
        16,
        "{}",
        text(&neura)
    );
}

#[test]
fn without_a_home_the_variable_is_named() {
    // The system's own table of users has a home folder, unless the platform has none.
    let server = Server::sandbox();
    let neura = without_key(&server).unset("HOME").unset("USERPROFILE");
    let neura = neura.set("NEURA_CREDENTIALS_FILE", "keys.toml");
    neura.feed(server.key("api_key"), &["keys", "add"]).ok();
    neura.run(&["check"]).ok();
}
