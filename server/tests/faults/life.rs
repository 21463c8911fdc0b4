//! One session's life, steered over HTTP through any number of dead servers: created, asked, answered, queued behind,
//! closed, brought back. What is done depends on the story alone, never on when the server dies.

use std::time::Duration;

use rand::{Rng, rngs::StdRng};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::{
    follower::Follower,
    history,
    home::{Home, PATIENCE},
};

/// What is said in one life: the first prompt, one while it waits for an approval, one at rest, one after its end.
pub(crate) struct Story {
    pub name: String,
    pub prompts: [String; 4],
}

/// A life as it was lived.
pub(crate) struct Lived {
    pub story: Story,
    pub events: Vec<Value>,
}

/// Lives the story to its end and gives its whole history.
pub(crate) async fn live(home: &Home, story: Story, rng: &mut StdRng) -> Lived {
    let id = create(home, &story).await;
    let follower = Follower::new(home, &id, 0);
    let mut life = Life { home, id, rng, events: Vec::new() };
    life.until_asked().await;
    life.say(&story, 1).await;
    life.answer_until_rest(2).await;
    life.say(&story, 2).await;
    life.answer_until_rest(3).await;
    life.close().await;
    life.say(&story, 3).await;
    life.answer_until_rest(4).await;
    life.close().await;
    life.read().await;
    let (id, read) = (life.id, life.events);

    let events = history::after(home, &id, 0).await;
    history::assert_numbered(&events);
    assert_eq!(read, events, "what was read piece by piece is what is read at once");
    let seen = follower.through(events.len() as u64).await;
    history::assert_numbered(&seen);
    assert_eq!(seen.len(), events.len(), "a follower sees each number once");
    let middle = events.len() as u64 / 2;
    let late = Follower::new(home, &id, middle).through(events.len() as u64).await;
    assert_eq!(late, seen[middle as usize..], "and so does one that comes late");
    assert_eq!(
        history::texts(&events, "user_message"),
        story.prompts,
        "every prompt is there once, in order"
    );
    Lived { story, events }
}

/// Creates the session; one whose answer was lost is looked for by its name before it is created again.
async fn create(home: &Home, story: &Story) -> String {
    let new = json!({"project_id": home.project_id, "prompt": story.prompts[0], "mode": "session", "name": story.name});
    let end = Instant::now() + PATIENCE;
    loop {
        if let Ok((status, card)) = home.attempt(reqwest::Method::POST, "/api/v1/sessions", Some(&new)).await
        {
            assert_eq!(status, 201, "{card}");
            return card["id"].as_str().unwrap().to_owned();
        }
        let found = home.get(&format!("/api/v1/sessions?text={}", story.name)).await;
        if let Some(id) = found[0]["id"].as_str() {
            return id.to_owned();
        }
        assert!(Instant::now() < end, "never created\n{}", home.log());
    }
}

struct Life<'a> {
    home: &'a Home,
    id: String,
    rng: &'a mut StdRng,
    events: Vec<Value>,
}

impl Life<'_> {
    fn path(&self, rest: &str) -> String {
        format!("/api/v1/sessions/{}{rest}", self.id)
    }

    /// Reads what is new in the history.
    async fn read(&mut self) {
        let last = self.events.last().map_or(0, history::seq);
        self.events.extend(history::after(self.home, &self.id, last).await);
    }

    async fn pending(&self) -> Vec<Value> {
        let path = format!("/api/v1/approvals?status=pending&session_id={}", self.id);
        self.home.get(&path).await.as_array().unwrap().clone()
    }

    async fn pause(&mut self, most: u64) {
        let pause = self.rng.random_range(0..=most);
        sleep(Duration::from_millis(pause)).await;
    }

    async fn until_asked(&mut self) {
        let end = Instant::now() + PATIENCE;
        while self.pending().await.is_empty() {
            self.pause(10).await;
            assert!(
                Instant::now() < end,
                "never asked: {:#}\n{}",
                self.home.card(&self.id).await,
                self.home.log()
            );
        }
    }

    /// Says a message, again whenever its answer was lost, by the same id.
    async fn say(&mut self, story: &Story, turn: usize) {
        let message = json!({"id": uuid::Uuid::new_v4(), "text": story.prompts[turn]});
        let said = self.home.post(&self.path("/messages"), message).await;
        assert_eq!(said.status, 202, "{said:?}");
    }

    /// Answers whatever is asked until this many turns have ended and the agent is at rest.
    async fn answer_until_rest(&mut self, turns: usize) {
        let end = Instant::now() + PATIENCE;
        loop {
            for approval in self.pending().await {
                self.pause(40).await;
                self.answer(&approval).await;
            }
            self.read().await;
            let ended = history::of_kind(&self.events, "turn_ended").count();
            let card = self.home.card(&self.id).await;
            if ended >= turns && card["status"] == "idle" {
                return;
            }
            assert_ne!(card["status"], "failed", "{card:#}\n{}", self.home.log());
            assert!(Instant::now() < end, "never at rest: {card:#}\n{}", self.home.log());
            self.pause(15).await;
        }
    }

    /// Answers as the subject of the request says, and repeats the same decision whenever the answer was lost.
    async fn answer(&mut self, approval: &Value) {
        let subject = approval["subject"].as_str().unwrap();
        let mut decision = json!({"decision": "allow", "digest": approval["digest"]});
        if subject.contains("deny") {
            decision =
                json!({"decision": "deny", "digest": approval["digest"], "message": format!("no {subject}")});
        } else if subject.contains("edit") {
            decision["updated_input"] = json!({"command": subject.replace("edit", "edited")});
        }
        let path = format!("/api/v1/approvals/{}", approval["id"].as_str().unwrap());
        let decided = self.home.post(&path, decision.clone()).await;
        // A decision is accepted once. The repeat of a lost one finds either nothing decided or its own decision.
        let late =
            decided.lost && decided.status == 409 && decided.body["error"]["code"] == "already_decided";
        assert!(decided.status == 200 || late, "{decided:?}");
        let again = self.home.post(&path, decision).await;
        assert_eq!(
            (again.status, &again.body["error"]["code"]),
            (409, &json!("already_decided")),
            "{again:?}"
        );
    }

    async fn close(&mut self) {
        let closed = self.home.post(&self.path("/close"), json!({})).await;
        let late = closed.lost && closed.body["error"]["details"] == "completed";
        assert!(closed.status == 200 || late, "{closed:?}");
        self.home
            .until(&self.id, "gone", |card| card["status"] == "completed" && card["live"] == false)
            .await;
    }
}
