//! A self-signed certificate, made for one test.

// Each test program, and a bench, uses only a part of this.
#![allow(dead_code)]

use std::sync::Arc;

use rcgen::{CertifiedKey, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

/// A certificate and its key, in the form that a server in another process reads.
pub struct Pem {
    pub certificate: String,
    pub private_key: String,
}

/// A certificate for these names that is its own authority.
pub fn self_signed_pem(names: &[&str]) -> Pem {
    let made = made(names);
    Pem {
        certificate: made.cert.pem(),
        private_key: made.signing_key.serialize_pem(),
    }
}

/// A server's configuration for these names, and the PEM text of its authority.
pub fn self_signed(names: &[&str]) -> (Arc<ServerConfig>, String) {
    let made = made(names);
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (Arc::new(config), made.cert.pem())
}

fn made(names: &[&str]) -> CertifiedKey<KeyPair> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    rcgen::generate_simple_self_signed(names).unwrap()
}
