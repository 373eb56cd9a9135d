//! `neura guard` and the repository: its hooks, its kind, its size.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::guard::{KEY, assert_found, commit, git, repository};
use crate::neura::{Neura, Ran};

#[test]
fn a_hook_keeps_a_key_out_of_a_commit() {
    let neura = repository();
    let binary = std::path::Path::new(crate::neura::BINARY).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    let neura = neura.set("PATH", &path);
    let ran = neura.run(&["guard", "--install"]).ok();
    assert!(ran.stdout.starts_with("installed: "), "{ran:?}");
    let again = neura.run(&["guard", "--install", "--json"]).ok().json();
    assert_eq!(again["installed"], false);
    neura.place.write("work/a", format!("{KEY}\n").as_bytes());
    git(&neura, &["add", "-A"]);
    let try_it = |neura: &Neura| {
        let args = [
            "-c",
            "user.name=x",
            "-c",
            "user.email=x@x.example",
            "commit",
            "-q",
            "-m",
            "x",
        ];
        Ran::of(neura.command_of("git", &args))
    };
    let ran = try_it(&neura);
    assert_ne!(ran.code, Some(0), "{ran:?}");
    assert!(format!("{ran:?}").contains("a:1 (staged)"), "{ran:?}");
    neura.place.write("work/a", b"no key\n");
    git(&neura, &["add", "-A"]);
    assert_eq!(try_it(&neura).code, Some(0));
    // `git commit -a` takes what was not added.
    neura.place.write("work/a", format!("{KEY}\n").as_bytes());
    let args = [
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@x.example",
        "commit",
        "-qam",
        "x",
    ];
    assert_ne!(Ran::of(neura.command_of("git", &args)).code, Some(0));
}

#[test]
fn another_hook_is_left_as_it_is_and_the_folder_of_hooks_is_gits() {
    let neura = repository();
    neura
        .place
        .write("work/.git/hooks/pre-commit", b"#!/bin/sh\nmake lint\n");
    let ran = neura.run(&["guard", "--install"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(
        ran.stderr.contains("neura guard --staged || exit 1"),
        "{ran:?}"
    );
    let hook = fs::read(neura.place.path("work/.git/hooks/pre-commit")).unwrap();
    assert_eq!(hook, b"#!/bin/sh\nmake lint\n");
    git(&neura, &["config", "core.hooksPath", "my-hooks"]);
    neura.run(&["guard", "--install"]).ok();
    assert!(neura.place.path("work/my-hooks/pre-commit").is_file());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let hook = neura.place.path("work/my-hooks/pre-commit");
        let mode = || fs::metadata(&hook).unwrap().permissions().mode() & 0o111;
        assert_eq!(mode(), 0o111);
        // git passes over one that cannot be run.
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o644)).unwrap();
        let again = neura.run(&["guard", "--install", "--json"]).ok().json();
        assert_eq!((&again["installed"], mode()), (&true.into(), 0o111));
    }
    git(&neura, &["config", "core.hooksPath", "/dev/null"]);
    assert_eq!(neura.run(&["guard", "--install"]).code, Some(1));
}

#[test]
fn without_git_or_a_repository_it_says_so() {
    let neura = Neura::new();
    fs::remove_dir(neura.place.path(".git")).unwrap();
    let neura = neura.set("GIT_CEILING_DIRECTORIES", "/tmp");
    let ran = neura.run(&["guard"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("in no git repository"), "{ran:?}");
    git(&neura, &["init", "-q", "--bare", "bare.git"]);
    let mut command = neura.command(&["guard"]);
    command.current_dir(neura.place.path("work/bare.git"));
    let ran = Ran::of(command);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("bare"), "{ran:?}");
    // Before the first commit.
    git(&neura, &["init", "-q"]);
    neura
        .place
        .write("work/a", b"NEURA_API_KEY=nk-invented-5Zk20bQpWm31\n"); // neura-guard: allow
    git(&neura, &["add", "-A"]);
    assert_found(&neura, &["--staged"], &["a:1 (staged)"]);
    assert_found(&neura, &[], &["a:1"]);
    let neura = repository().set("PATH", "/nowhere");
    let ran = neura.run(&["guard"]);
    assert_eq!(ran.code, Some(127), "{ran:?}");
    assert!(ran.stderr.contains("git is not installed"), "{ran:?}");
}

#[test]
fn a_repository_runs_none_of_its_programs() {
    let neura = repository();
    let ran = neura.place.path("work/ran");
    let touch = format!("touch {}", ran.display());
    for setting in [
        "core.fsmonitor",
        "diff.external",
        "core.pager",
        "filter.x.clean",
        "filter.x.smudge",
    ] {
        git(&neura, &["config", setting, &touch]);
    }
    git(&neura, &["config", "log.showSignature", "true"]);
    // This one is run without a shell.
    let gpg = neura.place.path("work/.git/gpg");
    fs::write(&gpg, format!("#!/bin/sh\n{touch}\n")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&gpg, fs::Permissions::from_mode(0o755)).unwrap();
    }
    git(&neura, &["config", "gpg.program", gpg.to_str().unwrap()]);
    neura.place.write("work/.gitattributes", b"*.x diff=x\n");
    neura.place.write("work/a.x", b"1\n");
    let add = ["-c", "core.fsmonitor=false", "add", "-A"];
    git(&neura, &add);
    assert_eq!(neura.run(&["guard"]).code, Some(0));
    // Of the commit of a key git is asked more, and this one is signed.
    let signed = "tree $(git -c core.fsmonitor=false write-tree)\nauthor x <x> 0 +0000\ncommitter x <x> 0 +0000\n\
                  gpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END PGP SIGNATURE-----\n\nm\n";
    neura.place.write("work/b", KEY.as_bytes());
    git(&neura, &add);
    let line = format!(
        "git update-ref refs/heads/signed $(printf \"{signed}\" | git hash-object -t commit -w --stdin)"
    );
    let made = Ran::of(neura.command_of("sh", &["-c", &line]));
    assert_eq!(made.code, Some(0), "{made:?}");
    let found = neura.run(&["guard"]);
    assert_eq!(found.code, Some(1), "{found:?}");
    assert!(found.stdout.contains(":b:1: "), "{found:?}");
    assert!(!ran.exists());
}

#[test]
fn ten_thousand_files_take_seconds() {
    let neura = repository();
    for folder in 0..100 {
        for file in 0..100 {
            let text = format!(
                "file {folder} {file}\n{}",
                "some text of a file\n".repeat(100)
            );
            neura
                .place
                .write(&format!("work/{folder}/{file}.txt"), text.as_bytes());
        }
    }
    let began = Instant::now();
    git(&neura, &["add", "-A"]);
    git(&neura, &["-c", "gc.auto=0", "commit", "-q", "-m", "many"]);
    let for_git = began.elapsed();
    let began = Instant::now();
    let report = neura.run(&["guard", "--json"]).ok().json();
    assert!(report["files"].as_u64() > Some(10_000), "{report}");
    // A busy machine is slow at both.
    let limit = Duration::from_secs(10).max(for_git * 2);
    assert!(
        began.elapsed() < limit,
        "{:?} (git: {for_git:?})",
        began.elapsed()
    );
}

#[test]
fn a_clone_without_old_commits_says_so() {
    let neura = repository();
    neura.place.write("work/a", b"x\n");
    commit(&neura, "second");
    let url = format!("file://{}", neura.place.path("work").display());
    git(&neura, &["clone", "-q", "--depth", "1", &url, "shallow"]);
    let mut command: Command = neura.command(&["guard", "--json"]);
    command.current_dir(neura.place.path("work/shallow"));
    let report = Ran::of(command).ok().json();
    assert!(
        report["skipped"].to_string().contains("shallow"),
        "{report}"
    );
}

#[test]
fn a_clone_without_old_files_says_how_many() {
    let neura = repository();
    git(&neura, &["config", "uploadpack.allowFilter", "true"]);
    neura.place.write("work/a", b"one\n");
    commit(&neura, "second");
    neura
        .place
        .write("work/a", format!("k = {KEY}\n").as_bytes());
    let with_key = commit(&neura, "third");
    let url = format!("file://{}", neura.place.path("work").display());
    for filter in ["blob:none", "tree:0"] {
        let filter_option = format!("--filter={filter}");
        let folder = filter.replace(':', "-");
        git(&neura, &["clone", "-q", &filter_option, &url, &folder]);
        let mut command: Command = neura.command(&["guard", "--json"]);
        command.current_dir(neura.place.path(&format!("work/{folder}")));
        let ran = Ran::of(command);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""), "{ran:?}");
        let report = ran.json();
        let skipped = report["skipped"].to_string();
        assert!(skipped.contains("a partial clone"), "{report}");
        let found = &report["found"];
        assert_eq!(found[0]["where"], "file", "{report}");
        assert_eq!(found[1]["file"], "a", "{report}");
        let named = match filter {
            "blob:none" => with_key.clone(),
            _ => git(&neura, &["rev-parse", "HEAD:a"]).trim().to_owned(),
        };
        let commit = found[1]["commit"].as_str().unwrap();
        assert!(commit.starts_with(&named), "{report}");
    }
}

#[test]
fn every_entry_of_the_stash_is_searched() {
    let neura = repository();
    for text in [KEY, "nothing"] {
        neura.place.write("work/f", text.as_bytes());
        git(&neura, &["add", "f"]);
        git(&neura, &["stash", "-q"]);
    }
    let ran = neura.run(&["guard"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.contains(":f:1: "), "{ran:?}");
}

#[test]
fn an_object_that_was_replaced_is_searched() {
    let neura = repository();
    neura.place.write("work/f", KEY.as_bytes());
    let with_key = commit(&neura, "a key");
    neura.place.write("work/f", b"nothing\n");
    commit(&neura, "none");
    let old = format!("{with_key}:f");
    git(&neura, &["replace", &old, "HEAD:f"]);
    assert_found(&neura, &[], &[&format!("{with_key}:f:1")]);
}
