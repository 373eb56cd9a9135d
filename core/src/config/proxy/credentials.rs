//! The secrets in the credentials for a proxy.

use neura_transport::ProxyCredentials;
use zeroize::Zeroizing;

/// What no text may show: the password, and each form of the pair. Without a password the user
/// name is secret, because it may be a token.
pub(crate) fn proxy_secrets(credentials: &ProxyCredentials) -> [Zeroizing<String>; 3] {
    let secret = match credentials.password.is_empty() {
        true => &credentials.user,
        false => &credentials.password,
    };
    [secret.clone(), credentials.pair(), credentials.basic()]
}
