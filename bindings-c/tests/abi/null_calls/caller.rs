//! The C function that calls one function of the header, and judges what it did.

use super::good_arguments::good;
use crate::declarations::{Function, Parameter};

/// What the library writes to.
struct Out<'f> {
    index: usize,
    name: &'f str,
    /// Its type, without the star of the out-pointer.
    kind: String,
    /// What it has before the call.
    initial: &'static str,
    /// How what it got is freed; empty if that is borrowed.
    free: &'static str,
}

impl<'f> Out<'f> {
    fn of(index: usize, parameter: &'f Parameter) -> Option<Self> {
        let free = freed_by(&parameter.kind)?;
        let kind = parameter.kind.strip_suffix('*').expect("a pointer");
        let number = kind.trim_end() == "size_t";
        Some(Out {
            index,
            name: &parameter.name,
            kind: kind.trim_end().to_owned(),
            initial: if number { "77" } else { "JUNK" },
            free,
        })
    }

    fn is_error(&self) -> bool {
        self.kind == "neura_error *"
    }

    fn declared(&self) -> String {
        let declared = format!("{} {}", self.kind, self.name).replace("* ", "*");
        format!("  {declared} = {};\n", self.initial)
    }

    fn given(&self) -> String {
        format!("is_null(v, {}) ? NULL : &{}", self.index, self.name)
    }

    /// The checks after the call; an error is checked with the status.
    fn checked(&self) -> String {
        let Out {
            index,
            name,
            initial,
            free,
            ..
        } = self;
        if self.is_error() {
            return String::new();
        }
        let empty = if *initial == "77" { "0" } else { "NULL" };
        let free = match *free {
            "" => String::new(),
            free => format!("  if ({name} != {initial}) {free}({name});\n"),
        };
        format!(
            "  if (!is_null(v, {index}))\n    \
             holds &= written(v, ended, {name} == {empty}, {name} == {initial});\n{free}"
        )
    }
}

/// The function that frees what an out-pointer got, empty if that is borrowed. None if the library
/// does not write to such a pointer.
fn freed_by(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "neura_error **" => "neura_error_free",
        "neura_client **" => "neura_client_free",
        "neura_response **" => "neura_response_free",
        "neura_stream **" => "neura_stream_free",
        "neura_body **" => "neura_body_free",
        "neura_queue **" => "neura_queue_free",
        "neura_completion **" => "neura_completion_free",
        "neura_options **" => "neura_options_free",
        "neura_request_options **" => "neura_request_options_free",
        "neura_cancel_token **" => "neura_cancel_free",
        "char **" => "neura_string_free",
        "const neura_event **" | "const char **" | "size_t *" => "",
        _ => return None,
    })
}

/// The declaration of an argument that is the good one unless the variant says otherwise.
fn argument(function: &Function, index: usize) -> Result<String, String> {
    let parameter = &function.parameters[index];
    let good = good(function, parameter)?;
    let Parameter { name, kind, .. } = parameter;
    let given = match kind.as_str() {
        "bool" => good,
        "int32_t" | "int64_t" | "size_t" => {
            format!("is_odd(v, {index}) ? ({kind})v->number : ({kind}){good}")
        }
        "const char *" => {
            format!("is_null(v, {index}) ? NULL : is_broken(v, {index}) ? BROKEN : {good}")
        }
        "const void *" => {
            format!("is_null(v, {index}) ? NULL : is_broken(v, {index}) ? WITH_NUL : {good}")
        }
        _ => format!("is_null(v, {index}) ? NULL : {good}"),
    };
    let declared = format!("{kind} {name}").replace("* ", "*");
    Ok(format!("  {declared} = {given};\n"))
}

/// The call itself, and whether it did what the variant wants.
fn judged(function: &Function, call: &str, error: Option<&Out<'_>>) -> Result<String, String> {
    let Function {
        name,
        returns,
        parameters,
    } = function;
    let (before, ended, holds) = match returns.as_str() {
        "void" => {
            let setter = match parameters.first().map(|it| it.kind.as_str()) {
                Some("neura_options *") if !name.ends_with("_free") => "options_say",
                Some("neura_request_options *") if !name.ends_with("_free") => {
                    "request_options_say"
                }
                _ => "",
            };
            let holds = match setter {
                "" => "true".to_owned(),
                setter => format!("{setter}(v, \"{name}\", options)"),
            };
            (String::new(), "TOOK".to_owned(), holds)
        }
        "neura_status" => {
            let error = error.map_or("NO_ERROR".to_owned(), Out::given);
            let holds = format!("status_holds(v, result, {error})");
            let before = "neura_status result = ".to_owned();
            (before, "ended_with(result)".to_owned(), holds)
        }
        kind if kind.ends_with('*') || ["bool", "int32_t", "int64_t"].contains(&kind) => {
            let failed = match kind {
                "bool" => "false",
                "int32_t" | "int64_t" => "-1",
                _ => "NULL",
            };
            let before = format!("{kind} result = ").replace("* ", "*");
            let ended = format!("result == {failed} ? FAILED : TOOK");
            (before, ended, "value_holds(v, ended)".to_owned())
        }
        other => {
            return Err(format!(
                "{name}: no rule for a function that returns {other}"
            ));
        }
    };
    Ok(format!(
        "  {before}{call};\n  enum ended ended = {ended};\n  bool holds = {holds};\n"
    ))
}

/// The function `call_NAME`; an error that names the function if there is no rule for it.
pub fn caller(function: &Function) -> Result<String, String> {
    let name = &function.name;
    let mut text = format!("static bool call_{name}(const struct variant *v) {{\n");
    let mut arguments = Vec::new();
    let mut outs = Vec::new();
    for (index, parameter) in function.parameters.iter().enumerate() {
        if let Some(out) = Out::of(index, parameter) {
            text += &out.declared();
            arguments.push(out.given());
            outs.push(out);
        } else {
            text += &argument(function, index)?;
            arguments.push(parameter.name.clone());
        }
    }
    let call = format!("{name}({})", arguments.join(", "));
    text += &judged(function, &call, outs.iter().find(|out| out.is_error()))?;
    for out in &outs {
        text += &out.checked();
    }
    if let Some(free) = freed_by(&format!("{}*", function.returns)).filter(|it| !it.is_empty()) {
        text += &format!("  {free}(result);\n");
    }
    text += "  (void)ended;\n  return holds;\n}\n\n";
    Ok(text)
}
