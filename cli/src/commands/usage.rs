//! `neura usage`: the usage of keys across programs.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::context::{Context, Done};
use crate::failure::Failure;
use crate::keys::config;
use crate::style::Style;
use crate::usage::{Record, VARIABLE, file_of, read, shown};

/// Sum the usage of keys by key, day and application
///
/// Programs write it to the file that NEURA_USAGE_FILE names, where that is set for them: every 60 s
/// and at their end. Days are those of UTC.
#[derive(clap::Args)]
pub struct Args {
    /// The file [default: NEURA_USAGE_FILE]
    file: Option<PathBuf>,
    /// Only this day and later ones, such as 2026-11-30
    #[arg(long, value_name = "DAY", value_parser = day)]
    since: Option<String>,
}

/// What is summed.
#[derive(Default)]
struct Sum {
    mask: String,
    last_used: String,
    /// Requests, 401s, 429s, retries, tokens of prompts and answers.
    counts: [u64; 6],
}

const FIELDS: [&str; 6] = [
    "requests",
    "unauthorized",
    "rate_limited",
    "retries",
    "prompt_tokens",
    "completion_tokens",
];
const HEADS: [&str; 10] = [
    "day",
    "application",
    "key",
    "fingerprint",
    "requests",
    "401",
    "429",
    "retries",
    "prompt",
    "answer",
];

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Done {
    let directory = context.streams.directory.clone().unwrap_or_default();
    let given = args.file.as_ref().map(|file| directory.join(file));
    let file = given.or_else(|| file_of(context)).ok_or_else(|| {
        Failure::usage(format!(
            "name the file, or set {VARIABLE}: programs for which it is set write their usage there"
        ))
    })?;
    // By day, application and fingerprint.
    let mut sums: BTreeMap<[String; 3], Sum> = BTreeMap::new();
    let since = args.since.as_deref().unwrap_or_default();
    let take = |record: Record| {
        if record.day() < since {
            return;
        }
        let key = [
            record.day().to_owned(),
            record.application.clone(),
            record.fingerprint.clone(),
        ];
        sums.entry(key).or_default().add(&record);
    };
    let skipped = read(&file, take).map_err(|error| {
        config(format!(
            "the usage file {} cannot be read: {error}",
            neura::bindings::quoted(&file.to_string_lossy())
        ))
    })?;
    if context.json() {
        let usage: Vec<Value> = sums.iter().map(|(key, sum)| to_json(key, sum)).collect();
        return context.print_json(&json!({"usage": usage, "skipped_lines": skipped}));
    }
    print(context, &sums)?;
    if skipped > 0 {
        let lines = if skipped == 1 {
            "line was"
        } else {
            "lines were"
        };
        context.tell(&format!(
            "{skipped} {lines} skipped: cut, or not written by neura"
        ));
    }
    Ok(())
}

impl Sum {
    fn add(&mut self, record: &Record) {
        let more = [
            record.requests,
            record.unauthorized,
            record.rate_limited,
            record.retries,
            record.prompt_tokens,
            record.completion_tokens,
        ];
        for (count, more) in self.counts.iter_mut().zip(more) {
            *count = count.saturating_add(more);
        }
        if record.to > self.last_used {
            self.last_used.clone_from(&record.to);
        }
        self.mask.clone_from(&record.mask);
    }
}

fn to_json([day, application, fingerprint]: &[String; 3], sum: &Sum) -> Value {
    let mut line = json!({
        "day": day,
        "application": application,
        "fingerprint": fingerprint,
        "mask": sum.mask,
        "last_used": sum.last_used,
    });
    for (field, count) in FIELDS.iter().zip(sum.counts) {
        line[*field] = count.into();
    }
    line
}

fn print(context: &mut Context<'_>, sums: &BTreeMap<[String; 3], Sum>) -> Done {
    if sums.is_empty() {
        context.tell("no usage was written");
        return Ok(());
    }
    let mut rows = vec![HEADS.map(str::to_owned).to_vec()];
    for ([day, application, fingerprint], sum) in sums {
        let mut row = vec![
            shown(day),
            shown(application),
            shown(&sum.mask),
            shown(fingerprint),
        ];
        row.extend(sum.counts.iter().map(u64::to_string));
        rows.push(row);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..HEADS.len())
        .map(|column| width(column).unwrap_or(0))
        .collect();
    for (number, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(&widths).enumerate();
        let cells = cells.map(|(column, (cell, width))| match column < 4 {
            true => format!("{cell:width$}"),
            false => format!("{cell:>width$}"),
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        let line = match number {
            0 => context.styled(Style::Strong, line.trim_end()),
            _ => line.trim_end().to_owned(),
        };
        context.print_line(&line)?;
    }
    Ok(())
}

fn day(text: &str) -> Result<String, String> {
    let format = time::format_description::well_known::Iso8601::DATE;
    match time::Date::parse(text, &format) {
        Ok(_) if text.len() == 10 => Ok(text.to_owned()),
        _ => Err("give a day, for example 2026-11-30".to_owned()),
    }
}
