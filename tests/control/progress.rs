//! Progress, against a server.

use std::sync::Arc;
use std::time::Duration;

use realm_sync::client::{CallbackToken, Direction, Progress, ProgressMode};

use crate::rig::{folder, Device, Net, Rig, Told};

fn progress(device: &Device, direction: Direction, mode: ProgressMode) -> (Told<Progress>, CallbackToken) {
    let (told, tell) = Told::new();
    let callback = move |progress: &Progress| tell(*progress);
    (told, device.session.add_progress_callback(direction, mode, Arc::new(callback)))
}

#[test]
fn lesson_14_outstanding_uploads_end_with_one_final_call_when_all_is_acknowledged() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.net = Net::Refuses;
    let mut device = rig.open("a");
    (1..=40).for_each(|key| device.commit(key, 10_000));
    let (told, _token) = progress(&device, Direction::Upload, ProgressMode::Outstanding);
    rig.run();
    let first = told.take();
    assert_eq!(first.len(), 1, "once at once: {first:?}");
    assert!(first[0].transferred_bytes == 0 && first[0].transferable_bytes > 400_000);
    // What comes later is not among what was outstanding.
    device.commit(41, 10_000);
    rig.net = Net::Up;
    rig.start(&device);
    rig.pass(Duration::from_secs(1));
    let rest = told.take();
    assert!(rest.iter().all(|progress| progress.transferable_bytes == first[0].transferable_bytes));
    let complete = rest.iter().filter(|progress| progress.transferred_bytes >= progress.transferable_bytes);
    assert_eq!(complete.count(), 1, "{rest:?}");
    assert_eq!(rest.last().unwrap().estimate(), 1.0);
    device.commit(50, 10);
    rig.run();
    rig.pass(Duration::from_secs(1));
    assert!(told.take().is_empty(), "it has ended");
}

#[test]
fn a_streaming_callback_follows_uploads_over_stop_and_start_and_is_quiet_meanwhile() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    let mut device = rig.open("a");
    rig.pass(Duration::from_secs(1));
    let (told, _token) = progress(&device, Direction::Upload, ProgressMode::Streaming);
    rig.run();
    let known = told.take().last().copied().unwrap();
    assert_eq!(known.transferred_bytes, known.transferable_bytes);
    rig.stop(&device);
    device.commit(1, 5_000);
    rig.run();
    assert!(told.take().is_empty());
    rig.start(&device);
    rig.pass(Duration::from_secs(1));
    let last = told.take().last().copied().unwrap();
    assert!(
        last.transferred_bytes == last.transferable_bytes && last.transferred_bytes >= known.transferred_bytes + 5_000
    );
}

#[test]
fn outstanding_downloads_end_on_an_idle_session_and_on_a_busy_one() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    let mut source = rig.open("source");
    (1..=10).for_each(|key| source.commit(key, 1_000));
    rig.run();
    rig.pass(Duration::from_secs(1));
    let device = rig.open("a");
    let (told, _token) = progress(&device, Direction::Download, ProgressMode::Outstanding);
    rig.pass(Duration::from_secs(1));
    rig.run();
    let calls = told.take();
    let last = calls.last().unwrap();
    assert!(last.transferred_bytes >= 10_000 && last.transferred_bytes >= last.transferable_bytes, "{calls:?}");
    let (told, _token) = progress(&device, Direction::Download, ProgressMode::Outstanding);
    rig.run();
    let calls = told.take();
    assert_eq!((calls.len(), calls[0].estimate()), (1, 1.0));
}
