//! A conversation at the terminal.

use std::path::PathBuf;

use neura::bindings::quoted;
use neura::{CancelToken, Client, ErrorKind};

use super::Conversation;
use super::answer::{Answer, stream_until};
use crate::context::{Context, Done};
use crate::exit;
use crate::failure::Failure;
use crate::streams::Variables;
use crate::style::Style;
use crate::terminal::{Line, LineEditor};

const HELP: &str = "\
/new            forget the conversation
/model NAME     ask another model
/system TEXT    how the model is to answer; without TEXT as it likes
/help           this list
/exit, Ctrl-D   the end
A line that ends with \\ goes on in the next. A line that begins with // is sent with one /.";

/// What a line asks for.
enum Step {
    Go,
    Ask(String),
    End,
}

pub(super) fn run(conversation: Conversation, context: &mut Context<'_>) -> Done {
    let client = context.client()?;
    let history = history_file(&context.streams.variables);
    let Some(terminal) = &mut context.streams.terminal else {
        return Err(Failure::usage("a conversation needs a terminal"));
    };
    let editor = terminal.edit(history.as_deref());
    let editor = editor.map_err(|error| Failure::new(format!("the terminal: {error}")))?;
    let model = context.styled(Style::Strong, &conversation.model);
    let hint = context.styled(Style::Faint, "(/help lists the commands, Ctrl-D ends)");
    context.print_line(&format!("{model} {hint}"))?;
    context.flush()?;
    Chat {
        client,
        conversation,
        editor,
        keeps_history: true,
    }
    .run(context)
}

struct Chat {
    client: Client,
    conversation: Conversation,
    editor: Box<dyn LineEditor>,
    keeps_history: bool,
}

impl Chat {
    fn run(&mut self, context: &mut Context<'_>) -> Done {
        let mut interrupted = false;
        loop {
            match self.read()? {
                Line::End => {
                    context.print("\n")?;
                    return Ok(());
                }
                Line::Interrupted if interrupted => {
                    return Err(Failure::Said(exit::INTERRUPTED));
                }
                Line::Interrupted => {
                    interrupted = true;
                    context.tell("(Ctrl-C again or Ctrl-D ends)");
                }
                Line::Text(line) => {
                    interrupted = false;
                    self.remember(&line, context);
                    match self.step(&line, context)? {
                        Step::Go => {}
                        Step::Ask(question) => self.ask(question, context)?,
                        Step::End => return Ok(()),
                    }
                }
            }
        }
    }

    /// A line, with those that it goes on in.
    fn read(&mut self) -> Result<Line, Failure> {
        let mut whole = String::new();
        let mut prompt = "> ";
        loop {
            let line = self.editor.read(prompt);
            let line = line.map_err(|error| Failure::new(format!("the terminal: {error}")))?;
            match line {
                Line::Text(text) => match text.strip_suffix('\\') {
                    Some(text) => {
                        whole.push_str(text);
                        whole.push('\n');
                        prompt = ". ";
                    }
                    None => {
                        whole.push_str(&text);
                        return Ok(Line::Text(whole));
                    }
                },
                // What was typed so far is a question too.
                Line::End if !whole.trim().is_empty() => return Ok(Line::Text(whole)),
                other => return Ok(other),
            }
        }
    }

    fn step(&mut self, line: &str, context: &mut Context<'_>) -> Result<Step, Failure> {
        let line = line.trim();
        if let Some(text) = line.strip_prefix("//") {
            return Ok(Step::Ask(format!("/{text}")));
        }
        let Some(command) = line.strip_prefix('/') else {
            return Ok(match line.is_empty() {
                true => Step::Go,
                false => Step::Ask(line.to_owned()),
            });
        };
        let (name, rest) = command
            .split_once(char::is_whitespace)
            .unwrap_or((command, ""));
        let rest = rest.trim();
        match name {
            "exit" | "quit" => return Ok(Step::End),
            "help" => context.print_line(HELP)?,
            "new" => {
                self.conversation.messages.clear();
                context.print_line("(a new conversation)")?;
            }
            "model" if rest.is_empty() => context.print_line(&self.conversation.model.clone())?,
            "model" => self.conversation.model = rest.to_owned(),
            "system" => {
                self.conversation.system = (!rest.is_empty()).then(|| rest.to_owned());
            }
            _ => context.tell(&format!(
                "there is no command /{name}; /help lists them. A text that begins with / is sent \
                 with //"
            )),
        }
        context.flush()?;
        Ok(Step::Go)
    }

    fn ask(&mut self, question: String, context: &mut Context<'_>) -> Done {
        self.conversation.ask(question);
        let token = CancelToken::new();
        let interrupt = context.streams.interrupt.clone();
        let (client, conversation) = (&self.client, &self.conversation);
        let answer = interrupt.cancels(&token, || {
            stream_until(client, conversation, &token, context)
        })?;
        answer.end_line(context)?;
        answer.warn(context);
        self.keep(answer, context);
        Ok(())
    }

    /// Keeps what came. A question without an answer is taken back, so that it can be asked again.
    fn keep(&mut self, answer: Answer, context: &mut Context<'_>) {
        if let Some(error) = answer.error {
            match error.kind() {
                ErrorKind::Cancelled => context.tell("(stopped)"),
                _ => context.show(&Failure::from(error)),
            }
        }
        match answer.text.is_empty() {
            true => self.conversation.take_back(),
            false => self.conversation.answered(answer.text),
        }
    }

    /// Keeps a line in the history, unless it may hold a key.
    fn remember(&mut self, line: &str, context: &mut Context<'_>) {
        if line.trim().is_empty() || self.may_hold_key(line) {
            return;
        }
        let kept = self.editor.remember(line);
        if let (Err(error), true) = (kept, self.keeps_history) {
            self.keeps_history = false;
            context.tell(&format!("(the history is not kept: {error})"));
        }
    }

    /// Whether a line has a key of the client in any form, or a word that looks like one.
    fn may_hold_key(&self, line: &str) -> bool {
        self.client.holds_secret(line) || quoted(line) != line
    }
}

/// Where the lines are kept: the folder for the data of programs.
fn history_file(variables: &Variables) -> Option<PathBuf> {
    let folder = |name: &str| {
        let folder = PathBuf::from(variables.get(name)?);
        folder.is_absolute().then_some(folder)
    };
    let data = match cfg!(windows) {
        true => folder("LOCALAPPDATA"),
        false => folder("XDG_DATA_HOME")
            .or_else(|| folder("HOME").map(|home| home.join(".local").join("share"))),
    };
    Some(data?.join("neura").join("chat_history"))
}
