//! What a session knows while it is identified on a socket: positions, and the messages under way.
//!
//! Rules: `docs/PROTOCOL.md`, "Cursors" and "Sending order".

use std::borrow::Cow;
use std::collections::VecDeque;
use std::time::Duration;

use crate::protocol::{Body, ClientMessage, Upload, UploadEntry};
use crate::value::{
    ClientVersion, FileIdent, Instant, RequestIdent, ServerVersion, SessionIdent, SyncProgress, UploadCursor,
};

use super::store_request::{Download, StoreRequest, UploadScan};

/// Bytes of changesets that are integrated in one transaction when several DOWNLOADs wait.
const INTEGRATION_BYTES: usize = 4 << 20;

/// How long a DOWNLOAD that only acknowledges may wait for company: it costs a disk sync of its own otherwise.
const ACKNOWLEDGEMENT_DELAY: Duration = Duration::from_millis(200);

/// Where the scan for local changesets stands.
#[derive(Debug)]
enum Scan {
    Idle,
    Asked,
    /// An UPLOAD is ready to go.
    Ready(UploadScan),
}

/// A message whose effect waits for the downloads before it.
#[derive(Debug)]
enum Received {
    Download { arrived: Instant, download: Download },
    Mark(RequestIdent),
}

#[derive(Debug)]
pub(super) struct Live {
    binding: u64,
    file_ident: FileIdent,
    /// Header of the newest DOWNLOAD, integrated or not.
    received: SyncProgress,
    /// Whether there was a DOWNLOAD since IDENT; without one `received` is what the file has.
    has_received: bool,
    inbox: VecDeque<Received>,
    is_integrating: bool,
    /// What the newest download that is integrated, or being so, says of those after it.
    downloadable_bytes: u64,
    scan: Scan,
    scanned: UploadCursor,
    mark_sent: RequestIdent,
    mark_received: RequestIdent,
    /// Changesets that went out and were not counted yet.
    sent: u64,
}

impl Live {
    pub fn new(binding: u64, file_ident: FileIdent, progress: SyncProgress, mark_done: RequestIdent) -> Live {
        Live {
            binding,
            file_ident,
            received: progress,
            has_received: false,
            inbox: VecDeque::new(),
            is_integrating: false,
            downloadable_bytes: 0,
            scan: Scan::Idle,
            scanned: progress.upload,
            mark_sent: mark_done,
            mark_received: mark_done,
            sent: 0,
        }
    }

    pub fn received(&self) -> &SyncProgress {
        &self.received
    }

    pub fn has_received(&self) -> bool {
        self.has_received
    }

    pub fn file_ident(&self) -> FileIdent {
        self.file_ident
    }

    /// How far local history was looked at.
    pub fn scanned(&self) -> UploadCursor {
        self.scanned
    }

    pub fn handle_download(&mut self, now: Instant, download: Download) {
        self.received = download.progress;
        self.has_received = true;
        self.inbox.push_back(Received::Download { arrived: now, download });
    }

    /// Whether the MARK answers an open request.
    pub fn handle_mark(&mut self, request: RequestIdent) -> bool {
        if request <= self.mark_received || request > self.mark_sent {
            return false;
        }
        self.mark_received = request;
        self.inbox.push_back(Received::Mark(request));
        true
    }

    /// A MARK behind which no download waits.
    pub fn poll_mark(&mut self) -> Option<RequestIdent> {
        if self.is_integrating {
            return None;
        }
        match self.inbox.front() {
            Some(&Received::Mark(request)) => {
                self.inbox.pop_front();
                Some(request)
            }
            Some(Received::Download { .. }) | None => None,
        }
    }

    /// When an acknowledgement that waits for company is integrated alone.
    pub fn acknowledge_at(&self) -> Option<Instant> {
        if self.is_integrating {
            return None;
        }
        match self.inbox.front() {
            Some(Received::Download { arrived, .. }) => Some(*arrived + ACKNOWLEDGEMENT_DELAY),
            Some(Received::Mark(_)) | None => None,
        }
    }

    /// Whether the downloads that wait only move cursors, and nobody waits for that.
    fn may_wait(&self, now: Instant) -> bool {
        let is_acknowledgement = |received: &Received| match received {
            Received::Download { download, .. } => download.changesets.is_empty(),
            Received::Mark(_) => false,
        };
        self.acknowledge_at().is_some_and(|at| now < at) && self.inbox.iter().all(is_acknowledgement)
    }

    /// The downloads that wait, joined into one so that they share a transaction. Acknowledgements wait a while for
    /// others, unless they are `urgent`.
    pub fn poll_integration(&mut self, now: Instant, urgent: bool) -> Option<Download> {
        if !urgent && self.may_wait(now) {
            return None;
        }
        let mut joined: Option<Download> = None;
        while let Some(Received::Download { .. }) = self.inbox.front() {
            if joined.as_ref().is_some_and(|joined| size(joined) >= INTEGRATION_BYTES) {
                break;
            }
            let Some(Received::Download { download: next, .. }) = self.inbox.pop_front() else { break };
            match &mut joined {
                None => joined = Some(next),
                Some(joined) => {
                    joined.progress = next.progress;
                    joined.downloadable_bytes = next.downloadable_bytes;
                    joined.changesets.extend(next.changesets);
                }
            }
        }
        self.is_integrating = joined.is_some();
        if let Some(joined) = &joined {
            self.downloadable_bytes = joined.downloadable_bytes;
        }
        joined
    }

    /// What the server had left when it sent what was integrated last.
    pub fn downloadable_bytes(&self) -> u64 {
        self.downloadable_bytes
    }

    /// Whether an integration of this binding just ended.
    pub fn handle_integrated(&mut self) -> bool {
        std::mem::take(&mut self.is_integrating)
    }

    /// A scan that should run now.
    pub fn poll_scan(&mut self, newest_version: ClientVersion) -> Option<StoreRequest> {
        match self.scan {
            Scan::Idle if newest_version > self.scanned.client_version => {
                self.scan = Scan::Asked;
                Some(StoreRequest::Scan { binding: self.binding, from: self.scanned })
            }
            Scan::Idle | Scan::Asked | Scan::Ready(_) => None,
        }
    }

    pub fn handle_scan(&mut self, scan: UploadScan) {
        let acknowledges = scan.scanned_to.server_version > self.scanned.server_version;
        self.scanned = scan.scanned_to;
        self.scan = if scan.changesets.is_empty() && !acknowledges { Scan::Idle } else { Scan::Ready(scan) };
    }

    /// How many changesets went out since the last call.
    pub fn take_sent(&mut self) -> u64 {
        std::mem::take(&mut self.sent)
    }

    pub fn poll_transmit(
        &mut self,
        session: SessionIdent,
        mark_target: RequestIdent,
        downloaded: ServerVersion,
    ) -> Option<Vec<u8>> {
        if mark_target > self.mark_sent {
            self.mark_sent = mark_target;
            return Some(ClientMessage::Mark { session, request: mark_target }.encode());
        }
        match std::mem::replace(&mut self.scan, Scan::Idle) {
            Scan::Ready(scan) => {
                self.sent += scan.changesets.len() as u64;
                Some(upload(session, &scan, downloaded))
            }
            scan @ (Scan::Idle | Scan::Asked) => {
                self.scan = scan;
                None
            }
        }
    }
}

fn size(download: &Download) -> usize {
    download.changesets.iter().map(|changeset| changeset.bytes.len()).sum()
}

fn upload(session: SessionIdent, scan: &UploadScan, locked_server_version: ServerVersion) -> Vec<u8> {
    let mut body = Vec::new();
    for changeset in &scan.changesets {
        let entry = UploadEntry {
            client_version: changeset.client_version,
            server_version: changeset.server_version,
            origin_timestamp: changeset.origin_timestamp,
            origin_file_ident: FileIdent::NONE,
            changeset: Cow::Borrowed(&changeset.bytes),
        };
        entry.append_to(&mut body);
    }
    let upload = Upload { session, progress: scan.scanned_to, locked_server_version, body: Body::pack(body) };
    ClientMessage::Upload(upload).encode()
}
