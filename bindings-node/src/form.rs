//! A form whose parts JavaScript sends: what stands around them.

use napi::bindgen_prelude::{Buffer, Either};
use napi_derive::napi;
use neura::bindings::Multipart;

use crate::failure::Failure;

/// The heads of the parts of one form, in turn.
#[napi]
#[derive(Default)]
pub struct FormHeads(Multipart);

#[napi]
impl FormHeads {
    #[napi(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// What comes before the value of the next part, which is a file if it has a name.
    #[napi]
    pub fn next(
        &mut self,
        name: String,
        file_name: Option<String>,
        content_type: Option<String>,
    ) -> Either<Buffer, Failure> {
        let headers = content_type.map(|value| ("Content-Type".to_owned(), value));
        let headers: Vec<_> = headers.into_iter().collect();
        match self.0.head(name.as_bytes(), file_name.as_deref(), &headers) {
            Ok(head) => Either::A(head.into()),
            Err(error) => Either::B(error.into()),
        }
    }

    /// What comes after the last part.
    #[napi]
    pub fn end(&self) -> String {
        self.0.end()
    }

    /// The header of the request.
    #[napi]
    pub fn content_type(&self) -> String {
        self.0.content_type()
    }
}
