//! Forwards bytes in both directions.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use rustls::{ServerConnection, StreamOwned};

use super::record::ProxiedConnection;
use super::server::Client;

/// The wait for each side in turn: a TLS session belongs to one thread, which reads both.
const TICK: Duration = Duration::from_millis(2);
/// After this time without a byte in either direction the connection is closed.
const IDLE: Duration = Duration::from_secs(60);

/// The client's side, which may be TLS.
pub(super) trait Duplex: Read + Write + Send {
    /// Closes the sending side.
    fn end(&mut self) -> io::Result<()>;
}

impl Duplex for TcpStream {
    fn end(&mut self) -> io::Result<()> {
        self.shutdown(Shutdown::Write)
    }
}

impl Duplex for StreamOwned<ServerConnection, TcpStream> {
    fn end(&mut self) -> io::Result<()> {
        self.conn.send_close_notify();
        self.flush()?;
        self.sock.shutdown(Shutdown::Write)
    }
}

impl ProxiedConnection {
    pub(super) fn up(&mut self, bytes: &[u8]) {
        self.up.push(bytes);
        self.up_bytes += bytes.len() as u64;
    }

    fn down(&mut self, bytes: &[u8]) {
        self.down.push(bytes);
        self.down_bytes += bytes.len() as u64;
    }
}

enum Received {
    Bytes(usize),
    Nothing,
    End,
}

/// Forwards bytes until both sides have ended or one fails. Bytes are recorded before they are
/// sent: their receiver may ask for the report before this thread runs again.
pub(super) fn relay(client: Client, socket: &TcpStream, mut host: &TcpStream) -> io::Result<()> {
    let Client { mut stream, entry } = client;
    socket.set_read_timeout(Some(TICK))?;
    host.set_read_timeout(Some(TICK))?;
    host.set_write_timeout(Some(IDLE))?;
    host.set_nodelay(true)?;
    let mut buffer = [0; 16 * 1024];
    let (mut up, mut down) = (true, true);
    let mut last = Instant::now();
    while (up || down) && last.elapsed() < IDLE {
        if up {
            match read(&mut stream, &mut buffer)? {
                Received::Bytes(count) => {
                    entry.note(|connection| connection.up(&buffer[..count]));
                    host.write_all(&buffer[..count])?;
                    last = Instant::now();
                }
                Received::Nothing => {}
                Received::End => {
                    up = false;
                    host.shutdown(Shutdown::Write)?;
                }
            }
        }
        if down {
            match read(&mut host, &mut buffer)? {
                Received::Bytes(count) => {
                    entry.note(|connection| connection.down(&buffer[..count]));
                    stream.write_all(&buffer[..count])?;
                    stream.flush()?;
                    last = Instant::now();
                }
                Received::Nothing => {}
                Received::End => {
                    down = false;
                    stream.end()?;
                }
            }
        }
    }
    Ok(())
}

fn read(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<Received> {
    match from.read(buffer) {
        Ok(0) => Ok(Received::End),
        Ok(count) => Ok(Received::Bytes(count)),
        Err(error) => match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted => {
                Ok(Received::Nothing)
            }
            _ => Err(error),
        },
    }
}
