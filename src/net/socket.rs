//! One WebSocket to a server: the upgrade, and frames in both directions without waiting.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Sink, Stream};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::handshake::client::{generate_key, Request};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::WebSocketStream;

use crate::client::Target;
use crate::protocol::{handshake, parse_max_offline, MAX_OFFLINE_HEADER};
use crate::sync::Cause;

/// A server's message may be this large; the protocol's own limit is 4 GiB.
const MESSAGE_BYTES: usize = 256 << 20;

/// What the library calls itself in the upgrade request.
const USER_AGENT: &str = concat!("RealmSync/", env!("CARGO_PKG_VERSION"));

pub(super) struct Socket {
    stream: WebSocketStream<TcpStream>,
    /// Whether bytes handed over may not have reached the kernel.
    needs_flush: bool,
    /// How long the server lets a file be away, if it says so.
    pub max_offline: Option<Duration>,
}

impl Socket {
    /// Name lookup, TCP, upgrade. The caller bounds the time.
    pub async fn connect(target: Target) -> Result<Socket, Cause> {
        let endpoint = &target.endpoint;
        if endpoint.is_tls {
            return Err(Cause::ConnectFailed("this release connects without TLS only: use a ws:// URL".into()));
        }
        let stream = TcpStream::connect((endpoint.host.as_str(), endpoint.port))
            .await
            .map_err(|error| Cause::ConnectFailed(format!("{}: {error}", endpoint.host_header())))?;
        stream.set_nodelay(true).map_err(|error| Cause::ConnectFailed(error.to_string()))?;
        let config =
            WebSocketConfig::default().max_message_size(Some(MESSAGE_BYTES)).max_frame_size(Some(MESSAGE_BYTES));
        let upgraded = tokio_tungstenite::client_async_with_config(request(&target)?, stream, Some(config)).await;
        let (stream, response) = upgraded.map_err(refusal)?;
        let chosen = response.headers().get("Sec-WebSocket-Protocol").and_then(|value| value.to_str().ok());
        handshake::check_reply(chosen).map_err(|error| Cause::BadSubProtocol(error.to_string()))?;
        let max_offline = response.headers().get(MAX_OFFLINE_HEADER).and_then(|value| value.to_str().ok());
        Ok(Socket { stream, needs_flush: false, max_offline: max_offline.and_then(parse_max_offline) })
    }

    /// Whether the kernel took everything that was handed over, so that another frame may be.
    pub fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Cause>> {
        if !self.needs_flush {
            return Poll::Ready(Ok(()));
        }
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if let Poll::Ready(Ok(())) = flushed {
            self.needs_flush = false;
        }
        flushed.map_err(|error| Cause::ReadOrWrite(error.to_string()))
    }

    /// Hands over one frame; only after `poll_ready`.
    pub fn send(&mut self, frame: Vec<u8>) -> Result<(), Cause> {
        self.needs_flush = true;
        let sent = Pin::new(&mut self.stream).start_send(Message::Binary(frame.into()));
        sent.map_err(|error| Cause::ReadOrWrite(error.to_string()))
    }

    /// Hands over one frame if the kernel took everything before it, and tries to pass that on as well.
    pub fn send_now(&mut self, frame: Vec<u8>, cx: &mut Context<'_>) -> Result<(), Cause> {
        if let Poll::Ready(ready) = self.poll_ready(cx) {
            ready?;
            self.send(frame)?;
            if let Poll::Ready(flushed) = self.poll_ready(cx) {
                flushed?;
            }
        }
        Ok(())
    }

    /// The next binary message.
    pub fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Vec<u8>, Cause>> {
        loop {
            let message = match Pin::new(&mut self.stream).poll_next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => Err(Cause::ReadOrWrite("the server closed the connection".into())),
                Poll::Ready(Some(Err(error))) => Err(Cause::ReadOrWrite(error.to_string())),
                Poll::Ready(Some(Ok(message))) => Ok(message),
            };
            match message {
                Ok(Message::Binary(bytes)) => return Poll::Ready(Ok(bytes.into())),
                // The answer to a ping lies in the stream's own buffer until the next flush.
                Ok(Message::Ping(_)) => self.needs_flush = true,
                Ok(Message::Text(_) | Message::Pong(_) | Message::Frame(_)) => {}
                Ok(Message::Close(frame)) => {
                    let code = frame.as_ref().map_or(1005, |frame| u16::from(frame.code));
                    let reason = frame.map_or_else(String::new, |frame| frame.reason.to_string());
                    return Poll::Ready(Err(Cause::Closed { code, reason }));
                }
                Err(cause) => return Poll::Ready(Err(cause)),
            }
        }
    }
}

fn request(target: &Target) -> Result<Request, Cause> {
    let unusable = |reason: &dyn std::fmt::Display| {
        Cause::ConnectFailed(format!("the server URL or the access token cannot be sent: {reason}"))
    };
    let host = target.endpoint.host_header();
    let path = target.endpoint.request_target(&target.access_token).map_err(|error| unusable(&error))?;
    Request::builder()
        .method("GET")
        .uri(format!("ws://{host}{path}"))
        .header("Host", host)
        .header("Connection", "Upgrade")
        .header("Sec-WebSocket-Key", generate_key())
        .header("Sec-WebSocket-Protocol", handshake::offered_sub_protocols())
        .header("Sec-WebSocket-Version", "13")
        .header("Upgrade", "websocket")
        .header("User-Agent", format!("{USER_AGENT} {}", target.user_agent).trim_end())
        .body(())
        .map_err(|error| unusable(&error))
}

fn refusal(error: Error) -> Cause {
    match error {
        Error::Http(response) => Cause::Refused {
            status: response.status().as_u16(),
            text: response.body().as_deref().map(String::from_utf8_lossy).unwrap_or_default().trim().to_owned(),
        },
        Error::Protocol(ProtocolError::SecWebSocketSubProtocolError(error)) => {
            Cause::BadSubProtocol(format!("the server chose no version of the sync protocol that was offered: {error}"))
        }
        other => Cause::ConnectFailed(other.to_string()),
    }
}
