//! SOCKS 5 (RFC 1928) with user and password (RFC 1929).

use std::io;
use std::net::{IpAddr, TcpStream};

use super::record::{Outcome, Protocol};
use super::rules::Rules;
use super::server::Client;

const NO_LOGIN: u8 = 0;
const PASSWORD: u8 = 2;
const NONE_FITS: u8 = 0xff;
const CONNECT: u8 = 1;

const GRANTED: u8 = 0;
const HOST_UNREACHABLE: u8 = 4;
const CONNECTION_REFUSED: u8 = 5;
const UNKNOWN_COMMAND: u8 = 7;
const UNKNOWN_ADDRESS: u8 = 8;

/// Continues after the version byte. Returns the connection to the host, if it is open.
pub(super) fn open(client: &mut Client, rules: &Rules) -> io::Result<Option<TcpStream>> {
    client
        .entry
        .note(|connection| connection.protocol = Some(Protocol::Socks5));
    let methods = counted(client)?;
    let method = match rules.login {
        Some(_) => PASSWORD,
        None => NO_LOGIN,
    };
    if !methods.contains(&method) {
        client.write(&[5, NONE_FITS])?;
        return Ok(client.refused(Outcome::LoginRefused));
    }
    client.write(&[5, method])?;
    if let Some(login) = &rules.login {
        let version = client.byte()?;
        let given = (counted(client)?, counted(client)?);
        let wanted = (login.user.as_bytes(), login.password.as_bytes());
        let right = version == 1 && (given.0.as_slice(), given.1.as_slice()) == wanted;
        client.write(&[1, u8::from(!right)])?;
        if !right {
            return Ok(client.refused(Outcome::LoginRefused));
        }
    }
    let mut request = [0; 4];
    client.take(&mut request)?;
    let [version, command, _, kind] = request;
    let host = match kind {
        1 => IpAddr::from(array::<4>(client)?).to_string(),
        3 => String::from_utf8_lossy(&counted(client)?).into_owned(),
        4 => IpAddr::from(array::<16>(client)?).to_string(),
        _ => return refuse(client, Outcome::Malformed, UNKNOWN_ADDRESS),
    };
    let port = u16::from_be_bytes(array(client)?);
    client
        .entry
        .note(|connection| connection.target = Some(format!("{host}:{port}")));
    if (version, command) != (5, CONNECT) {
        return refuse(client, Outcome::Malformed, UNKNOWN_COMMAND);
    }
    match rules.dial(&host, port) {
        Ok(server) => {
            client
                .entry
                .note(|connection| connection.outcome = Some(Outcome::Open));
            reply(client, GRANTED)?;
            Ok(Some(server))
        }
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            refuse(client, Outcome::Unreachable, CONNECTION_REFUSED)
        }
        Err(_) => refuse(client, Outcome::Unreachable, HOST_UNREACHABLE),
    }
}

fn refuse(client: &mut Client, outcome: Outcome, code: u8) -> io::Result<Option<TcpStream>> {
    let refused = client.refused(outcome);
    reply(client, code)?;
    Ok(refused)
}

/// Replies with its own address as a host name: a client must parse the name to skip it.
fn reply(client: &mut Client, code: u8) -> io::Result<()> {
    client.write(&[5, code, 0, 3, 3, b'm', b'e', b'!', 0, 80])
}

/// Reads a length byte, and that many bytes.
fn counted(client: &mut Client) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; client.byte()?.into()];
    client.take(&mut bytes)?;
    Ok(bytes)
}

fn array<const N: usize>(client: &mut Client) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    client.take(&mut bytes)?;
    Ok(bytes)
}
