//! `neura diagnose`: why authentication fails.

use neura::bindings::diagnose_with;
use neura::{CancelToken, Check, CheckStatus, Report};

use crate::context::{Context, Done};
use crate::exit;
use crate::failure::Failure;
use crate::style::Style;
use crate::wrap::wrapped;

/// Find out why the key does not work: sources, files, network, service
#[derive(clap::Args)]
pub struct Args {}

pub(crate) fn run(_args: &Args, context: &mut Context<'_>) -> Done {
    let options = context.options();
    let report = context.waiting("examining the key and the way to the service", || {
        diagnose_with(&options, &CancelToken::new())
    });
    match context.json() {
        true => context.print_json(&report.to_json())?,
        false => show(&report, context)?,
    }
    match (report.verdict(), report.ok()) {
        ("valid", true) => Ok(()),
        ("valid", false) => Err(Failure::Said(exit::FAILED)),
        (kind, _) => Err(Failure::Said(exit::code_of_name(kind))),
    }
}

/// Where the words of a check begin.
const INDENT: usize = 30;

fn show(report: &Report, context: &mut Context<'_>) -> Done {
    for check in report.checks() {
        show_check(check, context)?;
    }
    let warns = |check: &Check| check.status() == CheckStatus::Warning;
    let warned = match report.checks().iter().any(warns) {
        true => ", with warnings",
        false => "",
    };
    let style = match report.ok() {
        true => Style::Good,
        false => Style::Bad,
    };
    let verdict = context.styled(style, report.verdict());
    context.print_line(&format!("verdict: {verdict}{warned}"))
}

fn show_check(check: &Check, context: &mut Context<'_>) -> Done {
    let style = match check.status() {
        CheckStatus::Ok => Style::Good,
        CheckStatus::Warning => Style::Warning,
        CheckStatus::Failed => Style::Bad,
        _ => Style::Faint,
    };
    let status = context.styled(style, &format!("{:<8}", check.status().name()));
    let code = context.styled(Style::Strong, &format!("{:<22}", check.code()));
    let width = context.streams.stdout.width();
    let found = wrapped(check.found(), INDENT, width);
    context.print_line(&format!("{status}{code}{found}"))?;
    match check.advice() {
        Some(advice) => {
            let advice = wrapped(advice, INDENT + 3, width);
            context.print_line(&format!("{:INDENT$}-> {advice}", ""))
        }
        None => Ok(()),
    }
}
