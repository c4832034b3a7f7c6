//! DOWNLOAD: what others changed, and what the server has of this client (`docs/PROTOCOL.md`, "Server to client").

use std::borrow::Cow;

use super::body::Body;
use super::entry::{append_entry, EntryReader};
use super::header::{End, Header};
use super::MessageError;
use crate::value::{
    ClientVersion, DownloadCursor, FileIdent, OriginTimestamp, Salt, SaltedServerVersion, ServerVersion, SessionIdent,
    SyncProgress, UploadCursor,
};

/// Changesets for one session. A download without entries still moves the cursors, which acknowledges uploads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download<'a> {
    pub session: SessionIdent,
    /// What the client file remembers once this message is integrated.
    pub progress: SyncProgress,
    /// Bytes of changesets still to come after this message.
    pub downloadable_bytes: u64,
    pub body: Body<'a>,
}

/// One changeset of the server's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadEntry<'a> {
    pub server_version: ServerVersion,
    /// The receiver's last client version that the server had integrated before this entry.
    pub client_version: ClientVersion,
    pub origin_timestamp: OriginTimestamp,
    pub origin_file_ident: FileIdent,
    /// Size before merging, in bytes; informational.
    pub original_size: u64,
    pub changeset: Cow<'a, [u8]>,
}

impl<'a> Download<'a> {
    pub(super) fn decode(header: &mut Header<'a>) -> Result<Download<'a>, MessageError> {
        let session = SessionIdent(header.unsigned("session_ident", End::Space)?);
        let download = DownloadCursor {
            server_version: ServerVersion(header.unsigned("download_server_version", End::Space)?),
            client_version: ClientVersion(header.unsigned("download_client_version", End::Space)?),
        };
        let latest_server_version = SaltedServerVersion {
            version: ServerVersion(header.unsigned("latest_server_version", End::Space)?),
            salt: Salt(header.signed("latest_server_version_salt", End::Space)?),
        };
        let upload = UploadCursor {
            client_version: ClientVersion(header.unsigned("upload_client_version", End::Space)?),
            server_version: ServerVersion(header.unsigned("upload_server_version", End::Space)?),
        };
        // The field is signed on the wire and a byte count in meaning; its bits are kept.
        let downloadable_bytes = header.signed("downloadable_bytes", End::Space)? as u64;
        let sizes = Body::decode_sizes(header)?;
        let compressed = header.unsigned("compressed_size", End::Line)?;
        let body = Body::decode(header, sizes, compressed)?;
        let progress = SyncProgress { latest_server_version, download, upload };
        Ok(Download { session, progress, downloadable_bytes, body })
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let (is_compressed, plain, compressed) = self.body.header_fields();
        let SyncProgress { latest_server_version, download, upload } = self.progress;
        let mut frame = format!(
            "download {} {} {} {} {} {} {} {} {is_compressed} {plain} {compressed}\n",
            self.session,
            download.server_version,
            download.client_version,
            latest_server_version.version,
            latest_server_version.salt,
            upload.client_version,
            upload.server_version,
            self.downloadable_bytes as i64,
        )
        .into_bytes();
        frame.extend_from_slice(self.body.wire_bytes());
        frame
    }
}

impl DownloadEntry<'_> {
    /// Appends the entry to a body that [`Body::pack`] takes.
    pub fn append_to(&self, body: &mut Vec<u8>) {
        let fields = [
            self.server_version.0,
            self.client_version.0,
            self.origin_timestamp.0,
            self.origin_file_ident.0,
            self.original_size,
            self.changeset.len() as u64,
        ];
        append_entry(body, &fields, &self.changeset);
    }
}

/// Reads the entries of an inflated body; ends after the first error.
#[derive(Debug, Clone)]
pub struct DownloadEntries<'a>(EntryReader<'a>);

impl<'a> DownloadEntries<'a> {
    pub fn new(inflated_body: &'a [u8]) -> DownloadEntries<'a> {
        DownloadEntries(EntryReader::new(inflated_body))
    }
}

impl<'a> Iterator for DownloadEntries<'a> {
    type Item = Result<DownloadEntry<'a>, MessageError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next_with(|reader| {
            Ok(DownloadEntry {
                server_version: ServerVersion(reader.number("server_version")?),
                client_version: ClientVersion(reader.number("client_version")?),
                origin_timestamp: OriginTimestamp(reader.number("origin_timestamp")?),
                origin_file_ident: FileIdent(reader.number("origin_file_ident")?),
                original_size: reader.number("original_changeset_size")?,
                changeset: Cow::Borrowed(reader.changeset()?),
            })
        })
    }
}
