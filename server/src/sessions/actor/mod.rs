//! One session's life. This task alone changes the session's row, history, queue and approvals; it talks to the agent
//! through its keeper. It never blocks on a person, a slow viewer or a full disk: the keeper's journal waits instead.

mod agent;
mod aside;
mod card;
mod change;
mod command;
mod intake;
mod listen;
mod setup;
mod startup;
mod steps;
mod terminal;

use std::{path::PathBuf, sync::Arc, time::Duration};

use app::{
    approvals::model::ApprovalStatus,
    error::AppError,
    ids::SessionId,
    sessions::{
        machine::Input,
        model::{Session, Status},
    },
    time::Millis,
};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

pub(crate) use self::command::{Ask, Command};
use self::{
    card::Told,
    change::{After, Change, Write},
};
use super::{
    claude::{Block, Driver},
    feed::Feed,
    models::Models,
    page, queries,
    row::{MessageRow, NewAttachment, Pending, Row},
    slots::{Slot, Slots},
    troubles::Troubles,
    tui::Unfinished,
};
use crate::{
    bus::Bus,
    clock,
    config::Config,
    db::{Db, Fault},
    keeper::{Client, Events, KeeperEvent, Lines, Way},
    terminals::{Hosted, TerminalsEngine},
    worktrees::{SettingUp, WorktreesEngine},
};

/// Commands that may wait for the one before them.
const COMMANDS: usize = 64;
/// Events stored in one transaction, at most.
const BATCH: usize = 64;
/// How long an actor without an agent waits for another command before it ends.
const LINGER: Duration = Duration::from_secs(20);
/// How often the block in the making is drawn anew, at most.
const PARTIAL: Duration = Duration::from_millis(70);
/// How long to wait before what failed is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// What all actors share.
pub(crate) struct Shared {
    /// The database.
    pub db: Db,
    /// Where cards are told.
    pub bus: Bus,
    /// The configuration.
    pub config: Arc<Config>,
    /// How many turns may be under way.
    pub slots: Slots,
    /// Cancelled when this server goes: actors end wherever they stand, agents do not.
    pub closing: CancellationToken,
    /// Which models agents offer.
    pub(super) models: Models,
    /// Which sessions cannot be stored.
    pub(super) troubles: Troubles,
    /// This program, to start keepers with.
    pub exe: PathBuf,
    /// Where agents with an interface of their own are shown.
    pub terminals: TerminalsEngine,
    /// Where sessions find a directory of their own.
    pub worktrees: WorktreesEngine,
}

impl Shared {
    /// Where the keepers' directories are.
    #[must_use]
    pub(crate) fn keepers(&self) -> PathBuf {
        self.config.home.join("keepers")
    }

    /// Where the private files of sessions with an interface of their own are.
    #[must_use]
    pub(crate) fn private(&self) -> PathBuf {
        self.config.home.join("sessions")
    }
}

/// A live agent's keeper.
struct Agent {
    client: Client,
    way: Way,
    events: Events,
    lines: Lines,
    /// The last journal record the keeper was told is stored.
    acked: u64,
}

/// One session's task.
pub(super) struct Actor {
    shared: Arc<Shared>,
    row: Row,
    queue: Vec<MessageRow>,
    pending: Vec<Pending>,
    driver: Driver,
    feed: Arc<Feed>,
    agent: Option<Agent>,
    /// The agent's own interface, if that runs.
    tui: Option<Hosted>,
    /// When it is looked next whether that has told anything.
    look_at: Option<Instant>,
    /// How far the record of its conversation was searched for the end of a line.
    unfinished: Unfinished,
    /// Those who wait for the terminal to open.
    doors: Vec<oneshot::Sender<Result<Session, AppError>>>,
    slot: Option<Slot>,
    /// The set-up of its worktree that it waits for.
    setting_up: Option<SettingUp>,
    /// The message that the machine is being asked about.
    incoming: Option<(MessageRow, Vec<NewAttachment>)>,
    change: Change,
    /// The end of what the agent wrote to standard error, for the reason it died of.
    stderr: String,
    told: Told,
    partial_rev: u64,
    partial_at: Option<Instant>,
    /// What the keeper did not take yet, and when it is offered again.
    again: Vec<After>,
    again_at: Option<Instant>,
    /// Slots that were asked for arrive here.
    slots: (mpsc::Sender<Slot>, mpsc::Receiver<Slot>),
}

/// How to reach an actor, and how to know that it has ended.
#[derive(Clone)]
pub(super) struct Handle {
    pub(super) commands: mpsc::Sender<Command>,
    pub(super) done: watch::Receiver<bool>,
    /// Whether it has found its agent again and read what happened meanwhile.
    pub(super) ready: watch::Receiver<bool>,
}

/// Starts the actor of a session; it begins once the one before it has ended.
pub(super) fn spawn(shared: Arc<Shared>, id: SessionId, feed: Arc<Feed>, before: Option<Handle>) -> Handle {
    let (commands, inbox) = mpsc::channel(COMMANDS);
    let (done_tx, done) = watch::channel(false);
    let (ready_tx, ready) = watch::channel(false);
    tokio::spawn(async move {
        if let Some(mut before) = before {
            let _ = before.done.wait_for(|done| *done).await;
        }
        let closing = shared.closing.clone();
        let life = async {
            match Actor::load(shared, id, feed).await {
                Ok(Some(mut actor)) => {
                    actor.wake().await;
                    let _ = ready_tx.send(true);
                    actor.run(inbox).await;
                }
                Ok(None) => {}
                Err(fault) => tracing::error!(%fault, session = %id, "a session could not be loaded"),
            }
        };
        // Everything is stored before it is told, so an actor can end between any two of its steps.
        let _ = closing.run_until_cancelled(Box::pin(life)).await;
        let _ = ready_tx.send(true);
        let _ = done_tx.send(true);
    });
    Handle { commands, done, ready }
}

impl Actor {
    async fn load(shared: Arc<Shared>, id: SessionId, feed: Arc<Feed>) -> Result<Option<Self>, Fault> {
        let db = shared.db.read();
        let Some(row) = queries::get(db, id).await? else {
            return Ok(None);
        };
        let queue = queries::messages(db, row.no).await?;
        let pending = queries::pending(db, row.no).await?;
        let seen = queries::seen(db, row.no, row.card.last_seq).await?;
        let driver = Driver::new(row.kept.driver.clone(), seen);
        feed.at_least(row.card.last_seq);
        Ok(Some(Self {
            row,
            queue,
            pending,
            driver,
            feed,
            agent: None,
            tui: None,
            look_at: None,
            unfinished: Unfinished::default(),
            doors: Vec::new(),
            slot: None,
            setting_up: None,
            incoming: None,
            change: Change::default(),
            stderr: String::new(),
            told: Told::default(),
            partial_rev: clock::now().0.unsigned_abs(),
            partial_at: None,
            again: Vec::new(),
            again_at: None,
            slots: mpsc::channel(1),
            shared,
        }))
    }

    async fn run(&mut self, mut inbox: mpsc::Receiver<Command>) {
        let mut linger = Instant::now() + LINGER;
        loop {
            let (grace, expiry) = (self.row.card.idle_deadline, self.next_expiry());
            let idle = self.agent.is_none() && self.tui.is_none();
            let rests = idle && self.row.card.status != Status::Queued;
            tokio::select! {
                biased;
                command = inbox.recv() => match command {
                    Some(command) => {
                        self.command(command).await;
                        linger = Instant::now() + LINGER;
                    }
                    None => {
                        if self.told.due.is_some() {
                            self.tell_card_now();
                        }
                        return;
                    }
                },
                Some(slot) = self.slots.1.recv() => self.start(slot).await,
                end = set_up(&mut self.setting_up) => Box::pin(self.set_up(end)).await,
                event = next_event(&mut self.agent) => {
                    self.take(event).await;
                    linger = Instant::now() + LINGER;
                }
                () = ended(&self.tui) => {
                    Box::pin(self.terminal_gone()).await;
                    linger = Instant::now() + LINGER;
                }
                () = until(self.look_at) => Box::pin(self.look()).await,
                () = at(grace) => {
                    self.must(Input::GraceOver);
                    self.row.card.idle_deadline = None;
                    self.finish().await;
                }
                () = at(expiry) => self.expire().await,
                () = until(self.partial_at) => self.draw(),
                () = until(self.again_at) => self.offer_again().await,
                () = until(self.told.due) => self.tell_card_now(),
                () = sleep_until(linger), if rests => {
                    // What was sent before the close is still handled; what comes after starts a new actor.
                    inbox.close();
                }
            }
        }
    }

    /// Messages that the agent does not have.
    fn waiting(&self) -> impl Iterator<Item = &MessageRow> {
        self.queue.iter().filter(|row| !row.given)
    }

    /// Stores the step, however long the disk stays full, and does what follows from it.
    async fn finish(&mut self) {
        let mut told = false;
        while let Err(fault) = self.commit().await {
            if !told {
                tracing::error!(%fault, session = %self.row.card.id, "a session cannot be stored; trying again");
                self.tell_trouble(&fault);
                told = true;
            }
            tokio::time::sleep(RETRY).await;
        }
        if told {
            self.shared.troubles.end(self.row.card.id);
        }
        self.follow_up().await;
    }

    /// Says on the card, in memory only, why nothing moves.
    fn tell_trouble(&mut self, fault: &Fault) {
        let why = if crate::db::is_full(fault) {
            "The disk is full. The agent waits and nothing is lost; make room and it goes on."
        } else {
            "The database does not take anything right now. The agent waits and nothing is lost."
        };
        self.shared.troubles.begin(self.row.card.id, why);
        // Pages take only a card that is newer than theirs; the one that follows when all is well is newer again.
        self.row.card.version += 1;
        let card = self.shared.troubles.shown(self.row.card.clone());
        self.shared.bus.publish(app::events::Push::Session(Box::new(card)));
    }

    fn next_expiry(&self) -> Option<Millis> {
        self.pending.iter().filter_map(|pending| pending.expires_at).min()
    }

    /// Denies what nobody answered within the configured limit.
    async fn expire(&mut self) {
        let now = clock::now();
        let (due, rest) = std::mem::take(&mut self.pending)
            .into_iter()
            .partition(|pending| pending.expires_at.is_some_and(|at| at <= now));
        self.pending = rest;
        let due: Vec<Pending> = due;
        for pending in due {
            let limit = self.shared.config.approvals.limit_seconds;
            let why = format!("Nobody answered within {limit} seconds.");
            let answer = command::denial(&pending, &why);
            self.settle(&pending, ApprovalStatus::Expired, "the time limit", answer, Some(why));
        }
        self.finish().await;
    }

    /// Draws the block in the making for those who follow.
    fn draw(&mut self) {
        self.partial_at = None;
        self.partial_rev += 1;
        self.feed.partial(page::partial(self.partial_rev, &self.driver.block));
    }

    /// Has the block drawn soon, if anyone looks; at once when there is none any more.
    fn draw_soon(&mut self) {
        if self.driver.block == Block::None {
            self.draw();
        } else if self.partial_at.is_none() && self.feed.is_followed() {
            self.partial_at = Some(Instant::now() + PARTIAL);
        }
    }
}

async fn next_event(agent: &mut Option<Agent>) -> KeeperEvent {
    match agent {
        Some(agent) => agent.events.next().await,
        None => std::future::pending().await,
    }
}

/// Waits for the end of the agent's own interface.
async fn ended(tui: &Option<Hosted>) {
    match tui {
        Some(tui) => tui.gone().await,
        None => std::future::pending().await,
    }
}

/// Waits for the end of a worktree's set-up.
async fn set_up(setting_up: &mut Option<SettingUp>) -> Result<(), String> {
    match setting_up {
        Some(setting_up) => setting_up.over().await,
        None => std::future::pending().await,
    }
}

/// Waits for an instant of the wall clock: a deadline that a restart must not move.
async fn at(deadline: Option<Millis>) {
    match deadline {
        Some(deadline) => {
            let left = u64::try_from(deadline.0.saturating_sub(clock::now().0)).unwrap_or_default();
            tokio::time::sleep(Duration::from_millis(left)).await;
        }
        None => std::future::pending().await,
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
