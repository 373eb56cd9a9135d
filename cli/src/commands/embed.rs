//! `neura embed`: vectors of lines, as JSON Lines.

use std::path::PathBuf;

use neura::{Client, EmbeddingList};
use serde::Serialize;
use serde_json::json;

use crate::context::{Context, Done};
use crate::failure::Failure;
use crate::input::Lines;

/// Turn lines into embeddings, one JSON object in each line
///
/// Each line of the files or of stdin becomes `{"line": 1, "text": "...", "embedding": [...]}`. `line`
/// counts from 1, over all files. Blank lines are left out, because the service refuses them.
#[derive(clap::Args)]
pub struct Args {
    /// Files to read; `-` is stdin [default: stdin]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The model
    #[arg(short, long, default_value = "text-embedding-3-small")]
    model: String,
    /// The length of the vectors, if the model can shorten them
    #[arg(short, long, value_name = "COUNT")]
    dimensions: Option<u32>,
    /// How many lines go into one request
    #[arg(short, long, value_name = "COUNT", default_value_t = 64,
          value_parser = clap::value_parser!(u16).range(1..=2048))]
    batch: u16,
}

/// A line of the output.
#[derive(Serialize)]
struct Embedded<'a> {
    line: u64,
    text: &'a str,
    embedding: &'a [f32],
}

/// A request is sent before its texts are larger than this, whatever their number.
const LARGEST_BATCH: usize = 1 << 20;

/// The lines of one request.
#[derive(Default)]
struct Batch {
    texts: Vec<String>,
    numbers: Vec<u64>,
    size: usize,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Done {
    let client = context.client()?;
    let files = match args.files.is_empty() {
        true => vec![PathBuf::from("-")],
        false => args.files.clone(),
    };
    if args.files.is_empty() && context.streams.stdin.is_terminal() {
        context.tell("Type a text in each line; Ctrl-D ends them.");
    }
    let (mut batch, mut before) = (Batch::default(), 0);
    for file in &files {
        let mut lines = Lines::open(file, context)?;
        while let Some((number, text)) = lines.next(context)? {
            if text.trim().is_empty() {
                continue;
            }
            if !batch.texts.is_empty() && batch.size + text.len() > LARGEST_BATCH {
                send(&client, args, std::mem::take(&mut batch), context)?;
            }
            batch.size += text.len();
            batch.texts.push(text);
            batch.numbers.push(before + number);
            if batch.texts.len() >= args.batch.into() {
                send(&client, args, std::mem::take(&mut batch), context)?;
            }
        }
        before += lines.read();
    }
    match batch.texts.is_empty() {
        true => Ok(()),
        false => send(&client, args, batch, context),
    }
}

fn send(client: &Client, args: &Args, batch: Batch, context: &mut Context<'_>) -> Done {
    let mut request = json!({"model": args.model, "input": batch.texts});
    if let Some(dimensions) = args.dimensions {
        request["dimensions"] = dimensions.into();
    }
    let list: EmbeddingList = client.embeddings(&request).send()?.json()?;
    let mut vectors = list.data;
    vectors.sort_by_key(|vector| vector.index);
    if vectors.len() != batch.texts.len() {
        return Err(Failure::from(neura::Error::new(
            neura::ErrorKind::Decode,
            format!(
                "the service sent {} embeddings for {} texts",
                vectors.len(),
                batch.texts.len()
            ),
        )));
    }
    for ((number, text), vector) in batch.numbers.iter().zip(&batch.texts).zip(&vectors) {
        context.print_json(&Embedded {
            line: *number,
            text,
            embedding: &vector.embedding,
        })?;
    }
    // A program that reads them need not wait for the end.
    context.flush()
}
