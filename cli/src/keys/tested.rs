//! Whether the service takes a key that is not stored yet.

use neura::{Client, EnvFile, ErrorKind, KeyCheck, Options};

use crate::context::Context;
use crate::exit;
use crate::failure::Failure;
use crate::usage;

/// What is tested.
pub(crate) enum Candidate<'a> {
    Key(&'a str),
    /// What a program prints.
    Command(&'a str),
}

/// Asks the service with the options of the command line, and the base URL of the key's table where
/// nothing else names one.
///
/// # Errors
/// Why the key cannot be used; `instead` is what the user can do then.
pub(crate) fn test(
    context: &Context<'_>,
    candidate: &Candidate<'_>,
    table_url: Option<&str>,
    instead: &str,
) -> Result<KeyCheck, Failure> {
    let client = Client::new(options(context, candidate, table_url)?)?;
    let check = client.check();
    match check.error() {
        None => Ok(check),
        Some(error) => {
            let code = exit::code_of(error.kind());
            let why = match code == exit::code_of(ErrorKind::InvalidApiKey) {
                true => "the service refused the key",
                false => "the key could not be tested",
            };
            let message = format!(
                "{why}, and nothing was changed: {}. {instead}",
                error.message().trim_end_matches('.')
            );
            Err(Failure::with_code(code, message))
        }
    }
}

fn options(
    context: &Context<'_>,
    candidate: &Candidate<'_>,
    table_url: Option<&str>,
) -> Result<Options, Failure> {
    let mut options = context.options();
    // A `.env` nearby is of another key.
    options.set_env_file(EnvFile::Off);
    let mut variables = context.streams.variables.clone();
    // A test is not the use of a program, of which `keys rotate --finish` asks the file.
    variables.remove(usage::VARIABLE);
    match candidate {
        Candidate::Key(key) => options.set_api_key(*key),
        Candidate::Command(command) => {
            let variable = variable_of(context, &options)?;
            for ending in ["", "_FILE"] {
                variables.remove(&format!("{variable}{ending}"));
            }
            variables.set(format!("{variable}_COMMAND"), *command);
        }
    }
    options.set_environment(variables.iter());
    let is_given = neura::resolve(&options)?.to_json()["base_url_source"] != "default";
    if let Some(url) = table_url.filter(|_| !is_given) {
        options.set_base_url(url);
    }
    Ok(options)
}

/// The variable of the key of this profile.
fn variable_of(context: &Context<'_>, options: &Options) -> Result<String, Failure> {
    let variable = "NEURA_API_KEY";
    let given = context.globals.client.profile.as_deref();
    let given = given.or_else(|| context.streams.variables.text("NEURA_PROFILE"));
    if given.is_none_or(|profile| profile.trim().is_empty()) {
        return Ok(variable.to_owned());
    }
    let profile = neura::bindings::credentials_table(options)?;
    let profile = profile.to_uppercase().replace('-', "_");
    Ok(format!("{variable}_{profile}"))
}
