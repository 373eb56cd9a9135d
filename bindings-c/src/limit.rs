//! Limits of time, in milliseconds.

use neura_core::bindings::Limit;

/// A time limit of this value means no limit. Zero and negative numbers are the error
/// `NEURA_KIND_CONFIG`.
pub const NEURA_NO_LIMIT: i64 = i64::MAX;

pub(crate) fn limit(milliseconds: i64) -> Limit {
    match milliseconds {
        NEURA_NO_LIMIT => Limit::Off,
        milliseconds => Limit::Seconds(milliseconds as f64 / 1000.0),
    }
}
