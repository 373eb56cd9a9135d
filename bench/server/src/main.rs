//! The server of the comparison: fixed answers, as fast as one thread gives them.
//!
//! `neura-bench-server FOLDER` listens on two free ports of 127.0.0.1, one of them with TLS, writes its
//! certificate into the folder, and prints one line of JSON: `{"http": "127.0.0.1:1234", "https":
//! "localhost:1235", "ca_file": "FOLDER/ca.pem"}`. It ends when its stdin does.

mod answers;
mod body;
mod path;
mod service;
mod tls;

use std::io::{Error, Read};
use std::path::Path;
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket};

use answers::Answers;

fn main() -> Result<(), Error> {
    let folder = std::env::args_os()
        .nth(1)
        .ok_or_else(|| Error::other("name the folder for the certificate"))?;
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(serve(Path::new(&folder)))
}

async fn serve(folder: &Path) -> Result<(), Error> {
    let (acceptor, ca_file) = tls::self_signed(folder)?;
    let (plain, secured) = (listen()?, listen()?);
    let places = serde_json::json!({
        "http": plain.local_addr()?.to_string(),
        "https": format!("localhost:{}", secured.local_addr()?.port()),
        "ca_file": ca_file,
    });
    println!("{places}");
    let answers = Arc::new(Answers::new());
    let handshakes = Arc::clone(&answers);
    tokio::spawn(async move {
        while let Ok((stream, _)) = secured.accept().await {
            let (acceptor, answers) = (acceptor.clone(), Arc::clone(&handshakes));
            let _ = stream.set_nodelay(true);
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    connection(stream, answers).await;
                }
            });
        }
    });
    loop {
        let (stream, _) = plain.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(connection(stream, Arc::clone(&answers)));
    }
}

/// Its queue holds as many connections as a suite opens at once.
fn listen() -> Result<TcpListener, Error> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(([127, 0, 0, 1], 0).into())?;
    socket.listen(4096)
}

async fn connection<S>(stream: S, answers: Arc<Answers>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| service::answer(request, Arc::clone(&answers)));
    // A client that goes away ends its connection, which is no failure here.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
