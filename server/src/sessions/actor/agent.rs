//! The agent's process through its keeper: start it, speak to it, let it go.

use std::sync::Arc;

use app::{
    ids::MessageId,
    sessions::{
        event::{EventBody, Level},
        machine::Input,
        model::Status,
    },
};
use uuid::Uuid;

use super::{
    super::{
        claude::{Control, Launch, arguments, control, initialize, user_message},
        queries,
        slots::Slot,
    },
    Actor, After, Agent, Shared, Write,
};
use crate::{
    db::Fault,
    keeper::{self, KeeperError, KillMode, Lines, Spec},
};

impl Actor {
    /// Does what the stored step calls for, until nothing follows from it any more.
    pub(super) async fn follow_up(&mut self) {
        while !self.change.after.is_empty() {
            for after in std::mem::take(&mut self.change.after) {
                self.act(after).await;
            }
        }
    }

    async fn act(&mut self, after: After) {
        match after {
            After::Start => self.ask_for_slot(),
            After::Message(id) => self.give_message(id).await,
            After::Answer(id, line) => self.give_answer(id, line).await,
            After::Control(name, what) => {
                let id = format!("{name}:{}", Uuid::new_v4());
                self.say(&id, control(&id, &what).to_string()).await;
            }
            After::End => self.end().await,
            After::Kill => {
                if let Some(agent) = &self.agent
                    && let Err(error) = agent.client.kill(KillMode::Ladder).await
                {
                    tracing::warn!(%error, "an agent could not be ended");
                }
            }
            After::Forget(name, through) => self.forget(name, through).await,
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
        if self.row.card.status != Status::Queued || self.agent.is_some() {
            return;
        }
        self.slot = Some(slot);
        let name = Uuid::now_v7().to_string();
        let spec = Spec::new(
            &name,
            self.command_line(),
            self.row.cwd.as_ref(),
            self.environment(),
        );
        // The name is stored before anything runs, so that no agent is ever without its session.
        self.row.keeper = Some(name.clone());
        self.row.taken = 0;
        self.row.kept.leaving = false;
        self.driver.process_gone();
        self.stderr.clear();
        self.change.row = true;
        self.finish().await;
        let dir = self.shared.keepers().join(&name);
        let started = async {
            tokio::fs::create_dir_all(self.shared.keepers()).await?;
            let client = keeper::spawn(&self.shared.exe, &dir, &spec).await?;
            let events = client.take(0).await?;
            Ok::<_, KeeperError>(Agent {
                client,
                events,
                lines: Lines::new(0),
                acked: 0,
            })
        };
        match started.await {
            Ok(agent) => {
                self.agent = Some(agent);
                self.greet().await;
            }
            Err(error) => {
                self.row.keeper = None;
                self.must(Input::StartFailed(format!(
                    "The agent could not be started: {error}."
                )));
                self.finish().await;
            }
        }
    }

    /// The first words to a new process: the greeting, and the prompt unless the conversation is to be confirmed first.
    pub(super) async fn greet(&mut self) {
        let line = initialize("initialize", &self.row.card.name).to_string();
        self.say("initialize", line).await;
        // After a restart the first one may have been given before.
        if !self.row.kept.resuming && self.queue.iter().all(|row| !row.given) {
            self.deliver();
        }
        self.finish_boxed().await;
    }

    /// `finish` leads to `start` and back; a box ends the circle of futures.
    fn finish_boxed(&mut self) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self.finish())
    }

    fn command_line(&self) -> Vec<String> {
        let card = &self.row.card;
        let binary = self.shared.config.claude.binary.as_ref();
        let binary = binary.map_or_else(|| "claude".to_owned(), |path| path.to_string_lossy().into_owned());
        let launch = match (&card.claude_session_id, &self.row.fork) {
            (Some(id), _) => Launch::Resume(id.to_string()),
            (None, Some((from, at))) => Launch::Fork {
                from: from.clone(),
                at: at.clone(),
                to: Uuid::new_v4().to_string(),
            },
            (None, None) => Launch::Fresh(Uuid::new_v4().to_string()),
        };
        arguments(
            &binary,
            &launch,
            card.model.as_deref(),
            card.effort,
            card.permission_mode,
        )
    }

    fn environment(&self) -> Vec<(String, String)> {
        let mut env = self.shared.config.agent_env();
        env.push(("CLAUDE_CODE_ENTRYPOINT".to_owned(), "roost".to_owned()));
        env.push(("CLAUDE_CODE_ENABLE_TODO_TOOLS".to_owned(), "1".to_owned()));
        env
    }

    /// Gives a line to the agent once, however often this id is repeated. Whether the keeper has it now.
    pub(super) async fn say(&mut self, id: &str, mut line: String) -> bool {
        let Some(agent) = &self.agent else { return false };
        line.push('\n');
        match agent.client.input(id, line.into_bytes()).await {
            Ok(_) => true,
            // Its end is on the way as a record, and says more.
            Err(
                KeeperError::Gone
                | KeeperError::Refused(keeper::Refusal::Exited | keeper::Refusal::InputClosed),
            ) => false,
            Err(error) => {
                tracing::warn!(%error, session = %self.row.card.id, "an input was not taken");
                let text = format!("The agent did not take an input: {error}. It is tried again.");
                self.event(EventBody::Notice {
                    level: Level::Warning,
                    text,
                });
                false
            }
        }
    }

    pub(super) async fn give_message(&mut self, id: MessageId) {
        let Some(message) = self
            .queue
            .iter()
            .find(|row| row.message.id == id)
            .map(|row| row.message.clone())
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
        if self.say(&id.to_string(), line).await {
            self.queue.retain(|row| row.message.id != id);
            self.change.writes.push(Write::MessageState(id, "taken"));
            self.finish_boxed().await;
        }
    }

    pub(super) async fn give_answer(&mut self, id: Uuid, line: String) {
        if self.say(&format!("approval:{id}"), line).await {
            self.change.writes.push(Write::Delivered(id));
            self.finish_boxed().await;
        }
    }

    /// Lets the agent end in order; the ladder follows when it does not.
    async fn end(&mut self) {
        /// How long an agent at rest may take to end once its input is closed; the CLI needs about 60 ms.
        const ORDERLY: std::time::Duration = std::time::Duration::from_secs(3);
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
        if let Some(agent) = self.agent.take() {
            let _ = agent.client.ack(through).await;
        }
        let dir = self.shared.keepers().join(name);
        tokio::spawn(async move {
            for _ in 0..100 {
                match keeper::forget(&dir).await {
                    Ok(()) => return,
                    Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
                }
            }
            tracing::warn!(dir = %dir.display(), "a keeper's directory could not be removed");
        });
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
