//! Access tokens of a server that asks for them.

use std::path::Path;

use super::rig::Server;

const SECRET: &str = "an example of a secret with over 32 bytes";

/// A server that accepts the tokens made here.
pub fn server(folder: &Path) -> Server {
    let file = folder.join("secret");
    std::fs::write(&file, SECRET).unwrap();
    Server::with(folder, &["--jwt-secret-file", file.to_str().unwrap()])
}

/// Valid for that many seconds, with write permission for these realms.
pub fn token(valid_s: i64, realms: &[&str]) -> String {
    signed(SECRET, valid_s, realms)
}

/// Signed by somebody else.
pub fn forged(realms: &[&str]) -> String {
    signed("another secret that is long enough too", 3600, realms)
}

fn signed(secret: &str, valid_s: i64, realms: &[&str]) -> String {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() as i64;
    let realms: serde_json::Map<_, _> =
        realms.iter().map(|&realm| (realm.to_owned(), serde_json::Value::from("write"))).collect();
    let claims = serde_json::json!({ "sub": "ada", "exp": now + valid_s, "realms": realms });
    let key = jsonwebtoken::EncodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap()
}
