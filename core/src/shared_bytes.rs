//! Bytes that have several owners, or one that is no `Vec`.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::memory::{self, NoMemory};

/// Bytes that are shared: a clone copies none of them.
///
/// They may belong to another language's object, which lives as long as one of the clones.
#[doc(hidden)]
#[derive(Clone)]
pub struct SharedBytes(Owner);

#[derive(Clone)]
enum Owner {
    Vec(Arc<Vec<u8>>),
    Other(Arc<dyn Lasting>),
}

/// Whoever has bytes, of whatever type.
trait Lasting: Any + AsRef<[u8]> + Send + Sync {}

impl<T: Any + AsRef<[u8]> + Send + Sync> Lasting for T {}

impl SharedBytes {
    /// Those of `owner`, which must be the same whenever they are asked for.
    pub fn of(owner: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        SharedBytes(Owner::Other(Arc::new(owner)))
    }

    /// Their owner, where it is of this type: a binding's own object.
    pub fn owner<T: Any>(&self) -> Option<&T> {
        let Owner::Other(owner) = &self.0 else {
            return None;
        };
        let any: &dyn Any = &**owner;
        any.downcast_ref()
    }

    /// Without a copy where this is their only owner.
    pub(crate) fn into_vec(self) -> Vec<u8> {
        match self.0 {
            Owner::Vec(bytes) => Arc::unwrap_or_clone(bytes),
            Owner::Other(bytes) => (*bytes).as_ref().to_vec(),
        }
    }

    /// As [`into_vec`](Self::into_vec), where a copy may be refused its memory.
    pub(crate) fn try_into_vec(self) -> Result<Vec<u8>, NoMemory> {
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
