//! The functions that a verifier delegates to another verifier.

/// Every function of a [`ServerCertVerifier`] except the check of the certificates, delegated to
/// the verifier in the field `$other`. The defaults would not ask it.
///
/// [`ServerCertVerifier`]: rustls::client::danger::ServerCertVerifier
macro_rules! delegate_to {
    ($other:tt) => {
        fn verify_tls12_signature(
            &self,
            message: &[u8],
            certificate: &rustls::pki_types::CertificateDer<'_>,
            signature: &rustls::DigitallySignedStruct,
        ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
            self.$other
                .verify_tls12_signature(message, certificate, signature)
        }

        fn verify_tls13_signature(
            &self,
            message: &[u8],
            certificate: &rustls::pki_types::CertificateDer<'_>,
            signature: &rustls::DigitallySignedStruct,
        ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
            self.$other
                .verify_tls13_signature(message, certificate, signature)
        }

        fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
            self.$other.supported_verify_schemes()
        }

        fn requires_raw_public_keys(&self) -> bool {
            self.$other.requires_raw_public_keys()
        }

        fn root_hint_subjects(&self) -> Option<&[rustls::DistinguishedName]> {
            self.$other.root_hint_subjects()
        }
    };
}

pub(super) use delegate_to;
