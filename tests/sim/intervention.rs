//! What is done to a device at a chosen moment: at a time, or at the so-manieth boundary or disk operation of its work.

use std::time::Duration;

use realm_sync::value::Instant;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Stop,
    Start,
    /// The process ends in order.
    Close,
    Kill,
    Boot,
    Write,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Behind everything that a device does in one go: it took a message, a connection or a timer in, it sent one frame,
    /// its database work took effect, its client heard of that.
    Boundary,
    /// Within database work, before a write, a truncation, a sync or a removal, and in the middle of a write.
    DiskOperation,
}

#[derive(Default)]
pub struct Interventions {
    planned: Vec<(Instant, usize, Action)>,
    watched: Option<Watched>,
}

/// A device whose moments are counted.
struct Watched {
    device: usize,
    moment: Moment,
    passed: u64,
    at: u64,
    /// What happens there, each so long after the boundary.
    actions: Vec<(Duration, Action)>,
}

impl Interventions {
    pub fn plan(&mut self, at: Instant, device: usize, action: Action) {
        self.planned.push((at, device, action));
    }

    /// Counts such moments of this device from now on, and acts at the one numbered `at`.
    pub fn watch(&mut self, device: usize, moment: Moment, at: u64, actions: Vec<(Duration, Action)>) {
        self.watched = Some(Watched { device, moment, passed: 0, at, actions });
    }

    /// Stops counting; the number of moments that were passed.
    pub fn unwatch(&mut self) -> u64 {
        self.watched.take().map_or(0, |watched| watched.passed)
    }

    pub fn pass(&mut self, device: usize, moment: Moment, now: Instant) {
        let is_this = |watched: &&mut Watched| watched.device == device && watched.moment == moment;
        let Some(watched) = self.watched.as_mut().filter(is_this) else { return };
        watched.passed += 1;
        if watched.passed == watched.at {
            let actions = std::mem::take(&mut watched.actions);
            self.planned.extend(actions.into_iter().map(|(after, action)| (now + after, device, action)));
        }
    }

    pub fn next_due(&self) -> Option<Instant> {
        self.planned.iter().map(|(at, _, _)| *at).min()
    }

    pub fn take_due(&mut self, now: Instant) -> Option<(usize, Action)> {
        let at = self.planned.iter().position(|(at, _, _)| *at <= now)?;
        let (_, device, action) = self.planned.remove(at);
        Some((device, action))
    }
}
