//! faults.md 85: a `.env` file whose variables repeat each other.

use std::time::{Duration, Instant};

use super::{assert_config, resolve};
use crate::child::Place;
use crate::common::FAKE_KEY;

/// Eleven lines, each eight times the value of the line before: 128 GiB of text.
fn without_end() -> String {
    let line = format!("A={}\n", "${A}".repeat(8));
    format!("A=aaaaaaaaaaaaaaaa\n{}", line.repeat(11))
}

#[test]
fn fault_85_an_expansion_without_end_is_a_config_error_where_it_is_wanted() {
    let wanted = [
        "NEURA_API_KEY=${A}\n",
        "NEURA_API_KEY=nk-${A:-x}\n",
        "B=${A}\nNEURA_API_KEY=nk-${B}\n",
        "NEURA_API_KEY=\"${A}\"\n",
        "NEURA_API_KEY='${A}'\n",
        "export NEURA_API_KEY=${A}\n",
        "NEURA_API_KEY=nk-fake-0123456789abcdef\nNEURA_BASE_URL=https://gw.example/${A}\n",
    ];
    for line in wanted {
        let place = Place::new();
        place.write("work/.env", format!("{}{line}", without_end()).as_bytes());
        let found = resolve(&place, &[]);
        assert_config(&found, &["work/.env", "1 MiB"]);
    }
    // A variable of the environment, repeated.
    let place = Place::new();
    let line = format!("NEURA_API_KEY={}\n", "${LONG}".repeat(20_000));
    place.write("work/.env", line.as_bytes());
    let found = resolve(&place, &[("LONG", &"a".repeat(100_000))]);
    assert_config(&found, &["work/.env"]);
}

#[test]
fn fault_85_names_that_are_not_wanted_are_not_expanded() {
    let started = Instant::now();
    let place = Place::new();
    place.write("work/.env", without_end().as_bytes());
    let found = resolve(&place, &[("NEURA_API_KEY", FAKE_KEY)]);
    assert_eq!(found["source"], "environment", "{found}");
    let line = format!("{}NEURA_API_KEY={FAKE_KEY}\nB=${{A}}\n", without_end());
    place.write("work/.env", line.as_bytes());
    let found = resolve(&place, &[]);
    assert_eq!(found["source"], "env_file", "{found}");
    assert!(started.elapsed() < Duration::from_secs(10));
}
