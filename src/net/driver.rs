//! The network thread's loop: events in, transmit, timer, and forward what comes out.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::task::noop_waker_ref;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Sleep;

use crate::client::{ConnectionId, Input, JobDone, Output, Worker};
use crate::sync::Cause;
use crate::value::{Clock, Instant};

use super::clock::SystemClock;
use super::dispatcher::Call;
use super::pool::Pool;
use super::socket::Socket;

/// What other threads tell the network thread.
pub(super) enum Signal {
    Wake,
    Done(JobDone),
}

/// Whether a [`Signal::Wake`] is on its way, so that a burst of commands sends one.
#[derive(Default)]
pub(super) struct Awake(AtomicBool);

impl Awake {
    /// Whether the caller has to send the signal.
    pub fn raise(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }

    fn lower(&self) {
        self.0.store(false, Ordering::Release);
    }
}

type Connecting = Pin<Box<dyn Future<Output = Result<Socket, Cause>> + Send>>;

enum Link {
    Connecting(Connecting),
    Open(Box<Socket>),
}

enum Happened {
    Signal(Signal),
    Timeout,
    Connected(ConnectionId, Option<Duration>),
    Message(ConnectionId, Vec<u8>),
    Disconnected(ConnectionId, Cause),
}

pub(super) struct Driver {
    pub worker: Worker,
    pub clock: SystemClock,
    pub awake: Arc<Awake>,
    pub signals: UnboundedReceiver<Signal>,
    pub pool: Pool,
    pub calls: Sender<Call>,
    links: HashMap<ConnectionId, Link>,
    timer: Option<(Instant, Pin<Box<Sleep>>)>,
    /// Which connection is asked first; moves on, so that a busy one does not silence the others.
    turn: usize,
}

/// Whether the loop goes on.
#[derive(PartialEq, Eq)]
enum Flow {
    GoesOn,
    Ends,
}

impl Driver {
    pub fn new(
        worker: Worker,
        clock: SystemClock,
        awake: Arc<Awake>,
        signals: UnboundedReceiver<Signal>,
        pool: Pool,
        calls: Sender<Call>,
    ) -> Driver {
        Driver { worker, clock, awake, signals, pool, calls, links: HashMap::new(), timer: None, turn: 0 }
    }

    /// Runs until the client is shut down.
    pub async fn run(mut self) {
        while self.carry_out() == Flow::GoesOn {
            let happened = std::future::poll_fn(|cx| self.poll(cx)).await;
            self.handle(happened);
        }
        self.links.clear();
        self.pool.join();
    }

    fn handle(&mut self, happened: Happened) {
        let now = self.clock.now();
        match happened {
            Happened::Signal(Signal::Wake) => {
                self.awake.lower();
                self.worker.handle_input(now, Input::Wake);
            }
            Happened::Signal(Signal::Done(done)) => self.worker.handle_input(now, Input::Done(done)),
            Happened::Timeout => {
                self.timer = None;
                self.worker.handle_input(now, Input::Timeout);
            }
            Happened::Connected(id, max_offline) => {
                if let Some(max_offline) = max_offline {
                    self.worker.handle_input(now, Input::MaxOffline(id, max_offline));
                }
                self.worker.handle_input(now, Input::Connected(id));
            }
            Happened::Message(id, bytes) => self.worker.handle_input(now, Input::Message(id, &bytes)),
            Happened::Disconnected(id, cause) => {
                self.links.remove(&id);
                self.worker.handle_input(now, Input::Disconnected(id, cause));
            }
        }
    }

    /// Carries out what the worker wants, in its order.
    fn carry_out(&mut self) -> Flow {
        let mut flow = Flow::GoesOn;
        while let Some(output) = self.worker.poll_output() {
            match output {
                Output::Connect(id, target) => {
                    self.links.insert(id, Link::Connecting(Box::pin(Socket::connect(target))));
                }
                Output::Disconnect(id, last_words) => {
                    if let Some(Link::Open(mut socket)) = self.links.remove(&id) {
                        let cx = &mut Context::from_waker(noop_waker_ref());
                        // The socket goes whether it takes them or not.
                        let said = last_words.into_iter().try_for_each(|frame| socket.send_now(frame, cx));
                        drop(said);
                    }
                }
                Output::Flush(id) => {
                    // What the socket does not take now goes out in the loop, which registers the real waker.
                    self.transmit(id, &mut Context::from_waker(noop_waker_ref()));
                }
                Output::Run(job) => {
                    if let Err(error) = self.pool.run(job) {
                        tracing::error!(%error, "no thread for database work could be started");
                    }
                }
                Output::Notify(notice) => {
                    // The dispatcher ends after this loop: it takes every notice.
                    let _ = self.calls.send(Box::new(move || notice.deliver()));
                }
                Output::Acknowledge(acknowledgement) => drop(acknowledgement),
                Output::Closed => flow = Flow::Ends,
            }
        }
        flow
    }

    /// Sends frames as long as the socket takes them. One that is broken comes to its end in reading: it may still hold
    /// what the server said last.
    fn transmit(&mut self, id: ConnectionId, cx: &mut Context<'_>) {
        let Some(Link::Open(socket)) = self.links.get_mut(&id) else { return };
        while let Poll::Ready(Ok(())) = socket.poll_ready(cx) {
            let Some(frame) = self.worker.poll_transmit(self.clock.now(), id) else { return };
            if socket.send(frame).is_err() {
                return;
            }
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Happened> {
        if let Poll::Ready(Some(signal)) = self.signals.poll_recv(cx) {
            return Poll::Ready(Happened::Signal(signal));
        }
        loop {
            let mut ids: Vec<ConnectionId> = self.links.keys().copied().collect();
            self.turn = self.turn.wrapping_add(1);
            let first = self.turn % ids.len().max(1);
            ids.rotate_left(first);
            for id in ids {
                if let Poll::Ready(happened) = self.poll_link(id, cx) {
                    return Poll::Ready(happened);
                }
            }
            if !self.worker.has_output() {
                return self.poll_timer(cx);
            }
            if self.carry_out() == Flow::Ends {
                return Poll::Ready(Happened::Timeout);
            }
        }
    }

    fn poll_link(&mut self, id: ConnectionId, cx: &mut Context<'_>) -> Poll<Happened> {
        match self.links.get_mut(&id) {
            None => return Poll::Pending,
            Some(Link::Connecting(connecting)) => match connecting.as_mut().poll(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(cause)) => return Poll::Ready(Happened::Disconnected(id, cause)),
                Poll::Ready(Ok(socket)) => {
                    let max_offline = socket.max_offline;
                    self.links.insert(id, Link::Open(Box::new(socket)));
                    return Poll::Ready(Happened::Connected(id, max_offline));
                }
            },
            Some(Link::Open(_)) => {}
        }
        self.transmit(id, cx);
        let Some(Link::Open(socket)) = self.links.get_mut(&id) else { return Poll::Pending };
        match socket.poll_message(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(bytes)) => Poll::Ready(Happened::Message(id, bytes)),
            Poll::Ready(Err(cause)) => Poll::Ready(Happened::Disconnected(id, cause)),
        }
    }

    fn poll_timer(&mut self, cx: &mut Context<'_>) -> Poll<Happened> {
        let due = self.worker.poll_timeout();
        match (due, &self.timer) {
            (None, _) => self.timer = None,
            (Some(due), Some((set, _))) if *set == due => {}
            (Some(due), _) => {
                self.timer = Some((due, Box::pin(tokio::time::sleep_until(self.clock.to_tokio(due)))));
            }
        }
        match &mut self.timer {
            Some((_, sleep)) => sleep.as_mut().poll(cx).map(|()| Happened::Timeout),
            None => Poll::Pending,
        }
    }
}
