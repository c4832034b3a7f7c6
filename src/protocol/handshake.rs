//! Agreement on a protocol version in the HTTP upgrade (`docs/PROTOCOL.md`, "Sub-protocol").

use std::ops::RangeInclusive;

/// A version of the protocol, from [`ProtocolVersion::OLDEST`] to [`ProtocolVersion::CURRENT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProtocolVersion(u8);

const PREFIX: &str = "com.mongodb.realm-sync#";
/// How versions before 8 are spelled.
const OLD_PREFIX: &str = "com.mongodb.realm-sync/";

impl ProtocolVersion {
    pub const OLDEST: ProtocolVersion = ProtocolVersion(2);
    pub const CURRENT: ProtocolVersion = ProtocolVersion(14);

    /// `None` outside the supported versions.
    pub fn new(number: u8) -> Option<ProtocolVersion> {
        let version = ProtocolVersion(number);
        (ProtocolVersion::OLDEST..=ProtocolVersion::CURRENT).contains(&version).then_some(version)
    }

    pub fn number(self) -> u8 {
        self.0
    }

    /// The token that names this version in `Sec-WebSocket-Protocol`.
    pub fn sub_protocol(self) -> String {
        let prefix = if self.0 < 8 { OLD_PREFIX } else { PREFIX };
        format!("{prefix}{}", self.0)
    }

    /// Whether clients of this version understand JSON_ERROR.
    pub fn has_json_error(self) -> bool {
        self.0 >= 4
    }

    /// Whether clients of this version understand LOG_MESSAGE.
    pub fn has_log_message(self) -> bool {
        self.0 >= 10
    }
}

impl std::fmt::Display for ProtocolVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The value of a client's `Sec-WebSocket-Protocol`: every version, newest first.
pub fn offered_sub_protocols() -> String {
    let newest_first = (ProtocolVersion::OLDEST.0..=ProtocolVersion::CURRENT.0).rev();
    newest_first.map(|number| format!("{PREFIX}{number}")).collect::<Vec<_>>().join(", ")
}

/// Why a server cannot agree with a client; answered with status 400 and this text as the body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NegotiationError {
    #[error("Protocol version negotiation failed: malformed version `{token}` in Sec-WebSocket-Protocol")]
    Malformed { token: String },
    #[error("Protocol version negotiation failed: Sec-WebSocket-Protocol names no version of {PREFIX}")]
    Missing,
    #[error(
        "Protocol version negotiation failed: no version in common; the server supports {}-{server_newest}, \
         the client {client}",
        ProtocolVersion::OLDEST
    )]
    NoOverlap { server_newest: ProtocolVersion, client: String },
}

/// Chooses the highest version that the client offers and that is at most `newest`. Foreign tokens are skipped.
pub fn negotiate(offered: &str, newest: ProtocolVersion) -> Result<ProtocolVersion, NegotiationError> {
    let mut ranges: Vec<RangeInclusive<u32>> = Vec::new();
    for token in offered.split(',').map(|token| token.trim_matches([' ', '\t'])) {
        let Some(versions) = token.strip_prefix(PREFIX).or_else(|| token.strip_prefix(OLD_PREFIX)) else { continue };
        match read_versions(versions) {
            Some(range) => ranges.push(range),
            None => return Err(NegotiationError::Malformed { token: token.to_owned() }),
        }
    }
    if ranges.is_empty() {
        return Err(NegotiationError::Missing);
    }
    let server = (ProtocolVersion::OLDEST.0..=newest.0).rev();
    match server.into_iter().find(|number| ranges.iter().any(|range| range.contains(&u32::from(*number)))) {
        Some(number) => Ok(ProtocolVersion(number)),
        None => {
            let client = ranges.iter().map(range_text).collect::<Vec<_>>().join(", ");
            Err(NegotiationError::NoOverlap { server_newest: newest, client })
        }
    }
}

/// A server's answer to an upgrade request is not a version that was offered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    #[error("the server did not choose a sub-protocol; it is no sync server, or too old")]
    Missing,
    #[error("the server chose the sub-protocol `{chosen}`, which was not offered")]
    NotOffered { chosen: String },
}

/// Checks the `Sec-WebSocket-Protocol` of a server's reply.
pub fn check_reply(chosen: Option<&str>) -> Result<ProtocolVersion, ReplyError> {
    let chosen = chosen.ok_or(ReplyError::Missing)?;
    chosen
        .strip_prefix(PREFIX)
        .and_then(read_number)
        .and_then(|number| u8::try_from(number).ok())
        .and_then(ProtocolVersion::new)
        .ok_or_else(|| ReplyError::NotOffered { chosen: chosen.to_owned() })
}

/// `n` or `a-b`.
fn read_versions(text: &str) -> Option<RangeInclusive<u32>> {
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (read_number(first)?, read_number(last)?),
        None => (read_number(text)?, read_number(text)?),
    };
    (first <= last).then_some(first..=last)
}

fn read_number(digits: &str) -> Option<u32> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

fn range_text(range: &RangeInclusive<u32>) -> String {
    if range.start() == range.end() {
        range.start().to_string()
    } else {
        format!("{}-{}", range.start(), range.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(offered: &str) -> Result<u8, NegotiationError> {
        negotiate(offered, ProtocolVersion::CURRENT).map(ProtocolVersion::number)
    }

    #[test]
    fn the_client_offers_every_version_newest_first() {
        let offered = offered_sub_protocols();
        assert!(offered.starts_with("com.mongodb.realm-sync#14, com.mongodb.realm-sync#13, "));
        assert!(offered.ends_with(", com.mongodb.realm-sync#3, com.mongodb.realm-sync#2"));
        assert_eq!(offered.split(", ").count(), 13);
        assert_eq!(chosen(&offered), Ok(14));
    }

    #[test]
    fn the_highest_common_version_wins() {
        assert_eq!(chosen("com.mongodb.realm-sync#2-14"), Ok(14));
        assert_eq!(chosen("com.mongodb.realm-sync/2-7"), Ok(7));
        assert_eq!(
            chosen("chat,com.mongodb.realm-query-sync#14 , com.mongodb.realm-sync#3,com.mongodb.realm-sync#9"),
            Ok(9)
        );
        assert_eq!(chosen("com.mongodb.realm-sync#12-99"), Ok(14));
        let nine = ProtocolVersion::new(9).unwrap();
        assert_eq!(negotiate(&offered_sub_protocols(), nine), Ok(nine));
    }

    #[test]
    fn refusals_say_what_each_side_supports() {
        assert_eq!(chosen(""), Err(NegotiationError::Missing));
        assert_eq!(chosen("com.mongodb.realm-query-sync#14"), Err(NegotiationError::Missing));
        for number in ["", "x", "1-", "-2", "14-2", "1-2-3", "+3", "99999999999"] {
            let refused = chosen(&format!("com.mongodb.realm-sync#14, com.mongodb.realm-sync#{number}"));
            assert!(matches!(refused, Err(NegotiationError::Malformed { .. })), "{number}");
        }
        let refused = chosen("com.mongodb.realm-sync#1, com.mongodb.realm-sync#20-30").unwrap_err().to_string();
        assert!(refused.ends_with("the server supports 2-14, the client 1, 20-30"), "{refused}");
    }

    #[test]
    fn old_versions_are_named_with_a_slash() {
        assert_eq!(ProtocolVersion::new(7).unwrap().sub_protocol(), "com.mongodb.realm-sync/7");
        assert_eq!(ProtocolVersion::new(8).unwrap().sub_protocol(), "com.mongodb.realm-sync#8");
        assert_eq!((ProtocolVersion::new(1), ProtocolVersion::new(15)), (None, None));
    }

    #[test]
    fn a_reply_must_name_an_offered_version() {
        assert_eq!(check_reply(Some("com.mongodb.realm-sync#2")), Ok(ProtocolVersion::OLDEST));
        assert_eq!(check_reply(None), Err(ReplyError::Missing));
        for reply in [
            "",
            "com.mongodb.realm-sync#15",
            "com.mongodb.realm-sync#1",
            "com.mongodb.realm-sync#14 ",
            "com.mongodb.realm-sync/7",
            "com.mongodb.realm-query-sync#14",
            "com.mongodb.realm-sync#2-14",
        ] {
            assert!(matches!(check_reply(Some(reply)), Err(ReplyError::NotOffered { .. })), "{reply:?}");
        }
    }
}
