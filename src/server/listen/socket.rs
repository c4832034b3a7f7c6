//! One WebSocket: its two halves run side by side, so a slow reader is still heard.

use std::rc::Rc;
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::protocol::{frame::coding::CloseCode, CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::WebSocketStream;

use super::{Bells, Shell};
use crate::protocol::handshake::ProtocolVersion;
use crate::server::peer::{Input, Output};
use crate::server::{Access, ConnectionId};

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Time for one frame to leave: 16 MiB at 256 kbit/s.
const SENDING: Duration = Duration::from_secs(600);
/// Time for the client to close after the server did.
const CLOSING: Duration = Duration::from_secs(5);

pub(super) async fn serve(shell: &Rc<Shell>, upgraded: Upgraded, version: ProtocolVersion, access: Access) {
    let limit = shell.limits.message_bytes;
    let config = WebSocketConfig::default().max_message_size(Some(limit)).max_frame_size(Some(limit));
    let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
    let id = shell.router.borrow_mut().connect(shell.now(), version, access);
    let bells = Rc::new(Bells::default());
    shell.bells.borrow_mut().insert(id, Rc::clone(&bells));
    shell.settle();
    let connection = Connection { shell: Rc::clone(shell), id, bells };
    connection.run(socket).await;
    shell.disconnect(id);
}

struct Connection {
    shell: Rc<Shell>,
    id: ConnectionId,
    bells: Rc<Bells>,
}

/// How the receiving half ended.
enum Received {
    /// The client closed, or the socket broke.
    Gone,
    /// The message that follows is too large to be read.
    Oversized,
}

impl Connection {
    async fn run(&self, socket: Socket) {
        let (mut sink, mut stream) = socket.split();
        {
            let sending = self.send(&mut sink);
            tokio::pin!(sending);
            tokio::select! {
                () = &mut sending => {}
                received = self.receive(&mut stream) => match received {
                    Received::Gone => return,
                    Received::Oversized => {
                        self.shell.handle_input(self.id, Input::Oversized);
                        sending.await;
                    }
                }
            }
        }
        // The end of our stream tells the client to close, also one that ignores close frames. What it still sends is
        // thrown away, the rest of a message that was refused as well: a reset would take our last message with it.
        let Ok(mut socket) = sink.reunite(stream) else { return };
        let socket = socket.get_mut();
        let closed = async {
            socket.shutdown().await?;
            tokio::io::copy(socket, &mut tokio::io::sink()).await
        };
        let _ = tokio::time::timeout(CLOSING, closed).await;
    }

    async fn receive(&self, stream: &mut SplitStream<Socket>) -> Received {
        loop {
            while self.shell.router.borrow().is_full(self.id) {
                self.bells.receive.notified().await;
            }
            match stream.next().await {
                Some(Ok(Message::Binary(bytes))) => self.shell.handle_input(self.id, Input::Message(&bytes)),
                // Text is no part of the protocol; pings are answered and closes echoed underneath.
                Some(Ok(Message::Text(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Ok(Message::Close(_))) => {}
                Some(Err(Error::Capacity(error))) => {
                    tracing::info!(connection = self.id.0, %error, "a message is too large");
                    return Received::Oversized;
                }
                Some(Err(error)) => {
                    tracing::debug!(connection = self.id.0, %error, "the socket is lost");
                    return Received::Gone;
                }
                None => return Received::Gone,
            }
        }
    }

    /// Sends until the connection is to be closed; one frame is made at a time, when the socket has taken the last.
    async fn send(&self, sink: &mut SplitSink<Socket, Message>) {
        loop {
            let output = self.shell.router.borrow_mut().poll_connection(self.id);
            self.shell.settle();
            let sent = match output {
                Output::Send(frame) => tokio::time::timeout(SENDING, sink.send(Message::Binary(frame.into()))).await,
                Output::Timeout(at) => {
                    let at = self.shell.clock.to_tokio(at);
                    match tokio::time::timeout_at(at, self.bells.send.notified()).await {
                        Ok(()) => {}
                        Err(_) => self.shell.handle_input(self.id, Input::Timeout),
                    }
                    continue;
                }
                Output::Close => {
                    // 1000: a realm-core client takes any other code for an error of its own.
                    let frame = CloseFrame { code: CloseCode::Normal, reason: "".into() };
                    let _ = tokio::time::timeout(CLOSING, sink.send(Message::Close(Some(frame)))).await;
                    return;
                }
            };
            match sent {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::debug!(connection = self.id.0, %error, "the socket is lost");
                    return;
                }
                Err(_) => {
                    tracing::info!(connection = self.id.0, "the client does not read");
                    return;
                }
            }
        }
    }
}
