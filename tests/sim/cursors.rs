//! The positions that a device has named on the wire: within one client file none may move back.

use realm_sync::value::{DownloadCursor, SaltedFileIdent, ServerVersion, UploadCursor};

#[derive(Debug, Clone, Default)]
pub struct Cursors {
    file: SaltedFileIdent,
    downloaded: ServerVersion,
    integrated_by_server: u64,
    /// Of the present binding: after IDENT the upload begins again where the server has acknowledged.
    uploaded: Option<UploadCursor>,
    locked: ServerVersion,
}

impl Cursors {
    /// IDENT: where the device stands.
    pub fn identify(&mut self, file: SaltedFileIdent, download: DownloadCursor) {
        if file != self.file {
            *self = Cursors { file, ..Cursors::default() };
        }
        assert!(download.server_version >= self.downloaded, "the download cursor moves back: {self:?}, {download:?}");
        let client_version = download.client_version.0;
        assert!(client_version >= self.integrated_by_server, "what the server integrated shrinks: {self:?}");
        self.downloaded = download.server_version;
        self.integrated_by_server = client_version;
        self.uploaded = None;
    }

    pub fn upload(&mut self, progress: UploadCursor, locked: ServerVersion) {
        if let Some(before) = self.uploaded {
            assert!(progress.client_version >= before.client_version, "the upload cursor moves back: {self:?}");
            assert!(progress.server_version >= before.server_version, "its base moves back: {self:?}");
        }
        assert!(locked >= self.locked, "the locked version moves back: {self:?}, {locked:?}");
        self.uploaded = Some(progress);
        self.locked = locked;
    }
}
