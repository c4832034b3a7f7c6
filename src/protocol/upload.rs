//! UPLOAD: a client's changesets (`docs/PROTOCOL.md`, "Client to server").

use std::borrow::Cow;

use super::body::Body;
use super::entry::{append_entry, EntryReader};
use super::header::{End, Header};
use super::MessageError;
use crate::value::{ClientVersion, FileIdent, OriginTimestamp, ServerVersion, SessionIdent, UploadCursor};

/// Changesets of one session, and how far its history was scanned. An upload without entries acknowledges downloads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload<'a> {
    pub session: SessionIdent,
    /// Scan position after this message; covers empty commits that produce no entry.
    pub progress: UploadCursor,
    /// Oldest server version the client may still need to merge with.
    pub locked_server_version: ServerVersion,
    pub body: Body<'a>,
}

/// One local commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadEntry<'a> {
    /// The version this changeset produced.
    pub client_version: ClientVersion,
    /// The last server version that was integrated before it.
    pub server_version: ServerVersion,
    pub origin_timestamp: OriginTimestamp,
    /// [`FileIdent::NONE`] for the client itself.
    pub origin_file_ident: FileIdent,
    pub changeset: Cow<'a, [u8]>,
}

impl<'a> Upload<'a> {
    pub(super) fn decode(header: &mut Header<'a>) -> Result<Upload<'a>, MessageError> {
        let session = SessionIdent(header.unsigned("session_ident", End::Space)?);
        let sizes = Body::decode_sizes(header)?;
        let compressed = header.unsigned("compressed_size", End::Space)?;
        let client_version = ClientVersion(header.unsigned("progress_client_version", End::Space)?);
        let server_version = ServerVersion(header.unsigned("progress_server_version", End::Space)?);
        let locked_server_version = ServerVersion(header.unsigned("locked_server_version", End::Line)?);
        let body = Body::decode(header, sizes, compressed)?;
        let progress = UploadCursor { client_version, server_version };
        Ok(Upload { session, progress, locked_server_version, body })
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let (is_compressed, plain, compressed) = self.body.header_fields();
        let mut frame = format!(
            "upload {} {is_compressed} {plain} {compressed} {} {} {}\n",
            self.session, self.progress.client_version, self.progress.server_version, self.locked_server_version,
        )
        .into_bytes();
        frame.extend_from_slice(self.body.wire_bytes());
        frame
    }
}

impl UploadEntry<'_> {
    /// Appends the entry to a body that [`Body::pack`] takes.
    pub fn append_to(&self, body: &mut Vec<u8>) {
        let fields = [
            self.client_version.0,
            self.server_version.0,
            self.origin_timestamp.0,
            self.origin_file_ident.0,
            self.changeset.len() as u64,
        ];
        append_entry(body, &fields, &self.changeset);
    }
}

/// Reads the entries of an inflated body; ends after the first error.
#[derive(Debug, Clone)]
pub struct UploadEntries<'a>(EntryReader<'a>);

impl<'a> UploadEntries<'a> {
    pub fn new(inflated_body: &'a [u8]) -> UploadEntries<'a> {
        UploadEntries(EntryReader::new(inflated_body))
    }
}

impl<'a> Iterator for UploadEntries<'a> {
    type Item = Result<UploadEntry<'a>, MessageError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next_with(|reader| {
            Ok(UploadEntry {
                client_version: ClientVersion(reader.number("client_version")?),
                server_version: ServerVersion(reader.number("server_version")?),
                origin_timestamp: OriginTimestamp(reader.number("origin_timestamp")?),
                origin_file_ident: FileIdent(reader.number("origin_file_ident")?),
                changeset: Cow::Borrowed(reader.changeset()?),
            })
        })
    }
}
