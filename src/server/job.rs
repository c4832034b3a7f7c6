//! Work on one realm's log: what runs away from the network thread. Whoever has the job has the log, so there is
//! never more than one job per realm.

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::time::Duration;

use crate::value::{FileIdent, OriginTimestamp, Salt, ServerVersion};

use super::realm::{DataFolder, LogError, Occasion, RealmLog, SaltedRequest};
use super::{AskIdent, ConnectionId, RealmAnswer, RealmPath, RealmRequest, Refusal};

/// Requests of any number of connections to one realm; its writes share one disk sync.
#[derive(Debug)]
pub struct Job {
    pub(super) realm: RealmPath,
    /// `None` when the log must be opened first.
    pub(super) log: Option<Box<RealmLog>>,
    pub(super) work: Work,
}

#[derive(Debug)]
pub(super) enum Work {
    Answer {
        askers: Vec<(ConnectionId, AskIdent)>,
        requests: Vec<SaltedRequest>,
        /// For the log, should it be opened.
        version_salt: Salt,
        seen: OriginTimestamp,
    },
    /// Nobody waits for an answer: a step of trimming.
    Maintain {
        seen: OriginTimestamp,
        /// The client files that are bound.
        connected: Vec<FileIdent>,
        max_offline: Duration,
    },
    /// Nobody follows the realm any more: close its file.
    Close,
}

/// What became of a job.
#[derive(Debug)]
pub struct Done {
    pub(super) realm: RealmPath,
    pub(super) log: Option<Box<RealmLog>>,
    pub(super) answers: Vec<Answered>,
    /// The history's end, when the job moved it.
    pub(super) grown_to: Option<ServerVersion>,
}

#[derive(Debug)]
pub(super) struct Answered {
    pub connection: ConnectionId,
    pub ask: AskIdent,
    pub answer: RealmAnswer,
    /// The client file that identified itself with this request.
    pub identified: Option<FileIdent>,
}

impl Job {
    /// Does the work; blocks for the disk. A realm that fails answers every request with
    /// [`Refusal::Unavailable`] and is opened anew for the next job.
    pub fn run(self, folder: &DataFolder) -> Done {
        let Job { realm, log, work } = self;
        let (askers, requests, version_salt, seen) = match work {
            Work::Maintain { seen, connected, max_offline } => {
                let occasion = Occasion { now: seen, connected: &connected, max_offline };
                return maintain(realm, log, occasion);
            }
            Work::Close => return Done { realm, log: None, answers: Vec::new(), grown_to: None },
            Work::Answer { askers, requests, version_salt, seen } => (askers, requests, version_salt, seen),
        };
        let ran = catch_unwind(AssertUnwindSafe(|| {
            let mut log = match log {
                Some(log) => log,
                None => Box::new(folder.open_realm(&realm, version_salt)?),
            };
            let before = log.latest();
            let answers = log.run(&requests, seen)?;
            let grown_to = (log.latest() != before).then(|| log.latest().version);
            Ok((log, answers, grown_to))
        }));
        let ran = ran.unwrap_or_else(|_| Err(LogError::Damaged("the server failed while working on it".to_owned())));
        let (log, answers, grown_to) = match ran {
            Ok((log, answers, grown_to)) => (Some(log), answers, grown_to),
            Err(error) => {
                tracing::error!(%realm, %error, "a realm cannot be served");
                let refusal = Refusal::Unavailable(error.to_string());
                (None, vec![RealmAnswer::Refused(refusal); requests.len()], None)
            }
        };
        let answers = askers.into_iter().zip(&requests).zip(answers);
        let answers = answers.map(|(((connection, ask), salted), answer)| Answered {
            connection,
            ask,
            identified: identified(&salted.request, &answer),
            answer,
        });
        Done { answers: answers.collect(), realm, log, grown_to }
    }
}

/// One step; a realm that fails is opened anew for the next job.
fn maintain(realm: RealmPath, log: Option<Box<RealmLog>>, occasion: Occasion<'_>) -> Done {
    let maintained = catch_unwind(AssertUnwindSafe(|| match log {
        None => Ok(None),
        Some(mut log) => log.maintain(occasion).map(|()| Some(log)),
    }));
    let failed = || Err(LogError::Damaged("the server failed while working on it".to_owned()));
    let log = maintained.unwrap_or_else(|_| failed()).unwrap_or_else(|error| {
        tracing::error!(%realm, %error, "the history of a realm cannot be trimmed");
        None
    });
    Done { realm, log, answers: Vec::new(), grown_to: None }
}

fn identified(request: &RealmRequest, answer: &RealmAnswer) -> Option<FileIdent> {
    match (request, answer) {
        (RealmRequest::Identify(claim), RealmAnswer::Identified(_)) => Some(claim.file.ident),
        _ => None,
    }
}
