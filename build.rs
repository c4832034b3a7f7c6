//! Generates the C header into OUT_DIR; `tests/header.rs` compares include/realm_sync.h with it.

use std::env;
use std::path::PathBuf;

/// In the order of the header. A file that is missing here is found by `tests/header.rs`.
const NOUNS: &[&str] = &[
    "version",
    "errno",
    "string",
    "error",
    "debug",
    "callback",
    "log",
    "value",
    "schema",
    "sync_client_config",
    "sync_client",
    "sync_client_sessions",
    "user",
    "token_request",
    "sync_error",
    "sync_config",
    "config",
    "realm",
    "realm_copy",
    "object",
    "object_owned",
    "list",
    "list_owned",
    "set",
    "dictionary",
    "dictionary_owned",
    "results",
    "object_changes",
    "collection_changes",
    "dictionary_changes",
    "class_changes",
    "sync_session",
    "sync_network",
    "sync_session_status",
    "sync_session_statistic",
    "sync_session_upload",
    "sync_session_progress",
    "sync_offline",
    "client_reset",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let header = PathBuf::from(env::var("OUT_DIR")?).join("realm_sync.h");
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml"))?;
    let builder = cbindgen::Builder::new().with_config(config);
    let sources = NOUNS.iter().map(|noun| root.join(format!("src/ffi/{noun}.rs")));
    let bindings = sources.fold(builder, |builder, source| builder.with_src(source)).generate()?;
    bindings.write_to_file(&header);
    println!("cargo::rustc-env=REALM_SYNC_GENERATED_HEADER={}", header.display());
    println!("cargo::rerun-if-changed=src/ffi");
    println!("cargo::rerun-if-changed=cbindgen.toml");
    Ok(())
}
