//! One line of the CLI in, what it means out. `Memory` is all that must survive a restart of the server.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use app::{
    sessions::{
        event::{EventBody, Level, Origin, TurnOutcome},
        model::{Context, PermissionMode, Usage},
    },
    time::Millis,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    blocks::unknown,
    excerpt::cut,
    partial::Block,
    schedule::Scheduled,
    value::{flag, list, maybe, millis, number, text, written_at},
};

/// How many of the CLI's uuids are remembered to drop what it says twice after a compaction.
const SEEN: usize = 10_000;

/// What a line means.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Out {
    /// An entry of the history.
    Event(EventBody),
    /// The CLI's id of the conversation that a turn runs in.
    Conversation(String),
    /// The CLI's id of the conversation that the process has loaded.
    Loaded(String),
    /// A turn began.
    TurnBegan(Origin),
    /// A turn ended.
    TurnEnded(TurnReport),
    /// The agent waits for a person.
    Asked {
        /// The CLI's id of the request; the answer names it.
        request_id: String,
        /// The request as it came.
        request: Value,
    },
    /// The agent does not wait any more.
    Withdrawn {
        /// The CLI's id of the request.
        request_id: String,
    },
    /// The answer to a request of ours.
    Reply {
        /// Our id of it.
        request_id: String,
        /// What came back, or the CLI's words why not.
        answer: Result<Value, String>,
    },
    /// The agent scheduled a prompt for later.
    Scheduled,
    /// The permission mode is now this one.
    Mode(PermissionMode),
    /// The model that answers.
    Model(String),
    /// How full the window is.
    Context(Context),
    /// What the agent does, in one line.
    Activity(String),
    /// What the conversation is called.
    Title(String),
    /// Tokens and money that no turn has accounted for.
    Spent(Usage),
}

impl Out {
    /// Whether it shows that there is a conversation: the model was asked. What the CLI does by itself makes none.
    #[must_use]
    pub(crate) fn is_said(&self) -> bool {
        matches!(self, Self::TurnBegan(_) | Self::Event(EventBody::AssistantText { .. }))
    }
}

/// How a turn ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TurnReport {
    /// How.
    pub outcome: TurnOutcome,
    /// The CLI's words if it failed.
    pub text: Option<String>,
    /// What this turn alone cost.
    pub usage: Usage,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
}

/// What the driver must remember over a restart of the server; kept with the session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Memory {
    /// Whether a turn is under way.
    pub turn: bool,
    /// A person's message that the CLI has begun with, or was given and not yet begun.
    pub asked: BTreeSet<String>,
    /// Whether a person interrupted the turn under way.
    pub interrupted: bool,
    /// The tools of calls without a result, by id.
    pub tools: BTreeMap<String, String>,
    /// Background work that is alive, by the CLI's id.
    pub tasks: BTreeSet<String>,
    /// Scheduled prompts that are alive, by the CLI's id. They come back when the conversation is resumed.
    pub scheduled: BTreeMap<String, Scheduled>,
    /// Those that a call without a result would make, by the id of the call.
    pub scheduling: BTreeMap<String, Scheduled>,
    /// Whether a schedule began the turn, and no line has told yet when.
    pub woken: bool,
    /// The last running total of the cost that the process reported.
    pub cost_seen: f64,
    /// The conversation's id, as last said.
    pub conversation: Option<String>,
    /// The window's size, as last said.
    pub window: u64,
    /// The model that answers, as last said.
    pub model: Option<String>,
    /// The permission mode, as last said.
    pub mode: Option<PermissionMode>,
    /// The last record of the transcript that was read.
    pub leaf: Option<String>,
    /// The last message of the transcript whose usage is counted.
    pub billed: Option<String>,
    /// What the turn under way has used, by the transcript.
    pub unbilled: Usage,
    /// When it began, by the transcript.
    pub began: Option<Millis>,
    /// The error that the agent has not got over, by the transcript.
    pub failed: Option<String>,
}

/// Folds lines of one process.
#[derive(Debug, Default)]
pub(crate) struct Driver {
    /// What must survive a restart of the server.
    pub memory: Memory,
    /// The block that is being written.
    pub block: Block,
    seen: HashSet<String>,
}

impl Driver {
    /// A driver that goes on where another server left off; `seen` are the uuids the history holds.
    #[must_use]
    pub(crate) fn new(memory: Memory, seen: impl IntoIterator<Item = String>) -> Self {
        let block = if memory.turn { Block::Working } else { Block::None };
        Self { memory, block, seen: seen.into_iter().collect() }
    }

    /// Forgets what belonged to a process that is gone.
    pub(crate) fn process_gone(&mut self) {
        self.memory.turn = false;
        self.memory.interrupted = false;
        self.memory.asked.clear();
        self.memory.tools.clear();
        self.memory.tasks.clear();
        self.memory.scheduling.clear();
        self.memory.woken = false;
        self.memory.failed = None;
        self.block = Block::None;
    }

    /// What this line means; a line that is not JSON is kept as an unknown one.
    pub(crate) fn line(&mut self, bytes: &[u8]) -> Vec<Out> {
        let mut outs = Vec::new();
        let Ok(line) = serde_json::from_slice::<Value>(bytes) else {
            let said = String::from_utf8_lossy(bytes);
            if !said.trim().is_empty() {
                outs.push(Out::Event(EventBody::Unknown {
                    name: "not JSON".to_owned(),
                    raw: cut(said.trim_end()),
                }));
            }
            return outs;
        };
        if self.is_repeat(&line) {
            return outs;
        }
        self.conversation(&line, &mut outs);
        if let Some(at) = written_at(&line) {
            self.schedule_at(at);
        }
        match text(&line, "type") {
            "assistant" => self.assistant(&line, &mut outs),
            "user" => self.user(&line, &mut outs),
            "stream_event" if line.get("parent_tool_use_id").is_none_or(Value::is_null) => {
                self.block.stream(line.get("event").unwrap_or(&Value::Null));
            }
            "stream_event" | "keep_alive" | "transcript_mirror" | "tool_use_summary"
            | "prompt_suggestion" => {}
            "result" => self.result(&line, &mut outs),
            "system" => self.system(&line, &mut outs),
            "control_request" => request(&line, &mut outs),
            "control_response" => outs.extend(reply(&line)),
            "control_cancel_request" => {
                outs.push(Out::Withdrawn { request_id: text(&line, "request_id").to_owned() });
            }
            "command_lifecycle" => self.lifecycle(&line),
            "conversation_reset" => {
                self.process_gone();
                self.memory.cost_seen = 0.0;
                let text =
                    "The conversation was cleared; the agent remembers nothing of what is above.".to_owned();
                outs.push(Out::Event(EventBody::Notice { level: Level::Info, text }));
            }
            "tool_progress" => {
                let seconds = number(&line, "elapsed_time_seconds");
                let tool =
                    self.memory.tools.get(text(&line, "parent_tool_use_id")).map_or("Tool", String::as_str);
                outs.push(Out::Activity(format!("{tool} · {seconds} s")));
            }
            "rate_limit_event" => outs.extend(rate_limit(&line)),
            other => outs.push(Out::Event(unknown(other, &line))),
        }
        outs
    }

    /// After a compaction the CLI says the kept end of the conversation again, with the same uuids.
    pub(super) fn is_repeat(&mut self, line: &Value) -> bool {
        if !matches!(text(line, "type"), "assistant" | "user") {
            return false;
        }
        maybe(line, "uuid").is_some_and(|uuid| !self.is_new(uuid))
    }

    /// Whether this uuid was not seen before; from now on it was.
    pub(super) fn is_new(&mut self, uuid: String) -> bool {
        if self.seen.len() >= SEEN {
            self.seen.clear();
        }
        self.seen.insert(uuid)
    }

    fn conversation(&mut self, line: &Value, outs: &mut Vec<Out>) {
        if text(line, "type") != "system" {
            return;
        }
        let Some(id) = maybe(line, "session_id") else {
            return;
        };
        match text(line, "subtype") {
            "init" if self.memory.conversation.as_ref() != Some(&id) => {
                self.memory.conversation = Some(id.clone());
                outs.push(Out::Conversation(id));
            }
            // A refused resume repeats the id it was asked for in its result, so that proves nothing.
            "session_title_changed" => outs.push(Out::Loaded(id)),
            _ => {}
        }
    }

    fn lifecycle(&mut self, line: &Value) {
        let uuid = text(line, "command_uuid").to_owned();
        match text(line, "state") {
            "started" if line.get("wakeup_source").is_none() => {
                self.memory.asked.insert(uuid);
            }
            "started" => self.memory.woken = true,
            "completed" | "cancelled" => {
                self.memory.asked.remove(&uuid);
            }
            _ => {}
        }
    }

    /// Every turn opens with an init.
    pub(super) fn began(&mut self, outs: &mut Vec<Out>) {
        let origin = if self.memory.asked.is_empty() { Origin::Agent } else { Origin::Person };
        self.began_by(origin, outs);
    }

    /// A turn is under way, unless one was before.
    pub(super) fn began_by(&mut self, origin: Origin, outs: &mut Vec<Out>) {
        if self.memory.turn {
            return;
        }
        self.memory.turn = true;
        self.memory.interrupted = false;
        self.block = Block::Working;
        outs.push(Out::TurnBegan(origin));
        outs.push(Out::Event(EventBody::TurnStarted { origin, model: self.memory.model.clone() }));
    }

    fn result(&mut self, line: &Value, outs: &mut Vec<Out>) {
        let aborted = text(line, "terminal_reason").starts_with("aborted");
        let interrupted =
            aborted || (self.memory.interrupted && text(line, "subtype") == "error_during_execution");
        let outcome = match (interrupted, flag(line, "is_error")) {
            (true, _) => TurnOutcome::Interrupted,
            (false, true) => TurnOutcome::Failed,
            (false, false) => TurnOutcome::Done,
        };
        let report = TurnReport {
            outcome,
            text: (outcome == TurnOutcome::Failed).then(|| failure(line)),
            usage: self.spent(line),
            duration_ms: millis(line, "duration_ms"),
        };
        self.memory.turn = false;
        self.memory.interrupted = false;
        self.block = Block::None;
        self.window(line);
        outs.push(Out::Event(EventBody::TurnEnded {
            outcome,
            text: report.text.clone(),
            duration_ms: report.duration_ms,
            usage: report.usage,
        }));
        outs.push(Out::TurnEnded(report));
    }

    /// The cost and the totals of a result are running ones: what this turn cost is the difference.
    fn spent(&mut self, line: &Value) -> Usage {
        let total = line.get("total_cost_usd").and_then(Value::as_f64).unwrap_or(self.memory.cost_seen);
        // A lower total than before is a fresh count: the process before was killed.
        let before = if total < self.memory.cost_seen { 0.0 } else { self.memory.cost_seen };
        self.memory.cost_seen = total;
        let models = line.get("model_usage_since_last_result").and_then(Value::as_object);
        let mut usage = Usage { cost_usd: total - before, ..Usage::default() };
        // Where the CLI says what this turn alone cost, that is exact; a fork's total begins with its source's.
        let exact =
            models.map(|models| models.values().filter_map(|model| model.get("costUSD")?.as_f64()).sum());
        usage.cost_usd = exact.unwrap_or(usage.cost_usd);
        for model in models.into_iter().flat_map(|models| models.values()) {
            usage.input_tokens += number(model, "inputTokens")
                + number(model, "cacheReadInputTokens")
                + number(model, "cacheCreationInputTokens");
            usage.output_tokens += number(model, "outputTokens");
        }
        if models.is_none() {
            let main = line.get("usage").unwrap_or(&Value::Null);
            usage.input_tokens = input_tokens(main);
            usage.output_tokens = number(main, "output_tokens");
        }
        usage
    }

    fn window(&mut self, line: &Value) {
        let models = line.get("modelUsage").and_then(Value::as_object);
        let main = self.memory.model.as_deref().unwrap_or_default();
        let window =
            models.and_then(|models| models.get(main)).map_or(0, |model| number(model, "contextWindow"));
        if window > 0 {
            self.memory.window = window;
        }
    }

    pub(super) fn context_of(&mut self, line: &Value, outs: &mut Vec<Out>) {
        let usage = line.pointer("/message/usage").unwrap_or(&Value::Null);
        let used = input_tokens(usage) + number(usage, "output_tokens");
        if used > 0 {
            /// The window that most models have, until the CLI names another.
            const USUAL: u64 = 200_000;
            let window = if self.memory.window == 0 { USUAL } else { self.memory.window };
            outs.push(Out::Context(Context { used, window }));
        }
    }
}

/// Every token that the model read.
pub(super) fn input_tokens(usage: &Value) -> u64 {
    number(usage, "input_tokens")
        + number(usage, "cache_read_input_tokens")
        + number(usage, "cache_creation_input_tokens")
}

/// Why a turn failed, in words that a person can act on.
fn failure(line: &Value) -> String {
    let said = maybe(line, "result")
        .or_else(|| list(line, "errors").iter().find_map(|error| error.as_str().map(str::to_owned)));
    match text(line, "subtype") {
        "error_max_turns" => "The limit of steps for one turn was reached.".to_owned(),
        "error_max_budget_usd" => "The session's budget is used up.".to_owned(),
        _ => said.unwrap_or_else(|| "The agent reported an error without words.".to_owned()),
    }
}

fn request(line: &Value, outs: &mut Vec<Out>) {
    let request = line.get("request").cloned().unwrap_or_default();
    let request_id = text(line, "request_id").to_owned();
    match text(&request, "subtype") {
        "can_use_tool" => outs.push(Out::Asked { request_id, request }),
        other => outs.push(Out::Event(unknown(&format!("request {other}"), line))),
    }
}

fn reply(line: &Value) -> Option<Out> {
    let response = line.get("response")?;
    let answer = match text(response, "subtype") {
        "success" => Ok(response.get("response").cloned().unwrap_or_default()),
        _ => Err(text(response, "error").to_owned()),
    };
    Some(Out::Reply { request_id: text(response, "request_id").to_owned(), answer })
}

fn rate_limit(line: &Value) -> Option<Out> {
    let info = line.get("rate_limit_info")?;
    let window = match text(info, "rateLimitType") {
        "five_hour" => "five-hour limit",
        "seven_day" => "weekly limit",
        "seven_day_opus" => "weekly Opus limit",
        "seven_day_sonnet" => "weekly Sonnet limit",
        _ => "usage limit",
    };
    let (level, text) = match text(info, "status") {
        "rejected" => (Level::Error, format!("The {window} of the plan is reached.")),
        "allowed_warning" => (Level::Warning, format!("The {window} of the plan is nearly reached.")),
        _ => return None,
    };
    Some(Out::Event(EventBody::Notice { level, text }))
}
