//! The counts in the store.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::{Connection, Row, TransactionBehavior, named_params};

use super::batch::KEPT_REFUSALS;
use super::{Counts, HOUR, MINUTE_MS, Piece, Refusal, Span, UsageBatch, UsedKey};
use crate::keys::record::now;
use crate::keys::{Store, StoreError};

/// Older minutes are added up to hours, so that a store grows slowly.
const MINUTES_KEPT: i64 = 25 * HOUR;

const SUMS: &str = "sum(requests), sum(unauthorized), sum(rate_limited), sum(failed),
    sum(prompt_tokens), sum(completion_tokens)";
const ADD_TO_ROW: &str = "ON CONFLICT DO UPDATE SET
    requests = requests + excluded.requests,
    unauthorized = unauthorized + excluded.unauthorized,
    rate_limited = rate_limited + excluded.rate_limited,
    failed = failed + excluded.failed,
    prompt_tokens = prompt_tokens + excluded.prompt_tokens,
    completion_tokens = completion_tokens + excluded.completion_tokens,
    last_used_at = max(last_used_at, excluded.last_used_at)";

impl Counts {
    fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            requests: row.get(first)?,
            unauthorized: row.get(first + 1)?,
            rate_limited: row.get(first + 2)?,
            failed: row.get(first + 3)?,
            prompt_tokens: row.get(first + 4)?,
            completion_tokens: row.get(first + 5)?,
        })
    }
}

impl Store {
    /// Adds a batch to the counts; all of it, or in case of an error nothing.
    pub fn add_usage(&self, batch: &UsageBatch) -> Result<(), StoreError> {
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        self.folded.fold(&transaction)?;
        for ((key_id, minute), (counts, last_used_at)) in &batch.minutes {
            let mut statement = transaction.prepare_cached(&format!(
                "INSERT INTO usage VALUES (:key_id, :minute, :requests, :unauthorized,
                    :rate_limited, :failed, :prompt_tokens, :completion_tokens, :last) {ADD_TO_ROW}"
            ))?;
            statement.execute(named_params! {
                ":key_id": key_id,
                ":minute": minute,
                ":requests": counts.requests,
                ":unauthorized": counts.unauthorized,
                ":rate_limited": counts.rate_limited,
                ":failed": counts.failed,
                ":prompt_tokens": counts.prompt_tokens,
                ":completion_tokens": counts.completion_tokens,
                ":last": last_used_at,
            })?;
        }
        for (at, refusal) in &batch.refusals {
            add_refusal(&transaction, *at, refusal)?;
        }
        if !batch.refusals.is_empty() {
            transaction.execute(
                "DELETE FROM refusals WHERE id <= (SELECT max(id) FROM refusals) - ?1",
                [KEPT_REFUSALS as i64],
            )?;
        }
        Ok(transaction.commit()?)
    }

    /// Every key with its counts, oldest first.
    pub fn list(&self) -> Result<Vec<UsedKey>, StoreError> {
        let usage = self.usage()?;
        let keys = self.records()?.into_iter().map(|record| UsedKey {
            usage: usage.get(&record.id).copied().unwrap_or_default(),
            record,
        });
        Ok(keys.collect())
    }

    /// The key of that id, with its counts.
    pub fn key(&self, id: &str) -> Result<UsedKey, StoreError> {
        Ok(UsedKey {
            record: self.record(id)?,
            usage: self.usage()?.get(id).copied().unwrap_or_default(),
        })
    }

    /// The counts of each key that was ever used, by its id.
    fn usage(&self) -> Result<HashMap<String, Counts>, StoreError> {
        let connection = self.lock();
        let mut statement =
            connection.prepare(&format!("SELECT key_id, {SUMS} FROM usage GROUP BY key_id"))?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, Counts::read(row, 1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The counts of each piece of the span, oldest first: of one key, or of all.
    pub fn usage_over(&self, span: Span, key_id: Option<&str>) -> Result<Vec<Piece>, StoreError> {
        let connection = self.lock();
        let last = now() / MINUTE_MS / span.minutes;
        let first = last - span.pieces + 1;
        let mut statement = connection.prepare(&format!(
            "SELECT minute / :length, {SUMS} FROM usage
             WHERE minute >= :first AND (:key_id IS NULL OR key_id = :key_id) GROUP BY 1"
        ))?;
        let rows = statement.query_map(
            named_params! {
                ":length": span.minutes,
                ":first": first * span.minutes,
                ":key_id": key_id,
            },
            |row| Ok((row.get::<_, i64>(0)?, Counts::read(row, 1)?)),
        )?;
        let found: HashMap<i64, Counts> = rows.collect::<rusqlite::Result<_>>()?;
        let piece = |number| Piece {
            start: number * span.minutes * 60,
            counts: found.get(&number).copied().unwrap_or_default(),
        };
        Ok((first..=last).map(piece).collect())
    }

    /// The last refused requests, newest first.
    pub fn refusals(&self) -> Result<Vec<Refusal>, StoreError> {
        let connection = self.lock();
        let mut statement = connection.prepare(
            "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch'),
                request_id, key_id, method, path, status, code, message
             FROM refusals ORDER BY id DESC",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(Refusal {
                at: row.get(0)?,
                request_id: row.get(1)?,
                key_id: row.get(2)?,
                method: row.get(3)?,
                path: row.get(4)?,
                status: row.get(5)?,
                code: row.get(6)?,
                message: row.get(7)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn add_refusal(connection: &Connection, at: i64, refusal: &Refusal) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO refusals (at, request_id, key_id, method, path, status, code, message)
         VALUES (:at, :request_id, :key_id, :method, :path, :status, :code, :message)",
    )?;
    statement.execute(named_params! {
        ":at": at,
        ":request_id": refusal.request_id,
        ":key_id": refusal.key_id,
        ":method": refusal.method,
        ":path": refusal.path,
        ":status": refusal.status,
        ":code": refusal.code,
        ":message": refusal.message,
    })?;
    Ok(())
}

/// The hour in which old minutes were last added up.
#[derive(Default)]
pub(in crate::keys) struct Folded(AtomicI64);

impl Folded {
    /// Adds up minutes that no page shows any more, once an hour.
    fn fold(&self, connection: &Connection) -> rusqlite::Result<()> {
        let hour = now() / MINUTE_MS / HOUR;
        if self.0.load(Ordering::Relaxed) == hour {
            return Ok(());
        }
        let limit = hour * HOUR - MINUTES_KEPT;
        connection.execute(
            &format!(
                "INSERT INTO usage SELECT key_id, minute - minute % 60, {SUMS}, max(last_used_at)
                 FROM usage WHERE minute < ?1 AND minute % 60 <> 0 GROUP BY 1, 2 {ADD_TO_ROW}"
            ),
            [limit],
        )?;
        connection.execute(
            "DELETE FROM usage WHERE minute < ?1 AND minute % 60 <> 0",
            [limit],
        )?;
        self.0.store(hour, Ordering::Relaxed);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{Expiry, NewKey, Tier};

    fn one(tokens: i64) -> Counts {
        Counts {
            requests: 1,
            prompt_tokens: tokens,
            ..Counts::default()
        }
    }

    fn store_with_key() -> (Store, String) {
        let store = Store::in_memory().unwrap();
        let key = NewKey {
            name: "dev",
            environment: None,
            tier: Tier::Unlimited,
            expiry: Expiry::Never,
            revoked: false,
        };
        let id = store.create(&key).unwrap().record.id;
        (store, id)
    }

    #[test]
    fn old_minutes_become_hours_and_nothing_is_lost() {
        let (store, id) = store_with_key();
        let hour = now() / MINUTE_MS / HOUR;
        let mut batch = UsageBatch::default();
        for (minute, tokens) in [
            ((hour - 30) * HOUR, 1),
            ((hour - 30) * HOUR + 1, 2),
            ((hour - 30) * HOUR + 59, 4),
            ((hour - 2) * HOUR + 1, 8),
        ] {
            batch.minutes.insert((id.clone(), minute), (one(tokens), 7));
        }
        store.add_usage(&batch).unwrap();
        store.folded.0.store(0, Ordering::Relaxed);
        store.add_usage(&UsageBatch::default()).unwrap();
        let rows: i64 = store
            .lock()
            .query_row("SELECT count(*) FROM usage", [], |row| row.get(0))
            .unwrap();
        assert_eq!(rows, 2);
        let total = store.usage().unwrap()[&id];
        assert_eq!((total.requests, total.prompt_tokens), (4, 15));
        let day = store.usage_over(Span::DAY, Some(&id)).unwrap();
        assert_eq!(day.len(), 24);
        assert_eq!(day[21].counts.prompt_tokens, 8);
    }

    #[test]
    fn a_batch_that_was_put_back_counts_once() {
        let (store, id) = store_with_key();
        let (mut first, mut second) = (UsageBatch::default(), UsageBatch::default());
        first.count(&id, one(1));
        second.count(&id, one(2));
        second.put_back(first);
        store.add_usage(&second).unwrap();
        assert_eq!(store.usage().unwrap()[&id].prompt_tokens, 3);
    }
}
