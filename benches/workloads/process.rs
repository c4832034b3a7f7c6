//! What this process uses, as the kernel counts it.

use std::fs;

use serde_json::{json, Value};

/// Memory, threads and file descriptors at one moment.
#[derive(Clone, Copy)]
pub struct Usage {
    pub rss_kb: u64,
    pub anonymous_kb: u64,
    pub threads: u64,
    pub files: u64,
}

impl Usage {
    pub fn now() -> Usage {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let files = fs::read_dir("/proc/self/fd").map_or(0, |entries| entries.count() as u64 - 1);
        let field = |name| field(&status, name);
        Usage { rss_kb: field("VmRSS:"), anonymous_kb: field("RssAnon:"), threads: field("Threads:"), files }
    }

    pub fn to_json(self) -> Value {
        json!({
            "rss_kb": self.rss_kb, "anonymous_kb": self.anonymous_kb, "threads": self.threads, "files": self.files,
        })
    }

    /// What each of `sessions` took on top of `base`.
    pub fn a_session(self, base: Usage, sessions: u64) -> Value {
        let each = |now: u64, before: u64| (now as f64 - before as f64) / sessions as f64;
        json!({
            "rss_kb": each(self.rss_kb, base.rss_kb), "anonymous_kb": each(self.anonymous_kb, base.anonymous_kb),
            "files": each(self.files, base.files),
        })
    }
}

/// Voluntary and involuntary context switches of all threads, but the one that asks, so far.
pub fn wake_ups() -> u64 {
    let own = fs::read_link("/proc/thread-self").map(|link| link.file_name().map(|name| name.to_owned()));
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let others = tasks.filter(|task| !matches!(&own, Ok(Some(own)) if *own == task.file_name()));
    let statuses = others.filter_map(|task| fs::read_to_string(task.path().join("status")).ok());
    statuses
        .map(|status| field(&status, "voluntary_ctxt_switches:") + field(&status, "nonvoluntary_ctxt_switches:"))
        .sum()
}

fn field(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
