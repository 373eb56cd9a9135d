//! The environment variables that a client reads.

use neura::{Client, EnvFile, Error, ErrorKind, Options, resolve};

use crate::common::{FAKE_KEY, Server};
use crate::isolated::isolated;
use crate::place::Place;
use crate::proxy::{Act, scripted};

fn set(name: &str, value: Option<&str>) {
    // SAFETY: this process has one test, so no other thread reads the environment at the same time.
    unsafe {
        match value {
            Some(value) => std::env::set_var(name, value),
            None => std::env::remove_var(name),
        }
    }
}

fn build() -> Result<Client, Error> {
    Client::builder().build()
}

/// The process has none of these variables, or others.
#[test]
fn variables_that_a_binding_gives_are_read_in_place_of_those_of_the_process() {
    let given = |variables: &[(&str, &str)]| {
        let mut options = Options::new();
        options.set_env_file(EnvFile::Off);
        options.set_environment(variables.iter().copied());
        options
    };
    let key = resolve(&given(&[
        ("NEURA_PROFILE", "staging"),
        ("NEURA_API_KEY_STAGING", FAKE_KEY),
        ("NEURA_BASE_URL_STAGING", "https://gw.example/v1"),
    ]))
    .unwrap();
    assert_eq!((key.source(), key.mask()), ("environment", Some("…cdef")));
    assert_eq!(key.base_url(), "https://gw.example/v1");

    let error = resolve(&given(&[("HOME", "/nowhere"), ("USERPROFILE", "/nowhere")])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingApiKey);
    #[cfg(not(windows))]
    assert!(
        error.message().contains("/nowhere/.config/neura"),
        "{error}"
    );

    for (name, value) in [
        ("https_proxy", "gopher://proxy.example"),
        ("SSL_CERT_FILE", "\"/quoted.pem\""),
        ("NEURA_CREDENTIALS_FILE", "/nowhere.toml"),
        ("NEURA_API_KEY_FILE", "/nowhere/key"),
    ] {
        let mut options = given(&[(name, value)]);
        if !name.starts_with("NEURA") {
            options.set_api_key(FAKE_KEY);
        }
        let error = Client::new(options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{name}: {error}");
    }

    let file = std::env::temp_dir().join(format!("neura-given-{}.env", std::process::id()));
    std::fs::write(&file, "NEURA_API_KEY=${GIVEN_TO_A_TEST}\n").unwrap();
    let mut options = given(&[("GIVEN_TO_A_TEST", FAKE_KEY)]);
    options.set_env_file(EnvFile::Path(file.clone()));
    let key = resolve(&options);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(key.unwrap().mask(), Some("…cdef"));
}

/// A program that prints the key has the variables that were given, and no others.
#[cfg(unix)]
#[test]
fn a_program_that_prints_the_key_has_the_variables_that_a_binding_gives() {
    let server = Server::sandbox();
    let mut options = Options::new();
    options.set_environment([
        ("NEURA_BASE_URL", server.base_url()),
        ("GIVEN_TO_A_TEST", server.key("api_key")),
        (
            "NEURA_API_KEY_COMMAND",
            "/bin/sh -c 'test -z \"$HOME\" && echo $GIVEN_TO_A_TEST'",
        ),
    ]);
    let client = Client::new(options).unwrap();
    let check = client.check().to_json();
    assert_eq!(check["ok"], true, "{check}");
}

/// One test, because the environment belongs to the whole process.
#[test]
fn key_and_base_url_come_from_the_environment_unless_given() {
    let name = "environment::key_and_base_url_come_from_the_environment_unless_given";
    isolated(name, change_the_environment);
}

fn change_the_environment() {
    let server = Server::sandbox();
    for blank in [None, Some(""), Some(" \t\u{feff}")] {
        set("NEURA_API_KEY", blank);
        let error = build().unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::MissingApiKey, 0)
        );
        assert!(error.message().contains("NEURA_API_KEY"), "{error}");
        assert!(error.message().contains("api_key option"), "{error}");
    }

    set("NEURA_API_KEY", Some(server.key("api_key")));
    set("NEURA_BASE_URL", Some(server.base_url()));
    let client = build().unwrap();
    let check = client.check().to_json();
    assert_eq!(check["ok"], true, "{check}");
    assert_eq!(check["key"]["source"], "environment");
    assert_eq!(check["key"]["name"], "NEURA_API_KEY");
    assert_eq!(check["key"]["base_url_source"], "environment");

    // Changing it later has no effect; the caller's options take precedence.
    set("NEURA_API_KEY", Some(FAKE_KEY));
    assert!(client.check().ok());
    let error = build().unwrap().models().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidApiKey);
    assert!(
        error
            .message()
            .contains("environment variable NEURA_API_KEY (…cdef)"),
        "{error}"
    );
    assert!(!error.message().contains(FAKE_KEY), "{error}");
    assert!(
        Client::builder()
            .api_key(server.key("api_key"))
            .build()
            .unwrap()
            .check()
            .ok()
    );

    set("NEURA_API_KEY", Some("Bearer nk-fake"));
    let error = build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MalformedApiKey);
    assert_eq!(error.code(), Some("bearer_prefix"));
    assert!(error.message().contains("NEURA_API_KEY"), "{error}");

    set("NEURA_API_KEY", Some(FAKE_KEY));
    set("NEURA_BASE_URL", Some("http://gw.example/v1"));
    let error = build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.message().contains("NEURA_BASE_URL"), "{error}");
    set("NEURA_BASE_URL", Some(" "));
    assert_eq!(build().unwrap().base_url(), neura::DEFAULT_BASE_URL);

    // A client keeps the proxy that was set when it was made.
    let plain = || {
        Client::builder()
            .api_key(FAKE_KEY)
            .base_url("http://api.service.test/v1")
            .allow_http(true)
            .max_retries(0)
            .build()
            .unwrap()
    };
    let port = scripted(vec![
        Act::ReadHead,
        Act::Write(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()),
        Act::ReadHead,
        Act::Write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_vec()),
    ]);
    for list in ["no_proxy", "NO_PROXY"] {
        set(list, None);
    }
    set("http_proxy", Some(&format!("127.0.0.1:{port}")));
    let client = plain();
    set("http_proxy", Some("127.0.0.1:9"));
    assert_eq!(client.get("/models").send().unwrap().text(), "{}");
    assert_eq!(
        plain().models().send().unwrap_err().kind(),
        ErrorKind::Proxy
    );
    set("http_proxy", None);

    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let broken = std::ffi::OsStr::from_bytes(b"nk-\xff\xfe");
        // SAFETY: as above.
        unsafe { std::env::set_var("NEURA_API_KEY", broken) };
        let error = build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MalformedApiKey);
        assert!(error.message().contains("NEURA_API_KEY"), "{error}");
        set("NEURA_API_KEY", Some(FAKE_KEY));
        // SAFETY: as above.
        unsafe { std::env::set_var("NEURA_BASE_URL", broken) };
        assert_eq!(build().unwrap_err().kind(), ErrorKind::Config);
    }
}

/// Another working directory than that of the process.
#[test]
fn a_working_directory_that_a_caller_gives_is_where_files_are_looked_for() {
    let place = Place::new();
    place.write(
        "work/.env",
        b"NEURA_API_KEY=nk-fake-env-000000000000001111\n",
    );
    place.write(
        "work/own.env",
        b"NEURA_API_KEY=nk-fake-own-000000000000003333\n",
    );
    place.write("work/key", b"nk-fake-file-00000000000002222\n");
    place.write("work/ca.pem", b"no certificate");
    let given = |variables: &[(&str, &str)]| {
        let mut options = Options::new();
        options.set_environment(variables.iter().copied());
        options.set_working_directory(place.path("work"));
        options
    };
    let mask = |options: &Options| resolve(options).unwrap().mask().unwrap().to_owned();
    assert_eq!(mask(&given(&[])), "…1111");
    assert_eq!(mask(&given(&[("NEURA_API_KEY_FILE", "key")])), "…2222");
    let mut options = given(&[]);
    options.set_env_file(EnvFile::Path("own.env".into()));
    assert_eq!(mask(&options), "…3333");

    for (variable, file) in [
        ("NEURA_CREDENTIALS_FILE", "gone.toml"),
        ("SSL_CERT_FILE", "gone.pem"),
    ] {
        let mut options = given(&[(variable, file)]);
        options.set_env_file(EnvFile::Off);
        if variable.starts_with("SSL") {
            options.set_api_key(FAKE_KEY);
        }
        let error = Client::new(options).unwrap_err();
        let path = std::path::Path::new("work").join(file);
        assert!(error.message().contains(path.to_str().unwrap()), "{error}");
    }
    let mut options = given(&[]);
    options.set_api_key(FAKE_KEY);
    options.set_ca_file("ca.pem");
    let error = Client::new(options).unwrap_err();
    assert!(error.message().contains("work"), "{error}");
}

/// A program that prints the key runs in the working directory that was given.
#[cfg(unix)]
#[test]
fn a_program_that_prints_the_key_runs_in_the_directory_that_a_caller_gives() {
    let server = Server::sandbox();
    let place = Place::new();
    place.write("work/key", server.key("api_key").as_bytes());
    let mut options = Options::new();
    options.set_environment([
        ("NEURA_BASE_URL", server.base_url()),
        ("NEURA_API_KEY_COMMAND", "/bin/cat key"),
    ]);
    options.set_working_directory(place.path("work"));
    assert!(Client::new(options).unwrap().check().ok());
}
