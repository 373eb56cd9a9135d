//! Bytes with several owners, or with an owner that is not a `Vec`.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::memory::{self, NoMemory};

/// Shared bytes: a clone does not copy them.
///
/// They may belong to an object of another language, which lives as long as any clone.
#[doc(hidden)]
#[derive(Clone)]
pub struct SharedBytes(Owner);

#[derive(Clone)]
enum Owner {
    Vec(Arc<Vec<u8>>),
    Other(Arc<dyn ByteOwner>),
}

/// An owner of bytes, of any type.
trait ByteOwner: Any + AsRef<[u8]> + Send + Sync {}

impl<T: Any + AsRef<[u8]> + Send + Sync> ByteOwner for T {}

impl SharedBytes {
    /// The bytes of `owner`, which must always return the same bytes.
    pub fn of(owner: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        SharedBytes(Owner::Other(Arc::new(owner)))
    }

    /// Their owner, if it has this type.
    pub fn owner<T: Any>(&self) -> Option<&T> {
        let Owner::Other(owner) = &self.0 else {
            return None;
        };
        let any: &dyn Any = &**owner;
        any.downcast_ref()
    }

    /// The bytes, without a copy if there is no other clone.
    #[doc(hidden)]
    pub fn into_vec(self) -> Vec<u8> {
        match self.0 {
            Owner::Vec(bytes) => Arc::unwrap_or_clone(bytes),
            Owner::Other(bytes) => (*bytes).as_ref().to_vec(),
        }
    }

    /// As [`into_vec`](Self::into_vec), but fails without memory for a copy.
    ///
    /// # Errors
    /// There is no memory.
    #[doc(hidden)]
    pub fn try_into_vec(self) -> Result<Vec<u8>, NoMemory> {
        let bytes = match self.0 {
            Owner::Vec(bytes) => match Arc::try_unwrap(bytes) {
                Ok(bytes) => return Ok(bytes),
                Err(bytes) => SharedBytes(Owner::Vec(bytes)),
            },
            other => SharedBytes(other),
        };
        let mut copy = Vec::new();
        memory::append(&mut copy, &bytes, bytes.len())?;
        Ok(copy)
    }
}

impl std::ops::Deref for SharedBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Owner::Vec(bytes) => bytes,
            Owner::Other(bytes) => (**bytes).as_ref(),
        }
    }
}

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl Default for SharedBytes {
    fn default() -> Self {
        SharedBytes::from(Vec::new())
    }
}

impl<T: Into<Vec<u8>>> From<T> for SharedBytes {
    fn from(bytes: T) -> Self {
        SharedBytes(Owner::Vec(Arc::new(bytes.into())))
    }
}

impl fmt::Debug for SharedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}
