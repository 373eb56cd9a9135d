//! `neura keys` keeps the form of the credentials file.

use crate::keys::{FILE, text, without_key, write};
use crate::neura::Neura;
use crate::servers::{FAKE_KEY, OTHER_KEY, Server};

#[test]
fn the_form_and_the_comments_of_the_file_stay() {
    let sandbox = Server::sandbox();
    let (neura, key) = (without_key(&sandbox), sandbox.key("api_key"));
    let before = format!(
        "# of the team\r\n\n[ staging ]   # for tests\napi_key = '{OTHER_KEY}' # of Ann\nother = [1,\n  2] # kept\n\n[default]\n# first\nbase_url=\"https://gw.example/v1\"\n"
    );
    write(&neura, &before);
    neura.feed(key, &["keys", "add", "--replace"]).ok();
    let after = text(&neura);
    for part in [
        "# of the team",
        "[ staging ]   # for tests",
        "# of Ann",
        "[1,\n  2] # kept",
        "# first",
        "base_url=\"https://gw.example/v1\"",
    ] {
        assert!(after.contains(part), "{part} in {after}");
    }
    neura
        .feed(key, &["keys", "add", "--replace", "--profile", "staging"])
        .ok();
    let after = text(&neura);
    assert!(
        after.contains(&format!("api_key = \"{key}\" # of Ann")),
        "{after}"
    );
}

#[test]
fn line_ends_of_windows_stay() {
    let neura = without_key(&Server::sandbox());
    let before = format!("# mine\r\n[default]\r\napi_key = \"{OTHER_KEY}\"\r\n");
    write(&neura, &before);
    let add = ["keys", "add", "--no-check", "--profile", "staging"];
    neura.feed(FAKE_KEY, &add).ok();
    let after = text(&neura);
    assert!(after.starts_with(&before), "{after:?}");
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
}

#[test]
fn a_profile_is_removed_with_its_own_comment_alone() {
    let neura = Neura::new();
    let key = format!("api_key = \"{FAKE_KEY}\"\n");
    write(
        &neura,
        &format!(
            "# of the file\n\n# of a\n[a]\n{key}\n# group\n\n[b]\n{key}\n# of c\n[c]\n{key}\n# end\n"
        ),
    );
    let remove = |profile: &str| {
        let ran = neura.run(&["keys", "remove", "--yes", "--profile", profile]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        text(&neura)
    };
    let without_a = format!("# of the file\n\n# group\n\n[b]\n{key}\n# of c\n[c]\n{key}\n# end\n");
    assert_eq!(remove("a"), without_a);
    let without_b = format!("# of the file\n\n# group\n\n# of c\n[c]\n{key}\n# end\n");
    assert_eq!(remove("b"), without_b);
    assert_eq!(remove("c"), "# of the file\n\n# group\n\n# end\n");
    // The comment of a file that this command made.
    std::fs::remove_file(neura.place.path(FILE)).unwrap();
    let add = ["keys", "add", "--no-check"];
    neura.feed(FAKE_KEY, &add).ok();
    let made = text(&neura);
    let ran = neura.run(&["keys", "remove", "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(text(&neura).contains("never share it"), "{made:?}");
}
