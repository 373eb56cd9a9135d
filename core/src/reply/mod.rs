//! What a reply says: whether it is the answer that was asked for, and which error it is
//! where it is not.

mod body;
mod classify;
mod error_reply;
mod outline;
mod words;

pub(crate) use body::Body;
pub(crate) use error_reply::{Origin, body_of, from_answer, from_event, from_reply, words_in};
pub(crate) use outline::{Member, NoOutline, Outline};
