//! Where a client connects: the parts of a sync URL.

/// The address of a sync server (`docs/PROTOCOL.md`, "Endpoint").
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    pub is_tls: bool,
    /// Name or address; an IPv6 address without its brackets.
    pub host: String,
    pub port: u16,
    /// Begins with `/`.
    pub path: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    #[error("the sync URL needs one of the schemes ws, wss, realm, realms")]
    Scheme,
    #[error("the sync URL must not carry a user or password; the access token belongs to the user")]
    UserInfo,
    #[error("the sync URL must not carry a query or fragment")]
    QueryOrFragment,
    #[error("the sync URL names no valid host")]
    Host,
    #[error("the sync URL's port must be a number from 1 to 65535")]
    Port,
    #[error("the sync URL's path must consist of visible ASCII characters; percent-encode others")]
    Path,
    #[error("the access token must consist of visible ASCII characters other than `#`")]
    Token,
}

const PORT: u16 = 80;
const TLS_PORT: u16 = 443;
const DEFAULT_PATH: &str = "/realm-sync";
const TOKEN_KEY: &str = "baas_at=";

impl Endpoint {
    /// Reads `ws[s]://host[:port][/path]`; `realm` and `realms` are other names of the same schemes.
    pub fn parse(url: &str) -> Result<Endpoint, EndpointError> {
        let (scheme, rest) = url.split_once("://").ok_or(EndpointError::Scheme)?;
        let is_tls = match scheme.to_ascii_lowercase().as_str() {
            "ws" | "realm" => false,
            "wss" | "realms" => true,
            _ => return Err(EndpointError::Scheme),
        };
        if rest.contains(['?', '#']) {
            return Err(EndpointError::QueryOrFragment);
        }
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        if authority.contains('@') {
            return Err(EndpointError::UserInfo);
        }
        let (host, port) = split_authority(authority)?;
        let port = match port {
            Some(digits) => read_port(digits)?,
            None => default_port(is_tls),
        };
        if !is_visible_ascii(path) {
            return Err(EndpointError::Path);
        }
        let path = if matches!(path, "" | "/") { DEFAULT_PATH } else { path };
        Ok(Endpoint { is_tls, host: host.to_owned(), port, path: path.to_owned() })
    }

    /// The value of `Host`: the port is left out where it is the scheme's own.
    pub fn host_header(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == default_port(self.is_tls) {
            host
        } else {
            format!("{host}:{}", self.port)
        }
    }

    /// The path with the access token, which travels unencoded.
    pub fn request_target(&self, access_token: &str) -> Result<String, EndpointError> {
        if access_token.contains('#') || !is_visible_ascii(access_token) {
            return Err(EndpointError::Token);
        }
        Ok(format!("{}?{TOKEN_KEY}{access_token}", self.path))
    }
}

/// The access token in a request target; `None` where there is none.
pub fn access_token(request_target: &str) -> Option<&str> {
    let (_, query) = request_target.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix(TOKEN_KEY))
}

/// Whether a request target names the sync route of a server.
pub fn is_sync_route(request_target: &str) -> bool {
    match request_target.strip_prefix(DEFAULT_PATH) {
        Some(rest) => rest.is_empty() || rest.starts_with('?') || rest.starts_with("/%2F"),
        None => false,
    }
}

fn default_port(is_tls: bool) -> u16 {
    if is_tls {
        TLS_PORT
    } else {
        PORT
    }
}

fn split_authority(authority: &str) -> Result<(&str, Option<&str>), EndpointError> {
    if let Some(bracketed) = authority.strip_prefix('[') {
        let (host, rest) = bracketed.split_once(']').ok_or(EndpointError::Host)?;
        host.parse::<std::net::Ipv6Addr>().map_err(|_| EndpointError::Host)?;
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if rest.is_empty() => Ok((host, None)),
            None => Err(EndpointError::Host),
        };
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_host_byte = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if host.is_empty() || !host.bytes().all(is_host_byte) {
        return Err(EndpointError::Host);
    }
    Ok((host, port))
}

fn read_port(digits: &str) -> Result<u16, EndpointError> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(EndpointError::Port);
    }
    digits.parse().ok().filter(|port| *port != 0).ok_or(EndpointError::Port)
}

fn is_visible_ascii(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_have_default_ports_and_a_default_path() {
        let endpoint = Endpoint::parse("ws://localhost").unwrap();
        assert_eq!(
            endpoint,
            Endpoint { is_tls: false, host: "localhost".into(), port: 80, path: "/realm-sync".into() }
        );
        assert_eq!(endpoint.host_header(), "localhost");
        let endpoint = Endpoint::parse("REALMS://sync.example.org:8443/").unwrap();
        assert_eq!((endpoint.is_tls, endpoint.port, endpoint.path.as_str()), (true, 8443, "/realm-sync"));
        assert_eq!(endpoint.host_header(), "sync.example.org:8443");
        assert_eq!(Endpoint::parse("wss://h").unwrap().port, 443);
        assert_eq!(Endpoint::parse("realm://h/a/b").unwrap().path, "/a/b");
        let endpoint = Endpoint::parse("ws://[::1]:9090/x").unwrap();
        assert_eq!((endpoint.host.as_str(), endpoint.host_header().as_str()), ("::1", "[::1]:9090"));
    }

    #[test]
    fn other_urls_are_refused_with_the_reason() {
        for (url, error) in [
            ("localhost:80", EndpointError::Scheme),
            ("http://h", EndpointError::Scheme),
            ("ws://u:p@h/x", EndpointError::UserInfo),
            ("ws://h/x?a=b", EndpointError::QueryOrFragment),
            ("ws://h#f", EndpointError::QueryOrFragment),
            ("ws://", EndpointError::Host),
            ("ws:///x", EndpointError::Host),
            ("ws://[::1", EndpointError::Host),
            ("ws://[::1]9", EndpointError::Host),
            ("ws://a b/", EndpointError::Host),
            ("ws://h:0", EndpointError::Port),
            ("ws://h:65536", EndpointError::Port),
            ("ws://h:+8", EndpointError::Port),
            ("ws://h:", EndpointError::Port),
            ("ws://h/a b", EndpointError::Path),
            ("ws://h/a\r\nX: y", EndpointError::Path),
        ] {
            assert_eq!(Endpoint::parse(url), Err(error), "{url}");
        }
    }

    #[test]
    fn the_token_travels_in_the_request_target() {
        let endpoint = Endpoint::parse("ws://h").unwrap();
        let target = endpoint.request_target("a.b-c=").unwrap();
        assert_eq!(target, "/realm-sync?baas_at=a.b-c=");
        assert_eq!(access_token(&target), Some("a.b-c="));
        assert_eq!(access_token("/realm-sync?x=1&baas_at=t"), Some("t"));
        assert_eq!(access_token("/realm-sync"), None);
        assert_eq!(endpoint.request_target("a\r\nb"), Err(EndpointError::Token));
    }

    #[test]
    fn only_the_sync_route_is_the_sync_route() {
        for target in ["/realm-sync", "/realm-sync?baas_at=t", "/realm-sync/%2Fpath"] {
            assert!(is_sync_route(target), "{target}");
        }
        for target in ["/", "/realm-sync/", "/realm-sync2", "/x/realm-sync", ""] {
            assert!(!is_sync_route(target), "{target}");
        }
    }
}
