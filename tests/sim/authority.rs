//! Who issues the access tokens of a world, and takes those only that are of the present.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;
use realm_sync::sync::Random;
use realm_sync::value::Instant;

use crate::clock::START_S;

/// Tokens that were issued before it said so are not taken any more.
#[derive(Default)]
pub struct Authority {
    generation: AtomicU64,
}

impl Authority {
    /// A token that says of itself that it expires soon, though the server takes it until it is revoked.
    pub fn issue(&self, now: Instant, random: &mut Random) -> String {
        let expires_s = START_S + now.since_start().as_secs() + 1 + random.below(120);
        let payload = URL_SAFE_NO_PAD.encode(format!(r#"{{"exp":{expires_s}}}"#));
        format!("e30.{payload}.{}", self.generation.load(Ordering::Relaxed))
    }

    pub fn takes(&self, token: &str) -> bool {
        token.rsplit('.').next() == Some(&self.generation.load(Ordering::Relaxed).to_string())
    }

    /// Nobody's token is taken any more.
    pub fn revoke_all(&self) {
        self.generation.fetch_add(1, Ordering::Relaxed);
    }
}
