//! The page, the JSON and `neura-sandbox keys`, with a running sandbox and with its file: four ways to
//! the same keys, with one set of rules.

use serde_json::{Value, json};

use crate::harness::{Database, Running, SANDBOX, output};

#[derive(Clone, Copy, Debug)]
enum Way {
    Page,
    Json,
    Url,
    File,
}

const WAYS: [Way; 4] = [Way::Page, Way::Json, Way::Url, Way::File];

/// What was refused: the status as HTTP has it, and what was said.
type Refused = (u16, String);

struct Wanted<'a> {
    name: &'a str,
    environment: &'a str,
    expires: &'a str,
    tier: &'a str,
}

struct Ways {
    db: Database,
    sandbox: Running,
    forms: std::cell::Cell<u32>,
}

impl Ways {
    fn new() -> Self {
        let db = Database::new();
        let sandbox = Running::sandbox(&["--db", db.path()]);
        Ways {
            db,
            sandbox,
            forms: Default::default(),
        }
    }

    fn command(&self, way: Way, arguments: &[&str]) -> Result<Value, Refused> {
        let at = match way {
            Way::File => ["--db", self.db.path()],
            _ => ["--url", self.sandbox.field("base_url")],
        };
        let output = output(SANDBOX, &[&["keys"], arguments, &at].concat());
        if output.status.success() {
            return Ok(serde_json::from_slice(&output.stdout).unwrap());
        }
        let status = match output.status.code() {
            Some(2) => 400,
            _ => 404,
        };
        Err((status, String::from_utf8(output.stderr).unwrap()))
    }

    fn create(&self, way: Way, wanted: &Wanted<'_>) -> Result<(), Refused> {
        let fields = [
            ("name", wanted.name),
            ("environment", wanted.environment),
            ("expires", wanted.expires),
            ("tier", wanted.tier),
        ];
        let given = fields.iter().filter(|(_, value)| !value.is_empty());
        let reply = match way {
            Way::Page => {
                let form = self.forms.replace(self.forms.get() + 1).to_string();
                let fields = [&[("form", form.as_str())], &fields[..]].concat();
                self.sandbox.form("/dashboard/keys", &fields)
            }
            Way::Json => {
                let mut body: Value = given.map(|(name, value)| (*name, *value)).collect();
                body["name"] = json!(wanted.name);
                self.sandbox.change("keys", &body.to_string())
            }
            _ => {
                let mut arguments = vec!["create".to_owned(), format!("--name={}", wanted.name)];
                let options = given.filter(|(name, _)| *name != "name");
                arguments.extend(options.map(|(name, value)| format!("--{name}={value}")));
                let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
                return self.command(way, &arguments).map(drop);
            }
        };
        match reply.status {
            200 | 201 => Ok(()),
            status => Err((status, reply.text)),
        }
    }

    fn revoke(&self, way: Way, id: &str) -> Result<(), Refused> {
        let reply = match way {
            Way::Page => self
                .sandbox
                .form(&format!("/dashboard/keys/{id}/revoke"), &[]),
            Way::Json => self.sandbox.change(&format!("keys/{id}/revoke"), ""),
            _ => return self.command(way, &["revoke", id]).map(drop),
        };
        match reply.status {
            status @ 400.. => Err((status, reply.text)),
            _ => Ok(()),
        }
    }

    /// The keys, which are the same in every list.
    fn list(&self) -> Vec<Value> {
        let keys = self.sandbox.keys()["keys"].take();
        for way in [Way::Url, Way::File] {
            assert_eq!(self.command(way, &["list"]).unwrap(), keys, "{way:?}");
        }
        let page = self.sandbox.page("/").text;
        let keys = keys.as_array().unwrap().clone();
        for key in &keys {
            let id = key["id"].as_str().unwrap();
            let row = page.split("<tr").find(|row| row.contains(id)).unwrap();
            for shown in ["mask", "state"] {
                assert!(row.contains(key[shown].as_str().unwrap()), "{row}");
            }
            let requests = format!("<div>{}</div>", key["usage"]["requests"]);
            assert!(row.contains(&requests), "{requests}: {row}");
        }
        keys
    }
}

#[test]
fn every_way_makes_the_same_keys() {
    let ways = Ways::new();
    for (wanted, made) in [
        (
            Wanted {
                name: "plain",
                environment: "",
                expires: "",
                tier: "",
            },
            json!(["plain", null, "unlimited", false]),
        ),
        (
            Wanted {
                name: " \t naïve 名前 🔑 ",
                environment: "staging",
                expires: "90d",
                tier: "free",
            },
            json!(["naïve 名前 🔑", "staging", "free", true]),
        ),
    ] {
        for way in WAYS {
            ways.create(way, &wanted).unwrap();
            let key = ways.list().pop().unwrap();
            let is_limited = key["expires_at"].is_string();
            let found = json!([key["name"], key["environment"], key["tier"], is_limited]);
            assert_eq!(found, made, "{way:?}");
        }
    }
}

#[test]
fn every_way_refuses_the_same_with_the_same_words() {
    let ways = Ways::new();
    let long = "x".repeat(101);
    let name = "a key's name must have 1 to 100 characters";
    for (field, value, words) in [
        ("name", "", name),
        ("name", " \u{a0} ", name),
        ("name", long.as_str(), name),
        ("name", "a\u{7}b", name),
        ("environment", "moon", "production"),
        ("tier", "gold", "trickle"),
        ("tier", "Free", "trickle"),
        (
            "expires",
            "soon",
            "expected a whole number and a unit, such as 90d",
        ),
        (
            "expires",
            "-1d",
            "expected a whole number and a unit, such as 90d",
        ),
        ("expires", "0s", "a key's lifetime must be more than 0"),
        ("expires", "36501d", "at most 36500d"),
    ] {
        let mut wanted = Wanted {
            name: "x",
            environment: "",
            expires: "",
            tier: "",
        };
        match field {
            "name" => wanted.name = value,
            "environment" => wanted.environment = value,
            "tier" => wanted.tier = value,
            _ => wanted.expires = value,
        }
        for way in WAYS {
            let (status, said) = ways.create(way, &wanted).unwrap_err();
            assert_eq!(status, 400, "{way:?} {field} {value:?}: {said}");
            assert!(said.contains(words), "{way:?} {field} {value:?}: {said}");
        }
    }
    assert_eq!(ways.list().len(), 1);
}

#[test]
fn every_way_revokes_and_shows_what_was_used() {
    let ways = Ways::new();
    let ask = |key: &str| ways.sandbox.ask_with(key, "GET", "/models", "");
    for (number, way) in WAYS.into_iter().enumerate() {
        let (status, said) = ways.revoke(way, "nobody").unwrap_err();
        assert_eq!(status, 404, "{way:?}: {said}");
        assert!(
            said.contains("no key has the id or name"),
            "{way:?}: {said}"
        );
        let made = ways.command(WAYS[3 - number], &["create", "--name", "web"]);
        let made = made.unwrap();
        let secret = made["api_key"].as_str().unwrap();
        assert_eq!(ask(secret).status, 200);
        assert_eq!(ways.list().pop().unwrap()["usage"]["requests"], 1);
        // Twice: a key that is revoked already stays as it is.
        ways.revoke(way, made["id"].as_str().unwrap()).unwrap();
        let revoked = ways.list().pop().unwrap();
        assert_eq!(revoked["state"], "revoked", "{way:?}");
        ways.revoke(way, made["id"].as_str().unwrap()).unwrap();
        assert_eq!(ways.list().pop().unwrap(), revoked, "{way:?}");
        assert_eq!(ask(secret).error_code(), "revoked_api_key", "{way:?}");
        assert_eq!(ways.list().pop().unwrap()["usage"]["unauthorized"], 1);
    }
    // What the charts of the pages show, for all keys and for one.
    let all = ways.sandbox.page("/dashboard/api/usage").json();
    let id = ways.list().pop().unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let one = ways.sandbox.page(&format!("/dashboard/api/keys/{id}"));
    for (found, requests) in [(all, 8), (one.json(), 2)] {
        for (span, pieces) in [("last_hour", 60), ("last_day", 24)] {
            let over_time = found[span].as_array().unwrap();
            let sum: i64 = over_time
                .iter()
                .map(|piece| piece["requests"].as_i64().unwrap())
                .sum();
            assert_eq!((over_time.len(), sum), (pieces, requests), "{span}");
        }
    }
}

#[test]
fn a_long_list_has_parts_of_100() {
    let db = Database::new();
    let sandbox = Running::sandbox(&["--db", db.path()]);
    let rows = |path: &str| sandbox.page(path).text.matches("rowheader").count();
    let links = |path: &str| {
        let page = sandbox.page(path).text;
        ["Newest", "Newer", "Older", "Oldest"].map(|words| page.contains(&format!(">{words}</a>")))
    };
    assert_eq!(rows("/"), 1);
    assert_eq!(links("/"), [false; 4]);
    for number in 0..204 {
        let made = sandbox.change("keys", &format!(r#"{{"name":"key {number}"}}"#));
        assert_eq!(made.status, 201);
    }
    for (query, count, first, shown) in [
        ("", 100, "key 203", [false, false, true, true]),
        ("?page=2", 100, "key 103", [true; 4]),
        ("?page=3", 5, "key 3", [true, true, false, false]),
        ("?page=9", 5, "key 3", [true, true, false, false]),
        ("?page=no", 100, "key 203", [false, false, true, true]),
    ] {
        let path = format!("/{query}");
        assert_eq!(rows(&path), count, "{path}");
        assert_eq!(links(&path), shown, "{path}");
        let page = sandbox.page(&path).text;
        let names = page.split("<bdi>").nth(1).unwrap();
        assert!(names.starts_with(&format!("{first}<")), "{path}: {names}");
        assert_eq!(links(&format!("/dashboard/usage{query}")), shown);
    }
    // A choice of the chart's span keeps the part, and the other way round.
    let usage = sandbox.page("/dashboard/usage?span=day&page=2").text;
    for href in [
        "?span=hour&amp;page=2",
        "?span=day&amp;page=3",
        "?span=day\"",
    ] {
        assert!(usage.contains(&format!("href=\"{href}")), "{href}");
    }
    assert_eq!(sandbox.keys()["keys"].as_array().unwrap().len(), 205);
}
