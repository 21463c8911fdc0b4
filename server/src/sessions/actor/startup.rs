//! A server comes back: finds the agent of before, reads what it did meanwhile, repeats what it may not have heard.

use std::time::Duration;

use app::sessions::{
    machine::Input,
    model::{Status, Surface},
};
use tokio::time::{Instant, sleep, sleep_until};

use super::{super::queries, Actor, After, Agent, RETRY};
use crate::keeper::{self, KeeperEvent, Lines, Way};

impl Actor {
    /// Makes the world fit what the database says, once, before the first command.
    pub(super) async fn wake(&mut self) {
        match self.row.keeper.clone() {
            Some(name) => self.adopt(name).await,
            None if self.row.kept.tui.run > 0 => Box::pin(self.find_terminal()).await,
            None if self.row.card.status == Status::Queued => self.change.after.push(After::Start),
            None if !self.row.card.status.is_finished() => {
                self.must(Input::AgentGone("The agent's process is gone.".to_owned()));
            }
            None => {}
        }
        self.finish().await;
    }

    async fn adopt(&mut self, name: String) {
        let dir = self.shared.keepers().join(&name);
        let mut way = Way::new(&dir);
        let joined = way.again(self.row.taken).await;
        // The server before may have ended while the keeper was being started: then it never began, and never will.
        let never_began =
            joined.is_none() && dir.exists() && keeper::withdraw(&dir).await.is_ok_and(|never| never);
        match joined {
            Some((client, events)) => {
                let newest = client.welcome().last_seq;
                let lines = Lines::new(self.row.taken);
                self.agent = Some(Agent { client, way, events, lines, acked: self.row.taken });
                if self.row.card.status == Status::Running {
                    self.slot = self.shared.slots.try_acquire();
                }
                self.repeat().await;
                self.catch_up(newest).await;
            }
            None if !never_began && dir.exists() => {
                tracing::warn!(session = %self.row.card.id, "a keeper is gone; reading what it left");
                self.read_what_is_left().await;
            }
            None if self.row.card.status == Status::Queued => {
                self.row.keeper = None;
                self.change.row = true;
                for row in &mut self.queue {
                    row.given = false;
                }
                self.change.after.push(After::Start);
            }
            None => self.over(Input::AgentGone("The agent's process is gone without a trace.".to_owned())),
        }
    }

    /// Whatever was decided but perhaps not heard is said again; the keeper knows what it has.
    async fn repeat(&mut self) {
        let chat = self.row.card.surface == Surface::Chat;
        let queued_start = chat && self.row.card.status == Status::Queued && self.row.taken == 0;
        if queued_start {
            self.greet().await;
        }
        let given: Vec<_> = self.queue.iter().filter(|row| row.given).map(|row| row.message.id).collect();
        self.change.after.extend(given.into_iter().map(After::Message));
        match queries::undelivered(self.shared.db.read(), self.row.no).await {
            Ok(answers) => {
                self.change.after.extend(answers.into_iter().map(|(id, line)| After::Answer(id, line)))
            }
            Err(fault) => tracing::error!(%fault, "undelivered answers could not be read"),
        }
        if self.row.kept.leaving {
            self.change.after.push(After::End);
        }
        self.finish().await;
    }

    /// Reads on until the record that was the newest when we came, so that nothing stale is served.
    async fn catch_up(&mut self, newest: u64) {
        /// A busy agent writes on while we read; what comes after this is read beside the serving.
        const PATIENCE: Duration = Duration::from_secs(10);
        let deadline = Instant::now() + PATIENCE;
        while self.agent.as_ref().is_some_and(|agent| agent.lines.through() < newest) {
            let event = tokio::select! {
                event = super::next_event(&mut self.agent) => event,
                () = sleep_until(deadline) => return,
            };
            self.take(event).await;
        }
    }

    /// A keeper that was killed leaves its journal: everything in it is taken, then it is cleared away.
    pub(super) async fn read_what_is_left(&mut self) {
        let Some(name) = self.row.keeper.clone() else {
            return;
        };
        let dir = self.shared.keepers().join(&name);
        let after = self.agent.as_ref().map_or(self.row.taken, |agent| agent.lines.through());
        self.agent = None;
        let mut lines = Lines::new(after);
        if let Err(error) = keeper::end_leftovers(&dir).await {
            tracing::warn!(%error, "what a keeper left running could not be ended");
        }
        let mut ended = false;
        // Never beside a keeper that lives.
        let mut events = loop {
            match keeper::read_dead(&dir, after).await {
                Ok(events) => break events,
                Err(error) => tracing::warn!(%error, "a dead keeper's journal could not be read"),
            }
            sleep(RETRY).await;
        };
        while let KeeperEvent::Record(record) = events.next().await {
            for item in lines.push(record) {
                ended |= self.item(item);
            }
            self.row.taken = lines.through();
            self.finish().await;
        }
        for item in lines.finish() {
            self.item(item);
        }
        if !ended {
            self.over(Input::AgentGone("The agent was killed together with its keeper.".to_owned()));
            self.change.after.insert(0, After::Forget(name, lines.through()));
        }
        self.finish().await;
    }
}
