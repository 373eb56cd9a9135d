//! The options that say how the service is reached, and how much of a reply is accepted.

use crate::boundary::set;
use crate::options::OptionsHandle;
use crate::text::Text;

/// Sets the proxy on the way to the service. Not set: `https_proxy`, `HTTPS_PROXY`,
/// `http_proxy`, `all_proxy`, `ALL_PROXY` and `no_proxy` of the environment, by curl's rules;
/// those never apply to this machine itself.
///
/// @param options  the options
/// @param url      `http://`, `https://`, `socks5://` or `socks5h://`, a host and a port, with
///                 `user:password@` before the host where the proxy wants them; what cannot
///                 be one is `NEURA_KIND_CONFIG`. NULL or empty: no proxy, whatever the
///                 environment says
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_proxy(options: Option<&mut OptionsHandle>, url: Text) {
    set(options, |options| {
        options.set_with("neura_options_set_proxy", |options| {
            options.set_proxy(match url.is_null() {
                true => "",
                false => url.needed("url")?,
            });
            Ok(())
        });
    });
}

/// Sets the file of the certificates that are trusted. Not set: what `SSL_CERT_FILE` names,
/// else what `CURL_CA_BUNDLE` names, else the system's, else those built in.
///
/// @param options  the options
/// @param ca_file  the path of a PEM file, or of a folder of such files
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_ca_file(options: Option<&mut OptionsHandle>, ca_file: Text) {
    set(options, |options| {
        let setter = "neura_options_set_ca_file";
        options.set_text(setter, "ca_file", ca_file, |options, path| {
            options.set_ca_file(path)
        });
    });
}

/// Sets the certificate that the client shows to a server that asks for one. Not set: none.
/// A file that cannot be read, or a key that does not belong to the certificate, is
/// `NEURA_KIND_CONFIG`.
///
/// @param options      the options
/// @param certificate  the path of a PEM file: the certificate, its issuers' behind it
/// @param key          the path of a PEM file with the certificate's key, not encrypted; NULL:
///                     the key stands in the certificate's file
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
                // Named too, for an earlier call may have named another.
                true => certificate,
                false => key.needed("key")?,
            };
            options.set_client_cert(certificate);
            options.set_client_key(key);
            Ok(())
        });
    });
}

/// Limits the body of a reply, unpacked: a longer one is `NEURA_KIND_BODY_TOO_LARGE`. Not
/// set: 256 MiB.
///
/// @param options  the options
/// @param bytes    more than 0
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_max_body_bytes(
    options: Option<&mut OptionsHandle>,
    bytes: i64,
) {
    set(options, |handle| handle.options.give_max_body_bytes(bytes));
}

/// Limits one event of a stream: a longer one is `NEURA_KIND_BODY_TOO_LARGE`. Not set: 64 MiB.
///
/// @param options  the options
/// @param bytes    more than 0
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_max_event_bytes(
    options: Option<&mut OptionsHandle>,
    bytes: i64,
) {
    set(options, |handle| handle.options.give_max_event_bytes(bytes));
}

/// Limits the head of a reply, its status line and headers: a longer one is
/// `NEURA_KIND_PROTOCOL`. Not set: 64 KiB.
///
/// @param options  the options
/// @param bytes    more than 0
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_max_header_bytes(
    options: Option<&mut OptionsHandle>,
    bytes: i64,
) {
    set(options, |handle| {
        handle.options.give_max_header_bytes(bytes)
    });
}
