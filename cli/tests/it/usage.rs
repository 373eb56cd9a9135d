//! `neura usage`: sums over programs and days.

use serde_json::{Value, json};

use crate::neura::Neura;

fn line(application: &str, fingerprint: &str, to: &str, requests: u64) -> Value {
    json!({
        "usage_form": 1, "application": application, "process": 1, "fingerprint": fingerprint,
        "mask": "…cdef", "source": "env_file", "from": to, "to": to, "requests": requests,
        "unauthorized": 1, "rate_limited": 2, "retries": 3, "prompt_tokens": 4, "completion_tokens": 5,
    })
}

#[test]
fn lines_are_summed_by_day_application_and_key() {
    let neura = Neura::new().set("NEURA_USAGE_FILE", "usage.jsonl");
    let (monday, tuesday) = ("2026-11-30T23:59:59.999Z", "2026-12-01T00:00:00.000Z");
    let lines = [
        line("shop", "aaaaaaaaaaaa", monday, 1),
        line("shop", "aaaaaaaaaaaa", monday, u64::MAX),
        line("shop", "aaaaaaaaaaaa", tuesday, 1),
        line("shop", "bbbbbbbbbbbb", monday, 1),
        line("till", "aaaaaaaaaaaa", monday, 1),
    ];
    let mut text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    // Torn, foreign, of a later form, binary, very long, blank; and one that was cut at the end.
    text.push_str("{\"usage_form\":1,\"appl\nhello\n[]\n{\"usage_form\":2}\n\n");
    text.push_str(&format!("{}\n", "x".repeat(200_000)));
    let mut bytes = text.into_bytes();
    bytes.extend(b"\xff\xfe\n");
    bytes.extend(
        line("shop", "aaaaaaaaaaaa", "not a time", 1)
            .to_string()
            .into_bytes(),
    );
    bytes.extend(b"\n{\"usage_form\":1");
    neura.place.write("work/usage.jsonl", &bytes);
    neura
        .place
        .write("work/usage.jsonl.1", format!("{}\n", lines[4]).as_bytes());
    let found = neura.run(&["usage", "--json"]).ok().json();
    assert_eq!(found["skipped_lines"], 8);
    let sums: Vec<Value> = found["usage"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sum| {
            json!([
                sum["day"],
                sum["application"],
                sum["fingerprint"],
                sum["requests"],
                sum["unauthorized"]
            ])
        })
        .collect();
    assert_eq!(
        json!(sums),
        json!([
            ["2026-11-30", "shop", "aaaaaaaaaaaa", u64::MAX, 2],
            ["2026-11-30", "shop", "bbbbbbbbbbbb", 1, 1],
            ["2026-11-30", "till", "aaaaaaaaaaaa", 2, 2],
            ["2026-12-01", "shop", "aaaaaaaaaaaa", 1, 1],
        ])
    );
    assert_eq!(found["usage"][0]["last_used"], monday);
    let ran = neura.run(&["usage"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.stdout.lines().count(), 5, "{ran:?}");
    assert!(ran.stderr.contains("8 lines were skipped"), "{ran:?}");
    let later = neura
        .run(&["usage", "--since", "2026-12-01", "--json"])
        .ok()
        .json();
    assert_eq!(later["usage"].as_array().unwrap().len(), 1);
    assert_eq!(neura.run(&["usage", "--since", "yesterday"]).code, Some(2));
    let named = Neura::new();
    named
        .place
        .write("work/mine", format!("{}\n", lines[0]).as_bytes());
    assert_eq!(
        named.run(&["usage", "mine", "--json"]).ok().json()["usage"][0]["requests"],
        1
    );
}

#[test]
fn a_terminal_gets_no_control_characters_of_a_file() {
    let neura = Neura::new();
    let text = format!(
        "{}\n",
        line("a\u{1b}[31m\u{202e}\r", "b\u{7}", "2026-11-30T00:00:00Z", 1)
    );
    neura.place.write("work/usage.jsonl", text.as_bytes());
    let ran = neura.run(&["usage", "usage.jsonl"]).ok();
    assert!(
        !ran.stdout.contains(['\u{1b}', '\u{202e}', '\r', '\u{7}']),
        "{ran:?}"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_a_typed_error() {
    let neura = Neura::new();
    assert_eq!(neura.run(&["usage"]).code, Some(2));
    let ran = neura.run(&["usage", "nowhere"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.stderr.contains("nowhere"), "{ran:?}");
    assert_eq!(neura.run(&["usage", "."]).code, Some(3));
    #[cfg(unix)]
    {
        neura.place.make_special("work/pipe", "fifo");
        assert_eq!(neura.run(&["usage", "pipe"]).code, Some(3));
    }
}
