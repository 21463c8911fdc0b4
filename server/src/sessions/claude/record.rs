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

use super::{
    driver::{Driver, Out, TurnReport, input_tokens},
    partial::Block,
    value::{content_text, flag, maybe, number, text},
};

/// Who says what is typed in a terminal: which person that was, nobody can tell.
const TYPED: &str = "the terminal";

impl Driver {
    /// What this record means.
    pub(crate) fn record(&mut self, mut record: Value, at: Millis) -> Vec<Out> {
        let mut outs = Vec::new();
        // A sub-agent's words come again as the result of the call that started it.
        if flag(&record, "isSidechain") || self.is_repeat(&record) {
            return outs;
        }
        let rested = !self.memory.turn;
        match text(&record, "type") {
            "user" => self.typed(&mut record, at, &mut outs),
            "assistant" => self.answered(&record, &mut outs),
            "system" => self.noted(&record, &mut outs),
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

    /// The turn under way is over.
    pub(crate) fn turn_over(
        &mut self,
        outcome: TurnOutcome,
        said: Option<String>,
        at: Millis,
    ) -> Vec<Out> {
        if !self.memory.turn {
            return Vec::new();
        }
        self.memory.turn = false;
        self.memory.interrupted = false;
        self.block = Block::None;
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
        let content = record.pointer("/message/content");
        let returned = content.and_then(Value::as_array).is_some_and(|blocks| {
            blocks.iter().any(|block| text(block, "type") == "tool_result")
        });
        if returned {
            if let Some(fields) = record.as_object_mut()
                && let Some(done) = fields.remove("toolUseResult")
            {
                fields.insert("tool_use_result".to_owned(), done);
            }
            return self.user(record, outs);
        }
        let said = content_text(content);
        if flag(record, "isCompactSummary") {
            outs.push(notice("The conversation was compacted."));
        } else if said.starts_with("[Request interrupted by user") {
            outs.extend(self.turn_over(TurnOutcome::Interrupted, None, at));
        } else if let Some(output) = inside(&said, "local-command-stdout").or_else(|| inside(&said, "bash-stdout")) {
            outs.extend(Some(output.trim()).filter(|output| !output.is_empty()).map(notice));
        } else {
            self.prompt(record, &said, outs);
        }
    }

    /// A person's message.
    fn prompt(&mut self, record: &Value, said: &str, outs: &mut Vec<Out>) {
        let Some(id) = maybe(record, "uuid").and_then(|uuid| uuid.parse().ok()) else { return };
        let command = inside(said, "command-name");
        let text = match (command, inside(said, "bash-input")) {
            (Some(name), _) => {
                let arguments = inside(said, "command-args").unwrap_or_default();
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
            outs.push(notice("The conversation went back to an earlier place; what was said after it is forgotten."));
        }
        let message = EventBody::UserMessage {
            id: MessageId(id),
            text,
            images: Vec::new(),
            by: TYPED.to_owned(),
        };
        outs.push(Out::Event(message));
        // A command of the CLI's own may be done without a turn; a turn it starts shows by its answer.
        if said.trim_start().starts_with('<') {
            return;
        }
        self.began_by(Origin::Person, outs);
    }

    /// A record of the agent's side: one finished block.
    fn answered(&mut self, record: &Value, outs: &mut Vec<Out>) {
        if flag(record, "isApiErrorMessage") {
            // It comes again with the end of the turn.
            return;
        }
        if let Some(model) = maybe(record.pointer("/message").unwrap_or(&Value::Null), "model")
            && !model.starts_with('<')
            && self.memory.model.as_ref() != Some(&model)
        {
            self.memory.model = Some(model.clone());
            outs.push(Out::Model(model));
        }
        self.began_by(Origin::Agent, outs);
        // Each block of a message repeats the whole message's usage.
        let message = record.pointer("/message/id").and_then(Value::as_str).map(str::to_owned);
        if message.is_some() && message != self.memory.billed {
            self.memory.billed = message;
            let usage = record.pointer("/message/usage").unwrap_or(&Value::Null);
            self.memory.unbilled.input_tokens += input_tokens(usage);
            self.memory.unbilled.output_tokens += number(usage, "output_tokens");
        }
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

fn notice(said: &str) -> Out {
    Out::Event(EventBody::Notice { level: Level::Info, text: said.to_owned() })
}

/// What stands between `<tag>` and `</tag>`.
fn inside<'a>(said: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = said.split_once(&format!("<{tag}>"))?;
    Some(rest.split_once(&format!("</{tag}>"))?.0)
}
