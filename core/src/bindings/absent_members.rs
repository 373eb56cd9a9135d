//! Which members the API leaves out of which objects, for a language whose objects say `None` there
//! as those of the OpenAI SDK do.
//!
//! An object is known by its own keys, because a binding does not know where in a reply it stands.

/// A sort of object.
struct Shape {
    /// The members that it may lack.
    optional: &'static [&'static str],
    /// The keys that make an object one of this sort: all of one group.
    marks: &'static [&'static [&'static str]],
    /// Its other members, of a sort that is also known by having no key but its own.
    others: Option<&'static [&'static str]>,
}

const fn marked(
    optional: &'static [&'static str],
    marks: &'static [&'static [&'static str]],
) -> Shape {
    Shape {
        optional,
        marks,
        others: None,
    }
}

const fn closed(
    optional: &'static [&'static str],
    marks: &'static [&'static [&'static str]],
    others: &'static [&'static str],
) -> Shape {
    Shape {
        optional,
        marks,
        others: Some(others),
    }
}

/// `reasoning_content` is not a member of OpenAI's, but of many services in its manner.
const SHAPES: &[Shape] = &[
    // A completion, or a chunk of one.
    marked(
        &[
            "metadata",
            "moderation",
            "obfuscation",
            "service_tier",
            "system_fingerprint",
            "usage",
        ],
        &[&["choices"]],
    ),
    // A choice, and a choice in a chunk.
    marked(&["logprobs"], &[&["index", "message"]]),
    marked(&["finish_reason", "logprobs"], &[&["delta"]]),
    // A message.
    marked(
        &[
            "annotations",
            "audio",
            "content",
            "function_call",
            "reasoning_content",
            "refusal",
            "tool_calls",
        ],
        &[&["role"]],
    ),
    // What a chunk adds to it, which may be nothing.
    closed(
        &[
            "audio",
            "content",
            "function_call",
            "reasoning_content",
            "refusal",
            "role",
            "tool_calls",
        ],
        &[
            &["content"],
            &["function_call"],
            &["reasoning"],
            &["reasoning_content"],
            &["refusal"],
            &["role"],
            &["tool_calls"],
        ],
        &[],
    ),
    // A piece of a tool call, of its function, and of a sound.
    closed(
        &["function", "id", "type"],
        &[&["index", "function"], &["index", "id"]],
        &["index"],
    ),
    closed(&["arguments", "name"], &[&["arguments"]], &[]),
    closed(
        &["data", "expires_at", "id", "transcript"],
        &[&["expires_at"], &["transcript"]],
        &[],
    ),
    // How likely each token was; `refusal` and `content` mark it as they mark a delta.
    closed(&["content", "refusal"], &[], &[]),
    marked(&["bytes"], &[&["token", "logprob"]]),
    // What a completion cost.
    marked(
        &["completion_tokens_details", "prompt_tokens_details"],
        &[&["completion_tokens", "prompt_tokens", "total_tokens"]],
    ),
    closed(
        &[
            "accepted_prediction_tokens",
            "audio_tokens",
            "reasoning_tokens",
            "rejected_prediction_tokens",
            "text_tokens",
        ],
        &[
            &["accepted_prediction_tokens"],
            &["reasoning_tokens"],
            &["rejected_prediction_tokens"],
        ],
        &[],
    ),
    closed(
        &[
            "audio_tokens",
            "cache_write_tokens",
            "cached_tokens",
            "image_tokens",
            "text_tokens",
        ],
        &[
            &["cache_write_tokens"],
            &["cached_tokens"],
            &["image_tokens"],
        ],
        &[],
    ),
    // A model.
    marked(&["shutdown_date"], &[&["id", "owned_by"]]),
];

/// Whether the API leaves `name` out of objects with these keys if there is nothing to say.
///
/// ```
/// use neura::bindings::may_lack;
///
/// assert!(may_lack(&["id", "choices"], "usage"));
/// assert!(!may_lack(&["id", "choices"], "usages"));
/// assert!(may_lack(&[], "content")); // a delta that adds nothing
/// ```
pub fn may_lack(keys: &[&str], name: &str) -> bool {
    SHAPES
        .iter()
        .filter(|shape| shape.optional.contains(&name))
        .any(|shape| shape.is_of(keys))
}

impl Shape {
    fn is_of(&self, keys: &[&str]) -> bool {
        let has_all = |group: &&[&str]| group.iter().all(|key| keys.contains(key));
        let is_own =
            |others: &[&str], key: &&str| self.optional.contains(key) || others.contains(key);
        self.marks.iter().any(has_all)
            || self
                .others
                .is_some_and(|others| keys.iter().all(|key| is_own(others, key)))
    }
}
