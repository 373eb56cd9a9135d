//! faults.md 96: pipes that hold a key or a `.env`.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use neura::{Client, EnvFile, ErrorKind, Options};
use serde_json::{Value, json};

use super::{assert_config, resolve};
use crate::child::{ARGUMENTS, Place, answer};
use crate::common::{FAKE_KEY, OTHER_KEY, Server};

fn fifo(place: &Place, name: &str) -> PathBuf {
    let path = place.path(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(&path)
            .status()
            .unwrap()
            .success()
    );
    path
}

/// Writes to a FIFO in pieces once a reader opens it, and returns when that was.
fn write(path: &Path, pieces: &[&str]) -> JoinHandle<Instant> {
    let path = path.to_owned();
    let pieces: Vec<String> = pieces.iter().map(|piece| (*piece).to_owned()).collect();
    thread::spawn(move || {
        let mut file = OpenOptions::new().write(true).open(path).unwrap();
        let opened = Instant::now();
        for piece in pieces {
            file.write_all(piece.as_bytes()).unwrap();
            thread::sleep(Duration::from_millis(50));
        }
        opened
    })
}

fn with_key(key: &str) -> String {
    format!("NEURA_API_KEY={key}\n")
}

#[test]
fn fault_96_a_fifo_is_read_wherever_a_key_may_stand() {
    let text = with_key(FAKE_KEY);
    for (env, options, text, source) in [
        (vec![], json!({}), text.as_str(), "env_file"),
        (
            vec![],
            json!({"env_file": "{root}/work/.env"}),
            &text,
            "env_file",
        ),
        (
            vec![("NEURA_API_KEY_FILE", "{root}/work/.env")],
            json!({}),
            FAKE_KEY,
            "secret_file",
        ),
        (
            vec![("NEURA_CREDENTIALS_FILE", "{root}/work/.env")],
            json!({"env_file": false}),
            &format!("[default]\napi_key = \"{FAKE_KEY}\"\n"),
            "credentials_file",
        ),
    ] {
        let place = Place::new();
        let path = fifo(&place, "work/.env");
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        let writer = write(&path, &[&text[..9], &text[9..]]);
        let env = env
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let found = place.resolve("work", &env.collect(), &options);
        assert_eq!(found["source"], source, "{found}");
        assert_eq!(found["mask"], "…cdef", "{found}");
        writer.join().unwrap();
    }
}

#[test]
fn fault_96_without_a_writer_a_searched_file_is_passed_over_and_a_named_one_refused() {
    let place = Place::new();
    let path = fifo(&place, "a/.env");
    place.write(".env", with_key(FAKE_KEY).as_bytes());
    let started = Instant::now();
    let found = place.resolve("a", &[].into(), &json!({}));
    assert_eq!(found["path"], json!(place.path(".env")), "{found}");
    let took = started.elapsed();
    assert!((900..4_000).contains(&took.as_millis()), "{took:?}");
    for (name, options) in [
        ("NEURA_API_KEY_FILE", json!({})),
        ("UNUSED", json!({"env_file": path})),
        ("NEURA_CREDENTIALS_FILE", json!({"env_file": false})),
    ] {
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        let env = [(name.to_owned(), "{root}/a/.env".to_owned())];
        let found = place.resolve("work", &env.into(), &options);
        assert_config(&found, &["a/.env", "without a writer"]);
    }
    // An explicit key does not need the pipe, but the search for a base URL still waits.
    let found = place.resolve("a", &[].into(), &json!({"api_key": OTHER_KEY}));
    assert_eq!(found["source"], "caller", "{found}");
}

#[test]
fn fault_96_a_writer_that_does_not_end_or_says_too_much_is_a_config_error() {
    let place = Place::new();
    let path = fifo(&place, "work/.env");
    let slow = thread::spawn({
        let path = path.clone();
        move || {
            let mut file = OpenOptions::new().write(true).open(path).unwrap();
            file.write_all(b"A=1\n").unwrap();
            thread::sleep(Duration::from_secs(8));
        }
    });
    let started = Instant::now();
    let found = resolve(&place, &[]);
    let took = started.elapsed();
    assert_config(&found, &["work/.env", "in time"]);
    assert!((4_900..7_500).contains(&took.as_millis()), "{took:?}");
    slow.join().unwrap();

    let place = Place::new();
    let path = fifo(&place, "work/.env");
    let large = thread::spawn(move || {
        let mut file = OpenOptions::new().write(true).open(path).unwrap();
        while file.write_all(&[b'#'; 4096]).is_ok() {}
    });
    assert_config(&resolve(&place, &[]), &["work/.env", "1024 KiB"]);
    large.join().unwrap();
}

#[test]
fn fault_96_another_users_pipe_is_passed_over_and_never_read() {
    let place = Place::new();
    let path = fifo(&place, "work/.env");
    // Only root may change the owner of a file.
    if std::os::unix::fs::chown(&path, Some(65_534), None).is_err() {
        eprintln!("check not run: it needs the right to give a file away");
        return;
    }
    let found = resolve(&place, &[]);
    assert_eq!(found["error"], "missing_api_key", "{found}");
    let message = found["message"].as_str().unwrap();
    assert!(
        message.contains("belongs to another user, so it is not trusted (skipped)"),
        "{message}"
    );
    let found = resolve(&place, &[("NEURA_API_KEY_FILE", "{root}/work/.env")]);
    assert_config(&found, &["belongs to another user"]);
}

/// The result of `resolve` in a program that a shell starts with these words around it.
fn through_shell(place: &Place, shell: &str, file: &str, input: &str) -> Value {
    let env = vec![("NEURA_API_KEY_FILE".to_owned(), file.into())];
    let asked = place.command("work", env, &json!({}), "resolve");
    let mut command = Command::new("sh");
    command
        .args(["-c", shell])
        .arg(asked.get_program())
        .args(ARGUMENTS);
    command.current_dir(place.path("work")).env_clear();
    command.envs(
        asked
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    answer(&child.wait_with_output().unwrap())
}

#[test]
fn fault_96_a_descriptor_and_standard_input_are_read() {
    let place = Place::new();
    place.write("work/secret", FAKE_KEY.as_bytes());
    for (shell, file) in [
        ("exec \"$0\" \"$@\"", "/dev/stdin"),
        ("exec \"$0\" \"$@\"", "/dev/fd/0"),
        ("exec 3<&0 0</dev/null; exec \"$0\" \"$@\"", "/dev/fd/3"),
        // A descriptor of a regular file.
        ("exec 3<secret; exec \"$0\" \"$@\"", "/dev/fd/3"),
        // Written late, and by a program that has ended since.
        ("{ sleep 0.3; cat; } | \"$0\" \"$@\"", "/dev/stdin"),
        ("cat | { sleep 0.3; exec \"$0\" \"$@\"; }", "/dev/stdin"),
    ] {
        let found = through_shell(&place, shell, file, &format!("{FAKE_KEY}\n"));
        assert_eq!(found["source"], "secret_file", "{shell}: {found}");
        assert_eq!(found["mask"], "…cdef", "{shell}: {found}");
    }
    let empty = through_shell(&place, "exec \"$0\" \"$@\"", "/dev/stdin", "");
    assert_eq!(empty["error"], "missing_api_key", "{empty}");
    let closed = through_shell(&place, "exec \"$0\" \"$@\"", "/dev/fd/9", "");
    assert_config(&closed, &["/dev/fd/9"]);
    let device = through_shell(&place, "exec \"$0\" \"$@\"", "/dev/null", "");
    assert_config(&device, &["/dev/null", "regular file"]);
}

#[test]
fn fault_96_a_socket_is_named() {
    use std::os::fd::OwnedFd;
    use std::os::unix::net::{UnixListener, UnixStream};

    let place = Place::new();
    for file in ["/dev/stdin", "/dev/fd/0"] {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let env = vec![("NEURA_API_KEY_FILE".to_owned(), file.into())];
        let mut command = place.command("work", env, &json!({}), "resolve");
        command.stdin(Stdio::from(OwnedFd::from(theirs)));
        let found = answer(&command.output().unwrap());
        drop(ours);
        assert_config(&found, &[file, "is a socket and not a pipe"]);
    }
    let _bound = UnixListener::bind(place.path("work/.env")).unwrap();
    let found = resolve(&place, &[("NEURA_API_KEY_FILE", "{root}/work/.env")]);
    assert_config(&found, &["work/.env", "is a socket and not a pipe"]);
    let found = resolve(&place, &[]);
    assert_eq!(found["error"], "missing_api_key", "{found}");
    let message = found["message"].as_str().unwrap();
    assert!(message.contains("is a socket"), "{message}");
}

fn client(server: &Server, env_file: &Path) -> Client {
    let mut options = Options::new();
    options.set_env_file(EnvFile::Path(env_file.to_owned()));
    options.set_base_url(server.base_url());
    options.set_max_retries(0);
    Client::new(options).unwrap()
}

fn refused() -> Value {
    let body = json!({"error": {"message": "no", "code": "invalid_api_key"}}).to_string();
    json!({"status": 401, "headers": [["content-type", "application/json"]], "body": body})
}

#[test]
fn fault_96_the_text_is_kept_for_later_clients_and_read_again_after_a_401() {
    let place = Place::new();
    let path = fifo(&place, "work/.env");
    let server =
        Server::replies(json!([refused(), {"status": 200, "body": "{}"}, refused(), refused()]));
    let first = with_key(FAKE_KEY);
    let writer = write(&path, &[&first]);
    let clients: Vec<Client> = thread::scope(|scope| {
        let made: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| client(&server, &path)))
            .collect();
        made.into_iter().map(|made| made.join().unwrap()).collect()
    });
    writer.join().unwrap();
    for client in &clients {
        assert_eq!(client.key_info().mask(), Some("…cdef"));
    }
    // A reader that only checks would take the writer's next text.
    let second = with_key(OTHER_KEY);
    let writer = write(&path, &[&second]);
    thread::sleep(Duration::from_millis(50));
    assert_eq!(client(&server, &path).key_info().mask(), Some("…cdef"));
    assert_eq!(clients[0].get("/models").send().unwrap().text(), "{}");
    writer.join().unwrap();
    assert_eq!(clients[0].key_info().mask(), Some("…2222"));
    assert_eq!(client(&server, &path).key_info().mask(), Some("…2222"));
    // Without a writer this time, the key and the error stay the same.
    let error = clients[0].models().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidApiKey, "{error}");
    assert_eq!(clients[0].key_info().mask(), Some("…2222"));
}

#[test]
fn fault_96_reading_again_keeps_to_the_calls_deadline() {
    let place = Place::new();
    let path = fifo(&place, "work/.env");
    let server = Server::replies(json!([refused()]));
    let writer = write(&path, &[&with_key(FAKE_KEY)]);
    let mut options = Options::new();
    options.set_env_file(EnvFile::Path(path.clone()));
    options.set_base_url(server.base_url());
    options.set_timeout(Duration::from_millis(1_500));
    let client = Client::new(options).unwrap();
    writer.join().unwrap();
    let holds = thread::spawn(move || {
        let file = OpenOptions::new().write(true).open(path).unwrap();
        thread::sleep(Duration::from_secs(6));
        drop(file);
    });
    let started = Instant::now();
    let error = client.models().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(
        started.elapsed() < Duration::from_secs(4),
        "{:?}",
        started.elapsed()
    );
    holds.join().unwrap();
}
