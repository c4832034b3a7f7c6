//! How far uploads and downloads are, in bytes.
//!
//! Rules: `docs/SESSION.md`, "Progress".

use std::sync::Arc;

use parking_lot::Mutex;

use crate::value::ClientVersion;

use super::callback::CallbackToken;
use super::command::Command;
use super::session::{Inner, Session};
use super::worker::{Output, Worker};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    Upload,
    Download,
}

/// How long a callback is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProgressMode {
    /// As long as it is registered; the total grows with what comes.
    Streaming,
    /// Until everything is transferred that was to be at its first call, which fixes the total.
    Outstanding,
}

/// What is transferred, and what of it was to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub transferred_bytes: u64,
    pub transferable_bytes: u64,
}

/// Called on the dispatcher thread.
pub type ProgressCallback = dyn Fn(&Progress) + Send + Sync;

/// What a file and its session know of both directions at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Measure {
    pub uploaded_bytes: u64,
    pub pending_bytes: u64,
    pub uploaded_version: ClientVersion,
    pub newest_version: ClientVersion,
    pub downloaded_bytes: u64,
    /// What the server still has; `None` before it said so on the present connection.
    pub downloadable_bytes: Option<u64>,
}

/// Told every measure, in order.
pub(super) type MeasureCallback = dyn Fn(&Measure) + Send + Sync;

impl Progress {
    /// From 0 to 1; 1 where there is nothing to transfer.
    pub fn estimate(&self) -> f64 {
        match self.transferable_bytes {
            0 => 1.0,
            transferable => (self.transferred_bytes as f64 / transferable as f64).min(1.0),
        }
    }
}

/// Makes one callback's calls of the measures.
#[derive(Debug)]
struct Tracker {
    direction: Direction,
    mode: ProgressMode,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Nothing was known yet.
    Unknown,
    /// What was told last, and the version whose upload ends it.
    Told { last: Progress, ends_at: ClientVersion },
    /// The final call was made.
    Ended,
}

impl Tracker {
    fn handle(&mut self, measure: &Measure) -> Option<Progress> {
        let known = self.direction.read(measure)?;
        let (told, ends_at) = match self.state {
            State::Ended => return None,
            State::Unknown => (None, measure.newest_version),
            // The file was reset: what was counted is gone.
            State::Told { last, .. } if known.transferred_bytes < last.transferred_bytes => {
                (None, measure.newest_version)
            }
            State::Told { last, ends_at } => (Some(last), ends_at),
        };
        let next = match (self.mode, told) {
            (ProgressMode::Streaming, _) | (ProgressMode::Outstanding, None) => known,
            (ProgressMode::Outstanding, Some(last)) => {
                Progress { transferable_bytes: last.transferable_bytes, ..known }
            }
        };
        let is_complete = next.transferred_bytes >= next.transferable_bytes
            && match self.direction {
                Direction::Upload => measure.uploaded_version >= ends_at,
                Direction::Download => true,
            };
        self.state = match self.mode {
            ProgressMode::Outstanding if is_complete => State::Ended,
            ProgressMode::Outstanding | ProgressMode::Streaming => State::Told { last: next, ends_at },
        };
        (is_complete && self.mode == ProgressMode::Outstanding || told != Some(next)).then_some(next)
    }
}

impl Direction {
    fn read(self, measure: &Measure) -> Option<Progress> {
        let (transferred_bytes, left) = match self {
            Direction::Upload => (measure.uploaded_bytes, measure.pending_bytes),
            Direction::Download => (measure.downloaded_bytes, measure.downloadable_bytes?),
        };
        Some(Progress { transferred_bytes, transferable_bytes: transferred_bytes.saturating_add(left) })
    }
}

impl Session {
    /// Called at once where something is known, and then with each change. A stopped session makes no call: what it
    /// missed is told after the next start.
    pub fn add_progress_callback(
        &self,
        direction: Direction,
        mode: ProgressMode,
        callback: Arc<ProgressCallback>,
    ) -> CallbackToken {
        let tracker = Mutex::new(Tracker { direction, mode, state: State::Unknown });
        let told = move |measure: &Measure| {
            let progress = tracker.lock().handle(measure);
            progress.iter().for_each(|progress| callback(progress));
        };
        let token = self.inner.progress_callbacks.add(Arc::new(told));
        self.inner.tell(Command::Measure(self.inner.clone()));
        token
    }
}

impl Worker {
    /// Reads how far the session is, where somebody wants to know.
    pub(super) fn measure(&mut self, session: &Arc<Inner>) {
        if session.progress_callbacks.is_empty() {
            return;
        }
        let Some(hosted) = self.hosted.get_mut(&session.number()) else { return };
        if hosted.place().is_some() {
            hosted.ask_measure();
            let job = hosted.next_job();
            self.outputs.extend(job.map(Output::Run));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tracker(direction: Direction, mode: ProgressMode) -> Tracker {
        Tracker { direction, mode, state: State::Unknown }
    }

    fn upload(uploaded: u64, pending: u64) -> Measure {
        Measure {
            uploaded_bytes: uploaded,
            pending_bytes: pending,
            uploaded_version: ClientVersion(uploaded),
            newest_version: ClientVersion(uploaded + pending),
            downloaded_bytes: 0,
            downloadable_bytes: None,
        }
    }

    fn download(downloaded: u64, downloadable: Option<u64>) -> Measure {
        Measure { downloaded_bytes: downloaded, downloadable_bytes: downloadable, ..upload(0, 0) }
    }

    /// What is told of these measures, as transferred and transferable bytes.
    fn told(mut tracker: Tracker, measures: &[Measure]) -> Vec<(u64, u64)> {
        let told = measures.iter().filter_map(|measure| tracker.handle(measure));
        told.map(|progress| (progress.transferred_bytes, progress.transferable_bytes)).collect()
    }

    #[test]
    fn outstanding_uploads_have_a_fixed_total_and_one_final_call() {
        let measures = [upload(10, 30), upload(20, 25), upload(20, 25), upload(40, 5), upload(45, 0), upload(45, 9)];
        let told = told(tracker(Direction::Upload, ProgressMode::Outstanding), &measures);
        assert_eq!(told, [(10, 40), (20, 40), (40, 40)]);
    }

    #[test]
    fn nothing_outstanding_is_one_call() {
        let measures = [upload(45, 0), upload(45, 10), upload(55, 0)];
        assert_eq!(told(tracker(Direction::Upload, ProgressMode::Outstanding), &measures), [(45, 45)]);
        let measures = [download(7, Some(0)), download(9, Some(3))];
        assert_eq!(told(tracker(Direction::Download, ProgressMode::Outstanding), &measures), [(7, 7)]);
    }

    #[test]
    fn streaming_goes_on_with_a_total_that_grows() {
        let measures = [upload(0, 10), upload(10, 0), upload(10, 0), upload(10, 20), upload(30, 0)];
        let told = told(tracker(Direction::Upload, ProgressMode::Streaming), &measures);
        assert_eq!(told, [(0, 10), (10, 10), (10, 30), (30, 30)]);
    }

    #[test]
    fn a_download_is_told_from_when_the_server_said_how_much_there_is() {
        let measures = [download(5, None), download(15, Some(20)), download(25, Some(40)), download(36, Some(29))];
        let outstanding = told(tracker(Direction::Download, ProgressMode::Outstanding), &measures);
        assert_eq!(outstanding, [(15, 35), (25, 35), (36, 35)]);
        let streaming = told(tracker(Direction::Download, ProgressMode::Streaming), &measures);
        assert_eq!(streaming, [(15, 35), (25, 65), (36, 65)]);
    }

    #[test]
    fn a_file_that_was_reset_begins_anew_and_still_ends() {
        let measures = [upload(100, 20), upload(0, 8), upload(8, 0), upload(8, 0)];
        let told = told(tracker(Direction::Upload, ProgressMode::Outstanding), &measures);
        assert_eq!(told, [(100, 120), (0, 8), (8, 8)]);
    }

    #[test]
    fn the_estimate_is_between_0_and_1() {
        let estimate =
            |transferred_bytes, transferable_bytes| Progress { transferred_bytes, transferable_bytes }.estimate();
        assert_eq!([estimate(0, 0), estimate(0, 4), estimate(1, 4), estimate(5, 4)], [1.0, 0.0, 0.25, 1.0]);
    }
}
