//! A connection under test: time stands still until a script moves it, and the script plays the server and the files.

use std::time::Duration;

use realm_sync::protocol::{Body, ClientMessage, Download, DownloadEntry, ErrorCode, JsonErrorBody, ServerMessage};
use realm_sync::sync::{
    Backoff, Connection, Event, FileStatus, Input, Output, SessionError, StoreAnswer, StoreRequest, Timing, Traffic,
};
use realm_sync::value::{
    ClientVersion, DownloadCursor, FileIdent, Instant, Salt, SaltedFileIdent, SaltedServerVersion, ServerVersion,
    SessionIdent, SyncProgress, UploadCursor,
};

pub const A: SessionIdent = SessionIdent(1);
pub const B: SessionIdent = SessionIdent(2);
pub const C: SessionIdent = SessionIdent(3);

pub struct Script {
    pub connection: Connection,
    pub now: Instant,
    pub outputs: Vec<Output>,
}

pub fn timing() -> Timing {
    Timing {
        connect_timeout: Duration::from_secs(120),
        linger: Duration::from_secs(30),
        ping_period: Duration::from_secs(60),
        pong_timeout: Duration::from_secs(120),
        backoff: Backoff { jitter_divisor: 0, ..Backoff::default() },
    }
}

/// A file that has an ident and knows server version 3, and is at version 5 with nothing to upload.
pub fn known_file() -> FileStatus {
    FileStatus {
        file_ident: Some(SaltedFileIdent { ident: FileIdent(2), salt: Salt(77) }),
        progress: progress(3, 5, 5),
        newest_version: ClientVersion(5),
        uploaded_version: ClientVersion(5),
    }
}

pub fn fresh_file() -> FileStatus {
    FileStatus { newest_version: ClientVersion(2), ..FileStatus::default() }
}

pub fn progress(server: u64, integrated: u64, acknowledged: u64) -> SyncProgress {
    SyncProgress {
        latest_server_version: SaltedServerVersion {
            version: ServerVersion(server),
            salt: Salt(if server == 0 { 0 } else { 9 }),
        },
        download: DownloadCursor { server_version: ServerVersion(server), client_version: ClientVersion(integrated) },
        upload: UploadCursor { client_version: ClientVersion(acknowledged), server_version: ServerVersion(0) },
    }
}

impl Script {
    pub fn new() -> Script {
        Script { connection: Connection::new(timing(), 1), now: Instant::default(), outputs: Vec::new() }
    }

    pub fn input(&mut self, input: Input<'_>) {
        self.connection.handle_input(self.now, input);
        self.outputs.extend(std::iter::from_fn(|| self.connection.poll_output()));
    }

    /// Opens a session and answers the first read of its file.
    pub fn open(&mut self, session: SessionIdent, file: FileStatus) {
        self.input(Input::Open { session, path: format!("/{session}") });
        assert_eq!(self.take_request(session), Some(StoreRequest::Load));
        self.answer(session, StoreAnswer::Status(file));
    }

    /// A session that is identified on an open socket.
    pub fn live(&mut self, session: SessionIdent) {
        self.open(session, known_file());
        if self.outputs.contains(&Output::Connect) {
            self.input(Input::Connected);
        }
        let sent = self.transmit();
        assert!(matches!(sent.as_slice(), [Sent::Bind(..), Sent::Ident(_)]), "{sent:?}");
        self.outputs.clear();
    }

    pub fn answer(&mut self, session: SessionIdent, answer: StoreAnswer) {
        self.input(Input::Answer { session, answer });
    }

    pub fn say(&mut self, message: &ServerMessage<'_>) {
        self.input(Input::Message(&message.encode()));
    }

    pub fn error(&mut self, session: SessionIdent, code: ErrorCode, try_again: bool) {
        self.say(&ServerMessage::Error { session, code, try_again, text: "because".into() });
    }

    pub fn json_error(&mut self, session: SessionIdent, code: ErrorCode, body: JsonErrorBody) {
        self.say(&ServerMessage::JsonError { session, code, body: Box::new(body) });
    }

    /// A DOWNLOAD of the server versions in `versions`, each from file 3.
    pub fn download(&mut self, session: SessionIdent, progress: SyncProgress, versions: &[u64]) {
        let mut body = Vec::new();
        for &version in versions {
            let entry = DownloadEntry {
                server_version: ServerVersion(version),
                client_version: progress.download.client_version,
                origin_timestamp: Default::default(),
                origin_file_ident: FileIdent(3),
                original_size: 1,
                changeset: (&b"x"[..]).into(),
            };
            entry.append_to(&mut body);
        }
        self.say(&ServerMessage::Download(Download {
            session,
            progress,
            downloadable_bytes: 0,
            body: Body::pack(body),
        }));
    }

    /// Lets time pass to the next timer, if one is set; returns how much.
    pub fn sleep(&mut self) -> Option<Duration> {
        let due = self.connection.poll_timeout()?;
        let slept = due.saturating_duration_since(self.now);
        self.now = due.max(self.now);
        self.input(Input::Timeout);
        Some(slept)
    }

    pub fn transmit(&mut self) -> Vec<Sent> {
        let mut sent = Vec::new();
        while let Some(frame) = self.connection.poll_transmit(self.now) {
            self.outputs.extend(std::iter::from_fn(|| self.connection.poll_output()));
            sent.push(Sent::of(&ClientMessage::decode(&frame).unwrap()));
        }
        sent
    }

    pub fn take_request(&mut self, session: SessionIdent) -> Option<StoreRequest> {
        let at = self.outputs.iter().position(|output| matches!(output, Output::Ask(ident, _) if *ident == session))?;
        match self.outputs.remove(at) {
            Output::Ask(_, request) => Some(request),
            Output::Connect | Output::Disconnect | Output::Event(..) => None,
        }
    }

    pub fn take_connect(&mut self) -> bool {
        self.take(&Output::Connect)
    }

    pub fn take_disconnect(&mut self) -> bool {
        self.take(&Output::Disconnect)
    }

    fn take(&mut self, wanted: &Output) -> bool {
        let at = self.outputs.iter().position(|output| output == wanted);
        at.map(|at| self.outputs.remove(at)).is_some()
    }

    pub fn events(&mut self, session: SessionIdent) -> Vec<Event> {
        let mut events = Vec::new();
        self.outputs.retain(|output| match output {
            // Who counts asks for the counts.
            Output::Event(_, Event::Traffic(_)) => true,
            Output::Event(ident, event) if *ident == session => {
                events.push(event.clone());
                false
            }
            Output::Event(..) | Output::Ask(..) | Output::Connect | Output::Disconnect => true,
        });
        events
    }

    /// What the session told of its traffic so far, taken together.
    pub fn traffic(&mut self, session: SessionIdent) -> Traffic {
        let mut traffic = Traffic::default();
        self.outputs.retain(|output| match output {
            Output::Event(ident, Event::Traffic(more)) if *ident == session => {
                traffic.add(*more);
                false
            }
            Output::Event(..) | Output::Ask(..) | Output::Connect | Output::Disconnect => true,
        });
        traffic
    }

    pub fn errors(&mut self, session: SessionIdent) -> Vec<SessionError> {
        let events = self.events(session).into_iter();
        events.filter_map(|event| if let Event::Error(error) = event { Some(error) } else { None }).collect()
    }
}

/// What a frame said, owned and without what a script does not look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    Bind(SessionIdent, bool),
    Ident(SessionIdent),
    /// Session, scan position, bytes of the body.
    Upload(SessionIdent, UploadCursor, u64),
    Mark(SessionIdent, u64),
    Unbind(SessionIdent),
    Ping(i64),
    JsonError(SessionIdent, ErrorCode),
}

impl Sent {
    fn of(message: &ClientMessage<'_>) -> Sent {
        match message {
            ClientMessage::Bind { session, needs_file_ident, .. } => Sent::Bind(*session, *needs_file_ident),
            ClientMessage::Ident { session, .. } => Sent::Ident(*session),
            ClientMessage::Upload(upload) => Sent::Upload(upload.session, upload.progress, upload.body.plain_size()),
            ClientMessage::Mark { session, request } => Sent::Mark(*session, request.0),
            ClientMessage::Unbind { session } => Sent::Unbind(*session),
            ClientMessage::Ping { timestamp_ms, .. } => Sent::Ping(*timestamp_ms),
            ClientMessage::JsonError { session, code, .. } => Sent::JsonError(*session, *code),
        }
    }
}
