//! Who may connect: signed tokens, or the development mode. Rules: `docs/SERVER.md`, "Tokens".

use std::collections::BTreeMap;

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use super::{Access, Permission};

/// HS256 is no stronger than its key.
const MIN_SECRET_BYTES: usize = 32;
/// How far the clocks of the token's issuer and of this server may differ.
const LEEWAY_S: u64 = 10;

/// Decides what a connection may do, from the token in its upgrade request.
#[derive(Clone)]
pub enum Authenticator {
    /// Tokens are not looked at and everything is allowed. For development on one machine.
    Development,
    Tokens(Box<TokenKey>),
}

#[derive(Clone)]
pub struct TokenKey {
    key: DecodingKey,
    validation: Validation,
}

/// The secret cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token secret has {size} bytes; make it at least {MIN_SECRET_BYTES} random bytes")]
pub struct SecretError {
    pub size: usize,
}

/// The connection is refused with HTTP status 401; an App Services client then refreshes its token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("an access token is missing: connect with `?baas_at=<token>`")]
    Missing,
    #[error("the access token is expired: get a new one")]
    Expired,
    #[error("the access token is refused: {0}")]
    Invalid(String),
}

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    sub: String,
    realms: BTreeMap<String, Granted>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Granted {
    Read,
    Write,
}

/// Who connected, for the log, and what that permits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    pub subject: String,
    pub access: Access,
}

impl Authenticator {
    /// Tokens must be signed with HS256 and this secret.
    pub fn with_secret(secret: &[u8]) -> Result<Authenticator, SecretError> {
        if secret.len() < MIN_SECRET_BYTES {
            return Err(SecretError { size: secret.len() });
        }
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = LEEWAY_S;
        validation.validate_nbf = true;
        validation.validate_aud = false;
        Ok(Authenticator::Tokens(Box::new(TokenKey { key: DecodingKey::from_secret(secret), validation })))
    }

    /// Checks a token against the time of the machine.
    pub fn authenticate(&self, token: Option<&str>) -> Result<Bearer, TokenError> {
        let TokenKey { key, validation } = match self {
            Authenticator::Development => {
                return Ok(Bearer { subject: "development".to_owned(), access: Access::unrestricted() });
            }
            Authenticator::Tokens(key) => key.as_ref(),
        };
        let token = token.filter(|token| !token.is_empty()).ok_or(TokenError::Missing)?;
        let decoded = jsonwebtoken::decode::<Claims>(token, key, validation);
        let claims = decoded
            .map_err(|error| match error.kind() {
                jsonwebtoken::errors::ErrorKind::ExpiredSignature => TokenError::Expired,
                _ => TokenError::Invalid(error.to_string()),
            })?
            .claims;
        let access = claims.realms.iter().fold(Access::nothing(), |access, (pattern, granted)| match granted {
            Granted::Read => access.grant(pattern, Permission::Read),
            Granted::Write => access.grant(pattern, Permission::Write),
        });
        Ok(Bearer { subject: claims.sub, access })
    }
}
