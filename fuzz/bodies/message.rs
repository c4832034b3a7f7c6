//! Any bytes as a frame, from either side: refused, or it survives its bytes, with all that can be reached from it.

use realm_sync::protocol::{
    Body, ClientErrorBody, ClientMessage, DownloadEntries, DownloadEntry, ServerMessage, UploadEntries, UploadEntry,
};

const MAX_BODY: u64 = 1 << 20;

pub fn run(frame: &[u8]) {
    from_client(frame);
    from_server(frame);
}

fn from_client(frame: &[u8]) {
    let Ok(message) = ClientMessage::decode(frame) else { return };
    let encoded = message.encode();
    assert_eq!(ClientMessage::decode(&encoded).as_ref(), Ok(&message));
    match &message {
        ClientMessage::Upload(upload) => entries_survive(&upload.body, |plain| {
            let entries: Vec<UploadEntry<'_>> = UploadEntries::new(plain).collect::<Result<_, _>>().ok()?;
            let mut again = Vec::new();
            entries.iter().for_each(|entry| entry.append_to(&mut again));
            assert_eq!(UploadEntries::new(&again).collect::<Result<Vec<_>, _>>().as_ref(), Ok(&entries));
            Some(again)
        }),
        ClientMessage::JsonError { body, .. } => drop(ClientErrorBody::decode(body)),
        ClientMessage::Bind { .. }
        | ClientMessage::Ident { .. }
        | ClientMessage::Mark { .. }
        | ClientMessage::Unbind { .. }
        | ClientMessage::Ping { .. } => {}
    }
}

fn from_server(frame: &[u8]) {
    let Ok((message, leftover)) = ServerMessage::decode_prefix(frame) else { return };
    assert!(leftover.len() < frame.len());
    let encoded = message.encode();
    assert_eq!(ServerMessage::decode(&encoded).as_ref(), Ok(&message));
    if let ServerMessage::Download(download) = &message {
        entries_survive(&download.body, |plain| {
            let entries: Vec<DownloadEntry<'_>> = DownloadEntries::new(plain).collect::<Result<_, _>>().ok()?;
            let mut again = Vec::new();
            entries.iter().for_each(|entry| entry.append_to(&mut again));
            assert_eq!(DownloadEntries::new(&again).collect::<Result<Vec<_>, _>>().as_ref(), Ok(&entries));
            Some(again)
        });
    }
}

/// What inflates is within its limit; and entries that were read, written and packed again are the same ones.
fn entries_survive(body: &Body<'_>, read: impl Fn(&[u8]) -> Option<Vec<u8>>) {
    let Ok(plain) = body.inflate(MAX_BODY) else { return };
    assert!(plain.len() as u64 <= MAX_BODY);
    if let Some(again) = read(&plain) {
        let packed = Body::pack(again.clone());
        assert_eq!(packed.inflate(again.len() as u64).as_deref(), Ok(again.as_slice()));
    }
}
