//! The head of a reply: what a response, a stream and a body have in common.

use std::cell::OnceCell;
use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;

use neura_core::bindings::ReplyHead;
use neura_core::{RateLimit, Response};

use crate::boundary::{read, run};
use crate::text::{Text, terminated};

/// What has a head in the core.
pub(crate) trait Head {
    fn status(&self) -> u16;
    fn pairs(&self) -> &[(String, String)];
    fn request_id(&self) -> Option<&str>;
    fn attempts(&self) -> u32;
    fn rate_limit(&self) -> &RateLimit;
}

macro_rules! head {
    ($($reply:ty),+) => {
        $(impl Head for $reply {
            fn status(&self) -> u16 {
                self.status()
            }
            fn pairs(&self) -> &[(String, String)] {
                self.headers()
            }
            fn request_id(&self) -> Option<&str> {
                self.request_id()
            }
            fn attempts(&self) -> u32 {
                self.attempts()
            }
            fn rate_limit(&self) -> &RateLimit {
                self.rate_limit()
            }
        })+
    };
}

head!(Response, ReplyHead);

/// A head and its texts for C, which are made when they are first read: most programs read none.
pub(crate) struct HeadTexts<H> {
    pub head: H,
    request_id: OnceCell<Option<CString>>,
    headers: OnceCell<Vec<(CString, CString)>>,
}

impl<H: Head> HeadTexts<H> {
    pub fn new(head: H) -> Self {
        HeadTexts {
            head,
            request_id: OnceCell::new(),
            headers: OnceCell::new(),
        }
    }

    fn headers(&self) -> &[(CString, CString)] {
        self.headers.get_or_init(|| {
            let pairs = self.head.pairs().iter();
            pairs
                .map(|(name, value)| (terminated(name), terminated(value)))
                .collect()
        })
    }
}

/// An object of C that has a head.
pub(crate) trait Headed {
    type Head: Head;
    fn head(&self) -> &HeadTexts<Self::Head>;
}

pub(crate) fn status<T: Headed>(object: Option<&T>) -> i32 {
    read(object, |object| object.head().head.status().into())
}

pub(crate) fn attempts<T: Headed>(object: Option<&T>) -> i32 {
    read(object, |object| {
        let attempts = object.head().head.attempts();
        attempts.try_into().unwrap_or(i32::MAX)
    })
}

pub(crate) fn rate_limit<T: Headed>(object: Option<&T>, value: i32) -> i64 {
    read(object, |object| {
        crate::rate_limit::value_of(object.head().head.rate_limit(), value)
    })
}

pub(crate) fn request_id<T: Headed>(object: Option<&T>) -> Text<'_> {
    read(object, |object| {
        let texts = object.head();
        let id = || texts.head.request_id().map(terminated);
        Text::from(texts.request_id.get_or_init(id).as_ref())
    })
}

/// The first header of this name.
pub(crate) fn header<'a, T: Headed>(object: Option<&'a T>, name: Text<'_>) -> Text<'a> {
    read(object, |object| {
        let Ok(name) = name.needed("name") else {
            return Text::NULL;
        };
        let is_it = |have: &CString| have.as_bytes().eq_ignore_ascii_case(name.as_bytes());
        let mut headers = object.head().headers().iter();
        let found = headers.find(|(have, _)| is_it(have));
        Text::from(found.map(|(_, value)| value))
    })
}

pub(crate) fn header_count<T: Headed>(object: Option<&T>) -> i32 {
    read(object, |object| {
        let count = object.head().headers().len();
        count.try_into().unwrap_or(i32::MAX)
    })
}

/// An out-pointer of C for borrowed text.
pub(crate) type TextSlot<'s> = Option<&'s mut MaybeUninit<*const c_char>>;

/// The header at `index`; both texts become NULL if the index is too large.
pub(crate) fn header_at<T: Headed>(
    object: Option<&T>,
    index: usize,
    name: TextSlot<'_>,
    value: TextSlot<'_>,
) -> bool {
    run(|| {
        let headers = object.map(|object| object.head().headers());
        let found = headers.and_then(|headers| headers.get(index));
        let (found_name, found_value) = found.map(|(name, value)| (name, value)).unzip();
        for (slot, text) in [(name, found_name), (value, found_value)] {
            if let Some(slot) = slot {
                slot.write(Text::from(text).as_ptr());
            }
        }
        found.is_some()
    })
}
