//! The agent's process through its keeper: start it, speak to it, let it go.

use std::sync::Arc;

use app::{
    ids::MessageId,
    sessions::{
        machine::Input,
        model::{Status, Surface},
    },
};
use tokio::time::Instant;
use uuid::Uuid;

use super::{
    super::{
        claude::{Control, Launch, arguments, control, initialize, user_message},
        leftovers, queries,
        slots::Slot,
    },
    Actor, After, Agent, RETRY, Shared, Write,
};
use crate::{
    db::Fault,
    keeper::{self, KeeperError, KillMode, Lines, Spec, Way},
};

impl Actor {
    /// Does what the stored step calls for, until nothing follows from it any more.
    pub(super) async fn follow_up(&mut self) {
        while !self.change.after.is_empty() {
            for after in std::mem::take(&mut self.change.after) {
                self.act(after).await;
            }
        }
        self.answer_doors();
    }

    async fn act(&mut self, after: After) {
        if matches!(after, After::Start) && Box::pin(self.waits_for_worktree()).await {
            return;
        }
        match after {
            // A person at a terminal is not made to wait for a slot.
            After::Start if self.row.card.surface == Surface::Tui => Box::pin(self.open_terminal()).await,
            After::Start => self.ask_for_slot(),
            After::Message(id) => self.give_message(id).await,
            After::Answer(id, line) => self.give_answer(id, line).await,
            After::Say(id, line) => {
                self.say(&id, &line, || After::Say(id.clone(), line.clone())).await;
            }
            After::Control(name, what) => {
                let id = format!("{name}:{}", Uuid::new_v4());
                let line = control(&id, &what).to_string();
                self.say(&id, &line, || After::Say(id.clone(), line.clone())).await;
            }
            After::End => self.end().await,
            After::Escape => {
                if let Some(tui) = &self.tui
                    && let Err(error) = tui.type_in(b"\x1b").await
                {
                    tracing::warn!(%error, "a turn could not be interrupted");
                }
            }
            After::Kill => {
                Box::pin(self.cancel_set_up()).await;
                self.end_interface().await;
                if let Some(agent) = &self.agent
                    && let Err(error) = agent.client.kill(KillMode::Ladder).await
                {
                    tracing::warn!(%error, "an agent could not be ended");
                }
            }
            After::Forget(name, through) => self.forget(name, through).await,
            After::DropTerminal => Box::pin(self.drop_terminal()).await,
        }
    }

    /// Ends the agent's own interface, if it runs: it ends in order when it is interrupted.
    async fn end_interface(&self) {
        if let Some(tui) = &self.tui
            && let Err(error) = tui.end().await
        {
            tracing::warn!(%error, "an agent's terminal could not be ended");
        }
    }

    /// Slots are given in the order of asking, so the asking happens now and the waiting elsewhere.
    fn ask_for_slot(&mut self) {
        let (slots, arrived) = (self.shared.slots.clone(), self.slots.0.clone());
        tokio::spawn(async move {
            tokio::select! {
                slot = slots.acquire() => if let Some(slot) = slot {
                    let _ = arrived.send(slot).await;
                },
                () = arrived.closed() => {}
            }
        });
    }

    /// A slot is free: starts the agent, unless the session was stopped meanwhile.
    pub(super) async fn start(&mut self, slot: Slot) {
        let card = &self.row.card;
        let wanted = card.status == Status::Queued && card.surface == Surface::Chat;
        if !wanted || self.agent.is_some() || self.tui.is_some() {
            return;
        }
        self.slot = Some(slot);
        if self.row.kept.tui.read.is_some() {
            // What a terminal said last, if no server was there at its end. It moves nothing any more.
            self.row.kept.leaving = true;
            Box::pin(self.read_on()).await;
        }
        let name = Uuid::now_v7().to_string();
        let spec = Spec::new(&name, self.command_line(), self.row.cwd.as_ref(), self.environment());
        // The name is stored before anything runs, so that no agent is ever without its session.
        self.row.keeper = Some(name.clone());
        self.row.taken = 0;
        self.row.kept.leaving = false;
        // What its record holds from here on comes from the chat.
        self.row.kept.tui.read = None;
        self.driver.memory.leaf = None;
        self.driver.process_gone();
        self.stderr.clear();
        self.change.row = true;
        self.finish().await;
        let dir = self.shared.keepers().join(&name);
        let started = async {
            tokio::fs::create_dir_all(self.shared.keepers()).await?;
            let client = keeper::spawn(&self.shared.exe, &dir, &spec).await?;
            let mut way = Way::new(&dir);
            // Once it runs it is either reached or ended: nobody would know of it.
            let (client, events) = match client.take(0).await {
                Ok(events) => (client, events),
                Err(error) => way.again(0).await.ok_or(error)?,
            };
            Ok::<_, KeeperError>(Agent { client, way, events, lines: Lines::new(0), acked: 0 })
        };
        match started.await {
            Ok(agent) => {
                self.agent = Some(agent);
                self.greet().await;
            }
            Err(error) => {
                self.row.keeper = None;
                self.must(Input::StartFailed(format!("The agent could not be started: {error}.")));
                self.finish().await;
            }
        }
    }

    /// The first words to a new process: the greeting, and the prompt unless the conversation is to be confirmed first.
    pub(super) async fn greet(&mut self) {
        let line = initialize("initialize", &self.row.card.name).to_string();
        let again = || After::Say("initialize".to_owned(), line.clone());
        self.say("initialize", &line, again).await;
        // After a restart the first one may have been given before.
        if !self.row.kept.resuming && self.queue.iter().all(|row| !row.given) {
            self.deliver();
        }
        self.finish_boxed().await;
    }

    /// `finish` leads to `start` and back; a box ends the circle of futures.
    pub(super) fn finish_boxed(&mut self) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self.finish())
    }

    fn command_line(&self) -> Vec<String> {
        let card = &self.row.card;
        let launch = match (&card.claude_session_id, &self.row.fork) {
            (Some(id), _) => Launch::Resume(id.to_string()),
            (None, Some((from, at))) => {
                Launch::Fork { from: from.clone(), at: at.clone(), to: Uuid::new_v4().to_string() }
            }
            (None, None) => Launch::Fresh(Uuid::new_v4().to_string()),
        };
        arguments(&self.binary(), &launch, card.model.as_deref(), card.effort, card.permission_mode)
    }

    /// The program that is configured, or the one of that name on the path.
    pub(super) fn binary(&self) -> String {
        let binary = self.shared.config.claude.binary.as_ref();
        binary.map_or_else(|| "claude".to_owned(), |path| path.to_string_lossy().into_owned())
    }

    fn environment(&self) -> Vec<(String, String)> {
        let mut env = self.shared.config.agent_env();
        env.push(("CLAUDE_CODE_ENTRYPOINT".to_owned(), "roost".to_owned()));
        env.push(("CLAUDE_CODE_ENABLE_TODO_TOOLS".to_owned(), "1".to_owned()));
        env
    }

    /// Gives a line to the agent once, however often this id is repeated. Whether the keeper has it now; one that cannot
    /// take it yet is offered `again` a little later.
    async fn say(&mut self, id: &str, line: &str, again: impl FnOnce() -> After) -> bool {
        let Some(agent) = &mut self.agent else { return false };
        let refused = match agent.client.input(id, format!("{line}\n").into_bytes()).await {
            Ok(_) => return true,
            // Its end is on the way as a record, and says more.
            Err(KeeperError::Refused(keeper::Refusal::Exited | keeper::Refusal::InputClosed)) => {
                return false;
            }
            Err(KeeperError::Refused(refused)) => refused.to_string(),
            // Of no use any more is the connection, or the keeper; what a dead one left is read when its records end.
            Err(error) => {
                let Some(name) = &self.row.keeper else { return false };
                let Ok(client) = keeper::attach(&self.shared.keepers().join(name)).await else {
                    return false;
                };
                agent.client = client;
                error.to_string()
            }
        };
        tracing::warn!(refused, session = %self.row.card.id, "an input was not taken");
        self.again.push(again());
        self.again_at = Some(Instant::now() + RETRY);
        false
    }

    /// Offers what the keeper did not take.
    pub(super) async fn offer_again(&mut self) {
        self.again_at = None;
        self.change.after.append(&mut self.again);
        self.finish().await;
    }

    async fn give_message(&mut self, id: MessageId) {
        let Some(message) = self.queue.iter().find(|row| row.message.id == id).map(|row| row.message.clone())
        else {
            return;
        };
        let images = match load_images(&self.shared, self.row.no, &message.images).await {
            Ok(images) => images,
            Err(fault) => {
                tracing::error!(%fault, "the images of a message could not be read");
                Vec::new()
            }
        };
        let line = user_message(&id.to_string(), &message.text, &images).to_string();
        if self.say(&id.to_string(), &line, || After::Message(id)).await {
            self.queue.retain(|row| row.message.id != id);
            self.change.writes.push(Write::MessageState(id, "taken"));
            self.finish_boxed().await;
        }
    }

    async fn give_answer(&mut self, id: Uuid, line: String) {
        let again = || After::Answer(id, line.clone());
        if self.say(&format!("approval:{id}"), &line, again).await {
            self.change.writes.push(Write::Delivered(id));
            self.finish_boxed().await;
        }
    }

    /// Lets the agent end in order; the ladder follows when it does not.
    async fn end(&mut self) {
        /// How long an agent at rest may take to end once its input is closed; the CLI needs about 60 ms.
        const ORDERLY: std::time::Duration = std::time::Duration::from_secs(3);
        self.end_interface().await;
        let Some(agent) = &self.agent else { return };
        if let Err(error) = agent.client.close_input().await {
            tracing::warn!(%error, "an agent's input could not be closed");
        }
        let client = agent.client.clone();
        tokio::spawn(async move {
            tokio::time::sleep(ORDERLY).await;
            // When it has ended by then, its keeper is gone or refuses; both are what was wanted.
            let _ = client.kill(KillMode::Ladder).await;
        });
    }

    /// The last record is stored: the keeper may go, and its directory.
    async fn forget(&mut self, name: String, through: u64) {
        let dir = self.shared.keepers().join(name);
        if let Some(agent) = self.agent.take() {
            keeper::let_go(&dir, &agent.client, through).await;
        }
        tokio::spawn(async move { leftovers::forget(&dir).await });
    }

    /// Sends a request of ours if an agent is there to hear it.
    pub(super) fn ask_agent(&mut self, name: &'static str, what: Control) {
        if self.agent.is_some() {
            self.change.after.push(After::Control(name, what));
        }
    }
}

async fn load_images(
    shared: &Arc<Shared>,
    no: i64,
    images: &[app::sessions::model::Attachment],
) -> Result<Vec<(String, Vec<u8>)>, Fault> {
    let mut loaded = Vec::with_capacity(images.len());
    for image in images {
        loaded.extend(queries::attachment(shared.db.read(), no, image.id).await?);
    }
    Ok(loaded)
}
