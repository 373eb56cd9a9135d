//! What the server did in a handshake, recorded for a failure's details.

use std::cell::RefCell;
use std::sync::Arc;

use rustls::Error;
use rustls::client::danger::{ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};

use super::delegation::delegate_to;

/// What rustls does not report. Its callbacks record it here; they run on the thread of the
/// handshake. If a poll makes another call during a handshake, the records of both may be mixed:
/// then a failure has fewer details. The checks are not affected.
#[derive(Default)]
pub(super) struct HandshakeRecord {
    /// The certificates that were refused, the server's own first.
    pub refused: Vec<CertificateDer<'static>>,
    /// The server asked for a client certificate.
    pub certificate_wanted: bool,
}

thread_local! {
    static RECORD: RefCell<HandshakeRecord> = RefCell::default();
}

impl HandshakeRecord {
    pub fn note(change: impl FnOnce(&mut HandshakeRecord)) {
        RECORD.with(|record| {
            if let Ok(mut record) = record.try_borrow_mut() {
                change(&mut record);
            }
        });
    }

    /// What was recorded on this thread since the last call.
    pub fn take() -> HandshakeRecord {
        RECORD.take()
    }
}

/// Another verifier whose refusals are recorded. Its error is not changed: rustls chooses by it the
/// alert that it sends to the server.
#[derive(Debug)]
pub(super) struct RecordingVerifier(pub Arc<dyn ServerCertVerifier>);

impl ServerCertVerifier for RecordingVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let checked =
            self.0
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        if checked.is_err() {
            let chain = std::iter::once(end_entity).chain(intermediates);
            let chain = chain.map(|der| der.clone().into_owned()).collect();
            HandshakeRecord::note(|record| record.refused = chain);
        }
        checked
    }

    delegate_to!(0);
}
