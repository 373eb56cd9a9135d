//! `neura embed` and `neura models`.

use serde_json::{Value, json};

use crate::neura::{Neura, Ran};
use crate::servers::Server;

fn rows(ran: &Ran) -> Vec<Value> {
    let row = |line: &str| serde_json::from_str(line).unwrap();
    ran.stdout.lines().map(row).collect()
}

#[test]
fn each_line_becomes_a_line_of_json() {
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox);
    let ran = neura.feed("one\n\ntwo\r\n  \nünï", &["embed"]).ok();
    let found = rows(&ran);
    let told = |name: &str| {
        found
            .iter()
            .map(|row| row[name].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(json!(told("line")), json!([1, 3, 5]));
    assert_eq!(json!(told("text")), json!(["one", "two", "ünï"]));
    assert!(
        found
            .iter()
            .all(|row| row["embedding"].as_array().unwrap().len() == 8)
    );
    assert_ne!(found[0]["embedding"], found[1]["embedding"]);
    let json = neura.feed("one\n", &["embed", "--json", "-d", "3"]).ok();
    assert_eq!(rows(&json)[0]["embedding"].as_array().unwrap().len(), 3);
}

#[test]
fn lines_go_in_batches_and_keep_their_order() {
    let vectors = |from: u32, to: u32| {
        let all: Vec<Vec<u32>> = (from..to).map(|number| vec![number]).collect();
        json!({"embeddings": all})
    };
    let replay = Server::replies(json!([vectors(0, 3), vectors(3, 6), vectors(6, 7)]));
    let text: String = (0..7).map(|number| format!("text {number}\n")).collect();
    let ran = Neura::at(&replay)
        .feed(text, &["embed", "--batch", "3"])
        .ok();
    for (number, row) in rows(&ran).iter().enumerate() {
        let wanted = json!({
            "line": number + 1, "text": format!("text {number}"), "embedding": [number as f32],
        });
        assert_eq!(*row, wanted);
    }
    assert_eq!(replay.report()["requests"].as_array().unwrap().len(), 3);
}

#[test]
fn a_batch_is_limited_by_its_size_too() {
    let sandbox = Server::sandbox();
    let line = "word ".repeat(60_000);
    let text = format!("{line}\n").repeat(70);
    let ran = Neura::at(&sandbox).feed(text, &["embed"]).ok();
    assert_eq!(ran.stdout.lines().count(), 70);
}

#[test]
fn files_are_read_one_after_another() {
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox);
    neura.place.write("work/a.txt", b"\xef\xbb\xbfone\ntwo\n");
    let ran = neura.feed("three\n", &["embed", "a.txt", "-"]).ok();
    let told: Vec<Value> = rows(&ran)
        .iter()
        .map(|row| json!([row["line"], row["text"]]))
        .collect();
    assert_eq!(json!(told), json!([[1, "one"], [2, "two"], [3, "three"]]));
    let ran = neura.run(&["embed", "gone.txt"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("gone.txt cannot be read"), "{ran:?}");
    assert_eq!(neura.run(&["embed", "."]).code, Some(2));
    assert_eq!(neura.run(&["embed"]).ok().stdout, "");
}

#[test]
fn results_before_an_error_are_kept() {
    let replay = Server::replies(json!([{"embedding": [0.5]}, {"error": {"status": 400}}]));
    let ran = Neura::at(&replay).feed("one\ntwo\n", &["embed", "--batch", "1"]);
    assert_eq!(ran.code, Some(6), "{ran:?}");
    assert_eq!(
        ran.stdout,
        "{\"line\":1,\"text\":\"one\",\"embedding\":[0.5]}\n"
    );
}

#[test]
fn too_few_vectors_are_an_error() {
    let body = json!({"object": "list", "data": [{"index": 0, "embedding": [1]}], "model": "m"});
    let replay = Server::replies(json!([{"status": 200, "json": body}]));
    let ran = Neura::at(&replay).feed("one\ntwo\n", &["embed"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(8), ""), "{ran:?}");
}

#[test]
fn models_are_listed_by_id() {
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox);
    let ran = neura.run(&["models"]).ok();
    assert_eq!(ran.stdout, "gpt-5\ngpt-5-mini\ntext-embedding-3-small\n");
    let list = neura.run(&["models", "--json"]).ok().json();
    assert_eq!(list["data"][0]["id"], "gpt-5");
}
