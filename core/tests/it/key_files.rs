//! A key file is read again when it changes, before a key is refused. Source: design.md, rotation.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use crate::child::Place;
use crate::common::{FAKE_KEY, OTHER_KEY, Server, keys_seen};
use crate::isolated::isolated_with;
use neura::{Client, EnvFile};
use serde_json::json;

/// A little more than the time between two checks.
const INTERVAL: Duration = Duration::from_millis(10_200);

fn dotenv(key: &str) -> String {
    format!("NEURA_API_KEY={key}\n")
}

type Change = fn(&Watched);

/// A client whose key is in this file, and its server.
struct Watched {
    place: Place,
    server: Server,
    client: Client,
}

impl Watched {
    /// `{url}` in the text is replaced by the server's URL.
    fn new(text: &str) -> Self {
        let (place, server) = (Place::new(), Server::replies(json!([200])));
        let text = text.replace("{url}", server.base_url());
        place.write("mine.env", text.as_bytes());
        let mut client = Client::builder().env_file(EnvFile::Path(place.path("mine.env")));
        if !text.contains("NEURA_BASE_URL") {
            client = client.base_url(server.base_url());
        }
        let client = client.max_retries(0).build().unwrap();
        Watched {
            place,
            server,
            client,
        }
    }

    fn path(&self) -> PathBuf {
        self.place.path("mine.env")
    }

    /// Makes one call, which succeeds.
    fn call(&self) {
        assert!(self.client.get("/models").send().unwrap().ok());
    }
}

/// All in parallel, because each of them waits for checks.
#[test]
fn a_file_is_looked_at_again() {
    let parts: &[(&str, fn())] = &[
        ("changed", a_call_takes_the_key_of_a_changed_file),
        (
            "no key",
            a_file_that_gives_no_key_leaves_the_old_one_until_it_does,
        ),
        (
            "unchanged",
            an_unchanged_file_and_a_key_that_was_set_stay_in_use,
        ),
        #[cfg(unix)]
        ("pipe", a_pipe_is_not_read_before_a_401),
        ("threads", many_threads_go_over_together_without_a_refusal),
    ];
    thread::scope(|scope| {
        for (name, part) in parts.iter().copied() {
            let part = thread::Builder::new()
                .name(name.to_owned())
                .spawn_scoped(scope, part);
            part.unwrap();
        }
    });
}

fn a_call_takes_the_key_of_a_changed_file() {
    let ways: [(&str, Change); 3] = [
        ("written in place, as long as before", |watched| {
            let key = FAKE_KEY.replace("abcdef", "fedcba");
            watched.place.write("mine.env", dotenv(&key).as_bytes());
        }),
        ("replaced by a rename", |watched| {
            watched.place.write("new.env", dotenv(OTHER_KEY).as_bytes());
            fs::rename(watched.place.path("new.env"), watched.path()).unwrap();
        }),
        ("removed and made anew", |watched| {
            fs::remove_file(watched.path()).unwrap();
            watched
                .place
                .write("mine.env", dotenv(OTHER_KEY).as_bytes());
        }),
    ];
    thread::scope(|scope| {
        for (way, change) in ways {
            scope.spawn(move || {
                let watched = Watched::new(&dotenv(FAKE_KEY));
                watched.call();
                change(&watched);
                watched.call();
                thread::sleep(INTERVAL);
                watched.call();
                watched.call();
                let keys = keys_seen(&watched.server);
                assert_eq!(keys[..2], [FAKE_KEY, FAKE_KEY], "{way}");
                assert_ne!(keys[2], FAKE_KEY, "{way}");
                assert_eq!(keys[2], keys[3], "{way}");
                let usage = watched.client.usage();
                let used: Vec<_> = usage.keys.iter().map(|key| key.requests).collect();
                assert_eq!(used, [2, 2], "{way}");
                assert_eq!(watched.client.key_info().source(), "env_file");
            });
        }
    });
}

fn a_file_that_gives_no_key_leaves_the_old_one_until_it_does() {
    let with_url = |key: &str, url: &str| format!("NEURA_BASE_URL={url}\nNEURA_API_KEY={key}\n");
    let plain = dotenv(FAKE_KEY);
    let wrong: [(&str, String, Option<String>); 7] = [
        ("not there", plain.clone(), None),
        ("empty", plain.clone(), Some(String::new())),
        ("blank", plain.clone(), Some("NEURA_API_KEY= \n".into())),
        ("malformed", plain.clone(), Some(dotenv("nk with blanks"))),
        ("not text", plain.clone(), Some("\0\0\0\0".into())),
        (
            "another URL",
            with_url(FAKE_KEY, "{url}"),
            Some(with_url(OTHER_KEY, "http://localhost:9/v1")),
        ),
        (
            "no URL any more",
            with_url(FAKE_KEY, "{url}"),
            Some(dotenv(OTHER_KEY)),
        ),
    ];
    thread::scope(|scope| {
        for (what, before, now) in wrong {
            scope.spawn(move || {
                let watched = Watched::new(&before);
                match &now {
                    Some(text) => watched.place.write("mine.env", text.as_bytes()),
                    None => fs::remove_file(watched.path()).unwrap(),
                }
                thread::sleep(INTERVAL);
                watched.call();
                let mended = before.replace(FAKE_KEY, OTHER_KEY);
                let mended = mended.replace("{url}", watched.server.base_url());
                watched.place.write("mine.env", mended.as_bytes());
                watched.call();
                thread::sleep(INTERVAL);
                watched.call();
                let keys = keys_seen(&watched.server);
                assert_eq!(keys, [FAKE_KEY, FAKE_KEY, OTHER_KEY], "{what}");
            });
        }
    });
}

fn an_unchanged_file_and_a_key_that_was_set_stay_in_use() {
    let unchanged = Watched::new(&dotenv(FAKE_KEY));
    let set = Watched::new(&dotenv(FAKE_KEY));
    let header = Watched::new(&dotenv(FAKE_KEY));
    set.client.set_api_key(OTHER_KEY).unwrap();
    let newest = "nk-fake-newest-00000000003333";
    for changed in [&set, &header] {
        changed.place.write("mine.env", dotenv(newest).as_bytes());
    }
    thread::sleep(INTERVAL);
    unchanged.call();
    set.call();
    assert_eq!(keys_seen(&unchanged.server), [FAKE_KEY]);
    assert_eq!(keys_seen(&set.server), [OTHER_KEY]);
    // The header for other tools follows the file as well.
    let value = header.client.auth_header().unwrap();
    assert_eq!(value, format!("Bearer {newest}"));
}

/// A FIFO that replaces the file is not opened: its writer would get a reader that leaves.
#[cfg(unix)]
fn a_pipe_is_not_read_before_a_401() {
    let watched = Watched::new(&dotenv(FAKE_KEY));
    fs::remove_file(watched.path()).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(watched.path())
        .status()
        .unwrap();
    assert!(made.success());
    thread::scope(|scope| {
        let writer = scope.spawn(|| fs::write(watched.path(), dotenv(OTHER_KEY)));
        thread::sleep(INTERVAL);
        watched.call();
        let waits = !writer.is_finished();
        let text = fs::read_to_string(watched.path()).unwrap(); // Frees the writer.
        assert!(waits && text == dotenv(OTHER_KEY), "the pipe was read");
    });
    assert_eq!(keys_seen(&watched.server), [FAKE_KEY]);
}

/// A secret as Kubernetes mounts it: the link `..data` to a folder is replaced by a rename. And a
/// credentials file that others can read, then half written, then complete.
#[cfg(unix)]
#[test]
fn mounted_secrets_and_credentials_files_are_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::new();
    place.write("secret/..one/key", FAKE_KEY.as_bytes());
    place.write("secret/..two/key", OTHER_KEY.as_bytes());
    symlink("..one", place.path("secret/..data")).unwrap();
    symlink("..data/key", place.path("secret/key")).unwrap();
    let variables = ["NEURA_API_KEY_FILE", "NEURA_CREDENTIALS_FILE"];
    let env = || {
        let files = ["secret/key", "credentials.toml"].map(|name| place.path(name).into());
        variables.into_iter().zip(files).collect()
    };
    let test = "key_files::mounted_secrets_and_credentials_files_are_followed";
    isolated_with(test, env, || {
        let [secret, file] = variables.map(|name| PathBuf::from(std::env::var_os(name).unwrap()));
        let folder = secret.parent().unwrap();
        let (first, second) = (Server::replies(json!([200])), Server::replies(json!([200])));
        let write = |text: &str, mode: u32| {
            fs::write(&file, text).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        };
        let table = |key: &str| {
            let url = second.base_url();
            format!("[staging]\nbase_url = \"{url}\"\napi_key = \"{key}\"\n")
        };
        write(&table(FAKE_KEY), 0o600);
        let mounted = Client::builder().base_url(first.base_url());
        let mounted = mounted.build().unwrap();
        let staging = Client::builder().profile("staging").build().unwrap();
        symlink("..two", folder.join("..new")).unwrap();
        fs::rename(folder.join("..new"), folder.join("..data")).unwrap();
        write(&table(OTHER_KEY), 0o644);
        thread::sleep(INTERVAL);
        mounted.get("/models").send().unwrap();
        staging.get("/models").send().unwrap();
        assert_eq!(keys_seen(&first), [OTHER_KEY]);
        assert_eq!(mounted.key_info().source(), "secret_file");

        let text = table(OTHER_KEY);
        write(&text[..text.len() - 10], 0o600);
        thread::sleep(INTERVAL);
        staging.get("/models").send().unwrap();
        write(&format!("{text}added = 2026-11-01\n"), 0o600);
        thread::sleep(INTERVAL);
        staging.get("/models").send().unwrap();
        assert_eq!(keys_seen(&second), [FAKE_KEY, FAKE_KEY, OTHER_KEY]);
        assert!(staging.key_info().key_age_days().is_some());
    });
}

fn many_threads_go_over_together_without_a_refusal() {
    let place = Place::new();
    let database = place.path("keys.sqlite");
    let sandbox = Server::sandbox_with_keys_in(&database);
    let keys = [
        sandbox.key("api_key").to_owned(),
        crate::common::create_key(&database, "second"),
    ];
    place.write("mine.env", dotenv(&keys[0]).as_bytes());
    let client = Client::builder()
        .env_file(EnvFile::Path(place.path("mine.env")))
        .base_url(sandbox.base_url())
        .max_retries(0)
        .build()
        .unwrap();
    let began = std::time::Instant::now();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while began.elapsed() < INTERVAL + Duration::from_millis(300) {
                    client.models().send().unwrap();
                    thread::sleep(Duration::from_millis(20));
                }
            });
        }
        thread::sleep(Duration::from_secs(3));
        place.write("mine.env", dotenv(&keys[1]).as_bytes());
    });
    let usage = client.usage();
    assert_eq!(usage.keys.len(), 2);
    assert!(
        usage
            .keys
            .iter()
            .all(|key| key.requests > 4 && key.unauthorized == 0),
        "{usage:?}"
    );
}
