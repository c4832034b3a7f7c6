//! The life of a session as `docs/SESSION.md` draws it: every event is tried in every state, and what moves a session
//! must be an arrow of the drawing, and the other way round.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use realm_sync::client::{CallbackToken, Client, SessionState, StopPolicy, SyncConfig};
use realm_sync::protocol::{ErrorCode, JsonErrorBody, ServerMessage};
use realm_sync::value::SessionIdent;

use crate::process::{config, Network, Process};

const DEADLINE: Duration = Duration::from_secs(60);
const POLICY: StopPolicy = StopPolicy::AfterUpload { deadline: DEADLINE };

/// `None` is no session at all.
type State = Option<SessionState>;

/// Each with what brings a session there that was opened; an error and a log out leave different sessions inactive.
const STATES: [(State, Option<Event>); 7] = [
    (None, None),
    (Some(SessionState::Active), None),
    (Some(SessionState::Dying), Some(Event::LastHandleUnsent)),
    (Some(SessionState::Inactive), Some(Event::ErrorThatEndsIt)),
    (Some(SessionState::Inactive), Some(Event::LogOut)),
    (Some(SessionState::WaitingForAccessToken), Some(Event::TokenRefused)),
    (Some(SessionState::Paused), Some(Event::Stop)),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Open,
    Stop,
    Start,
    NewToken,
    TokenRefused,
    ErrorThatEndsIt,
    LastHandleAllSent,
    LastHandleUnsent,
    AllUploaded,
    DeadlinePassed,
    LogOut,
    LogIn,
    StopAll,
}

const EVENTS: [(Event, &str); 13] = [
    (Event::Open, "open"),
    (Event::Stop, "stop"),
    (Event::Start, "start"),
    (Event::NewToken, "new token"),
    (Event::TokenRefused, "token refused"),
    (Event::ErrorThatEndsIt, "error that ends it"),
    (Event::LastHandleAllSent, "last handle, all sent"),
    (Event::LastHandleUnsent, "last handle, unsent writes"),
    (Event::AllUploaded, "all uploaded"),
    (Event::DeadlinePassed, "deadline passed"),
    (Event::LogOut, "log out"),
    (Event::LogIn, "log in"),
    (Event::StopAll, "stop all"),
];

/// A session that is looked at from outside, also when no handle is left.
struct Subject {
    _folder: tempfile::TempDir,
    process: Process,
    told: Arc<Mutex<SessionState>>,
    _token: Option<CallbackToken>,
}

impl Subject {
    fn in_state(state: State, by: Option<Event>) -> Subject {
        let folder = crate::folder();
        let process = Process::new(folder.path(), config());
        let told = Arc::new(Mutex::new(SessionState::Active));
        let mut subject = Subject { _folder: folder, process, told, _token: None };
        if state.is_none() {
            return subject;
        }
        subject.open();
        subject.process.run_for(Duration::from_secs(5));
        by.into_iter().for_each(|event| subject.apply(event));
        assert_eq!(subject.state(), state);
        subject
    }

    fn open(&mut self) {
        let told = self.told.clone();
        let session = &self.process.open_with("a", "notes", POLICY).session;
        *told.lock() = session.state();
        self._token = Some(session.add_state_callback(Arc::new(move |_, new| *told.lock() = new)));
    }

    fn state(&self) -> State {
        match self.process.realms.get("a") {
            Some(open) => Some(open.session.state()),
            None => self.is_held().then(|| *self.told.lock()),
        }
    }

    /// Whether some session still has the file.
    fn is_held(&self) -> bool {
        let path = self._folder.path().join("a.realm");
        if !path.exists() {
            return false;
        }
        let clock = self.process.clock();
        let (another, _worker) = Client::new(config(), clock, 9, Box::new(|| {})).unwrap();
        let sync_config = SyncConfig {
            user: self.process.user.clone(),
            url: "ws://server".into(),
            partition: "notes".into(),
            syncs_while_metered: true,
            stop_policy: POLICY,
            on_error: None,
            reset: realm_sync::client::ResetConfig::default(),
        };
        another.session(&path, sync_config).is_err()
    }

    fn has_handle(&self) -> bool {
        self.process.realms.contains_key("a")
    }

    /// Whether the event can happen to the session as it is.
    fn is_possible(&self, event: Event) -> bool {
        match event {
            Event::Open => !self.has_handle(),
            Event::Stop | Event::Start | Event::LastHandleAllSent | Event::LastHandleUnsent => self.has_handle(),
            Event::ErrorThatEndsIt => self.process.open_sockets() > 0,
            Event::AllUploaded | Event::DeadlinePassed => self.state() == Some(SessionState::Dying),
            Event::NewToken | Event::TokenRefused | Event::LogOut | Event::LogIn | Event::StopAll => true,
        }
    }

    fn apply(&mut self, event: Event) {
        let process = &mut self.process;
        match event {
            Event::Open => self.open(),
            Event::Stop => process.stop("a"),
            Event::Start => process.start("a"),
            Event::NewToken => {
                process.user.set_access_token("better".into());
                process.wake();
            }
            Event::TokenRefused => {
                process.network = Network::Refusing(401);
                process.cut();
                process.run_for(Duration::from_secs(10));
            }
            Event::ErrorThatEndsIt => process.hear(SessionIdent(1), |session| {
                let code = ErrorCode::PermissionDenied;
                ServerMessage::JsonError { session, code, body: Box::new(JsonErrorBody::new(code, "no")) }
            }),
            Event::LastHandleAllSent => {
                process.close("a");
                process.run_for(Duration::from_secs(1));
            }
            Event::LastHandleUnsent => {
                process.network = Network::Down;
                process.cut();
                process.run_for(Duration::from_millis(100));
                process.write("a", "unsent");
                process.close("a");
                process.run_for(Duration::from_millis(100));
            }
            Event::AllUploaded => {
                process.network = Network::Up;
                process.run_for(Duration::from_secs(30));
            }
            Event::DeadlinePassed => process.run_for(DEADLINE),
            Event::LogOut => {
                process.log_out();
                process.run_for(Duration::from_millis(100));
            }
            Event::LogIn => process.log_in("better"),
            Event::StopAll => {
                process.stop_all();
                process.run_for(Duration::from_millis(100));
            }
        }
    }
}

fn name(state: State) -> String {
    state.map_or("[*]".into(), |state| format!("{state:?}"))
}

/// `from --> to: event`
type Arrow = (String, String, String);

fn arrows_of_the_code() -> BTreeSet<Arrow> {
    let mut arrows = BTreeSet::new();
    for (state, by) in STATES {
        for (event, event_name) in EVENTS {
            let mut subject = Subject::in_state(state, by);
            if !subject.is_possible(event) {
                continue;
            }
            subject.apply(event);
            let after = subject.state();
            if after != state {
                arrows.insert((name(state), name(after), event_name.to_owned()));
            }
        }
    }
    arrows
}

fn arrows_of_the_drawing() -> BTreeSet<Arrow> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/SESSION.md")).unwrap();
    let (_, drawing) = text.split_once("stateDiagram-v2\n").expect("docs/SESSION.md has a state diagram");
    let (drawing, _) = drawing.split_once("```").unwrap();
    let arrows = drawing.lines().map(|line| {
        let arrow = line.split_once("-->").and_then(|(from, rest)| Some((from, rest.split_once(':')?)));
        let (from, (to, event)) = arrow.unwrap_or_else(|| panic!("not an arrow: {line}"));
        (from.trim().to_owned(), to.trim().to_owned(), event.trim().to_owned())
    });
    arrows.collect()
}

#[test]
fn the_drawing_of_the_sessions_life_is_what_the_code_does() {
    let (code, drawing) = (arrows_of_the_code(), arrows_of_the_drawing());
    let missing: Vec<_> = code.difference(&drawing).collect();
    let invented: Vec<_> = drawing.difference(&code).collect();
    assert!(missing.is_empty() && invented.is_empty(), "not drawn: {missing:#?}; drawn and not so: {invented:#?}");
}
