//! A host application in a process of its own: the test runs itself once more as the child.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

/// Set in the child: what it is told.
const VARIABLE: &str = "END_TO_END_HOST";
/// Begins a line of the child that is meant for the test, not for a reader of the test's output.
const MARK: &str = "host says ";

/// What this process is told, when it is the child.
pub fn orders() -> Option<Vec<String>> {
    let orders = std::env::var(VARIABLE).ok()?;
    Some(orders.split('\n').map(str::to_owned).collect())
}

/// Tells the test, in one write to standard output.
pub fn say(text: &str) {
    let mut output = std::io::stdout().lock();
    output.write_all(format!("{MARK}{text}\n").as_bytes()).unwrap();
    output.flush().unwrap();
}

pub struct Host {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Host {
    /// Runs the named test of this binary in a child with these orders.
    pub fn start(test: &str, orders: &[&str]) -> Host {
        Host::start_by(Command::new(std::env::current_exe().unwrap()), test, orders)
    }

    /// As `start`, where `command` is a way to run this binary.
    pub fn start_by(mut command: Command, test: &str, orders: &[&str]) -> Host {
        let name = format!("end_to_end::{test}");
        command.args(["--exact", &name, "--nocapture", "--test-threads=1"]).env(VARIABLE, orders.join("\n"));
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Host { child, output }
    }

    /// The next thing it says; `None` once it is gone.
    pub fn hear(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            // A kill may cut the last line off.
            let line = line.strip_suffix('\n')?;
            if let Some(at) = line.find(MARK) {
                return Some(line[at + MARK.len()..].to_owned());
            }
            println!("the host: {line}");
        }
    }

    /// As `kill -9` does; everything it said is heard.
    pub fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        std::iter::from_fn(|| self.hear()).collect()
    }

    /// Waits for it to end; what it said until then.
    pub fn finish(mut self) -> (ExitStatus, Vec<String>) {
        let said = std::iter::from_fn(|| self.hear()).collect();
        (self.child.wait().unwrap(), said)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
