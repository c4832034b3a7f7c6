//! An access token as the client sees it: whether to connect with it, or to ask the application for another first.
//!
//! Rules: `docs/SESSION.md`, "Access tokens".

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;

use crate::value::OriginTimestamp;

/// A token that expires within this time is replaced before a connection is made with it.
const MARGIN_S: u64 = 30;

/// What is known of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// The user was made with it: nobody knows how old it is.
    Stored,
    /// The application supplied it just now: it is used whatever the clock says.
    Supplied,
    /// When it was fresh its time of expiry agreed with this device's clock.
    Dated,
    /// This device's clock called it expired when it was fresh: only the server can tell when it is.
    Undated,
    /// The server refused it.
    Refused,
}

/// What an attempt to connect begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Opening {
    Connect(String),
    /// The application is asked for another token first.
    Ask,
}

#[derive(Debug, Clone)]
pub(super) struct Token {
    text: String,
    /// Seconds since 1970, as the token says.
    expires_s: Option<u64>,
    standing: Standing,
}

impl Token {
    pub fn stored(text: String) -> Token {
        Token { expires_s: expires_s(&text), text, standing: Standing::Stored }
    }

    pub fn supplied(text: String) -> Token {
        Token { standing: Standing::Supplied, ..Token::stored(text) }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The server does not accept this token; a newer one stays what it is.
    pub fn refuse(&mut self, refused: &str) {
        if self.text == refused {
            self.standing = Standing::Refused;
        }
    }

    /// For a connection that is about to be made.
    pub fn open(&mut self, now: OriginTimestamp) -> Opening {
        let now_s = (OriginTimestamp::EPOCH_UNIX_MS + now.0) / 1000;
        let is_expired = self.expires_s.is_some_and(|expires_s| expires_s <= now_s + MARGIN_S);
        let (standing, is_fit) = match (self.standing, is_expired) {
            (Standing::Refused, _) => (Standing::Refused, false),
            (standing @ (Standing::Stored | Standing::Dated), true) => (standing, false),
            (Standing::Stored | Standing::Dated | Standing::Supplied, false) => (Standing::Dated, true),
            (Standing::Supplied, true) | (Standing::Undated, _) => (Standing::Undated, true),
        };
        self.standing = standing;
        if is_fit {
            Opening::Connect(self.text.clone())
        } else {
            Opening::Ask
        }
    }
}

/// `exp` of a JWT, whose signature only the server can check; `None` for a token of another kind.
fn expires_s(token: &str) -> Option<u64> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    let expires = claims.get("exp")?;
    // RFC 7519 lets it be a fraction.
    expires.as_u64().or_else(|| expires.as_f64().filter(|seconds| *seconds >= 0.0).map(|seconds| seconds as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expiring(expires: &str) -> String {
        format!("e30.{}.signature", URL_SAFE_NO_PAD.encode(format!(r#"{{"exp":{expires}}}"#)))
    }

    /// So many seconds after the earliest time that a clock shows.
    fn at(seconds: u64) -> OriginTimestamp {
        OriginTimestamp(seconds * 1000)
    }

    /// Expires that many seconds after the same moment.
    fn token(expires: u64) -> String {
        expiring(&(1_420_070_400 + expires).to_string())
    }

    #[test]
    fn the_time_of_expiry_is_read_and_nonsense_has_none() {
        assert_eq!(expires_s(&expiring("1700000000")), Some(1_700_000_000));
        assert_eq!(expires_s(&expiring("1700000000.75")), Some(1_700_000_000));
        let nonsense = ["", "token", "a.b", "a.!.c", "..", "e30.e30.e30"].map(str::to_owned);
        for token in nonsense.into_iter().chain([expiring("\"soon\""), expiring("-1"), expiring("null")]) {
            assert_eq!(expires_s(&token), None, "{token}");
        }
    }

    #[test]
    fn a_token_that_is_nearly_expired_is_replaced_first() {
        let mut stored = Token::stored(token(1000));
        assert_eq!(stored.open(at(969)), Opening::Connect(token(1000)));
        assert_eq!(stored.open(at(970)), Opening::Ask);
        assert_eq!(stored.open(at(970)), Opening::Ask);
    }

    #[test]
    fn a_token_without_a_time_is_used_until_it_is_refused() {
        let mut stored = Token::stored("opaque".into());
        assert_eq!(stored.open(at(u32::MAX.into())), Opening::Connect("opaque".into()));
        stored.refuse("an earlier one");
        assert_eq!(stored.open(at(1)), Opening::Connect("opaque".into()));
        stored.refuse("opaque");
        assert_eq!(stored.open(at(1)), Opening::Ask);
    }

    #[test]
    fn a_supplied_token_is_used_whatever_the_clock_says() {
        let mut supplied = Token::supplied(token(1000));
        for _ in 0..3 {
            assert_eq!(supplied.open(at(5000)), Opening::Connect(token(1000)));
        }
        supplied.refuse(&token(1000));
        assert_eq!(supplied.open(at(0)), Opening::Ask);
    }

    #[test]
    fn a_supplied_token_that_agreed_with_the_clock_expires_by_it() {
        let mut supplied = Token::supplied(token(1000));
        assert_eq!(supplied.open(at(100)), Opening::Connect(token(1000)));
        assert_eq!(supplied.open(at(5000)), Opening::Ask);
    }
}
