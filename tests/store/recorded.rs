//! What realm-core's clients sent and received, applied to our tables, against what they held afterwards.

use std::io::Write;
use std::path::PathBuf;

use realm_sync::changeset::{decode, encode_merged};
use realm_sync::merge::{merge_groups, Entry};
use realm_sync::protocol::{ClientMessage, DownloadEntries, ServerMessage, UploadEntries};
use realm_sync::store::{Gate, Mode, Realm};
use realm_sync::value::{FileIdent, OriginTimestamp};
use serde_json::Value as Json;

use crate::dump::dump;
use crate::support::{changesets, Home};

pub fn vectors() -> PathBuf {
    match std::env::var_os("REALM_SYNC_VECTORS") {
        Some(folder) => folder.into(),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/spec/vectors"),
    }
}

/// One recorded client's changesets: its own, and those it got.
#[derive(Default)]
pub struct Exchange {
    pub uploads: Vec<Entry>,
    pub downloads: Vec<Entry>,
}

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// Connection `connection` of a recording, `None` where there are no recordings.
pub fn exchange(name: &str, connection: u64) -> Option<Exchange> {
    let text = std::fs::read_to_string(vectors().join(name).with_extension("jsonl")).ok()?;
    let mut exchange = Exchange::default();
    for line in text.lines() {
        let event: Json = serde_json::from_str(line).unwrap();
        if event["ev"] != "msg" || event["conn"] != connection {
            continue;
        }
        let frame = unhex(event["hex"].as_str().unwrap());
        if event["dir"] == "c2s" {
            if let ClientMessage::Upload(upload) = ClientMessage::decode(&frame).unwrap() {
                let body = upload.body.inflate(1 << 30).unwrap().into_owned();
                exchange.uploads.extend(UploadEntries::new(&body).map(Result::unwrap).map(|entry| {
                    let changeset = decode(&entry.changeset).unwrap();
                    Entry::new(changeset, entry.client_version.0, entry.server_version.0, entry.origin_timestamp, OWN)
                }));
            }
        } else if let ServerMessage::Download(download) = ServerMessage::decode(&frame).unwrap() {
            let body = download.body.inflate(1 << 30).unwrap().into_owned();
            exchange.downloads.extend(DownloadEntries::new(&body).map(Result::unwrap).map(|entry| {
                let changeset = decode(&entry.changeset).unwrap();
                let origin = entry.origin_file_ident;
                Entry::new(changeset, entry.server_version.0, entry.client_version.0, entry.origin_timestamp, origin)
            }));
        }
    }
    Some(exchange)
}

/// Stands for the recorded client itself; above all idents of the recordings where that decides.
const OWN: FileIdent = FileIdent(3);

/// A new file that has applied the changesets one after the other.
fn replay(home: &Home, entries: &[&Entry]) -> Realm {
    let entries: Vec<(OriginTimestamp, Vec<u8>)> =
        entries.iter().map(|entry| (entry.origin_timestamp, encode_merged(&entry.changeset))).collect();
    let mut store = home.sync_store_with_ident();
    store.integrate(&changesets(entries, 0, 0), &Gate::new().permit()).unwrap();
    home.try_open(Mode::Synced, None).unwrap()
}

#[track_caller]
fn assert_dump(home: &Home, entries: &[&Entry], name: &str) {
    let realm = replay(home, entries);
    let recorded = std::fs::read_to_string(vectors().join(name).with_extension("dump.json")).unwrap();
    let mut recorded: Json = serde_json::from_str(&recorded).unwrap();
    sort_sets(&mut recorded);
    assert_eq!(dump(&realm), recorded, "{name}");
}

fn sort_sets(json: &mut Json) {
    match json {
        Json::Array(elements) => elements.iter_mut().for_each(sort_sets),
        Json::Object(fields) => {
            if let Some(Json::Array(elements)) = fields.get_mut("$set") {
                elements.sort_by_key(Json::to_string);
            }
            fields.values_mut().for_each(sort_sets);
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// Past the runner, which keeps what a test that passes prints to itself.
pub fn say(line: &str) {
    std::io::stdout().write_all(format!("{line}\n").as_bytes()).unwrap();
}

pub fn nothing_found() {
    say(&format!("no recordings in {}: nothing was compared", vectors().display()));
}

#[test]
fn every_kind_of_value_and_instruction_applies_as_recorded() {
    for (name, dumped) in [("upload-all-kinds", "upload-all-kinds"), ("download-all-kinds", "download-all-kinds")] {
        let Some(exchange) = exchange(name, 1) else { return nothing_found() };
        let entries: Vec<&Entry> = exchange.uploads.iter().chain(&exchange.downloads).collect();
        assert!(entries.len() > 50, "{name}: only {} changesets", entries.len());
        assert_dump(&Home::new(), &entries, dumped);
        say(&format!("{name}: {} recorded changesets come to the recorded state", entries.len()));
    }
}

#[test]
fn clients_in_conflict_come_to_the_recorded_state() {
    let Some(setup) = exchange("merge-setup", 1) else { return nothing_found() };
    let first = exchange("merge-a-uploads", 1).unwrap();
    let second = exchange("merge-a-downloads", 1).unwrap();
    assert_eq!(second.uploads.len(), 0);
    let entries: Vec<&Entry> = setup.uploads.iter().chain(&first.uploads).chain(&second.downloads).collect();
    assert_dump(&Home::new(), &entries, "merge-a");

    let base = exchange("merge-setup", 2).unwrap();
    let Exchange { mut downloads, uploads } = exchange("merge-b-uploads-and-merges", 1).unwrap();
    let originals = exchange("merge-b-uploads-and-merges", 1).unwrap().uploads;
    let mut ours = uploads;
    merge_groups(&mut ours, &mut downloads).unwrap();
    let entries: Vec<&Entry> = base.downloads.iter().chain(&originals).chain(&downloads).collect();
    assert_dump(&Home::new(), &entries, "merge-b");
    say(&format!("two recorded clients in conflict: {} changesets come to the recorded states", entries.len()));
}
