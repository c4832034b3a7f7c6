//! How fast changesets become bytes and come back: `cargo bench --bench codec`; one line of JSON a
//! measurement. The cases are in `docs/BENCHMARKS.md`, "Changesets".

use std::time::Instant;

use realm_sync::changeset::{
    decode, encode, Changeset, Instruction, Key, ObjectTarget, PathElement, PathTarget, Payload, UpdateExtra,
};
use serde_json::json;

const INSTRUCTIONS: u32 = 100_000;
const RUNS: u32 = 10;

/// Objects with five properties: what a bulk import writes.
fn objects(changeset: &mut Changeset) {
    for key in 0..INSTRUCTIONS / 6 {
        let object = ObjectTarget { class: changeset.intern("Item"), key: Key::Int(i64::from(key)) };
        changeset.push(Instruction::CreateObject(object));
        let text = Payload::String(changeset.push_bytes(format!("the name of item {key}").as_bytes()));
        let values = [
            ("name", text),
            ("count", Payload::Int(i64::from(key) * 1000)),
            ("price", Payload::Double(f64::from(key) / 3.0)),
            ("done", Payload::Bool(key % 2 == 0)),
            ("owner", Payload::Link { class: changeset.intern("Person"), key: Key::Int(i64::from(key % 100)) }),
        ];
        for (name, value) in values {
            let property = changeset.intern(name);
            let target = PathTarget { object, property, path: changeset.push_path(&[]) };
            changeset.push(Instruction::Update { target, value, extra: UpdateExtra::IsDefault(false) });
        }
    }
}

/// Additions to the end of one list.
fn list(changeset: &mut Changeset) {
    for index in 0..INSTRUCTIONS {
        let object = ObjectTarget { class: changeset.intern("Item"), key: Key::Int(1) };
        let property = changeset.intern("numbers");
        let target = PathTarget { object, property, path: changeset.push_path(&[PathElement::Index(index)]) };
        changeset.push(Instruction::ArrayInsert { target, value: Payload::Int(7), prior_size: index });
    }
}

/// Objects with different texts as keys: every one a new string of the changeset.
fn names(changeset: &mut Changeset) {
    for key in 0..INSTRUCTIONS {
        let key = Key::String(changeset.intern(&format!("a text that is the key of object {key}")));
        let object = ObjectTarget { class: changeset.intern("Item"), key };
        changeset.push(Instruction::CreateObject(object));
    }
}

fn measure(name: &str, fill: fn(&mut Changeset)) {
    let mut changeset = Changeset::new();
    fill(&mut changeset);
    let bytes = encode(&changeset);
    let decoded = decode(&bytes).expect("bytes that were just written");
    assert_eq!(decoded.instructions().len(), changeset.instructions().len());
    report(name, "encode", &bytes, changeset.instructions().len(), || {
        std::hint::black_box(encode(std::hint::black_box(&changeset)));
    });
    report(name, "decode", &bytes, changeset.instructions().len(), || {
        std::hint::black_box(decode(std::hint::black_box(&bytes)).is_ok());
    });
}

/// The fastest of some runs.
fn report(name: &str, what: &str, bytes: &[u8], instructions: usize, run: impl Fn()) {
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let started = Instant::now();
        run();
        best = best.min(started.elapsed().as_secs_f64());
    }
    let figures = json!({
        "case": name, "what": what, "instructions": instructions, "bytes": bytes.len(),
        "ms": (best * 1e5).round() / 100.0,
        "megabytes_a_second": (bytes.len() as f64 / best / 1e4).round() / 100.0,
        "ns_an_instruction": (best * 1e11 / instructions as f64).round() / 100.0,
    });
    println!("{figures}");
}

fn main() {
    measure("objects", objects);
    measure("list", list);
    measure("names", names);
}
