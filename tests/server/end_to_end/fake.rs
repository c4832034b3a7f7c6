//! A server that answers as it is told.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use realm_sync::protocol::{ClientMessage, ServerMessage};
use realm_sync::value::SessionIdent;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::{accept_hdr, Message, WebSocket};

/// Gives each connection, by its number, to `serve`; returns the URL.
pub fn listen(mut serve: impl FnMut(usize, TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for (connection, stream) in listener.incoming().enumerate() {
            serve(connection, stream.unwrap());
        }
    });
    url
}

/// The request for an upgrade, as text.
pub fn request(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

/// Answers the request with a status alone.
pub fn refuse(mut stream: TcpStream, status: &str) {
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
}

/// Answers each BIND with the next of these messages, in which `$` is the session's number, and UNBIND with UNBOUND.
pub fn answer(messages: Vec<Message>) -> String {
    let mut messages = messages.into_iter();
    listen(move |_, stream| {
        let mut socket = upgrade(stream, Some("com.mongodb.realm-sync#14"));
        while let Ok(Message::Binary(frame)) = socket.read() {
            let answer = match ClientMessage::decode(&frame).unwrap() {
                ClientMessage::Bind { session, .. } => messages.next().map(|message| name(message, session)),
                ClientMessage::Unbind { session } => {
                    Some(Message::Binary(ServerMessage::Unbound { session }.encode().into()))
                }
                ClientMessage::Ident { .. }
                | ClientMessage::Upload(_)
                | ClientMessage::Mark { .. }
                | ClientMessage::Ping { .. }
                | ClientMessage::JsonError { .. } => None,
            };
            if answer.is_some_and(|answer| socket.send(answer).is_err()) {
                return;
            }
        }
    })
}

/// Upgrades each connection to this sub-protocol, and says nothing.
pub fn choose(sub_protocol: Option<&'static str>) -> String {
    listen(move |_, stream| {
        let mut socket = upgrade(stream, sub_protocol);
        while socket.read().is_ok() {}
    })
}

fn name(message: Message, session: SessionIdent) -> Message {
    let Message::Binary(bytes) = &message else { return message };
    let number = session.0.to_string().into_bytes();
    let parts: Vec<&[u8]> = bytes.split(|&byte| byte == b'$').collect();
    Message::Binary(parts.join(&number[..]).into())
}

#[allow(clippy::result_large_err)]
fn upgrade(stream: TcpStream, sub_protocol: Option<&str>) -> WebSocket<TcpStream> {
    let choose = |_: &Request, mut response: Response| {
        if let Some(sub_protocol) = sub_protocol {
            response.headers_mut().insert("Sec-WebSocket-Protocol", sub_protocol.parse().unwrap());
        }
        Ok(response)
    };
    accept_hdr(stream, choose).unwrap()
}
