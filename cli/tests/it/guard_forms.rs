//! `neura guard` and the forms in which a file may have a key.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::guard::{KEY, OTHER, assert_found, git, repository};

/// A text that hardly gets smaller.
fn noise() -> String {
    let numbers = std::iter::successors(Some(1_u64), |last| {
        Some(last.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1))
    });
    let words = numbers.map(|number| format!("{number:x}\n"));
    words.take(5_000).collect()
}

#[test]
fn every_form_of_a_key_is_found_and_no_placeholder() {
    let neura = repository().set("NEURA_API_KEY_STAGING", OTHER);
    let encoded = |text: &str| STANDARD.encode(text);
    let utf_16: Vec<u8> = format!("\u{feff}x\ny {KEY}\n")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let unmarked = |big: bool| -> Vec<u8> {
        let text = format!("x\ny ü {KEY}\n");
        let bytes = |unit: u16| match big {
            true => unit.to_be_bytes(),
            false => unit.to_le_bytes(),
        };
        text.encode_utf16().flat_map(bytes).collect()
    };
    let packed = |text: &[u8]| {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(text).unwrap();
        packed.finish().unwrap()
    };
    let long = format!("x\n{}\n{KEY}\n", "line\n".repeat(500_000));
    // Damaged after the key.
    let mut cut = packed(format!("{KEY}\n{}", noise()).as_bytes());
    cut.truncate(cut.len() / 2);
    let mut binary = vec![0, 159, 146, b'\n', 0];
    binary.extend(KEY.as_bytes());
    let large = format!(
        "{}\n{}{KEY}\n",
        "x".repeat(3 << 20),
        "line\n".repeat(300_000)
    );
    let files: [(&str, Vec<u8>, &[&str]); 20] = [
        ("plain.txt", format!("{OTHER}\r\n{KEY}\r\n").into(), &["plain.txt:1", "plain.txt:2"]),
        ("basic.txt", encoded(&format!("user:{KEY}")).into(), &["basic.txt:1"]),
        ("basic2.txt", format!("\n{}", encoded(&format!("us:{KEY}!!"))).into(), &["basic2.txt:2"]),
        ("url.txt", URL_SAFE.encode(format!("?{KEY}?>~")).into(), &["url.txt:1"]),
        ("utf16.txt", utf_16, &["utf16.txt:2"]),
        ("unmarked-le.txt", unmarked(false), &["unmarked-le.txt:2"]),
        ("unmarked-be.txt", unmarked(true), &["unmarked-be.txt:2"]),
        ("log.gz", packed(long.as_bytes()), &["log.gz:500003"]),
        ("twice.gz", [packed(b"x\n"), packed(KEY.as_bytes())].concat(), &["twice.gz:2"]),
        ("cut.gz", cut, &["cut.gz:1"]),
        ("not.gz", b"\x1f\x8b\x08 and no more".to_vec(), &[]),
        ("binary.bin", binary, &["binary.bin:2"]),
        ("large.txt", large.into(), &["large.txt:300002"]),
        ("literal.env", "X=1\nexport NEURA_API_KEY_PROD=\"nk-invented-5Zk20bQpWm31\"\n".into(), &["literal.env:2"]),
        ("compose.yml", "  NEURA_API_KEY: nk-invented-5Zk20bQpWm32\n".into(), &["compose.yml:1"]), // neura-guard: allow
        ("allowed.sh", "NEURA_API_KEY=nk-invented-5Zk20bQpWm33 # neura-guard: allow\n".into(), &[]),
        ("example.env", "NEURA_API_KEY=nk-your-key-here-00000001\nNEURA_API_KEY=\nNEURA_API_KEY=nk-fake-0123456789abcdef\n".into(), &[]),
        ("code.py", "key = os.environ['NEURA_API_KEY']\nNEURA_API_KEY_FILE=/run/secrets/neura-0123456789\n".into(), &[]),
        ("ci.yml", "NEURA_API_KEY: ${{ secrets.NEURA_API_KEY_2024 }}\n".into(), &[]),
        ("empty", Vec::new(), &[]),
    ];
    let mut wanted: Vec<&str> = Vec::new();
    for (name, contents, found) in &files {
        neura.place.write(&format!("work/{name}"), contents);
        wanted.extend(*found);
    }
    git(&neura, &["add", "-A"]);
    wanted.sort_by_key(|place| {
        let (file, line) = place.rsplit_once(':').unwrap();
        (file.to_owned(), line.parse::<u64>().unwrap())
    });
    assert_found(&neura, &["--no-history"], &wanted);
}

#[test]
fn base64_in_lines_is_found() {
    let neura = repository();
    let secret = STANDARD.encode(format!(
        "NEURA_BASE_URL=https://gw.example/v1\nNEURA_API_KEY={KEY}\n"
    ));
    let write = |name: &str, width: usize, indent: &str, end: &str| {
        let lines = secret.as_bytes().chunks(width);
        let lines = lines.map(|line| [indent.as_bytes(), line, end.as_bytes()].concat());
        let text = lines.collect::<Vec<_>>().concat();
        let name = format!("work/{name}");
        neura
            .place
            .write(&name, &[b"a: |\n".as_slice(), &text].concat());
    };
    write("a", 76, "", "\n");
    write("b", 64, "    ", "\r\n");
    write("c", 20, "", "\n");
    // The first and the last line have something around them.
    let (first, rest) = secret.split_at(60);
    let quoted = format!("x = \"{first}\n{rest}\"; y = 1\n");
    neura.place.write("work/d", quoted.as_bytes());
    // In the lines between two pieces of a large file.
    let mut large = "0123456789abcde\n".repeat((1 << 20) / 16 - 4);
    large.push_str(&format!("x\n{}\n{}\n", &secret[..60], &secret[60..]));
    let middle = large.len();
    large.push_str(&"word and word\n".repeat(1000));
    assert!(middle > 1 << 20);
    neura.place.write("work/e", large.as_bytes());
    git(&neura, &["add", "-A"]);
    // The key begins in the 73rd character.
    let line = 65_536 - 4 + 3;
    assert_found(
        &neura,
        &[],
        &["a:2", "b:3", "c:5", "d:2", &format!("e:{line}")],
    );
}
