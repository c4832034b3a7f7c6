//! What each message of the client does, and which order of messages is refused.

use crate::protocol::{self, ClientErrorBody, ClientMessage, ErrorCode, MessageError};
use crate::value::{ClientVersion, FileIdent, RequestIdent, SessionIdent};

use super::session::{Early, Identifying, Session, State};
use super::{upload, Peer, Request};
use crate::server::{Claim, Permission, RealmPath, RealmRequest, Refusal, Upload, UploadedChangeset};

/// PONGs kept for a client that does not read; it has but one PING outstanding.
const MAX_PONGS: usize = 64;
/// What an UPLOAD costs besides its bytes, so that empty ones cannot pile up either.
const UPLOAD_OVERHEAD: usize = 256;

impl Peer {
    pub(super) fn receive(&mut self, frame: &[u8]) {
        let message = match ClientMessage::decode(frame) {
            Ok(message) => message,
            Err(error) => return self.fail_syntax(&error),
        };
        match message {
            ClientMessage::Bind { session, path, needs_file_ident, is_subserver, .. } => {
                self.receive_bind(session, path, needs_file_ident, is_subserver);
            }
            ClientMessage::Ident { session, file, download, latest_server_version: latest } => {
                self.receive_ident(session, Claim { file, download, latest });
            }
            ClientMessage::Upload(upload) => self.receive_upload(&upload),
            ClientMessage::Mark { session, request } => self.receive_mark(session, request),
            ClientMessage::Unbind { session } => self.receive_unbind(session),
            ClientMessage::Ping { timestamp_ms, .. } => {
                if self.pongs.len() == MAX_PONGS {
                    self.pongs.pop_front();
                }
                self.pongs.push_back(timestamp_ms);
            }
            ClientMessage::JsonError { code, session, body } => self.receive_error(session, code, body),
        }
    }

    fn receive_bind(&mut self, ident: SessionIdent, path: &[u8], needs_file_ident: bool, is_subserver: bool) {
        if self.sessions.contains_key(&ident) {
            return self
                .fail(ErrorCode::ReuseOfSessionIdent, format!("BIND uses session {ident}, which is bound already"));
        }
        if ident.0 == 0 {
            return self.fail(ErrorCode::BadSessionIdent, "BIND uses session 0, which is the connection".to_owned());
        }
        let limit = self.limits.sessions_per_connection;
        if self.sessions.len() >= limit.saturating_mul(2) {
            return self.fail(ErrorCode::OtherError, format!("there are far more than {limit} sessions"));
        }
        let binding = self.next_binding;
        self.next_binding += 1;
        let admitted = if self.sessions.len() >= limit {
            Err(Refusal::TooManySessions { limit })
        } else if is_subserver {
            Err(Refusal::BadClientFileIdent)
        } else {
            self.admit(path)
        };
        match admitted {
            Ok((realm, permission)) => {
                let state = if needs_file_ident { State::Allocating } else { State::WaitForIdent };
                self.requests.push_back(Request::Follow(realm.clone()));
                let session = Session { binding, realm: Some(realm), permission, state, is_enlisted: false };
                self.sessions.insert(ident, session);
                if needs_file_ident {
                    self.ask(ident, RealmRequest::AllocateIdent, 0);
                }
            }
            Err(refusal) => {
                let state = State::SendError(refusal.encode(self.version, ident));
                let permission = Permission::Read;
                self.sessions.insert(ident, Session { binding, realm: None, permission, state, is_enlisted: false });
                self.enlist(ident);
            }
        }
    }

    fn admit(&self, path: &[u8]) -> Result<(RealmPath, Permission), Refusal> {
        let realm = std::str::from_utf8(path).ok().and_then(|path| RealmPath::new(path).ok());
        let realm = realm.ok_or(Refusal::IllegalPath)?;
        let permission = self.access.to(&realm).ok_or(Refusal::PermissionDenied)?;
        Ok((realm, permission))
    }

    fn receive_ident(&mut self, ident: SessionIdent, claim: Claim) {
        let Some(session) = self.sessions.get_mut(&ident) else {
            return self.fail_session_ident(ident, "IDENT");
        };
        match session.state {
            State::WaitForIdent => {}
            State::SendError(_) | State::WaitForUnbind => return,
            State::Allocating | State::SendIdent(_) | State::Identifying(_) | State::Bound(_) | State::SendUnbound => {
                return self.fail_order(ident, "IDENT")
            }
        }
        let realm = session.realm.clone();
        let is_elsewhere = realm.is_some_and(|realm| self.is_bound_as(&realm, claim.file.ident));
        if is_elsewhere {
            let text = format!("client file {} is bound in another session of this connection", claim.file.ident);
            return self.fail(ErrorCode::BoundInOtherSession, text);
        }
        self.set_state(ident, State::Identifying(Box::new(Identifying { claim, early: Vec::new() })));
        self.ask(ident, RealmRequest::Identify(claim), 0);
    }

    fn receive_upload(&mut self, message: &protocol::Upload<'_>) {
        let ident = message.session;
        let Some(session) = self.sessions.get(&ident) else {
            return self.fail_session_ident(ident, "UPLOAD");
        };
        match session.state {
            State::Identifying(_) | State::Bound(_) => {}
            State::SendError(_) | State::WaitForUnbind => return,
            State::Allocating | State::SendIdent(_) | State::WaitForIdent | State::SendUnbound => {
                return self.fail_order(ident, "UPLOAD");
            }
        }
        if self.backlog_bytes >= self.limits.upload_backlog_bytes.saturating_mul(2) {
            let text = "more is uploaded than the disk takes; try again".to_owned();
            return self.fail(ErrorCode::ConnectionClosed, text);
        }
        match self.read_upload(message) {
            Ok(Ok(upload)) => self.handle_upload(ident, upload),
            Ok(Err(refusal)) => self.refuse(ident, &refusal),
            Err(error) => self.fail_syntax(&error),
        }
    }

    /// Inflates and splits the body. The outer error is the connection's, the inner one the session's.
    fn read_upload(&self, message: &protocol::Upload<'_>) -> Result<Result<Upload, Refusal>, MessageError> {
        let body = message.body.inflate(self.limits.message_bytes as u64)?;
        let mut changesets = Vec::new();
        let mut has_foreign_origin = false;
        for entry in protocol::UploadEntries::new(&body) {
            let entry = entry?;
            has_foreign_origin |= entry.origin_file_ident.is_assigned();
            changesets.push(UploadedChangeset {
                client_version: entry.client_version,
                base: entry.server_version,
                timestamp: entry.origin_timestamp,
                bytes: entry.changeset.into_owned(),
            });
        }
        if has_foreign_origin {
            return Ok(Err(Refusal::BadOriginFileIdent));
        }
        Ok(Ok(Upload {
            file: FileIdent::NONE,
            after: ClientVersion(0),
            progress: message.progress,
            locked: message.locked_server_version,
            changesets,
        }))
    }

    fn handle_upload(&mut self, ident: SessionIdent, mut upload: Upload) {
        let Some(session) = self.sessions.get_mut(&ident) else { return };
        match &mut session.state {
            State::Identifying(identifying) => {
                self.backlog_bytes += cost(&upload);
                identifying.early.push(Early::Upload(upload));
            }
            State::Bound(bound) => match upload::check(bound, session.permission, &mut upload) {
                Ok(()) => {
                    let cost = cost(&upload);
                    self.ask(ident, RealmRequest::Upload(upload), cost);
                }
                Err(refusal) => self.refuse(ident, &refusal),
            },
            State::Allocating
            | State::SendIdent(_)
            | State::WaitForIdent
            | State::SendError(_)
            | State::WaitForUnbind
            | State::SendUnbound => {}
        }
    }

    fn receive_mark(&mut self, ident: SessionIdent, request: RequestIdent) {
        let Some(session) = self.sessions.get_mut(&ident) else {
            return self.fail_session_ident(ident, "MARK");
        };
        match &mut session.state {
            State::Identifying(identifying) => identifying.mark(request),
            State::Bound(bound) => bound.handle_mark(request),
            State::SendError(_) | State::WaitForUnbind => {}
            State::Allocating | State::SendIdent(_) | State::WaitForIdent | State::SendUnbound => {
                return self.fail_order(ident, "MARK");
            }
        }
        self.enlist(ident);
    }

    fn receive_unbind(&mut self, ident: SessionIdent) {
        let Some(session) = self.sessions.get(&ident) else {
            return self.fail_session_ident(ident, "UNBIND");
        };
        match session.state {
            State::WaitForUnbind => self.remove(ident),
            State::SendUnbound => self.fail_order(ident, "UNBIND"),
            State::Allocating
            | State::SendIdent(_)
            | State::WaitForIdent
            | State::Identifying(_)
            | State::Bound(_)
            | State::SendError(_) => {
                self.set_state(ident, State::SendUnbound);
                self.enlist(ident);
            }
        }
    }

    /// A client that cannot integrate waits for an error that tells it how to go on: it resets.
    fn receive_error(&mut self, ident: SessionIdent, code: ErrorCode, body: &[u8]) {
        if !self.sessions.contains_key(&ident) {
            return self.fail_session_ident(ident, "JSON_ERROR");
        }
        let message = match ClientErrorBody::decode(body) {
            Ok(body) => body.message,
            Err(error) => return self.fail(ErrorCode::BadSyntax, error.to_string()),
        };
        tracing::warn!(session = ident.0, code = code.number(), message, "a client reports an error");
        self.refuse(ident, &Refusal::BadClientFile(message));
    }

    /// Does what a session's client sent before its IDENT was accepted.
    pub(super) fn replay(&mut self, ident: SessionIdent, early: Vec<Early>) {
        for message in early {
            match message {
                Early::Mark(request) => self.receive_mark(ident, request),
                Early::Upload(upload) => {
                    self.backlog_bytes = self.backlog_bytes.saturating_sub(cost(&upload));
                    self.handle_upload(ident, upload);
                }
            }
        }
    }

    /// Changes a session's state, and no longer counts what that drops.
    pub(super) fn set_state(&mut self, ident: SessionIdent, state: State) {
        let Some(session) = self.sessions.get_mut(&ident) else { return };
        if let State::Identifying(dropped) = std::mem::replace(&mut session.state, state) {
            let bytes: usize = dropped.early.iter().map(early_cost).sum();
            self.backlog_bytes = self.backlog_bytes.saturating_sub(bytes);
        }
    }

    fn fail_syntax(&mut self, error: &MessageError) {
        self.fail(error.code(), error.to_string());
    }

    fn fail_order(&mut self, ident: SessionIdent, word: &str) {
        self.fail(ErrorCode::BadMessageOrder, format!("{word} of session {ident} came out of order"));
    }

    fn fail_session_ident(&mut self, ident: SessionIdent, word: &str) {
        self.fail(ErrorCode::BadSessionIdent, format!("{word} names session {ident}, which is not bound"));
    }
}

fn cost(upload: &Upload) -> usize {
    UPLOAD_OVERHEAD + upload.changesets.iter().map(|changeset| changeset.bytes.len() + UPLOAD_OVERHEAD).sum::<usize>()
}

fn early_cost(early: &Early) -> usize {
    match early {
        Early::Mark(_) => 0,
        Early::Upload(upload) => cost(upload),
    }
}
