//! Runs the hub: one task that waits for whatever happens next, lets `update` say what follows, and draws. What takes long is
//! done beside it; who has the screen has it alone.

use std::{
    collections::{BTreeSet, VecDeque},
    path::PathBuf,
    time::Duration,
};

use anyhow::Result;
use app::ids::TerminalId;
use crossterm::event::{Event, EventStream, KeyEventKind};
use futures::StreamExt;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::{
        mpsc::{self, Receiver},
        watch,
    },
    task::JoinSet,
    time::{Interval, MissedTickBehavior, interval},
};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{
    api::Api,
    attach,
    cards::{Item, News},
    editor,
    feed::{self, Followed},
    hangup,
    model::{Cmd, Edits, Model, Msg},
    place::Place,
    screen::Screen,
    update::update,
    view, work,
};
use crate::clock;

/// How often the ages of things are drawn anew.
const TICK: Duration = Duration::from_secs(20);
/// What the server said and was not taken yet. It waits while a terminal has the screen, and the server then starts over.
const NEWS: usize = 64;

struct Stage {
    screen: Screen,
    model: Model,
    place: Place,
    api: Api,
    home: PathBuf,
    editor: Option<String>,
    /// The terminals whose programs may write to the clipboard, as long as the hub runs.
    may_copy: BTreeSet<TerminalId>,
    /// The keys while the hub has the screen; whoever else has it reads them itself.
    keys: Option<EventStream>,
    news: Receiver<News>,
    followed: watch::Sender<Followed>,
    calls: JoinSet<Msg>,
    tick: Interval,
    ending: CancellationToken,
    /// Ends the hub by the signals of Ctrl-C and Ctrl-\; none while an editor has the screen, whose keys they are then.
    interrupts: Option<[DropGuard; 2]>,
}

/// Shows the hub until it is left.
pub(super) async fn run(place: Place, home: PathBuf, editor: Option<String>) -> Result<()> {
    let ending = CancellationToken::new();
    let _watched = [SignalKind::hangup(), SignalKind::terminate()]
        .map(|kind| end_by(kind, &ending))
        .into_iter()
        .collect::<Result<Vec<_>>>()?;
    let interrupts = Some(end_by_keys(&ending)?);
    hangup::watch(ending.clone())?;
    let (send, news) = mpsc::channel(NEWS);
    let (followed, follows) = watch::channel(None);
    let mut beside = JoinSet::new();
    beside.spawn(feed::run(place.clone(), send, follows));
    let api = Api::new(place.clone())?;
    let model = Model::new(editor.is_some(), crossterm::terminal::size()?, clock::now());
    let mut tick = interval(TICK);
    // None is made up for while a terminal has the screen.
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let screen = Screen::take()?;
    let stage = Stage {
        screen,
        model,
        place,
        api,
        home,
        editor,
        may_copy: BTreeSet::new(),
        keys: Some(EventStream::new()),
        news,
        followed,
        calls: JoinSet::new(),
        tick,
        ending,
        interrupts,
    };
    stage.run().await
}

/// Cancels the token once this signal comes, until the guard is dropped; from then on the signal does nothing.
fn end_by(kind: SignalKind, ending: &CancellationToken) -> Result<DropGuard> {
    let (mut signal, told, over) = (signal(kind)?, ending.clone(), CancellationToken::new());
    let watch = over.clone();
    tokio::spawn(async move {
        tokio::select! {
            biased;
            () = watch.cancelled() => {}
            _ = signal.recv() => told.cancel(),
        }
    });
    Ok(over.drop_guard())
}

/// The same for the signals that keys make.
fn end_by_keys(ending: &CancellationToken) -> Result<[DropGuard; 2]> {
    Ok([end_by(SignalKind::interrupt(), ending)?, end_by(SignalKind::quit(), ending)?])
}

impl Stage {
    async fn run(mut self) -> Result<()> {
        loop {
            let model = &self.model;
            self.screen.draw(|frame| view::draw(frame, model))?;
            let Some(msg) = self.next().await? else { return Ok(()) };
            if !self.take(msg).await? {
                return Ok(());
            }
            // What the server has said by now is drawn at once.
            for _ in 0..NEWS {
                let Ok(news) = self.news.try_recv() else { break };
                if !self.take(Msg::News(news)).await? {
                    return Ok(());
                }
            }
        }
    }

    /// Does what follows from a message; false if that is the end of the hub.
    async fn take(&mut self, msg: Msg) -> Result<bool> {
        let mut todo: VecDeque<Cmd> = update(&mut self.model, msg).into();
        while let Some(cmd) = todo.pop_front() {
            let more = match cmd {
                Cmd::Quit => return Ok(false),
                Cmd::Call(call) => {
                    let work = work::perform(self.api.clone(), self.home.clone(), call);
                    self.calls.spawn(async { work.await.map_or_else(Msg::Failed, Msg::Done) });
                    None
                }
                Cmd::Follow(followed) => {
                    self.followed.send_replace(followed);
                    None
                }
                Cmd::Copy(text) => {
                    self.screen.copy(&text)?;
                    Some(Msg::Copied(text))
                }
                Cmd::AllowCopies(terminal, text) => {
                    self.may_copy.insert(terminal);
                    self.screen.copy(&text)?;
                    Some(Msg::Copied(text))
                }
                Cmd::Attach(item, terminal) => Some(self.attach(item, terminal).await?),
                Cmd::Edit(what, text) => Some(self.edit(what, &text).await?),
            };
            todo.extend(more.map(|msg| update(&mut self.model, msg)).unwrap_or_default());
        }
        Ok(true)
    }

    /// What happens next; none once the hub is to end.
    async fn next(&mut self) -> Result<Option<Msg>> {
        let Some(keys) = &mut self.keys else { return Ok(None) };
        loop {
            let msg = tokio::select! {
                () = self.ending.cancelled() => return Ok(None),
                event = keys.next() => match event {
                    Some(Ok(Event::Key(key))) if key.kind != KeyEventKind::Release => Msg::Key(key),
                    Some(Ok(Event::Paste(text))) => Msg::Paste(text),
                    Some(Ok(Event::Resize(cols, rows))) => Msg::Resized(cols, rows),
                    Some(Ok(_)) => continue,
                    Some(Err(error)) => return Err(error.into()),
                    None => return Ok(None),
                },
                Some(news) = self.news.recv() => Msg::News(news),
                // A fault in it has given the terminal back already.
                Some(called) = self.calls.join_next() => called?,
                _ = self.tick.tick() => Msg::Now(clock::now()),
            };
            return Ok(Some(msg));
        }
    }

    /// Hands the screen over to a terminal.
    async fn attach(&mut self, item: Item, terminal: TerminalId) -> Result<Msg> {
        self.keys = None;
        self.screen.lend_raw()?;
        let may_copy = self.may_copy.contains(&terminal);
        let (left, copied) = attach::run(&self.place, terminal, may_copy, &self.ending).await;
        self.screen.end_raw()?;
        self.take_back()?;
        Ok(Msg::Left(item, terminal, left, copied))
    }

    /// Hands the screen over to the editor.
    async fn edit(&mut self, what: Edits, text: &str) -> Result<Msg> {
        let Some(command) = &self.editor else {
            return Ok(Msg::Edited(what, Err("Set VISUAL or EDITOR to write in an editor.".to_owned())));
        };
        self.keys = None;
        self.screen.lend()?;
        self.interrupts = None;
        let edited = editor::edit(command, text, what.ending()).await;
        self.interrupts = Some(end_by_keys(&self.ending)?);
        self.take_back()?;
        Ok(Msg::Edited(what, edited))
    }

    fn take_back(&mut self) -> Result<()> {
        self.screen.take_back()?;
        self.keys = Some(EventStream::new());
        let (cols, rows) = crossterm::terminal::size()?;
        self.model.size = (cols, rows);
        self.model.now = clock::now();
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use rustix::process::{Signal, getpid, kill_process};

    use super::*;

    #[tokio::test]
    async fn a_signal_that_is_not_watched_for_ends_nothing() {
        for (kind, key) in [(SignalKind::interrupt(), Signal::INT), (SignalKind::quit(), Signal::QUIT)] {
            let (ending, mut seen) = (CancellationToken::new(), signal(kind).unwrap());
            drop(end_by_keys(&ending).unwrap());
            kill_process(getpid(), key).unwrap();
            seen.recv().await;
            tokio::task::yield_now().await;
            assert!(!ending.is_cancelled());
            let _guards = end_by_keys(&ending).unwrap();
            kill_process(getpid(), key).unwrap();
            ending.cancelled().await;
        }
    }
}
