//! A proxy for the tests of a client: `CONNECT`, plain forwarding and SOCKS 5 on
//! one port, with or without a login, over TLS if it has a certificate. It
//! records the bytes of each connection.

mod http;
mod record;
mod relay;
mod rules;
mod server;
mod socks;

pub(super) use rules::Rules;
pub(super) use server::Proxy;
