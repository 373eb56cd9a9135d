//! The client's certificate.

use crate::boundary::set;
use crate::options::OptionsHandle;
use crate::text::Text;

/// Sets the certificate for a server that asks for a client certificate. Default: no
/// certificate. A file that cannot be read, or a key that does not belong to the certificate,
/// is `NEURA_KIND_CONFIG`.
///
/// @param options      the options
/// @param certificate  the path of a PEM file: the certificate, followed by its issuers'
/// @param key          the path of a PEM file with the certificate's key, not encrypted; NULL if
///                     the key is in the certificate's file
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_client_cert(
    options: Option<&mut OptionsHandle>,
    certificate: Text,
    key: Text,
) {
    set(options, |options| {
        options.set_with("neura_options_set_client_cert", |options| {
            let certificate = certificate.needed("certificate")?;
            let key = match key.is_null() {
                // Set as well: an earlier call may have set another file.
                true => certificate,
                false => key.needed("key")?,
            };
            options.set_client_cert(certificate);
            options.set_client_key(key);
            Ok(())
        });
    });
}
