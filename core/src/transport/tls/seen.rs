//! What the other side did in a handshake, for an error's words.

use std::cell::RefCell;
use std::sync::Arc;

use rustls::Error;
use rustls::client::danger::{ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};

use super::another_check::rest_by;

/// What rustls keeps for itself: its callbacks note it here. They run on the thread that
/// shakes hands. A binding's poll that makes a call of its own in the midst of it may mix the
/// notes of both, which then tell less; what is checked is not touched by them.
#[derive(Default)]
pub(super) struct Seen {
    /// The certificates that were refused, the server's own first.
    pub refused: Vec<CertificateDer<'static>>,
    /// The server asked for a certificate of the client's.
    pub asked: bool,
}

thread_local! {
    static SEEN: RefCell<Seen> = RefCell::default();
}

impl Seen {
    pub fn note(what: impl FnOnce(&mut Seen)) {
        SEEN.with(|seen| {
            if let Ok(mut seen) = seen.try_borrow_mut() {
                what(&mut seen);
            }
        });
    }

    /// What was noted since the last time.
    pub fn take() -> Seen {
        SEEN.take()
    }
}

/// Another check, whose answer it gives unchanged; what was refused is noted. The error
/// itself stays as it is: rustls tells the server the reason that it stands for.
#[derive(Debug)]
pub(super) struct Noting(pub Arc<dyn ServerCertVerifier>);

impl ServerCertVerifier for Noting {
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
            let shown = std::iter::once(end_entity).chain(intermediates);
            let shown = shown.map(|der| der.clone().into_owned()).collect();
            Seen::note(|seen| seen.refused = shown);
        }
        checked
    }

    rest_by!(0);
}
