//! HTTP: the upgrade to WebSocket, the health check, and what is neither. Rules: `docs/SERVER.md`, "Paths".

use std::convert::Infallible;
use std::net::SocketAddr;
use std::rc::Rc;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::{socket, Shell};
use crate::protocol::handshake::{negotiate, ProtocolVersion};
use crate::protocol::{format_max_offline, MAX_OFFLINE_HEADER};
use crate::server::Access;

type Reply = Response<Full<Bytes>>;

/// A reply that ends the connection.
struct Plain {
    status: StatusCode,
    text: String,
}

/// What an accepted upgrade hands to the WebSocket's task.
struct Upgrade {
    upgrade: hyper::upgrade::OnUpgrade,
    version: ProtocolVersion,
    access: Access,
}

/// Serves one socket from its first byte to its last.
pub(super) async fn serve_socket(shell: Rc<Shell>, stream: TcpStream, from: SocketAddr) {
    shell.sockets.set(shell.sockets.get() + 1);
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    let (accepted, upgrade) = oneshot::channel();
    let accepted = std::cell::Cell::new(Some(accepted));
    let service = service_fn(|request: Request<Incoming>| {
        let reply = match answer(&shell, request, from) {
            Ok((reply, upgrade)) => {
                // The receiver waits until this connection ends.
                let _ = accepted.take().map(|accepted| accepted.send(upgrade));
                reply
            }
            Err(plain) => plain.into_reply(),
        };
        std::future::ready(Ok::<_, Infallible>(reply))
    });
    let http = hyper::server::conn::http1::Builder::new();
    let serving = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
    match tokio::time::timeout(shell.limits.handshake, serving).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%from, %error, "no HTTP"),
        Err(_) => tracing::debug!(%from, "no upgrade in time"),
    }
    drop(accepted);
    if let Ok(Upgrade { upgrade, version, access }) = upgrade.await {
        match upgrade.await {
            Ok(upgraded) => socket::serve(&shell, upgraded, version, access).await,
            Err(error) => tracing::debug!(%from, %error, "the upgrade failed"),
        }
    }
    shell.sockets.set(shell.sockets.get() - 1);
}

/// The reply to a request; `Ok` when it becomes a WebSocket.
fn answer(shell: &Shell, mut request: Request<Incoming>, from: SocketAddr) -> Result<(Reply, Upgrade), Plain> {
    let path = request.uri().path();
    if path == "/health" && request.method() == Method::GET {
        return Err(plain(StatusCode::OK, "ok\n"));
    }
    if !is_sync_path(path) {
        return Err(plain(StatusCode::NOT_FOUND, "Realm sync server\n\nPage not found\n"));
    }
    let key = upgrade_key(&request).ok_or_else(|| plain(StatusCode::BAD_REQUEST, "this is a WebSocket endpoint\n"))?;
    if shell.is_stopping.get() || shell.sockets.get() > shell.limits.connections {
        return Err(plain(StatusCode::SERVICE_UNAVAILABLE, "the server takes no more connections now\n"));
    }
    let token = request.uri().query().and_then(access_token);
    let bearer = shell.authenticator.authenticate(token).map_err(|error| {
        tracing::info!(%from, %error, "a connection is refused");
        plain(StatusCode::UNAUTHORIZED, format!("{error}\n"))
    })?;
    let offered = offered_protocols(request.headers());
    let chosen = negotiate(&offered, ProtocolVersion::CURRENT).map_err(|error| {
        tracing::info!(%from, %error, "a connection is refused");
        plain(StatusCode::BAD_REQUEST, format!("{error}\n"))
    })?;
    let mut switching = Response::new(Full::default());
    *switching.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = switching.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    for (name, value) in [
        (header::SEC_WEBSOCKET_ACCEPT, derive_accept_key(key.as_bytes())),
        (header::SEC_WEBSOCKET_PROTOCOL, chosen.sub_protocol()),
    ] {
        let value = HeaderValue::try_from(value).map_err(|_| plain(StatusCode::INTERNAL_SERVER_ERROR, ""))?;
        headers.insert(name, value);
    }
    let max_offline = HeaderValue::try_from(format_max_offline(shell.limits.max_offline));
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(MAX_OFFLINE_HEADER), max_offline) {
        headers.insert(name, value);
    }
    tracing::debug!(%from, subject = bearer.subject, version = chosen.number(), "a connection is accepted");
    let upgrade = hyper::upgrade::on(&mut request);
    Ok((switching, Upgrade { upgrade, version: chosen, access: bearer.access }))
}

/// The C++ server's paths, and the one of App Services with any app id.
fn is_sync_path(path: &str) -> bool {
    if path == "/realm-sync" || path.starts_with("/realm-sync/%2F") {
        return true;
    }
    let app = path.strip_prefix("/api/client/v2.0/app/").and_then(|rest| rest.strip_suffix("/realm-sync"));
    app.is_some_and(|app| !app.is_empty() && !app.contains('/'))
}

/// The key of a correct WebSocket upgrade.
fn upgrade_key(request: &Request<Incoming>) -> Option<String> {
    let headers = request.headers();
    let has_token = |name: header::HeaderName, token: &str| {
        let mut values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.any(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(token)))
    };
    let is_upgrade = request.method() == Method::GET
        && has_token(header::CONNECTION, "upgrade")
        && has_token(header::UPGRADE, "websocket")
        && has_token(header::SEC_WEBSOCKET_VERSION, "13");
    let key = headers.get(header::SEC_WEBSOCKET_KEY)?.to_str().ok()?;
    is_upgrade.then(|| key.to_owned())
}

fn access_token(query: &str) -> Option<&str> {
    query.split('&').find_map(|part| part.strip_prefix("baas_at="))
}

fn offered_protocols(headers: &HeaderMap) -> String {
    let values = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    values.collect::<Vec<_>>().join(",")
}

fn plain(status: StatusCode, text: impl Into<String>) -> Plain {
    Plain { status, text: text.into() }
}

impl Plain {
    fn into_reply(self) -> Reply {
        let mut reply = Response::new(Full::new(Bytes::from(self.text)));
        *reply.status_mut() = self.status;
        let headers = reply.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        headers.insert(header::SERVER, HeaderValue::from_static(concat!("RealmSync/", env!("CARGO_PKG_VERSION"))));
        reply
    }
}
