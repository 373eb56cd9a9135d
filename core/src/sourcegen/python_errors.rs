//! Python: the classes of errors, one for each kind of the core, and their tree.

use std::fmt::Write;

use super::{Target, wrapped};
use crate::error::ErrorKind;

const PATH: &str = "bindings-python/python/neura_ai/_errors.py";
/// The columns of a line, as ruff has them.
const WIDTH: usize = 100;

/// A class of errors, as `TREE` has it.
struct Class {
    /// How deep it stands in the tree.
    depth: usize,
    name: &'static str,
    kind: &'static str,
    also: &'static str,
    note: &'static str,
    doc: String,
}

/// The tree, from the top: the name, the kind (`-`: that of its base), the class that it also is
/// (`-`: none), and what the tree says of it; below it its documentation. `ConnectionError` is written
/// before the first class that needs it, and `JSONDecodeError` in a module of its own.
const TREE: &str = "\
APIConnectionError connection - no whole reply came
| No whole reply came: a connection that failed, or a time limit that passed.
  APITimeoutError timeout TimeoutError a time limit passed
  | A time limit passed; the message names which.
    ConnectTimeout - ConnectionError before anything was sent
    | A time limit passed before anything of the request went out, in any attempt: to send it
    | again does nothing twice.
    ReadTimeout - - after something was sent
    | A time limit passed after something of the request went out.
  ConnectionError - - any other: refused, reset, closed or cut short
  | The connection was refused, reset, closed or cut short; no time limit passed. In `requests`
  | neither of the two is the other, so an `except` for one must not catch the other.
    TLSError tls - the server's certificate, or no TLS at all
    | The server could not prove who it is, or spoke no TLS.
    ProxyError proxy - the proxy refused or failed
    | The proxy refused the way to the server, or failed.
    ProtocolError protocol - what came is not HTTP
    | What the server sent is not HTTP as it is spoken today.
    IncompleteStreamError incomplete_stream - a chat stream ended before its end
    | A chat stream ended without its end; the chunks before it are whole.
APIStatusError api - the server answered with an error status
| The server answered with a status that has no class of its own.
  BadRequestError bad_request - 400
  | 400: the server cannot work with this request.
  AuthenticationError authentication - 401
  | 401: the key was not accepted; the server did not say why.
    InvalidAPIKeyError invalid_api_key -
    | The server does not know this key.
    ExpiredAPIKeyError expired_api_key -
    | The key is past its last day.
    RevokedAPIKeyError revoked_api_key -
    | The key was revoked.
    MissingAPIKeyError missing_api_key - also without a request: no key was found
    | No key was found, or none reached the server.
    MalformedAPIKeyError malformed_api_key ValueError without a request: no key looks so
    | No key can look like this; nothing was sent. `code` says what is wrong.
  PaymentRequiredError payment_required - 402
  | 402: the account has to be paid for.
  PermissionDeniedError permission_denied - 403
  | 403: the key is good, but not for this.
  NotFoundError not_found - 404
  | 404: no such model or path.
  RequestTimeoutError request_timeout - 408
  | 408: the server waited too long for the request.
  ConflictError conflict - 409
  | 409: the request collides with another.
  PayloadTooLargeError payload_too_large - 413
  | 413: the request is too large.
  UnprocessableEntityError unprocessable - 422
  | 422: the request is well-formed, but its values are not.
  RateLimitError rate_limited - 429
  | 429: too many requests; `retry_after` says how long to wait, if known.
    QuotaExceededError quota_exceeded - 429, and waiting will not help
    | 429: the quota is used up; waiting will not help.
  InternalServerError server - 500 and above
  | 500 and above: the server failed.
  RedirectError redirect - 300 to 399: redirects are never followed
  | 300 to 399: a redirect, which is never followed.
ConfigError config ValueError an option or a URL is wrong
| An option, a URL or a file of the configuration is wrong.
InvalidArgumentError invalid_argument ValueError an argument of a call is wrong
| An argument of the call is wrong.
DecodeError decode ValueError a reply's content is not what it should be
| The content of a reply is not what it should be, as HTML in place of JSON.
  JSONDecodeError - json.JSONDecodeError of ``json()``; see _json_error.py
  |
BodyTooLargeError body_too_large - a reply is larger than the limit
| A reply, or one event of a stream, is larger than the limit.
CancelledError cancelled - the call was cancelled, as by ``close``
| The call was cancelled, as when another thread closed its stream.
InternalError internal - a fault in this package
| A fault in this package; please report it.
OutOfMemoryError out_of_memory MemoryError no memory for a body, event or head
| There was no memory for a body, an event or a head of this size.
";

fn tree_of_classes() -> Vec<Class> {
    let mut all: Vec<Class> = Vec::new();
    for line in TREE.lines() {
        let text = line.trim_start();
        if let Some(doc) = text.strip_prefix('|') {
            let last = all.last_mut().expect("a class stands above");
            last.doc.push_str(doc);
            continue;
        }
        let mut words = text.splitn(4, ' ');
        let mut next = || words.next().unwrap_or_default();
        all.push(Class {
            depth: (line.len() - text.len()) / 2 + 1,
            name: next(),
            kind: next(),
            also: next(),
            note: next(),
            doc: String::new(),
        });
    }
    all
}

fn drawn(all: &[Class]) -> String {
    let mut out = String::from("NeuraError\n");
    for (at, class) in all.iter().enumerate() {
        let has_next = |depth: usize| {
            let later = all[at + 1..].iter().find(|other| other.depth <= depth);
            later.is_some_and(|other| other.depth == depth)
        };
        let mut line = String::new();
        for depth in 1..class.depth {
            line.push_str(if has_next(depth) { "│   " } else { "    " });
        }
        line.push_str(if has_next(class.depth) {
            "├── "
        } else {
            "└── "
        });
        line.push_str(class.name);
        let also = match class.also {
            "-" => String::new(),
            also => format!("(also {also}) "),
        };
        let line = match format!("{also}{}", class.note).trim_end() {
            "" => line,
            said => format!("{line:<34}{said}"),
        };
        writeln!(out, "{line}").expect("a String takes all");
    }
    out
}

/// The classes but the last, `JSONDecodeError`.
fn written(all: &[Class]) -> String {
    let at = |name: &str| all.iter().position(|class| class.name == name);
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.retain(|index| Some(*index) != at("JSONDecodeError"));
    // `ConnectTimeout` is one too.
    let late = at("ConnectionError").expect("there is one");
    order.retain(|index| *index != late);
    order.insert(at("ConnectTimeout").expect("there is one"), late);
    let mut out = String::new();
    for index in order {
        let class = &all[index];
        let above = all[..index].iter().rev().find(|it| it.depth < class.depth);
        let base = above.map_or("NeuraError", |class| class.name);
        let bases = match class.also {
            "-" => base.to_owned(),
            also => format!("{base}, {also}"),
        };
        let convention = match class.name.ends_with("Timeout") {
            true => "  # noqa: N818 - as in requests",
            false => "",
        };
        let doc = format!("{}\"\"\"", class.doc.trim().replace('`', "``"));
        let doc = wrapped(&doc, "    \"\"\"", "    ", WIDTH);
        let name = class.name;
        write!(out, "\n\nclass {name}({bases}):{convention}\n{doc}").expect("a String takes all");
        if class.kind != "-" {
            write!(out, "\n    kind = \"{}\"\n", class.kind).expect("a String takes all");
        }
    }
    out
}

pub fn targets() -> Vec<Target> {
    let all = tree_of_classes();
    let of_kind = |kind: &ErrorKind| {
        let name = match kind {
            ErrorKind::Connection => "ConnectionError",
            kind => {
                let found = all.iter().find(|class| class.kind == kind.name());
                found.expect("each kind has a class").name
            }
        };
        format!("    \"{}\": {name},\n", kind.name())
    };
    let kinds: String = ErrorKind::ALL.iter().map(of_kind).collect();
    let mut names: Vec<&str> = all.iter().map(|it| it.name).collect();
    // In this module and not in the package: that would hide Python's own.
    names.retain(|name| {
        !matches!(
            *name,
            "ConnectionError" | "ConnectTimeout" | "ReadTimeout" | "JSONDecodeError"
        )
    });
    names.push("NeuraError");
    names.sort_unstable();
    let names: String = names
        .iter()
        .map(|name| format!("    \"{name}\",\n"))
        .collect();
    let tree = drawn(&all);
    let classes = written(&all);
    let text = format!(
        "\"\"\"Every error that the package raises.

{tree}
Made from core/src/sourcegen/python_errors.rs by `make options`; edit there.
\"\"\"

from __future__ import annotations

from ._error_base import NeuraError, error as error, register

__all__: list[str] = [
{names}]
{classes}

#: The class for each kind of the core.
CLASSES: dict[str, type[NeuraError]] = {{
{kinds}}}

register(CLASSES, ConnectTimeout, ReadTimeout)
"
    );
    vec![Target { path: PATH, text }]
}
