//! Many threads that do everything at once.

use std::process::Command;

use crate::compile::{self, Language, Link};
use crate::programs::{Program, hold_memory};
use crate::run::{Leaks, Stage, assert_checks};
use crate::sanitizers;

const STRESS: Program = Program {
    name: "stress",
    language: Language::C,
    sources: &["bindings-c/tests/c/stress.c"],
    servers: &[],
    checks: 3,
};

/// Of each of eight threads, every eighth call is of the same kind.
#[test]
fn threads_that_do_everything_with_one_client_and_queue() {
    let rounds = if sanitizers::everywhere() { 4000 } else { 400 };
    let program = compile::program(STRESS.name, STRESS.language, STRESS.sources, Link::Shared);
    let mut command = Command::new(program);
    command.env("NEURA_TEST_ROUNDS", rounds.to_string());
    assert_checks(
        STRESS.name,
        &Stage::new(STRESS.servers).run(&mut command),
        STRESS.checks,
    );
}

#[test]
fn memory_of_threads_that_do_everything() {
    hold_memory(&STRESS, Leaks::Counted);
}
