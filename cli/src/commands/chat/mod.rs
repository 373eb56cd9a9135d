//! `neura chat`: a question and its answer, or a conversation.

mod answer;
mod interactive;
mod question;

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::context::{Context, Done};
use crate::failure::Failure;

/// Ask a model; without TEXT at a terminal, talk to it
///
/// The answer is shown as it comes. Text that is piped in and files follow TEXT in the message:
/// `git diff | neura chat "Write a commit message"`. In a conversation, arrow keys recall earlier
/// lines, Ctrl-C stops an answer, Ctrl-D ends it, and /help lists the commands.
#[derive(clap::Args)]
pub struct Args {
    /// The question; several words are joined
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
    /// The model [default: NEURA_MODEL, else gpt-5]
    #[arg(short, long)]
    model: Option<String>,
    /// How the model is to answer: the system message
    #[arg(short, long, value_name = "TEXT")]
    system: Option<String>,
    /// A file whose text follows the question; `-` is stdin. May be given again
    #[arg(short, long = "file", value_name = "FILE")]
    files: Vec<PathBuf>,
}

const DEFAULT_MODEL: &str = "gpt-5";

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Done {
    let mut conversation = Conversation::new(args, context);
    let streams = &context.streams;
    let is_live = streams.terminal.is_some() && streams.stdout.is_terminal() && !context.json();
    if args.text.is_empty() && args.files.is_empty() && is_live {
        return interactive::run(conversation, context);
    }
    let question = question::of(args, context)?;
    let client = context.client()?;
    conversation.ask(question);
    match context.json() {
        false => {
            let answer = answer::stream(&client, &conversation, context)?;
            answer.finish(context)
        }
        true => {
            let response = client.chat(&conversation.request()).send()?;
            let answer: Value = response.json().map_err(Failure::from)?;
            context.print_json(&answer)
        }
    }
}

/// The messages so far.
struct Conversation {
    model: String,
    system: Option<String>,
    /// Questions and answers in turns.
    messages: Vec<Value>,
}

impl Conversation {
    fn new(args: &Args, context: &Context<'_>) -> Self {
        let set = context.streams.variables.text("NEURA_MODEL");
        let given = args.model.as_deref().or(set);
        Conversation {
            model: given.unwrap_or(DEFAULT_MODEL).to_owned(),
            system: args.system.clone(),
            messages: Vec::new(),
        }
    }

    fn ask(&mut self, question: String) {
        self.messages
            .push(json!({"role": "user", "content": question}));
    }

    fn answered(&mut self, answer: String) {
        self.messages
            .push(json!({"role": "assistant", "content": answer}));
    }

    /// Takes the last question back, which got no answer.
    fn take_back(&mut self) {
        self.messages.pop();
    }

    fn request(&self) -> Value {
        let system = self.system.as_ref();
        let system = system.map(|text| json!({"role": "system", "content": text}));
        let messages: Vec<&Value> = system.iter().chain(&self.messages).collect();
        json!({"model": self.model, "messages": messages})
    }
}
