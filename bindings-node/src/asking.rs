//! CallbackContext JavaScript for the key, from the worker thread of the call that needs it.

use napi_derive::napi;
use neura::bindings::{CallbackContext, Calls};

use crate::port::Value;

/// Asks the function that gives the key of this call's client, and waits on the worker
/// thread for its answer, until the call is over or its environment ends.
pub(crate) fn ask(asking: &CallbackContext) -> Result<String, String> {
    Calls::ask(asking, |question| {
        // By the garbage collector, which found that nobody could settle the promise.
        let question = question.if_dropped("its promise was dropped before it settled");
        Value::Question(Question(question))
    })
}

/// A call's question to the function that gives its client's key.
#[napi]
pub struct Question(neura::bindings::Question);

#[napi]
impl Question {
    /// The function's key; false where nobody waits for it any more.
    #[napi]
    pub fn answer(&self, key: String) -> bool {
        self.0.answer(key)
    }

    /// Why the function gives no key.
    #[napi]
    pub fn fail(&self, why: String) {
        self.0.fail(why);
    }
}
