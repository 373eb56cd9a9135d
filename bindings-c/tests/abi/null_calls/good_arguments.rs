//! Good arguments, in C, for every function of the header. A new function of a new kind needs a
//! rule here.

use crate::declarations::{Function, Parameter};

/// The type, the name (empty for any, or `function:name`) and the C expression of an argument. The
/// first that fits counts; `null_calls.h` has the functions. What is `new_` must be freed by the call, the rest is
/// freed after it.
const RULES: &[(&str, &str, &str)] = &[
    // Objects that no call changes are shared.
    ("const neura_options *", "", "shared.options"),
    ("const neura_client *", "", "shared.client"),
    (
        "const neura_request_options *",
        "",
        "shared.request_options",
    ),
    ("const neura_response *", "", "shared.response"),
    ("const neura_body *", "", "fresh_body()"),
    ("const neura_stream *", "", "fresh_stream()"),
    ("const neura_event *", "", "shared.event"),
    ("const neura_error *", "", "shared.error"),
    ("const neura_attempt *", "", "shared.attempt"),
    ("const neura_completion *", "", "shared.completion"),
    ("const neura_cancel_token *", "", "shared.token"),
    ("const neura_queue *", "", "fresh_queue()"),
    ("neura_options *", "", "fresh_options()"),
    ("neura_request_options *", "", "fresh_request_options()"),
    ("neura_body *", "", "fresh_body()"),
    ("neura_stream *", "", "fresh_stream()"),
    ("neura_completion *", "", "fresh_completion()"),
    ("const char *", "method", "\"POST\""),
    ("const char *", "path", "\"/chat/completions\""),
    (
        "const char *",
        "neura_chat_stream:request_json",
        "STREAMED_CHAT",
    ),
    (
        "const char *",
        "neura_submit_chat_stream:request_json",
        "STREAMED_CHAT",
    ),
    (
        "const char *",
        "neura_embeddings:request_json",
        "EMBEDDINGS",
    ),
    (
        "const char *",
        "neura_submit_embeddings:request_json",
        "EMBEDDINGS",
    ),
    ("const char *", "request_json", "CHAT"),
    ("const char *", "id", "\"gpt-5\""),
    ("const char *", "key", "given(\"NEURA_API_KEY\")"),
    ("const char *", "api_key", "given(\"NEURA_API_KEY\")"),
    ("const char *", "base_url", "given(\"NEURA_BASE_URL\")"),
    ("const char *", "name", "\"x-name\""),
    ("const char *", "value", "\"a value\""),
    ("const char *", "profile", "\"staging\""),
    ("const char *", "env_file", "\"/nonexistent/.env\""),
    ("const char *", "proxy", "\"http://127.0.0.1:9\""),
    ("const char *", "ca_file", "\"/nonexistent/ca.pem\""),
    ("const char *", "certificate", "\"/nonexistent/cert.pem\""),
    ("const char *", "idempotency_key", "\"one\""),
    ("const char *", "message", "\"a reason\""),
    ("const void *", "", "STREAMED_CHAT"),
    ("void *", "buffer", "room"),
    ("void *", "user_data", "room"),
    ("size_t", "size", "sizeof room"),
    ("size_t", "length", "strlen(STREAMED_CHAT)"),
    ("size_t", "index", "0"),
    ("neura_api_key_callback", "", "give_key"),
    ("neura_attempt_callback", "", "see_attempt"),
    ("neura_log_callback", "", "see_line"),
    ("neura_body_callback", "", "give_body"),
    ("neura_body_rewind_callback", "", "rewind_body"),
    ("int32_t", "level", "NEURA_LOG_LEVEL_INFO"),
    ("int32_t", "kind", "NEURA_KIND_CONFIG"),
    ("int32_t", "value", "NEURA_RATE_LIMIT_REQUESTS_LIMIT"),
    ("int32_t", "max_retries", "1"),
    ("int32_t", "max_in_flight", "1"),
    ("int64_t", "timeout_ms", "1000"),
    ("int64_t", "bytes", "1000"),
    ("int64_t", "length", "-1"),
    ("bool", "on", "true"),
];

/// What a function frees.
const FREED: &[(&str, &str)] = &[
    ("neura_options *", "new_options()"),
    ("neura_client *", "new_client()"),
    ("neura_request_options *", "neura_request_options_new()"),
    ("neura_response *", "new_response()"),
    ("neura_body *", "new_body()"),
    ("neura_stream *", "new_stream()"),
    ("neura_queue *", "new_queue()"),
    ("neura_completion *", "new_completion()"),
    ("neura_cancel_token *", "neura_cancel_new()"),
    ("neura_error *", "new_error()"),
    ("char *", "new_text()"),
];

/// The good argument for a parameter; an error that names the function if there is no rule.
pub fn good(function: &Function, parameter: &Parameter) -> Result<String, String> {
    let Parameter { name, kind, .. } = parameter;
    let freed = function.name.ends_with("_free");
    let found = if freed {
        FREED.iter().find(|rule| rule.0 == kind).map(|rule| rule.1)
    } else {
        let full = format!("{}:{name}", function.name);
        let named = |rule: &str| rule.is_empty() || rule == name || rule == full;
        RULES
            .iter()
            .find(|rule| rule.0 == kind && named(rule.1))
            .map(|rule| rule.2)
    };
    found.map(str::to_owned).ok_or_else(|| {
        format!(
            "{}: no rule makes a good argument for `{kind} {name}`: add one to \
             bindings-c/tests/abi/null_calls/good_arguments.rs",
            function.name
        )
    })
}
