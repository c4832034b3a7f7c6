//! A session that has identified itself: where the client stands, and the DOWNLOADs and MARKs it gets.

use crate::protocol::{Body, Download, DownloadEntry, ServerMessage};
use crate::value::{DownloadCursor, FileIdent, RequestIdent, ServerVersion, SessionIdent, SyncProgress, UploadCursor};

use super::session::Turn;
use crate::server::{Batch, Claim, RealmRequest, Standing};

#[derive(Debug)]
pub(super) struct Bound {
    file: FileIdent,
    /// What was integrated of this file when the session was bound.
    pub threshold: UploadCursor,
    /// Progress of the session's last UPLOAD.
    pub progress: UploadCursor,
    pub locked: ServerVersion,
    /// Where the last DOWNLOAD ended.
    position: DownloadCursor,
    /// Newest version known to be in the log.
    latest: ServerVersion,
    reading: Reading,
    /// Newest MARK that has no answer yet.
    mark: Option<RequestIdent>,
}

/// How the next DOWNLOAD comes about.
#[derive(Debug)]
enum Reading {
    /// There is history to send, or the first DOWNLOAD of the session is due.
    Wanted,
    Asked,
    Ready(Batch),
    /// Everything known was sent.
    Settled,
}

impl Bound {
    pub fn new(claim: &Claim, standing: Standing) -> Bound {
        Bound {
            file: claim.file.ident,
            threshold: standing.upload,
            // A client that did not learn of its last acknowledgement begins before the threshold.
            progress: UploadCursor::default(),
            locked: standing.locked,
            position: claim.download,
            latest: standing.latest,
            reading: Reading::Wanted,
            mark: None,
        }
    }

    pub fn file(&self) -> FileIdent {
        self.file
    }

    /// Server version up to which the session has downloaded.
    pub fn downloaded(&self) -> ServerVersion {
        self.position.server_version
    }

    pub fn handle_mark(&mut self, request: RequestIdent) {
        if request.0 != 0 {
            self.mark = Some(request);
        }
    }

    pub fn handle_news(&mut self, latest: ServerVersion) {
        self.latest = self.latest.max(latest);
        if let Reading::Settled = self.reading {
            self.want_more();
        }
    }

    pub fn handle_batch(&mut self, batch: Batch) {
        self.latest = self.latest.max(batch.latest.version);
        self.reading = Reading::Ready(batch);
    }

    pub fn has_turn(&self) -> bool {
        match self.reading {
            Reading::Wanted | Reading::Ready(_) => true,
            Reading::Settled => self.mark.is_some(),
            Reading::Asked => false,
        }
    }

    pub fn take_turn(&mut self, ident: SessionIdent, download_bytes: usize) -> Turn {
        match std::mem::replace(&mut self.reading, Reading::Settled) {
            Reading::Wanted => {
                self.reading = Reading::Asked;
                Turn::Read(RealmRequest::Read { file: self.file, from: self.position, limit_bytes: download_bytes })
            }
            Reading::Asked => {
                self.reading = Reading::Asked;
                Turn::Nothing
            }
            Reading::Ready(batch) => {
                self.position = batch.end;
                self.want_more();
                Turn::Frame(encode(ident, batch))
            }
            Reading::Settled => match self.mark.take() {
                Some(request) => Turn::Frame(ServerMessage::Mark { session: ident, request }.encode()),
                None => Turn::Nothing,
            },
        }
    }

    fn want_more(&mut self) {
        self.reading = match self.position.server_version < self.latest {
            true => Reading::Wanted,
            false => Reading::Settled,
        };
    }
}

fn encode(session: SessionIdent, batch: Batch) -> Vec<u8> {
    let mut body = Vec::new();
    for entry in &batch.entries {
        DownloadEntry {
            server_version: entry.server_version,
            client_version: entry.client_version,
            origin_timestamp: entry.timestamp,
            origin_file_ident: entry.origin,
            original_size: entry.original_size,
            changeset: entry.bytes.as_slice().into(),
        }
        .append_to(&mut body);
    }
    let download = Download {
        session,
        progress: SyncProgress { latest_server_version: batch.latest, download: batch.end, upload: batch.upload },
        downloadable_bytes: batch.remaining_bytes,
        body: Body::pack(body),
    };
    ServerMessage::Download(download).encode()
}
