//! faults.md 98 to 100: changes that editors, docker and web pages make to a key and a URL.

use serde_json::json;

use super::{assert_config, resolve};
use crate::child::Place;
use crate::common::FAKE_KEY;

const CREDENTIALS: &str = "home/.config/neura/credentials.toml";

/// The text in UTF-16, in both byte orders, with its mark and without.
fn utf_16(text: &str) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for text in [text.to_owned(), format!("\u{feff}{text}")] {
        let units = || text.encode_utf16();
        all.push(units().flat_map(u16::to_le_bytes).collect());
        all.push(units().flat_map(u16::to_be_bytes).collect());
    }
    all
}

fn write_private(place: &Place, name: &str, bytes: &[u8]) {
    place.write(name, bytes);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(place.path(name), mode).unwrap();
    }
}

#[test]
fn fault_98_utf_16_is_a_config_error_that_says_so() {
    let env_file = format!("# Schlüssel, ключ, 密钥\r\nNEURA_API_KEY={FAKE_KEY}\r\n");
    let credentials = format!("[default]\napi_key = \"{FAKE_KEY}\"\n");
    for (name, text, env) in [
        ("work/.env", env_file.as_str(), None),
        (
            "work/secret",
            FAKE_KEY,
            Some(("NEURA_API_KEY_FILE", "{root}/work/secret")),
        ),
        (
            "work/secret",
            "nk-1\r\n",
            Some(("NEURA_API_KEY_FILE", "{root}/work/secret")),
        ),
        (CREDENTIALS, &credentials, None),
    ] {
        for bytes in utf_16(text) {
            let place = Place::new();
            write_private(&place, name, &bytes);
            let found = resolve(&place, env.as_slice());
            assert_config(&found, &[name, "UTF-16", "UTF-8"]);
        }
        // The same in UTF-8, with its mark and without.
        for mark in ["", "\u{feff}"] {
            let place = Place::new();
            write_private(&place, name, format!("{mark}{text}").as_bytes());
            let found = resolve(&place, env.as_slice());
            assert!(found["error"].is_null(), "{name} {mark:?}: {found}");
        }
    }
}

#[test]
fn fault_98_what_is_neither_is_not_called_utf_16() {
    for bytes in [&b"nk-\xff\xfe"[..], b"\xe9", b"nk-fake-\x80\n"] {
        let place = Place::new();
        place.write("work/secret", bytes);
        let found = resolve(&place, &[("NEURA_API_KEY_FILE", "{root}/work/secret")]);
        let advice = "Set NEURA_API_KEY_FILE to a file that holds the key";
        assert_config(&found, &["is not UTF-8 text", advice]);
    }
}

#[test]
fn fault_99_quotation_marks_of_the_environment_are_named() {
    let place = Place::new();
    for (open, close) in [
        ("\"", "\""),
        ("'", "'"),
        ("\"", ""),
        ("", "'"),
        ("\u{201c}", "\u{201d}"),
    ] {
        for (name, value) in [
            ("NEURA_BASE_URL", "https://gw.example/v1"),
            ("NEURA_API_KEY_FILE", "{root}/work/secret"),
        ] {
            let value = format!("{open}{value}{close}");
            let set = [("NEURA_API_KEY", FAKE_KEY), (name, value.as_str())];
            // The file is read only if no earlier source has a key.
            let set = if name == "NEURA_API_KEY_FILE" {
                &set[1..]
            } else {
                &set[..]
            };
            let found = resolve(&place, set);
            assert_config(&found, &[name, "quotation marks"]);
        }
        for name in ["https_proxy", "HTTPS_PROXY", "all_proxy"] {
            let value = format!("{open}http://alice:fake-password@proxy.example:3128{close}");
            let options = json!({"api_key": FAKE_KEY, "base_url": "https://gw.example/v1"});
            let found = place.ask(
                "work",
                vec![(name.to_owned(), value.into())],
                &options,
                "proxy",
            );
            assert_config(&found, &[name, "quotation marks"]);
            assert!(!found.to_string().contains("fake-password"), "{found}");
        }
    }
}

#[test]
fn fault_99_every_variable_that_is_read_names_its_quotation_marks() {
    let place = Place::new();
    place.write("work/secret", FAKE_KEY.as_bytes());
    let around = |value: &str| {
        [
            format!("\"{value}\""),
            format!("'{value}'"),
            format!("\"{value}"),
            format!("{value}'"),
            format!(" \"{value}\"\t"),
            format!("\u{feff}'{value}' "),
            format!("\u{201c}{value}\u{201d}"),
            format!("`{value}`"),
        ]
    };
    for (name, value) in [
        ("NEURA_PROFILE", "staging"),
        ("NEURA_PROFILE", ""),
        ("NEURA_BASE_URL", "https://gw.example/v1"),
        ("NEURA_BASE_URL", ""),
        ("NEURA_API_KEY_FILE", "{root}/work/secret"),
        ("NEURA_API_KEY_FILE", "secret"),
        ("NEURA_API_KEY_FILE", ""),
        ("NEURA_CREDENTIALS_FILE", "{root}/work/secret"),
        ("NEURA_CREDENTIALS_FILE", ""),
    ] {
        for value in around(value) {
            let key = ("NEURA_API_KEY", FAKE_KEY);
            let set = [key, (name, value.as_str())];
            // A file is read only if no earlier source has a key.
            let from = usize::from(name.ends_with("_FILE"));
            let found = resolve(&place, &set[from..]);
            assert_config(&found, &[name, "quotation marks"]);
            assert!(!found.to_string().contains("secret"), "{found}");
        }
    }
    let options = json!({"api_key": FAKE_KEY, "base_url": "https://gw.example/v1"});
    let proxy = ("https_proxy", "http://proxy.example:3128");
    for name in ["no_proxy", "NO_PROXY"] {
        for value in around("gw.example") {
            let env = [proxy, (name, value.as_str())];
            let env = env.map(|(name, value)| (name.to_owned(), value.into()));
            let found = place.ask("work", env.into(), &options, "proxy");
            assert_config(&found, &[name, "quotation marks"]);
        }
    }
}

#[test]
fn fault_99_a_file_whose_name_has_such_characters_is_read() {
    let place = Place::new();
    for name in ["'secret'", " secret ", "\"", "secret\u{fe0f}", "secret"] {
        place.write(&format!("work/{name}"), FAKE_KEY.as_bytes());
        let found = resolve(&place, &[("NEURA_API_KEY_FILE", name)]);
        assert_eq!(found["mask"], "…cdef", "{name}: {found}");
    }
    // Without such a file they are not part of the name.
    for name in ["\u{feff}secret", "secret\u{200b}", "\u{2060} secret\r\n"] {
        let found = resolve(&place, &[("NEURA_API_KEY_FILE", name)]);
        assert_eq!(found["mask"], "…cdef", "{name:?}: {found}");
    }
}

#[test]
fn fault_100_invisible_characters_around_other_values_are_trimmed_too() {
    let place = Place::new();
    let key = ("NEURA_API_KEY", FAKE_KEY);
    for mark in ["\u{feff}", "\u{200b}", "\u{2060} ", "\u{202a}\u{ad}"] {
        for value in [
            format!("{mark}https://gw.example/v1"),
            format!("https://gw.example/v1{mark}"),
        ] {
            let found = resolve(&place, &[key, ("NEURA_BASE_URL", &value)]);
            assert_eq!(found["base_url"], "https://gw.example/v1", "{found}");
            let options = json!({"api_key": FAKE_KEY, "base_url": value});
            let found = place.ask("work", Vec::new(), &options, "resolve");
            assert_eq!(found["base_url"], "https://gw.example/v1", "{found}");
        }
        let around = format!("{mark}staging{mark}");
        let named = ("NEURA_API_KEY_STAGING", FAKE_KEY);
        let found = resolve(&place, &[named, ("NEURA_PROFILE", &around)]);
        assert_eq!(found["profile"], "staging", "{found}");
        // Nothing else counts as empty.
        let blank = [key, ("NEURA_PROFILE", mark), ("NEURA_BASE_URL", mark)];
        let found = resolve(&place, &blank);
        assert_eq!(found["base_url_source"], "default", "{found}");
        let inside = format!("https://gw{mark}.example/v1");
        let found = resolve(&place, &[key, ("NEURA_BASE_URL", &inside)]);
        assert_config(&found, &["NEURA_BASE_URL", "invisible"]);
        let proxy = format!("{mark}http://proxy.example:3128{mark}");
        let options = json!({"api_key": FAKE_KEY, "base_url": "https://gw.example/v1"});
        let env = vec![("https_proxy".to_owned(), proxy.into())];
        let found = place.ask("work", env, &options, "proxy");
        assert!(found.to_string().contains("proxy.example"), "{found}");
        assert!(found["error"].is_null(), "{found}");
    }
}

#[test]
fn fault_100_marks_around_a_key_are_trimmed_and_inside_refused() {
    let marks = [
        '\u{ad}',
        '\u{61c}',
        '\u{180e}',
        '\u{200b}',
        '\u{200e}',
        '\u{200f}',
        '\u{202a}',
        '\u{202b}',
        '\u{202c}',
        '\u{202d}',
        '\u{202e}',
        '\u{2060}',
        '\u{2066}',
        '\u{2067}',
        '\u{2068}',
        '\u{2069}',
        '\u{206f}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{e0001}',
        '\u{e007f}',
    ];
    for mark in marks {
        let place = Place::new();
        for around in [
            format!("{mark}{FAKE_KEY}"),
            format!("{FAKE_KEY}{mark} {mark}"),
        ] {
            let found = resolve(&place, &[("NEURA_API_KEY", &around)]);
            assert_eq!(found["mask"], "…cdef", "{mark:?}: {found}");
            place.write("work/.env", format!("NEURA_API_KEY={around}\n").as_bytes());
            let found = resolve(&place, &[]);
            assert_eq!(found["mask"], "…cdef", "{mark:?}: {found}");
        }
        let inside = FAKE_KEY.replacen('-', &format!("-{mark}"), 1);
        let found = resolve(&place, &[("NEURA_API_KEY", &inside)]);
        assert_eq!(found["error"], "malformed_api_key", "{mark:?}: {found}");
        assert_eq!(found["code"], "non_ascii", "{mark:?}: {found}");
    }
}
