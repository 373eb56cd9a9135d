//! The files about a client's options and places: `key`, `base_url`, `dotenv`, `resolve` and
//! `proxy`.

use serde_json::{Map, Value, json};

use super::cases::{CLIENT_SETTER, Call, Case, Fields, Scene, as_text};
use super::of_sockets::KEY;

pub fn key(id: &str, mut fields: Fields) -> Case {
    let given = fields.must_text("given");
    let mut expect = fields.object("expect");
    fields.end();
    let mut call = Call::new("auth_header");
    call.must("kind", expect.text("error").as_deref());
    let header = expect.text("key").map(|key| header_of(&key));
    let is_refused = header.is_none();
    match header {
        Some(header) => call.must("header", Some(&header)),
        None => call.must("code", Some(&expect.must_text("problem"))),
    }
    expect.end();
    let mut case = Case::new("key", id, vec![call], Scene::Nothing);
    case.option("api_key", &given);
    case.option("base_url", "http://127.0.0.1:9/v1");
    if is_refused && given.len() > 8 {
        case.absent_text.push(given);
    }
    case
}

fn header_of(key: &str) -> String {
    format!("Authorization: Bearer {key}")
}

pub fn base_url(id: &str, mut fields: Fields) -> Case {
    let (base_url, path) = (fields.text("base_url"), fields.must_text("path"));
    let allow_http = fields.flag("allow_http");
    let mut expect = fields.object("expect");
    fields.end();
    let (kind, url) = (expect.text("error"), expect.text("url"));
    expect.end();
    let loopback = ["//localhost:", "//127.0.0.1:", "//[::1]:"];
    let is_direct = url
        .as_ref()
        .is_some_and(|url| loopback.iter().any(|host| url.contains(host)));
    // The server of a direct request has another port.
    let here = |text: String| match is_direct {
        true => text.replace(":8080", ":{port}"),
        false => text,
    };
    let mut call = Call::to("request", "GET", &here(path));
    call.must("kind", kind.as_deref());
    match kind {
        Some(_) => call.must("attempts", Some("0")),
        None => call.must("status", Some("200")),
    }
    let is_sent = url.is_some();
    let scene = url.map_or(Scene::Nothing, |url| Scene::Url {
        url: here(url),
        is_direct,
    });
    let mut case = Case::new("base_url", id, vec![call], scene);
    case.option("api_key", KEY);
    case.option("max_retries", "0");
    case.option("allow_http", &allow_http.to_string());
    if let Some(base_url) = base_url {
        case.option("base_url", &here(base_url));
    }
    if is_sent && !is_direct {
        case.option("proxy", "{proxy}");
        case.option("ca_file", "{ca_file}");
    }
    case
}

pub fn dotenv(id: &str, mut fields: Fields) -> Case {
    let mut call = Call::new("auth_header");
    let expect = fields.text("expect");
    // A value that cannot be a key is refused like one of the caller's.
    let same_as_key = expect.filter(|value| !value.trim().is_empty());
    if same_as_key.is_none() {
        call.must("kind", Some("missing_api_key"));
    }
    fields.take("expect");
    let folder = json!({
        "files": {"work/.env": fields.must_take("file")},
        "env": fields.must_take("env"),
    });
    fields.end();
    let folder = Fields::new(id, &folder).rest();
    let mut case = Case::new("dotenv", id, vec![call], Scene::Folder(folder));
    case.same_as_key = same_as_key;
    case
}

/// What makes up a case's folder and environment.
fn folder_of(fields: &mut Fields) -> Map<String, Value> {
    let names = [
        "files",
        "special",
        "pipes",
        "modes",
        "cwd",
        "env",
        "env_bytes",
    ];
    let parts = names.map(|name| Some((name.to_owned(), fields.take(name)?)));
    parts.into_iter().flatten().collect()
}

pub fn resolve(id: &str, mut fields: Fields) -> Case {
    let folder = folder_of(&mut fields);
    let options = fields.take("options").unwrap_or(json!({}));
    let mut expect = fields.object("expect");
    fields.end();
    let mut call = Call::new("resolve");
    call.must("kind", expect.text("error").as_deref());
    call.words = expect.words("message", |_| CLIENT_SETTER);
    call.absent_words = expect.words("absent_message", |_| CLIENT_SETTER);
    for (name, value) in expect.rest() {
        let value = as_text(&value);
        let value = match name.as_str() {
            "path" => value.map(|path| format!("{{root}}/{path}")),
            _ => value,
        };
        call.must(&name, value.as_deref());
    }
    let mut absent_text = secrets(&folder, &options);
    absent_text.sort();
    absent_text.dedup();
    let mut case = Case::new("resolve", id, vec![call], Scene::Folder(folder));
    case.absent_text = absent_text;
    let mut options = Fields::new(id, &options);
    for name in ["api_key", "profile", "base_url"] {
        if let Some(value) = options.text(name) {
            case.option(name, &value);
        }
    }
    for key in options.texts("api_keys").unwrap_or_default() {
        case.option("another_api_key", &key);
    }
    match options.take("env_file") {
        Some(Value::Bool(false)) => case.options.push(("env_file".to_owned(), None)),
        Some(path) => case.option("env_file", path.as_str().expect("a path")),
        None => {}
    }
    options.end();
    case
}

/// The words of a case that are keys.
fn secrets(folder: &Map<String, Value>, options: &Value) -> Vec<String> {
    let parts = ["files", "env", "pipes"].map(|name| folder.get(name));
    let objects = parts.into_iter().flatten().chain([options]);
    objects
        .flat_map(|object| object.as_object().expect("an object").values())
        .filter_map(Value::as_str)
        .flat_map(|text| text.split(['=', '"', '\'', '\n', ' ']))
        .filter(|word| word.starts_with("nk-fake-") || word.starts_with("shell-secret-"))
        .map(str::to_owned)
        .collect()
}

/// What no text about a proxy contains.
const PROXY_SECRETS: [&str; 6] = ["alice", "al%40ice", "fake-p", "fake/p", "fake-token", KEY];

pub fn proxy(id: &str, mut fields: Fields) -> Case {
    let folder = folder_of(&mut fields);
    let proxy = fields.text("proxy");
    let target = fields.must_text("target");
    let mut expect = fields.object("expect");
    fields.end();
    let mut call = Call::new("diagnose");
    let kind = expect.text("error");
    call.must("kind", kind.as_deref());
    if kind.is_some() {
        call.words = expect.words("message", |_| CLIENT_SETTER);
    } else {
        call.words_of = "checks.code=proxy.found";
        call.begins = Some(match as_text(&expect.must_take("proxy")) {
            Some(proxy) => format!("{proxy}, from "),
            None => "no proxy is used".to_owned(),
        });
        let words = ["source", "why"].map(|name| expect.text(name));
        call.words = words.into_iter().flatten().collect();
    }
    // The other languages say "the proxy option".
    for part in &mut call.words {
        *part = part.replace("proxy option", "neura_options_set_proxy");
    }
    expect.end();
    let mut case = Case::new("proxy", id, vec![call], Scene::Folder(folder));
    case.absent_text = PROXY_SECRETS.map(str::to_owned).into();
    case.option("api_key", KEY);
    case.option("base_url", &target);
    case.option("allow_http", "true");
    // The report may look up a name, or connect to an address without a server.
    case.option("connect_timeout_ms", "100");
    if let Some(proxy) = proxy {
        case.option("proxy", &proxy);
    }
    case
}
