//! The workloads of `docs/BENCHMARKS.md`: `cargo bench --bench workloads -- w1 [--runs N]`; one line of JSON a run.

mod item;
mod rig;
mod w1;
mod w2;
mod w6;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{json, Value};

type Workload = fn(&Path) -> Value;

const WORKLOADS: [(&str, Workload); 3] = [("w1", w1::run), ("w2", w2::run), ("w6", w6::run)];

const USAGE: &str = "usage: cargo bench --bench workloads -- [w1] [w2] [w6] [--runs N] [--on disk|tmpfs]";

struct Options {
    workloads: Vec<(&'static str, Workload)>,
    runs: usize,
    places: Vec<(&'static str, PathBuf)>,
}

fn options() -> Result<Options, String> {
    let disk = ("disk", PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench"));
    let tmpfs = ("tmpfs", PathBuf::from("/dev/shm/realm-sync-bench"));
    let mut options = Options { workloads: vec![], runs: 1, places: vec![disk.clone(), tmpfs.clone()] };
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--runs" => {
                let runs = arguments.next().and_then(|runs| runs.parse().ok());
                options.runs = runs.ok_or("--runs takes a whole number")?;
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
                let figures = workload(&folder);
                std::fs::remove_dir_all(&folder).expect("removing the run's folder");
                println!("{}", json!({ "workload": name, "on": place, "run": run, "figures": figures }));
            }
        }
    }
    ExitCode::SUCCESS
}
