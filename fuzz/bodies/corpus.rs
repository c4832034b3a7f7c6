//! The inputs that are kept: each took a way through the code that the others do not, or was a finding once.

use std::path::Path;

/// Runs them all, in the order of their names; says which one it is that fails.
pub fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let entries = std::fs::read_dir(&folder).unwrap();
    let mut inputs: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    inputs.sort();
    assert!(!inputs.is_empty(), "{} is empty", folder.display());
    for input in &inputs {
        let bytes = std::fs::read(input).unwrap();
        if let Err(panic) = std::panic::catch_unwind(|| run(&bytes)) {
            eprintln!("the input is {}", input.display());
            std::panic::resume_unwind(panic);
        }
    }
    println!("{} inputs", inputs.len());
}
