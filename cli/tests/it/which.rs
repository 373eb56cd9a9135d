//! `neura which`, and the options of the client.

use crate::neura::Neura;
use crate::servers::{FAKE_KEY, OTHER_KEY, Server};

#[test]
fn it_says_where_the_key_comes_from_and_what_it_hides() {
    let neura = Neura::new().set("NEURA_API_KEY", FAKE_KEY);
    neura.place.write(
        "work/.env",
        format!("NEURA_API_KEY={OTHER_KEY}\n").as_bytes(),
    );
    let ran = neura.run(&["which"]).ok();
    assert!(
        ran.stdout
            .starts_with("source           environment\nname             NEURA_API_KEY\n")
    );
    assert!(
        ran.stdout
            .contains("shadowed         not used: NEURA_API_KEY in "),
        "{ran:?}"
    );
    let facts = neura.run(&["which", "--json"]).ok().json();
    assert_eq!(
        (&facts["source"], &facts["mask"]),
        (&"environment".into(), &"…cdef".into())
    );
    let hidden = facts["shadowed"].as_str().unwrap();
    assert!(
        hidden.contains(".env") && hidden.contains("…2222"),
        "{hidden}"
    );
    assert!(!ran.stdout.contains(FAKE_KEY) && !ran.stdout.contains(OTHER_KEY));
}

#[test]
fn the_options_choose_another_key_and_url() {
    let neura = Neura::new().set("NEURA_API_KEY_STAGING", OTHER_KEY);
    let neura = neura.set("NEURA_API_KEY", FAKE_KEY);
    neura.place.write(
        "work/other.env",
        b"NEURA_API_KEY=nk-fake-file-00000000000007777\n",
    );
    let fact = |args: &[&str], name: &str| {
        let args = [&["which", "--json"], args].concat();
        neura.run(&args).ok().json()[name].clone()
    };
    assert_eq!(fact(&["--profile", "staging"], "mask"), "…2222");
    assert_eq!(
        fact(&["--base-url", "https://gw.example/v1/"], "base_url"),
        "https://gw.example/v1"
    );
    let neura = Neura::new();
    neura.place.write(
        "work/.env",
        format!("NEURA_API_KEY={FAKE_KEY}\n").as_bytes(),
    );
    neura.place.write(
        "work/other.env",
        format!("NEURA_API_KEY={OTHER_KEY}\n").as_bytes(),
    );
    let fact = |args: &[&str]| neura.run(&[&["which", "--json"], args].concat());
    assert_eq!(fact(&[]).ok().json()["mask"], "…cdef");
    assert_eq!(
        fact(&["--env-file", "other.env"]).ok().json()["mask"],
        "…2222"
    );
    assert_eq!(fact(&["--no-env-file"]).code, Some(4));
    let both = fact(&["--no-env-file", "--env-file", "other.env"]);
    assert_eq!(both.code, Some(2));
    let missing = neura.run(&["which", "--env-file", "gone.env"]);
    assert_eq!(missing.code, Some(3), "{missing:?}");
    assert!(
        missing
            .stderr
            .contains("with --env-file, or read none (--no-env-file)"),
        "{missing:?}"
    );
}

#[test]
fn a_limit_is_named_as_the_command_spells_it() {
    let silent = Server::replies(serde_json::json!(["stall"]));
    let neura = Neura::at(&silent);
    let ran = neura.run(&["models", "--timeout", "0.3", "--max-retries", "0"]);
    assert_eq!(ran.code, Some(9), "{ran:?}");
    assert!(ran.stderr.contains("--timeout"), "{ran:?}");
    for (wrong, code) in [("0", 3), ("-1", 3), ("nan", 3), ("soon", 2), ("", 2)] {
        let ran = neura.run(&["models", &format!("--timeout={wrong}")]);
        assert_eq!(ran.code, Some(code), "{ran:?}");
        assert!(ran.stderr.contains("--timeout"), "{ran:?}");
    }
    let ran = neura.run(&["which", "--timeout", "none", "--idle-timeout", "2.5"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn a_proxy_with_a_login_is_refused() {
    let neura = Neura::new().set("NEURA_API_KEY", FAKE_KEY);
    let ran = neura.run(&["check", "--proxy", "http://user:fake-password@127.0.0.1:9"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("HTTPS_PROXY"), "{ran:?}");
    let ran = neura.run(&["which", "--proxy", "http://127.0.0.1:9"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn no_option_takes_a_key() {
    let help = Neura::new().run(&["--help"]).ok().stdout;
    assert!(!help.contains("--api-key"));
    let ran = Neura::new().run(&["check", "--api-key", FAKE_KEY]);
    assert_eq!(ran.code, Some(2));
    assert!(!ran.stderr.contains(FAKE_KEY), "{ran:?}");
}

#[test]
fn the_service_sees_the_command_by_its_name() {
    let replay = Server::replies(serde_json::json!([{"models": ["gpt-5"]}]));
    Neura::at(&replay).run(&["models"]).ok();
    let report = replay.report();
    let headers = report["requests"][0]["headers"].as_array().unwrap();
    let agent = headers
        .iter()
        .find(|header| header[0] == "user-agent" || header[0] == "User-Agent");
    let agent = agent.unwrap()[1].as_str().unwrap();
    assert!(agent.starts_with("neura-ai-cli/"), "{agent}");
}
