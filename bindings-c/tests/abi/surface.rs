//! Programs for replies, bodies, uploads and hooks, and what their servers saw.

use serde_json::Value;

use crate::compile::{Language, Link};
use crate::programs::{COUNTED, Program, hold, hold_memory};
use crate::run::Leaks;

const REPLIES: Program = Program {
    name: "replies",
    language: Language::C,
    sources: &["bindings-c/tests/c/replies.c"],
    servers: &[
        "NEURA_TEST_HEADS_URL",
        "NEURA_TEST_REFUSED_HEADS_URL",
        "NEURA_TEST_REFUSED_URL",
        "NEURA_TEST_BUSY_URL",
        "NEURA_TEST_BUSY_TWICE_URL",
        COUNTED,
    ],
    checks: 75,
};
const BODIES: Program = Program {
    name: "bodies",
    language: Language::C,
    sources: &["bindings-c/tests/c/bodies.c"],
    servers: &[
        "NEURA_TEST_LARGE_BODY_URL",
        "NEURA_TEST_PACKED_URL",
        "NEURA_TEST_HALF_URL",
        "NEURA_TEST_SPRING_URL",
        "NEURA_TEST_REFUSED_HEADS_URL",
    ],
    checks: 48,
};
const UPLOADS: Program = Program {
    name: "uploads",
    language: Language::C,
    sources: &["bindings-c/tests/c/uploads.c"],
    servers: &[
        COUNTED,
        "NEURA_TEST_EVENTS_URL",
        "NEURA_TEST_BUSY_URL",
        "NEURA_TEST_BUSY_TWICE_URL",
        "NEURA_TEST_BUSY_THRICE_URL",
        "NEURA_TEST_STALL_URL",
    ],
    checks: 38,
};
const HOOKS: Program = Program {
    name: "hooks",
    language: Language::C,
    sources: &["bindings-c/tests/c/hooks.c"],
    servers: &[
        "NEURA_TEST_BUSY_URL",
        "NEURA_TEST_REFUSED_URL",
        "NEURA_TEST_EVENTS_URL",
    ],
    checks: 22,
};

const CORRECTED: Program = Program {
    name: "corrected",
    language: Language::C,
    sources: &["bindings-c/tests/c/corrected.c"],
    servers: &[],
    checks: 21,
};
const CPP_REPLIES: Program = Program {
    name: "cpp_replies",
    language: Language::Cpp,
    sources: &["bindings-c/tests/cpp/replies.cpp"],
    servers: &[
        "NEURA_TEST_HEADS_URL",
        "NEURA_TEST_REFUSED_HEADS_URL",
        "NEURA_TEST_LARGE_BODY_URL",
        "NEURA_TEST_STALL_URL",
        COUNTED,
    ],
    checks: 12,
};

/// A field of each request that a server got.
fn seen<'r>(report: &'r Value, field: &str) -> Vec<&'r str> {
    assert_eq!(report["problems"], Value::Array(Vec::new()), "{report}");
    let requests = report["requests"].as_array().expect("requests").iter();
    requests
        .map(|request| request[field].as_str().expect("it is text"))
        .collect()
}

#[test]
fn a_reply_has_all_headers_and_rate_limits_and_a_request_its_query() {
    let report = hold(&REPLIES, Link::Shared).report(COUNTED);
    let query = "limit=20&tag=a+b%26c%3Dd%2F%C3%A9&tag=";
    assert_eq!(
        seen(&report, "target"),
        [
            format!("/v1/models?{query}"),
            format!("/v1/models?after=x&{query}"),
            "/v1/models".to_owned()
        ]
    );
}

#[test]
fn a_body_is_read_in_pieces() {
    hold(&BODIES, Link::Shared);
}

#[test]
fn a_callback_gives_the_body_of_a_request() {
    let report = hold(&UPLOADS, Link::Shared).report(COUNTED);
    let bodies = [
        "in chunks of three",
        "of known length",
        "",
        "{\"of\": \"a body\"}",
    ];
    assert_eq!(seen(&report, "body"), bodies);
    let length = |index: usize, name: &str| {
        let headers = report["requests"][index]["headers"].as_array().unwrap();
        let named = |pair: &&Value| pair[0].as_str().unwrap().eq_ignore_ascii_case(name);
        headers.iter().find(named).map(|pair| pair[1].clone())
    };
    assert_eq!(length(0, "transfer-encoding"), Some("chunked".into()));
    assert_eq!(length(1, "content-length"), Some("15".into()));
    assert_eq!(length(1, "content-type"), Some("text/plain".into()));
    assert_eq!(length(3, "content-type"), None);
}

#[test]
fn callbacks_get_attempts_and_the_log() {
    hold(&HOOKS, Link::Shared);
}

#[test]
fn memory_of_replies_and_queries() {
    hold_memory(&REPLIES, Leaks::Counted);
}

#[test]
fn memory_of_bodies_in_pieces() {
    hold_memory(&BODIES, Leaks::Counted);
}

#[test]
fn memory_of_uploads() {
    hold_memory(&UPLOADS, Leaks::Counted);
}

#[test]
fn memory_of_hooks() {
    hold_memory(&HOOKS, Leaks::Counted);
}

#[test]
fn replies_bodies_and_callbacks_in_cpp() {
    let report = hold(&CPP_REPLIES, Link::Shared).report(COUNTED);
    assert_eq!(seen(&report, "target"), ["/v1/upload?a=b+c"]);
    assert_eq!(seen(&report, "body"), ["from a function"]);
}

#[test]
fn memory_of_replies_in_cpp() {
    hold_memory(&CPP_REPLIES, Leaks::Counted);
}

#[test]
fn a_good_value_corrects_a_wrong_one() {
    hold(&CORRECTED, Link::Shared);
}

#[test]
fn memory_of_corrected_options() {
    hold_memory(&CORRECTED, Leaks::Counted);
}
