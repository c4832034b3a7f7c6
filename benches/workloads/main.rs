//! The workloads of `docs/BENCHMARKS.md`: `cargo bench --bench workloads -- w1 [--runs N]`; one line of JSON a run.

mod item;
mod process;
mod rig;
mod w1;
mod w2;
mod w3;
mod w4;
mod w5;
mod w6;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{json, Value};

type Workload = fn(&Path, Size) -> Value;

const WORKLOADS: [(&str, Workload); 9] = [
    ("w1", |folder, _| w1::run(folder)),
    ("w2", |folder, _| w2::run(folder)),
    ("w3-update", w3::update),
    ("w3-hot", w3::hot),
    ("w3b-front", w3::list_front),
    ("w3b-random", w3::list_random),
    ("w4", w4::run),
    ("w5", w5::run),
    ("w6", |folder, _| w6::run(folder)),
];

const USAGE: &str = "usage: cargo bench --bench workloads -- [NAME…] [--runs N] [--size K] [--on disk|tmpfs]
names: w1 w2 w3-update w3-hot w3b-front w3b-random w4 w5 w6; all of them unless some are given";

/// How many edits, sessions or changes, where the workload has a choice.
#[derive(Clone, Copy)]
pub struct Size(Option<i64>);

impl Size {
    pub fn or(self, usual: i64) -> i64 {
        self.0.unwrap_or(usual)
    }
}

struct Options {
    workloads: Vec<(&'static str, Workload)>,
    runs: usize,
    size: Size,
    places: Vec<(&'static str, PathBuf)>,
}

fn options() -> Result<Options, String> {
    let disk = ("disk", PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench"));
    let tmpfs = ("tmpfs", PathBuf::from("/dev/shm/realm-sync-bench"));
    let mut options =
        Options { workloads: vec![], runs: 1, size: Size(None), places: vec![disk.clone(), tmpfs.clone()] };
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--runs" => {
                let runs = arguments.next().and_then(|runs| runs.parse().ok());
                options.runs = runs.ok_or("--runs takes a whole number")?;
            }
            "--size" => {
                let size = arguments.next().and_then(|size| size.parse().ok()).filter(|size| *size > 0);
                options.size = Size(Some(size.ok_or("--size takes a whole number above 0")?));
            }
            "--on" => match arguments.next().as_deref() {
                Some("disk") => options.places = vec![disk.clone()],
                Some("tmpfs") => options.places = vec![tmpfs.clone()],
                _ => return Err("--on takes disk or tmpfs".into()),
            },
            name => {
                let known = WORKLOADS.iter().find(|(known, _)| *known == name);
                options.workloads.push(*known.ok_or_else(|| format!("there is no workload {name}"))?);
            }
        }
    }
    if options.workloads.is_empty() {
        options.workloads = WORKLOADS.to_vec();
    }
    Ok(options)
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    for (name, workload) in &options.workloads {
        for (place, root) in &options.places {
            for run in 1..=options.runs {
                let folder = root.join(format!("{}-{name}-{run}", std::process::id()));
                std::fs::create_dir_all(&folder).expect("making the run's folder");
                let figures = workload(&folder, options.size);
                std::fs::remove_dir_all(&folder).expect("removing the run's folder");
                println!("{}", json!({ "workload": name, "on": place, "run": run, "figures": figures }));
            }
        }
    }
    ExitCode::SUCCESS
}
