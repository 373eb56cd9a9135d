//! `NEURA_USAGE_FILE`: the usage of keys as lines that several programs append. Source: design.md,
//! usage across programs, and faults.md 104.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, Instant};

use neura::{Client, Options};
use serde_json::{Value, json};

use crate::child::Place;
use crate::common::{FAKE_KEY, Server, unauthorized};

/// A client whose usage goes to this file. It is given an environment, not the process's.
fn client(server: &Server, file: &Path, more: &[(&str, &str)]) -> Client {
    let mut options = Options::new();
    let given = [
        ("NEURA_USAGE_FILE", file.to_str().unwrap()),
        ("NEURA_API_KEY", FAKE_KEY),
        ("NEURA_BASE_URL", server.base_url()),
    ];
    options.set_environment(given.iter().chain(more).copied());
    options.set_max_retries(0);
    Client::new(options).unwrap()
}

fn good() -> Value {
    json!({"status": 200, "body": "{\"data\": [], \"usage\": {\"prompt_tokens\": 3, \"completion_tokens\": 4}}"})
}

fn lines(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let parsed = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    parsed.collect()
}

fn sum(lines: &[Value], field: &str) -> u64 {
    lines.iter().map(|line| line[field].as_u64().unwrap()).sum()
}

#[test]
fn the_first_use_is_written_at_once_and_the_rest_with_the_last_client() {
    let (place, file) = (Place::new(), "work/usage.jsonl");
    let file = place.path(file);
    let server = Server::replies(json!([
        good(), good(), unauthorized("invalid_api_key"), {"status": 429}, good()
    ]));
    let more = [("NEURA_APPLICATION", " shop\n")];
    let one = client(&server, &file, &more);
    let other = client(&server, &file, &more);
    assert!(!file.exists(), "nothing was used");
    let send = |client: &Client| client.get("/models").send().unwrap().status();
    send(&one);
    let first = lines(&file);
    assert_eq!(sum(&first, "requests"), 1, "{first:?}");
    let rest = [send(&other), send(&one), send(&other), send(&one)];
    assert_eq!(rest, [200, 401, 429, 200]);
    assert_eq!(lines(&file), first, "60 s have not passed");
    drop(one);
    assert_eq!(lines(&file), first, "a client is left");
    drop(other);
    let all = lines(&file);
    assert_eq!(all.len(), 2, "{all:?}");
    for (field, count) in [
        ("requests", 5),
        ("unauthorized", 1),
        ("rate_limited", 1),
        ("retries", 0),
        ("prompt_tokens", 9),
        ("completion_tokens", 12),
    ] {
        assert_eq!(sum(&all, field), count, "{field}: {all:?}");
    }
    for line in &all {
        assert_eq!(line["usage_form"], 1);
        assert_eq!(line["application"], "shop");
        assert_eq!(line["source"], "environment");
        assert_eq!(line["path"], Value::Null);
        assert_eq!(line["mask"], "…cdef");
        assert_eq!(line["process"], std::process::id());
        assert_eq!(line["run"], all[0]["run"]);
        assert!(line["from"].as_str() <= line["to"].as_str(), "{line}");
    }
    assert!(!fs::read_to_string(&file).unwrap().contains(FAKE_KEY));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

/// Waits until the file counts so many requests.
fn wait_for(file: &Path, requests: u64) {
    let end = Instant::now() + Duration::from_secs(20);
    while sum(&lines(file), "requests") < requests {
        assert!(Instant::now() < end, "{:?}", lines(file));
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn what_no_reply_writes_is_written_in_time() {
    let place = Place::new();
    let file = place.path("work/usage.jsonl");
    let slow = json!({"status": 401, "delay_before_ms": 1_500, "body": "{}"});
    let server = Server::replies(json!([good(), good(), good(), good(), slow]));
    let client = client(&server, &file, &[("NEURA_USAGE_INTERVAL", "0.3")]);
    let send = || client.get("/models").send();
    // Three times: the thread ends when all is written, and another one is started.
    for count in [2, 3, 4] {
        send().unwrap();
        if count == 2 {
            send().unwrap();
        }
        wait_for(&file, count);
        std::thread::sleep(Duration::from_millis(400));
    }
    std::thread::scope(|scope| {
        let waits = scope.spawn(send);
        wait_for(&file, 5);
        assert!(!waits.is_finished(), "it was written with the reply");
    });
    drop(client);
    let all = lines(&file);
    assert_eq!(sum(&all, "requests"), 5, "{all:?}");
    assert_eq!(sum(&all, "unauthorized"), 1, "{all:?}");
}

#[test]
fn an_interval_that_cannot_be_used_is_60_s() {
    let place = Place::new();
    for interval in ["0", "-1", "61", "1e300", "NaN", "soon", "\"1\"", ""] {
        let file = place.path("work/usage.jsonl");
        let server = Server::replies(json!([good(), good()]));
        let client = client(&server, &file, &[("NEURA_USAGE_INTERVAL", interval)]);
        client.get("/models").send().unwrap();
        client.get("/models").send().unwrap();
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(sum(&lines(&file), "requests"), 1, "{interval}");
        drop(client);
        fs::remove_file(&file).unwrap();
    }
}

#[test]
fn fault_104_what_cannot_be_written_is_tried_again_without_a_call() {
    let place = Place::new();
    place.write("work/usage.jsonl", b"");
    let file = place.path("work/usage.jsonl");
    let server = Server::replies(json!([good(), good()]));
    let locked = File::open(&file).unwrap();
    locked.lock().unwrap();
    let client = client(&server, &file, &[("NEURA_USAGE_INTERVAL", "0.2")]);
    client.get("/models").send().unwrap();
    client.get("/models").send().unwrap();
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(lines(&file), [] as [Value; 0]);
    locked.unlock().unwrap();
    wait_for(&file, 2);
    drop(client);
    assert_eq!(sum(&lines(&file), "requests"), 2);
}

#[cfg(unix)]
#[test]
fn a_line_names_the_credentials_file() {
    let (place, name) = (Place::new(), "work/keys.toml");
    let text = format!("[default]\napi_key = \"{FAKE_KEY}\"\n");
    place.write(name, text.as_bytes());
    place.set_mode(name, "600");
    let (file, keys) = (place.path("work/usage.jsonl"), place.path(name));
    let server = Server::replies(json!([good()]));
    let named = [
        ("NEURA_API_KEY", ""),
        ("NEURA_CREDENTIALS_FILE", keys.to_str().unwrap()),
    ];
    let client = client(&server, &file, &named);
    client.get("/models").send().unwrap();
    let line = lines(&file).remove(0);
    assert_eq!(line["source"], "credentials_file");
    let shown = neura::bindings::quoted(keys.to_str().unwrap());
    assert_eq!(line["path"], shown);
}

#[test]
fn the_program_is_named_by_its_file_and_a_key_is_no_name() {
    let place = Place::new();
    let server = Server::replies(json!([good(), good()]));
    for (name, wanted) in [("", "it-"), (FAKE_KEY, "…cdef")] {
        let file = place.path(&format!("work/usage{}.jsonl", name.len()));
        let client = client(&server, &file, &[("NEURA_APPLICATION", name)]);
        client.get("/models").send().unwrap();
        drop(client);
        let written = fs::read_to_string(&file).unwrap();
        assert!(!written.contains(FAKE_KEY), "{written}");
        let application = lines(&file)[0]["application"].clone();
        let application = application.as_str().unwrap().to_owned();
        // The name of a test program ends with digits of its build, which may look like a key.
        assert!(
            application.starts_with(wanted) || name.is_empty() && application.starts_with('…'),
            "{application}"
        );
    }
}

#[test]
fn fault_104_a_usage_file_that_cannot_be_written_fails_no_call() {
    let place = Place::new();
    fs::create_dir(place.path("work/folder")).unwrap();
    let mut files = vec![
        place.path("work/folder"),
        place.path("missing/usage.jsonl"),
        "\"quoted.jsonl\"".into(),
        "/".into(),
    ];
    #[cfg(unix)]
    {
        place.write("work/private", b"keep\n");
        std::os::unix::fs::symlink(place.path("work/private"), place.path("work/link")).unwrap();
        place.make_special("work/pipe", "fifo");
        files.extend(["work/link", "work/pipe"].map(|name| place.path(name)));
        files.push("/dev/null".into());
        files.push("/dev/full".into());
    }
    let replies: Vec<Value> = files.iter().map(|_| good()).collect();
    let server = Server::replies(json!(replies));
    for file in files {
        let began = Instant::now();
        let client = client(&server, &file, &[]);
        assert!(client.get("/models").send().unwrap().ok(), "{file:?}");
        assert_eq!(client.usage().keys[0].requests, 1);
        drop(client);
        assert!(began.elapsed() < Duration::from_secs(5), "{file:?}");
    }
    #[cfg(unix)]
    assert_eq!(fs::read(place.path("work/private")).unwrap(), b"keep\n");
}

#[test]
fn fault_104_a_line_that_was_cut_stays_alone() {
    let place = Place::new();
    place.write("work/usage.jsonl", b"{\"usage_form\":1,\"appl");
    let file = place.path("work/usage.jsonl");
    let server = Server::replies(json!([good()]));
    let client = client(&server, &file, &[]);
    client.get("/models").send().unwrap();
    drop(client);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("{\"usage_form\":1,\"appl\n{"), "{text}");
    assert!(text.ends_with("}\n"), "{text}");
    assert_eq!(sum(&lines(&file), "requests"), 1);
}

#[test]
fn fault_104_what_cannot_be_written_now_is_written_later() {
    let place = Place::new();
    place.write("work/usage.jsonl", b"");
    let file = place.path("work/usage.jsonl");
    let server = Server::replies(json!([good(), good()]));
    let locked = File::open(&file).unwrap();
    locked.lock().unwrap();
    let client = client(&server, &file, &[]);
    let began = Instant::now();
    client.get("/models").send().unwrap();
    client.get("/models").send().unwrap();
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!(lines(&file), [] as [Value; 0]);
    locked.unlock().unwrap();
    drop(client);
    assert_eq!(sum(&lines(&file), "requests"), 2);
}

#[test]
fn fault_104_a_large_file_is_put_aside() {
    let place = Place::new();
    let file = place.path("work/usage.jsonl");
    let large = File::create(&file).unwrap();
    large.set_len(32 << 20).unwrap();
    place.write("work/usage.jsonl.1", b"older\n");
    let server = Server::replies(json!([good()]));
    let client = client(&server, &file, &[]);
    client.get("/models").send().unwrap();
    drop(client);
    assert_eq!(sum(&lines(&file), "requests"), 1);
    let aside = fs::metadata(place.path("work/usage.jsonl.1")).unwrap();
    assert_eq!(aside.len(), 32 << 20);
}

#[test]
fn threads_and_clients_write_whole_lines() {
    let place = Place::new();
    let file = place.path("work/usage.jsonl");
    let server = Server::sandbox();
    let key = server.key("api_key").to_owned();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..10 {
                    let client = client(&server, &file, &[("NEURA_API_KEY", &key)]);
                    assert!(client.get("/models").send().unwrap().ok());
                }
            });
        }
    });
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count(), lines(&file).len());
    assert_eq!(sum(&lines(&file), "requests"), 80);
}
