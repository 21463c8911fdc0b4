//! Records of the CLI's own transcript: what was said in its terminal becomes the same events as a chat's lines do. A record
//! that means nothing here is left out without harm: most of them are the CLI's own bookkeeping.

use app::{
    ids::MessageId,
    sessions::{
        event::{EventBody, Level, Origin, TurnOutcome},
        model::{PermissionMode, Usage},
    },
    time::Millis,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    aside::{as_a_line, come_back, has_result, sent_off},
    driver::{Driver, Out, TurnReport},
    partial::Block,
    value::{content_text, flag, maybe, text},
};

/// Who says what is typed in a terminal: which person that was, nobody can tell.
const TYPED: &str = "the terminal";
/// What the CLI writes on the user's side begins with one of these; what a person types may quote them anywhere else.
const TAGS: [&str; 8] = [
    "<command-name>",
    "<command-message>",
    "<command-args>",
    "<bash-input>",
    "<bash-stdout>",
    "<bash-stderr>",
    "<local-command-stdout>",
    "<local-command-stderr>",
];

impl Driver {
    /// What this record means.
    pub(crate) fn record(&mut self, mut record: Value, at: Millis) -> Vec<Out> {
        let mut outs = Vec::new();
        // A sub-agent records what it does in a file of its own.
        if flag(&record, "isSidechain") || self.is_repeat(&record) {
            return outs;
        }
        let rested = !self.memory.turn;
        match text(&record, "type") {
            "user" => self.typed(&mut record, at, &mut outs),
            "assistant" => self.answered(&record, &mut outs),
            "system" => self.noted(&record, &mut outs),
            "attachment" => self.queued(&record, &mut outs),
            "permission-mode" => outs.extend(self.mode_is(text(&record, "permissionMode"))),
            "custom-title" => outs.extend(maybe(&record, "customTitle").map(Out::Title)),
            "cost-state" => self.cost(&record, &mut outs),
            _ => {}
        }
        if rested && self.memory.turn {
            self.memory.began = Some(at);
        }
        if let Some(uuid) = maybe(&record, "uuid") {
            self.memory.leaf = Some(uuid);
        }
        outs
    }

    /// The turn under way is over. Whoever does not know how says that it is done; an error that was recorded last tells.
    pub(crate) fn turn_over(&mut self, outcome: TurnOutcome, said: Option<String>, at: Millis) -> Vec<Out> {
        if !self.memory.turn {
            return Vec::new();
        }
        self.memory.turn = false;
        self.memory.interrupted = false;
        self.block = Block::None;
        let (outcome, said) = match (outcome, self.memory.failed.take()) {
            (TurnOutcome::Done, Some(error)) => (TurnOutcome::Failed, Some(error)),
            (outcome, _) => (outcome, said),
        };
        let usage = std::mem::take(&mut self.memory.unbilled);
        let duration_ms = self.memory.began.map_or(0, |began| at.0.saturating_sub(began.0).max(0));
        let report = TurnReport { outcome, text: said, usage, duration_ms };
        let body = EventBody::TurnEnded { outcome, text: report.text.clone(), duration_ms, usage };
        vec![Out::Event(body), Out::TurnEnded(report)]
    }

    /// A record of the user's side: something that was typed, or what tools returned.
    fn typed(&mut self, record: &mut Value, at: Millis, outs: &mut Vec<Out>) {
        if flag(record, "isMeta") {
            return;
        }
        if has_result(record) {
            as_a_line(record);
            self.user(record, outs);
            return outs.extend(sent_off(record));
        }
        let said = content_text(record.pointer("/message/content"));
        if flag(record, "isCompactSummary") {
            outs.push(notice("The conversation was compacted."));
        } else if said.starts_with("[Request interrupted by user") {
            outs.extend(self.turn_over(TurnOutcome::Interrupted, None, at));
        } else if let Some(output) =
            told(&said, "local-command-stdout").or_else(|| told(&said, "bash-stdout"))
        {
            outs.extend(Some(output.trim()).filter(|output| !output.is_empty()).map(notice));
        } else if let Some(work) = come_back(&said) {
            outs.push(work);
        } else {
            self.prompt(record, &said, outs);
        }
    }

    /// A message that was typed while the agent worked, at the place where it reached the agent; the end of background work
    /// comes in the same way.
    fn queued(&mut self, record: &Value, outs: &mut Vec<Out>) {
        let queued = record.get("attachment").unwrap_or(&Value::Null);
        if text(queued, "type") != "queued_command" {
            return;
        }
        let sender = queued.pointer("/origin/kind").and_then(Value::as_str);
        let typed = text(queued, "commandMode") == "prompt" && !flag(queued, "isMeta");
        if !typed || sender.is_some_and(|kind| kind != "human") {
            return outs.extend(come_back(&content_text(queued.get("prompt"))));
        }
        // The same message may come as a record of its own, if it was put back and sent again.
        let Some(id) = maybe(queued, "source_uuid").or_else(|| maybe(record, "uuid")) else { return };
        let text = content_text(queued.get("prompt")).trim().to_owned();
        if let Ok(uuid) = id.parse()
            && !text.is_empty()
            && self.is_new(id)
        {
            outs.push(typed_by_a_person(uuid, text));
            self.began_by(Origin::Person, outs);
        }
    }

    /// A person's message.
    fn prompt(&mut self, record: &Value, said: &str, outs: &mut Vec<Out>) {
        let Some(id) = maybe(record, "uuid").and_then(|uuid| uuid.parse().ok()) else { return };
        let command = told(said, "command-name");
        let text = match (command, told(said, "bash-input")) {
            (Some(name), _) => {
                let arguments = told(said, "command-args").unwrap_or_default();
                format!("{name} {arguments}").trim().to_owned()
            }
            (None, Some(shell)) => format!("! {shell}"),
            (None, None) => said.trim().to_owned(),
        };
        if text.is_empty() {
            return;
        }
        let parent = maybe(record, "parentUuid");
        if self.memory.leaf.is_some() && parent.is_some() && parent != self.memory.leaf {
            outs.push(notice(
                "The conversation went back to an earlier place; what was said after it is forgotten.",
            ));
        }
        outs.push(typed_by_a_person(id, text));
        // A command of the CLI's own may be done without a turn; a turn it starts shows by its answer.
        if is_told(said) {
            return;
        }
        self.began_by(Origin::Person, outs);
    }

    /// A record of the agent's side: one finished block.
    fn answered(&mut self, record: &Value, outs: &mut Vec<Out>) {
        if flag(record, "isApiErrorMessage") {
            // It is said at the end of the turn.
            self.memory.failed = Some(content_text(record.pointer("/message/content")));
            return;
        }
        self.memory.failed = None;
        if let Some(model) = maybe(record.pointer("/message").unwrap_or(&Value::Null), "model")
            && !model.starts_with('<')
            && self.memory.model.as_ref() != Some(&model)
        {
            self.memory.model = Some(model.clone());
            outs.push(Out::Model(model));
        }
        self.began_by(Origin::Agent, outs);
        let mut billed = self.memory.billed.take();
        self.bill(record, &mut billed);
        self.memory.billed = billed;
        self.assistant(record, outs);
        self.block = Block::Working;
    }

    fn noted(&mut self, record: &Value, outs: &mut Vec<Out>) {
        match text(record, "subtype") {
            "compact_boundary" => {
                let tokens = record.pointer("/compactMetadata/preTokens").and_then(Value::as_u64);
                outs.extend(tokens.map(|tokens| notice(&format!("Compacted from {tokens} tokens."))));
            }
            "local_command" => {
                let output = inside(text(record, "content"), "local-command-stdout");
                outs.extend(output.map(str::trim).filter(|output| !output.is_empty()).map(notice));
            }
            _ => {}
        }
    }

    /// The permission mode, if it is another one than before.
    pub(crate) fn mode_is(&mut self, mode: &str) -> Option<Out> {
        let mode = PermissionMode::parse(mode).filter(|mode| self.memory.mode != Some(*mode))?;
        self.memory.mode = Some(mode);
        Some(Out::Mode(mode))
    }

    /// The running total of the cost, which the CLI records now and then.
    fn cost(&mut self, record: &Value, outs: &mut Vec<Out>) {
        let Some(total) = record.get("totalCostUSD").and_then(Value::as_f64) else { return };
        let before = if total < self.memory.cost_seen { 0.0 } else { self.memory.cost_seen };
        self.memory.cost_seen = total;
        if total > before {
            outs.push(Out::Spent(Usage { cost_usd: total - before, ..Usage::default() }));
        }
    }
}

fn typed_by_a_person(id: Uuid, text: String) -> Out {
    Out::Event(EventBody::UserMessage { id: MessageId(id), text, images: Vec::new(), by: TYPED.to_owned() })
}

fn notice(said: &str) -> Out {
    Out::Event(EventBody::Notice { level: Level::Info, text: said.to_owned() })
}

/// Whether the CLI wrote this on the user's side, and not a person.
fn is_told(said: &str) -> bool {
    let said = said.trim_start();
    TAGS.iter().any(|tag| said.starts_with(tag))
}

/// What stands in this tag, if the CLI wrote it.
fn told<'a>(said: &'a str, tag: &str) -> Option<&'a str> {
    inside(said, tag).filter(|_| is_told(said))
}

/// What stands between `<tag>` and `</tag>`.
pub(super) fn inside<'a>(said: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = said.split_once(&format!("<{tag}>"))?;
    Some(rest.split_once(&format!("</{tag}>"))?.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    const AT: Millis = Millis(1_000);

    /// What the driver makes of records, each with a uuid of its own and the one before it as its parent.
    fn read(driver: &mut Driver, records: &[Value]) -> Vec<Out> {
        let mut outs = Vec::new();
        for record in records {
            let mut record = record.clone();
            let fields = record.as_object_mut().unwrap();
            let uuid = Uuid::new_v4().to_string();
            fields.entry("parentUuid").or_insert(json!(driver.memory.leaf));
            fields.entry("uuid").or_insert(json!(uuid));
            outs.extend(driver.record(record, AT));
        }
        outs
    }

    fn user(content: &Value) -> Value {
        json!({"type": "user", "message": {"role": "user", "content": content}})
    }

    fn says(id: &str, words: &str) -> Value {
        let usage = json!({"input_tokens": 3, "cache_read_input_tokens": 4, "output_tokens": 2});
        let content = json!([{"type": "text", "text": words}]);
        json!({"type": "assistant", "message": {"id": id, "model": "opus", "content": content, "usage": usage}})
    }

    fn asked(outs: &[Out]) -> Vec<&str> {
        let texts = outs.iter().filter_map(|out| match out {
            Out::Event(EventBody::UserMessage { text, .. }) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }

    fn notices(outs: &[Out]) -> usize {
        outs.iter().filter(|out| matches!(out, Out::Event(EventBody::Notice { .. }))).count()
    }

    #[test]
    fn a_turn_is_read_once_and_a_message_is_counted_once() {
        let mut driver = Driver::default();
        let result = json!({
            "type": "user", "toolUseResult": {"stdout": "out", "stderr": ""},
            "message": {"content": [{"type": "tool_result", "tool_use_id": "t", "content": "out"}]},
        });
        let call = json!([{"type": "tool_use", "id": "t", "name": "Bash", "input": {"command": "ls"}}]);
        let call = json!({"type": "assistant", "message": {"id": "m", "content": call, "usage": {"output_tokens": 2}}});
        let twice = json!({"type": "assistant", "uuid": "u", "message": {"content": [{"type": "text", "text": "x"}]}});
        let aside = json!({"type": "assistant", "isSidechain": true, "message": {"content": [{"type": "text", "text": "x"}]}});
        let records = [
            user(&json!("go")),
            says("m", "I look."),
            call,
            result,
            says("n", "Done."),
            twice.clone(),
            twice,
            aside,
        ];
        let mut outs = read(&mut driver, &records);
        assert_eq!(asked(&outs), ["go"]);
        assert_eq!(outs.iter().filter(|out| matches!(out, Out::TurnBegan(Origin::Person))).count(), 1);
        let texts =
            outs.iter().filter(|out| matches!(out, Out::Event(EventBody::AssistantText { .. }))).count();
        assert_eq!(texts, 3);
        assert!(outs.iter().any(|out| matches!(
            out,
            Out::Event(EventBody::ToolResult { output, .. }) if output.head == "out"
        )));
        outs = driver.turn_over(TurnOutcome::Done, None, AT.plus(500));
        let Out::TurnEnded(report) = &outs[1] else { panic!("{outs:?}") };
        assert_eq!((report.duration_ms, report.usage.input_tokens, report.usage.output_tokens), (500, 14, 4));
        assert_eq!(driver.turn_over(TurnOutcome::Done, None, AT), [], "it is over");
    }

    #[test]
    fn what_the_cli_writes_on_the_users_side_is_told_from_what_was_typed() {
        for (content, text) in [
            (
                json!("<command-name>/model</command-name>\n<command-args>opus</command-args>"),
                Some("/model opus"),
            ),
            (json!("<bash-input>ls</bash-input>"), Some("! ls")),
            (json!([{"type": "text", "text": "look "}, {"type": "image", "source": {}}]), Some("look")),
            (json!("<local-command-stdout>Set model</local-command-stdout>"), None),
            (json!("  "), None),
            (
                json!("what is <command-name>/x</command-name>?"),
                Some("what is <command-name>/x</command-name>?"),
            ),
            (json!("why <bash-stdout>1</bash-stdout>"), Some("why <bash-stdout>1</bash-stdout>")),
            (json!(7), Some("7")),
        ] {
            let outs = read(&mut Driver::default(), &[user(&content)]);
            assert_eq!(asked(&outs), Vec::from_iter(text), "{content}");
        }
        let outs = read(&mut Driver::default(), &[user(&json!("<div> is broken"))]);
        assert_eq!(asked(&outs), ["<div> is broken"]);
        assert!(outs.contains(&Out::TurnBegan(Origin::Person)), "it is no command");
        let mut meta = user(&json!("Caveat"));
        meta["isMeta"] = json!(true);
        assert_eq!(read(&mut Driver::default(), &[meta, json!({"type": "prompt_snapshot"}), json!({})]), []);
    }

    #[test]
    fn what_was_typed_while_the_agent_worked_is_there_once() {
        let mut driver = Driver::default();
        let queued = |prompt: Value, mode: &str, origin: Value| {
            let id = Uuid::new_v4().to_string();
            json!({"type": "attachment", "attachment": {
                "type": "queued_command", "prompt": prompt, "source_uuid": id, "commandMode": mode, "origin": origin,
            }})
        };
        let human = json!({"kind": "human"});
        let typed = queued(json!("and this"), "prompt", human);
        let mut again = user(&json!("and this"));
        again["uuid"] = typed["attachment"]["source_uuid"].clone();
        let blocks = json!([{"type": "text", "text": "look"}, {"type": "image", "source": {}}]);
        let note = json!("<task-notification>done</task-notification>");
        let records = [
            user(&json!("go")),
            typed.clone(),
            typed,
            again,
            queued(blocks, "prompt", Value::Null),
            queued(note, "task-notification", json!({"kind": "task-notification"})),
            queued(json!("from a peer"), "prompt", json!({"kind": "peer"})),
            json!({"type": "attachment", "attachment": {"type": "date", "date": "2026-11-22"}}),
            says("m", "Done."),
        ];
        let outs = read(&mut driver, &records);
        assert_eq!(asked(&outs), ["go", "and this", "look"]);
        assert_eq!(outs.iter().filter(|out| matches!(out, Out::TurnBegan(_))).count(), 1, "it is one turn");
        assert_eq!(notices(&outs), 0);
    }

    #[test]
    fn an_interrupt_ends_the_turn_and_going_back_is_said() {
        let mut driver = Driver::default();
        read(&mut driver, &[user(&json!("one")), says("m", "yes")]);
        let place = driver.memory.leaf.clone();
        let outs =
            read(&mut driver, &[user(&json!([{"type": "text", "text": "[Request interrupted by user]"}]))]);
        assert!(matches!(&outs[1], Out::TurnEnded(report) if report.outcome == TurnOutcome::Interrupted));
        let outs = read(&mut driver, &[user(&json!("two"))]);
        assert_eq!(notices(&outs), 0);
        let mut back = user(&json!("three"));
        back["parentUuid"] = json!(place);
        assert_eq!(notices(&read(&mut driver, &[back])), 1);
    }

    #[test]
    fn an_error_that_nothing_follows_is_how_the_turn_ended() {
        let mut driver = Driver::default();
        let mut error = says("e", "API Error: 529");
        error["isApiErrorMessage"] = json!(true);
        let ended = |outs: &[Out]| match outs {
            [_, Out::TurnEnded(report)] => (report.outcome, report.text.clone()),
            _ => panic!("{outs:?}"),
        };
        read(&mut driver, &[user(&json!("one")), error.clone()]);
        let failed = (TurnOutcome::Failed, Some("API Error: 529".to_owned()));
        assert_eq!(ended(&driver.turn_over(TurnOutcome::Done, None, AT)), failed);
        read(&mut driver, &[user(&json!("two")), error, says("m", "I got over it.")]);
        assert_eq!(ended(&driver.turn_over(TurnOutcome::Done, None, AT)), (TurnOutcome::Done, None));
    }

    #[test]
    fn the_cost_is_a_running_total() {
        let mut driver = Driver::default();
        let total = |usd: f64| json!({"type": "cost-state", "totalCostUSD": usd});
        let outs = read(&mut driver, &[total(0.5), total(0.5), total(0.75)]);
        let spent: Vec<f64> = outs
            .iter()
            .filter_map(|out| if let Out::Spent(usage) = out { Some(usage.cost_usd) } else { None })
            .collect();
        assert_eq!(spent, [0.5, 0.25]);
    }
}
