//! One session on one connection: what it sends next, and what it makes of what arrives.
//!
//! The life of a session is drawn in `docs/SESSION.md`.

use std::collections::VecDeque;

use crate::protocol::{ClientFailure, ClientMessage, Status};
use crate::value::{ClientVersion, Instant, RequestIdent, SaltedFileIdent, ServerVersion, SessionIdent};

use super::backoff::{Backoff, FailureKind, Schedule};
use super::download::{self, DownloadViolation};
use super::event::{Attempts, ConnectionState, Consequence, Event, SessionError};
use super::inbound::complaint;
use super::live::Live;
use super::store_request::{Download, FileStatus, StoreAnswer, StoreFailure, StoreRequest};
use super::traffic::Traffic;

/// A message that this session's state does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum SessionViolation {
    #[error("the server sent {0} when it was not expected")]
    Unexpected(&'static str),
    #[error("the server assigned an invalid file ident")]
    InvalidIdent,
    #[error("the server answered a MARK that is not open")]
    Mark,
    #[error(transparent)]
    Download(#[from] DownloadViolation),
}

/// What the session knows of its file.
#[derive(Debug)]
enum File {
    /// It could not be read or written: it is read with the next attempt.
    Unavailable,
    /// It is being read.
    Unknown,
    /// It is being written; this is what it was before.
    Busy(FileStatus),
    Idle(FileStatus),
}

/// The session's standing on the present socket; it dies with it.
#[derive(Debug)]
enum Binding {
    Unbound,
    /// BIND is sent; the server has to give the file an ident.
    AwaitsIdent,
    /// BIND is sent and the ident known, or being stored; IDENT comes next.
    Bound,
    Live(Box<Live>),
    /// The server erred: UNBIND comes next, and is not answered.
    Erred,
    /// The session gave up by itself: what it complains of, if anything, and UNBIND come next.
    Leaving {
        complaint: Option<String>,
    },
    /// UNBIND is sent; what arrives before its answer is thrown away.
    AwaitsUnbound,
}

#[derive(Debug)]
pub(super) struct Session {
    ident: SessionIdent,
    path: String,
    file: File,
    binding: Binding,
    /// Counts bindings, so that a late scan of an earlier one is recognised.
    bindings: u64,
    newest_version: ClientVersion,
    /// Whether somebody waits for acknowledgements.
    awaits_upload: bool,
    mark_target: RequestIdent,
    mark_done: RequestIdent,
    /// Errors about writes that the server undoes, each with the version that does it.
    held_back: Vec<(ServerVersion, SessionError)>,
    /// What was not reported yet.
    pub(super) traffic: Traffic,
    reported: ConnectionState,
    reported_attempts: Attempts,
    pub schedule: Schedule,
    requests: VecDeque<StoreRequest>,
    events: VecDeque<Event>,
}

impl Session {
    pub fn new(ident: SessionIdent, path: String) -> Session {
        Session {
            ident,
            path,
            file: File::Unknown,
            binding: Binding::Unbound,
            bindings: 0,
            newest_version: ClientVersion(0),
            awaits_upload: false,
            mark_target: RequestIdent(0),
            mark_done: RequestIdent(0),
            held_back: Vec::new(),
            traffic: Traffic::default(),
            reported: ConnectionState::Disconnected,
            reported_attempts: Attempts::default(),
            schedule: Schedule::new(),
            requests: VecDeque::from([StoreRequest::Load]),
            events: VecDeque::new(),
        }
    }

    pub fn poll_request(&mut self) -> Option<StoreRequest> {
        self.requests.pop_front()
    }

    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Whether the server knows of this session on the present socket.
    pub fn is_bound(&self) -> bool {
        match self.binding {
            Binding::AwaitsIdent
            | Binding::Bound
            | Binding::Live(_)
            | Binding::Erred
            | Binding::Leaving { .. }
            | Binding::AwaitsUnbound => true,
            Binding::Unbound => false,
        }
    }

    /// Whether the server has, or is about to get, changesets that it has not acknowledged.
    pub fn is_uploading(&self) -> bool {
        match (&self.binding, &self.file) {
            (Binding::Live(live), File::Idle(file) | File::Busy(file)) => {
                live.scanned().client_version > file.uploaded_version
            }
            (Binding::Live(_), File::Unavailable | File::Unknown) => false,
            (
                Binding::Unbound
                | Binding::AwaitsIdent
                | Binding::Bound
                | Binding::Erred
                | Binding::Leaving { .. }
                | Binding::AwaitsUnbound,
                _,
            ) => false,
        }
    }

    /// What must still be said on the socket when the session is taken off it.
    pub fn into_farewell(self) -> Vec<Vec<u8>> {
        let unbind = ClientMessage::Unbind { session: self.ident }.encode();
        match self.binding {
            Binding::Unbound | Binding::AwaitsUnbound => vec![],
            Binding::AwaitsIdent | Binding::Bound | Binding::Live(_) | Binding::Erred => vec![unbind],
            Binding::Leaving { complaint: None } => vec![unbind],
            Binding::Leaving { complaint: Some(reason) } => vec![complaint(self.ident, &reason), unbind],
        }
    }

    /// Reports a change of the connection as this session sees it.
    pub fn set_connection(&mut self, state: ConnectionState) {
        if self.reported != state {
            self.reported = state;
            self.traffic.attempts += u64::from(state == ConnectionState::Connecting);
            self.events.push_back(Event::Connection(state));
        }
    }

    /// Reports a change of the schedule.
    pub fn report_attempts(&mut self) {
        let attempts = self.schedule.attempts();
        if self.reported_attempts != attempts {
            self.reported_attempts = attempts;
            self.events.push_back(Event::Attempts(attempts));
        }
    }

    pub fn handle_commit(&mut self, version: ClientVersion) {
        self.newest_version = self.newest_version.max(version);
        self.scan();
    }

    /// Somebody waits for acknowledgements, or nobody does any more.
    pub fn handle_await(&mut self, now: Instant, awaits_upload: bool) {
        self.awaits_upload = awaits_upload;
        self.integrate(now);
    }

    /// When an acknowledgement that waits for company is due.
    pub fn acknowledge_at(&self) -> Option<Instant> {
        match (&self.binding, &self.file) {
            (Binding::Live(live), File::Idle(_)) => live.acknowledge_at(),
            (Binding::Live(_), File::Unavailable | File::Unknown | File::Busy(_)) => None,
            (
                Binding::Unbound
                | Binding::AwaitsIdent
                | Binding::Bound
                | Binding::Erred
                | Binding::Leaving { .. }
                | Binding::AwaitsUnbound,
                _,
            ) => None,
        }
    }

    pub fn handle_mark(&mut self) -> RequestIdent {
        self.mark_target = RequestIdent(self.mark_target.0 + 1);
        self.mark_target
    }

    /// The socket is gone, and with it all that was said on it.
    pub fn handle_disconnected(&mut self) {
        self.binding = Binding::Unbound;
    }

    /// The next message in the order of `docs/PROTOCOL.md`, "Sending order"; `None` when there is nothing to say now.
    pub fn poll_transmit(&mut self, now: Instant) -> Option<Vec<u8>> {
        match &mut self.binding {
            Binding::Unbound => self.bind(now),
            Binding::AwaitsIdent | Binding::AwaitsUnbound => None,
            Binding::Bound => self.identify(),
            Binding::Live(live) => {
                let (File::Idle(status) | File::Busy(status)) = &self.file else { return None };
                let frame = live.poll_transmit(self.ident, self.mark_target, status.progress.download.server_version);
                self.traffic.changesets_sent += live.take_sent();
                self.scan();
                frame
            }
            Binding::Erred => {
                self.binding = Binding::Unbound;
                Some(ClientMessage::Unbind { session: self.ident }.encode())
            }
            Binding::Leaving { complaint: reason @ Some(_) } => {
                reason.take().map(|reason| complaint(self.ident, &reason))
            }
            Binding::Leaving { complaint: None } => {
                self.binding = Binding::AwaitsUnbound;
                Some(ClientMessage::Unbind { session: self.ident }.encode())
            }
        }
    }

    fn bind(&mut self, now: Instant) -> Option<Vec<u8>> {
        if !self.schedule.is_due(now) {
            return None;
        }
        let needs_file_ident = match &self.file {
            File::Idle(status) => status.file_ident.is_none(),
            File::Unavailable => {
                self.file = File::Unknown;
                self.schedule.take_up();
                self.requests.push_back(StoreRequest::Load);
                return None;
            }
            File::Unknown | File::Busy(_) => return None,
        };
        self.schedule.take_up();
        self.binding = if needs_file_ident { Binding::AwaitsIdent } else { Binding::Bound };
        self.bindings += 1;
        self.traffic.bindings += 1;
        self.set_connection(ConnectionState::Connected);
        let (session, path) = (self.ident, self.path.as_bytes());
        let bind = ClientMessage::Bind { session, path, token: &[], needs_file_ident, is_subserver: false };
        Some(bind.encode())
    }

    fn identify(&mut self) -> Option<Vec<u8>> {
        let File::Idle(FileStatus { file_ident: Some(file), progress, .. }) = &self.file else { return None };
        let ident = ClientMessage::Ident {
            session: self.ident,
            file: *file,
            download: progress.download,
            latest_server_version: progress.latest_server_version,
        };
        let frame = ident.encode();
        // The server says again what the file does not have yet.
        self.held_back.clear();
        self.binding = Binding::Live(Box::new(Live::new(self.bindings, file.ident, *progress, self.mark_done)));
        self.scan();
        Some(frame)
    }

    fn scan(&mut self) {
        if let Binding::Live(live) = &mut self.binding {
            self.requests.extend(live.poll_scan(self.newest_version));
        }
    }

    pub fn handle_ident(&mut self, file: SaltedFileIdent) -> Result<(), SessionViolation> {
        match self.binding {
            Binding::AwaitsIdent => {}
            Binding::Leaving { .. } | Binding::AwaitsUnbound => return Ok(()),
            Binding::Unbound | Binding::Bound | Binding::Live(_) | Binding::Erred => {
                return Err(SessionViolation::Unexpected("IDENT"));
            }
        }
        if !file.ident.is_assigned() || file.salt.0 == 0 {
            return Err(SessionViolation::InvalidIdent);
        }
        self.binding = Binding::Bound;
        self.ask(StoreRequest::StoreIdent(file));
        Ok(())
    }

    pub fn handle_download(&mut self, now: Instant, download: Download) -> Result<(), SessionViolation> {
        let live = match &mut self.binding {
            Binding::Live(live) => live,
            Binding::Leaving { .. } | Binding::AwaitsUnbound => return Ok(()),
            Binding::Unbound | Binding::AwaitsIdent | Binding::Bound | Binding::Erred => {
                return Err(SessionViolation::Unexpected("DOWNLOAD"));
            }
        };
        let newest_version = self.newest_version.max(live.scanned().client_version);
        match download::check(live.received(), newest_version, live.file_ident(), &download) {
            Ok(()) => {}
            // Measured by the file, not by what the server said before: one of them was restored from a copy.
            Err(violation @ DownloadViolation::UploadClientVersion) if !live.has_received() => {
                self.part(violation.to_string());
                return Ok(());
            }
            Err(violation) => return Err(violation.into()),
        }
        self.traffic.changesets_received += download.changesets.len() as u64;
        live.handle_download(now, download);
        self.integrate(now);
        Ok(())
    }

    pub fn handle_mark_reply(&mut self, now: Instant, request: RequestIdent) -> Result<(), SessionViolation> {
        let live = match &mut self.binding {
            Binding::Live(live) => live,
            Binding::Leaving { .. } | Binding::AwaitsUnbound => return Ok(()),
            Binding::Unbound | Binding::AwaitsIdent | Binding::Bound | Binding::Erred => {
                return Err(SessionViolation::Unexpected("MARK"));
            }
        };
        if !live.handle_mark(request) {
            return Err(SessionViolation::Mark);
        }
        self.integrate(now);
        Ok(())
    }

    pub fn handle_unbound(&mut self) -> Result<(), SessionViolation> {
        match self.binding {
            Binding::AwaitsUnbound => {
                self.binding = Binding::Unbound;
                Ok(())
            }
            Binding::Unbound
            | Binding::AwaitsIdent
            | Binding::Bound
            | Binding::Live(_)
            | Binding::Erred
            | Binding::Leaving { .. } => Err(SessionViolation::Unexpected("UNBOUND")),
        }
    }

    /// Completes the MARKs behind which no download waits, and starts the next integration.
    pub fn integrate(&mut self, now: Instant) {
        let Binding::Live(live) = &mut self.binding else { return };
        while let Some(request) = live.poll_mark() {
            self.mark_done = request;
            self.events.push_back(Event::Downloaded(request));
        }
        if let File::Idle(_) = self.file {
            if let Some(download) = live.poll_integration(now, self.awaits_upload) {
                self.ask(StoreRequest::Integrate(download));
            }
        }
    }

    fn ask(&mut self, request: StoreRequest) {
        if let File::Idle(status) = self.file {
            self.file = File::Busy(status);
        }
        self.requests.push_back(request);
    }

    pub fn handle_answer(&mut self, now: Instant, answer: StoreAnswer, backoff: &Backoff, random: u64) {
        match answer {
            StoreAnswer::Status(status) => self.handle_status(now, status),
            StoreAnswer::Scanned { binding, scan } => {
                if let (Binding::Live(live), true) = (&mut self.binding, binding == self.bindings) {
                    let (from, to) = (live.scanned().client_version, scan.scanned_to.client_version);
                    let is_empty = scan.changesets.is_empty();
                    live.handle_scan(scan);
                    if is_empty {
                        self.pass_over(from, to);
                    }
                    self.scan();
                }
            }
            StoreAnswer::Failed(failure) => self.handle_store_failure(now, failure, backoff, random),
        }
    }

    /// Between these versions is nothing to upload: where everything before is acknowledged, so are they.
    fn pass_over(&mut self, from: ClientVersion, to: ClientVersion) {
        let (File::Idle(status) | File::Busy(status)) = &mut self.file else { return };
        if status.uploaded_version >= from && to > status.uploaded_version {
            status.uploaded_version = to;
            status.newest_version = status.newest_version.max(to);
            let status = *status;
            self.events.extend([Event::File(status), Event::Uploaded(to)]);
        }
    }

    fn handle_status(&mut self, now: Instant, status: FileStatus) {
        let uploaded_before = match &self.file {
            File::Idle(before) | File::Busy(before) => before.uploaded_version,
            File::Unavailable | File::Unknown => ClientVersion(0),
        };
        self.file = File::Idle(status);
        self.newest_version = self.newest_version.max(status.newest_version);
        self.events.push_back(Event::File(status));
        if status.uploaded_version > uploaded_before {
            self.events.push_back(Event::Uploaded(status.uploaded_version));
        }
        if let Binding::Live(live) = &mut self.binding {
            if live.handle_integrated() {
                self.events.push_back(Event::Downloadable(live.downloadable_bytes()));
                self.schedule.reset();
            }
        }
        self.report_undone();
        self.integrate(now);
        self.scan();
    }

    fn handle_store_failure(&mut self, now: Instant, failure: StoreFailure, backoff: &Backoff, random: u64) {
        match failure {
            StoreFailure::Cancelled => {}
            StoreFailure::BadChangeset(message) => {
                if let File::Busy(status) = self.file {
                    self.file = File::Idle(status);
                }
                self.part(message);
            }
            StoreFailure::Unavailable(message) => {
                // What was received is lost with the binding; the server sends it again after the next IDENT.
                self.file = File::Unavailable;
                self.schedule.fail(now, FailureKind::Store, backoff, random);
                self.leave(None);
                let number = Status::RuntimeError.number();
                let consequence = Consequence::Retries;
                self.error(SessionError { number, wire_code: None, message, consequence, rejected: None });
            }
        }
    }

    /// What the server has does not fit the file: trying again helps nobody.
    fn part(&mut self, message: String) {
        self.schedule.hold();
        self.leave(Some(message.clone()));
        let number = ClientFailure::IntegrationFailed.consequence().status.number();
        let consequence = Consequence::NeedsReset { may_recover: true };
        self.error(SessionError { number, wire_code: None, message, consequence, rejected: None });
    }

    /// The server broke a rule in what it sent to this session.
    pub fn handle_violation(&mut self, now: Instant, violation: &SessionViolation, backoff: &Backoff, random: u64) {
        self.schedule.fail(now, FailureKind::ProtocolViolation, backoff, random);
        self.leave(None);
        self.error(SessionError {
            number: ClientFailure::ProtocolViolation.consequence().status.number(),
            wire_code: None,
            message: violation.to_string(),
            consequence: Consequence::Retries,
            rejected: None,
        });
    }

    /// Leaves the socket to the other sessions after an error of the server's; the schedule says for how long.
    pub(super) fn suspend_by_server(&mut self, now: Instant, kind: FailureKind, backoff: &Backoff, random: u64) {
        self.schedule.fail(now, kind, backoff, random);
        self.unbind_after_error();
    }

    /// Leaves the socket until the host asks for an attempt.
    pub(super) fn hold_by_server(&mut self) {
        self.schedule.hold();
        self.unbind_after_error();
    }

    fn unbind_after_error(&mut self) {
        self.binding = match self.binding {
            // UNBIND crossed the error: the server forgets the session without an answer.
            Binding::Unbound | Binding::AwaitsUnbound => Binding::Unbound,
            Binding::AwaitsIdent | Binding::Bound | Binding::Live(_) | Binding::Erred | Binding::Leaving { .. } => {
                Binding::Erred
            }
        };
        self.set_connection(ConnectionState::Disconnected);
    }

    fn leave(&mut self, complaint: Option<String>) {
        match self.binding {
            Binding::AwaitsIdent | Binding::Bound | Binding::Live(_) => {
                self.binding = Binding::Leaving { complaint };
            }
            Binding::Unbound | Binding::Erred | Binding::Leaving { .. } | Binding::AwaitsUnbound => {}
        }
        self.set_connection(ConnectionState::Disconnected);
    }

    /// Reports an error of the server's. One about writes that a later download undoes waits for that, also where the
    /// binding ends while that is integrated: the next IDENT then says that the file has it.
    pub(super) fn report(&mut self, error: SessionError) {
        let undone_by = error.rejected.as_ref().and_then(|rejected| rejected.server_version);
        match (undone_by, &self.binding) {
            (Some(version), Binding::Live(_)) => {
                self.held_back.push((version, error));
                self.report_undone();
            }
            (Some(_), Binding::Leaving { .. } | Binding::AwaitsUnbound) => {}
            (Some(_), Binding::Unbound | Binding::AwaitsIdent | Binding::Bound | Binding::Erred) | (None, _) => {
                self.error(error);
            }
        }
    }

    fn report_undone(&mut self) {
        let (File::Idle(file) | File::Busy(file)) = &self.file else { return };
        let integrated = file.progress.download.server_version;
        let undone = self.held_back.extract_if(.., |(version, _)| *version <= integrated);
        self.events.extend(undone.map(|(_, error)| Event::Error(error)));
    }

    pub fn error(&mut self, error: SessionError) {
        self.events.push_back(Event::Error(error));
    }
}
