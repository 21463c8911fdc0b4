//! What the sub-agents of the agent's own interface do: taken from their records, and shown below the calls that started
//! them, as in the chat.

use std::{io, sync::Arc};

use app::sessions::event::EventBody;
use serde_json::Value;

use super::{
    super::{
        claude::Out,
        tui::{self, Aside, Unfinished},
    },
    Actor, BATCH,
};

/// What the tool is called that starts a sub-agent; the second name is an older one.
const STARTS: [&str; 2] = ["Agent", "Task"];

impl Actor {
    /// Listens to whom these start; one that could not be started says nothing.
    pub(super) fn listen_to(&mut self, outs: &[Out]) {
        let asides = &mut self.row.kept.tui.asides;
        for out in outs {
            match out {
                Out::Event(EventBody::ToolCall { id, name, .. }) if STARTS.contains(&name.as_str()) => {
                    asides.push(Aside { call: id.clone(), ..Aside::default() });
                }
                Out::Event(EventBody::ToolResult { id, is_error: true, .. }) => {
                    asides.retain(|aside| aside.call != *id || aside.record.is_some());
                }
                _ => {}
            }
        }
    }

    /// Takes what they recorded since the last time.
    pub(super) async fn take_asides(&mut self) -> io::Result<()> {
        let kept = &self.row.kept.tui;
        let Some(transcript) = kept.transcript.clone().filter(|_| !kept.asides.is_empty()) else {
            return Ok(());
        };
        let found = tui::find_asides(&transcript, kept.asides.clone()).await?;
        self.row.kept.tui.asides = found;
        let mut at = 0;
        while let Some(aside) = self.row.kept.tui.asides.get(at).cloned() {
            if self.take_aside(&aside).await? {
                at += 1;
            } else {
                self.row.kept.tui.asides.remove(at);
                self.change.row = true;
            }
        }
        Ok(())
    }

    /// Takes what one of them recorded. Whether more may come.
    async fn take_aside(&mut self, aside: &Aside) -> io::Result<bool> {
        let Some(record) = &aside.record else { return Ok(true) };
        let ended = tui::has_ended(record).await;
        let (mut read, mut billed) = (aside.read, aside.billed.clone());
        loop {
            let lines = tui::tail(record, read, &mut Unfinished::default()).await?;
            if lines.is_empty() {
                return Ok(!ended);
            }
            for (end, bytes) in lines {
                let line: Value = serde_json::from_slice(&bytes).unwrap_or_default();
                self.change.at = tui::written_at(&line);
                let outs = self.driver.aside(line, &aside.call, &mut billed);
                self.listen_to(&outs);
                self.change.line = (!outs.is_empty()).then(|| Arc::from(bytes));
                for out in outs {
                    self.out(out);
                }
                (self.change.at, self.change.line) = (None, None);
                read = end;
            }
            // In one step with the events, so that nothing is taken twice.
            let asides = &mut self.row.kept.tui.asides;
            if let Some(kept) = asides.iter_mut().find(|kept| kept.call == aside.call) {
                (kept.read, kept.billed) = (read, billed.clone());
            }
            self.change.row = true;
            if self.change.events.len() >= BATCH {
                self.finish_boxed().await;
            }
        }
    }
}
