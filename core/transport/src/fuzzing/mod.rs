//! What must hold for every parser with any input: the bodies of the property tests and
//! of the fuzz targets. No product calls this.

mod gzip;
mod reply;

pub use gzip::gzip;
pub use reply::reply;

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::Strategy;
    use proptest::test_runner::{Config, TestRunner};

    /// The time for one property.
    const SHARE: Duration = Duration::from_secs(8);

    fn hold(data: impl Strategy<Value = Vec<u8>>, body: fn(&[u8])) {
        let config = Config {
            cases: 256,
            failure_persistence: None,
            ..Config::default()
        };
        let mut runner = TestRunner::new(config);
        let started = Instant::now();
        while started.elapsed() < SHARE {
            let held = runner.run(&data, |data| {
                body(&data);
                Ok(())
            });
            held.unwrap();
        }
    }

    #[test]
    fn gzip() {
        hold(super::gzip::tests::packed(), super::gzip);
    }

    #[test]
    fn reply() {
        hold(super::reply::tests::replies(), super::reply);
    }
}
