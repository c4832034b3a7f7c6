//! The program itself: what it prints, how it stops, and what a kill leaves.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::Message;

use crate::changesets::{make_class, make_text};
use crate::world::{bind, upload};

/// Makes a message from what was heard so far.
type Say<'a> = &'a dyn Fn(&[String]) -> Vec<u8>;

struct Program {
    child: Child,
    address: String,
}

impl Program {
    fn start(data: &Path) -> Program {
        Program::spawn(command(data).args(["--dev", "--log", "off"]))
    }

    fn spawn(command: &mut Command) -> Program {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on ").unwrap().to_owned();
        Program { child, address }
    }

    #[cfg(unix)]
    fn terminate(&mut self) -> ExitStatus {
        let kill = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(kill.unwrap().success());
        self.child.wait().unwrap()
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Says the messages one by one, and returns the first line of what each is answered with.
    fn converse(&self, messages: &[Say<'_>]) -> Vec<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut request = format!("ws://{}/realm-sync", self.address).into_client_request().unwrap();
            request.headers_mut().insert("Sec-WebSocket-Protocol", "com.mongodb.realm-sync#9".parse().unwrap());
            let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
            let mut heard = Vec::new();
            for message in messages {
                socket.send(Message::Binary(message(&heard).into())).await.unwrap();
                let frame = socket.next().await.unwrap().unwrap().into_data();
                heard.push(String::from_utf8_lossy(&frame).lines().next().unwrap().to_owned());
            }
            heard
        })
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_realm-sync-server"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data).env_remove("REALM_SYNC_JWT_SECRET");
    command
}

#[test]
fn a_kill_loses_nothing_that_was_acknowledged() {
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::start(data.path());
    let heard = program.converse(&[
        &|_| bind(1, "/x", true).into(),
        &|heard| format!("{} 0 0 0 0\n", heard[0]).into(),
        &|_| upload(1, &[(2, 0, 1, &make_class())], (2, 0), 0),
    ]);
    assert!(heard[2].starts_with("download 1 1 2 1 "), "{heard:?}");
    program.kill();
    let program = Program::start(data.path());
    let again = program.converse(&[&|_| bind(1, "/x", true).into(), &|heard| format!("{} 0 0 0 0\n", heard[0]).into()]);
    assert!(again[0].starts_with("ident 1 3 "), "{again:?}");
    assert!(again[1].starts_with("download 1 1 0 1 "), "{again:?}");
}

#[cfg(unix)]
#[test]
fn a_termination_signal_ends_the_program_well() {
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::start(data.path());
    program.converse(&[&|_| bind(1, "/x", true).into()]);
    assert!(program.terminate().success());
}

/// No file may grow over 512 KiB: for the realm that wants more it is as if the disk were full.
#[cfg(unix)]
#[test]
fn a_realm_that_finds_no_room_fails_alone_and_keeps_what_it_had() {
    let data = tempfile::tempdir().unwrap();
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 1024; exec \"$@\"", "sh"]);
    let server = command(data.path());
    limited.arg(server.get_program()).args(server.get_args()).args(["--dev", "--log", "off"]);
    let program = Program::spawn(&mut limited);
    let heard = program.converse(&[
        &|_| bind(1, "/big", true).into(),
        &|heard| format!("{} 0 0 0 0\n", heard[0]).into(),
        &|_| upload(1, &[(2, 0, 1, &make_class())], (2, 0), 0),
        &|_| upload(1, &[(3, 0, 2, &make_text(1 << 20))], (3, 0), 0),
        &|_| bind(2, "/small", true).into(),
        &|heard| format!("{} 0 0 0 0\n", heard[4]).into(),
        &|_| upload(2, &[(2, 0, 1, &make_class())], (2, 0), 0),
        &|_| bind(3, "/big", true).into(),
        &|heard| format!("{} 0 0 0 0\n", heard[7]).into(),
    ]);
    assert!(heard[3].starts_with("json_error 201 "), "{heard:?}");
    assert!(heard[6].starts_with("download 2 1 2 1 "), "{heard:?}");
    assert!(heard[8].starts_with("download 3 1 0 1 "), "{heard:?}");
}

#[test]
fn without_authentication_the_program_does_not_start_and_says_what_to_do() {
    let data = tempfile::tempdir().unwrap();
    let mut child = command(data.path()).stderr(Stdio::piped()).spawn().unwrap();
    let mut text = String::new();
    child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    assert!(!child.wait().unwrap().success());
    assert!(text.contains("--jwt-secret-file") && text.contains("--dev"), "{text}");
}
