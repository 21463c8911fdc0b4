//! A page of history as it is sent: bounded in bytes, with the HTML filled in that is never stored.

use std::panic::{AssertUnwindSafe, catch_unwind};

use app::sessions::event::{Event, EventBody, EventPage, Partial, PartialBlock, ToolDetail};
use sqlx::SqlitePool;

use super::{claude::Block, queries};
use crate::{db::Fault, render};

/// Bytes of one page, so that opening a session costs the same however long it is.
const PAGE_BYTES: usize = 160 * 1024;
/// Above this a text in the making is shown plain: drawing it anew for every word would cost the square of it.
const PARTIAL_MARKDOWN: usize = 48 * 1024;

/// The newest events of `from..=to` that fit, or the oldest if not `backwards`; always in order.
pub(crate) async fn load(
    db: &SqlitePool,
    no: i64,
    (from, to): (u64, u64),
    limit: u32,
    backwards: bool,
    last_seq: u64,
) -> Result<EventPage, Fault> {
    let mut events = queries::events(db, no, from, to, limit, backwards).await?;
    let mut room = PAGE_BYTES;
    let fits = |event: &Event| {
        let size = weight(event);
        let fits = size <= room;
        room = room.saturating_sub(size);
        fits
    };
    let kept = if backwards {
        events.iter().rev().take_while(fit(fits)).count()
    } else {
        events.iter().take_while(fit(fits)).count()
    };
    // One event always goes out, or a page would never move on.
    let kept = kept.max(1).min(events.len());
    if backwards {
        events.drain(..events.len() - kept);
    } else {
        events.truncate(kept);
    }
    Ok(EventPage { events: decorated(events).await, last_seq })
}

fn fit<'a>(mut fits: impl FnMut(&Event) -> bool) -> impl FnMut(&&'a Event) -> bool {
    move |event| fits(event)
}

/// About how many bytes an event takes on the wire once its HTML is there.
fn weight(event: &Event) -> usize {
    const FRAME: usize = 120;
    FRAME
        + match &event.body {
            EventBody::AssistantText { text, .. } => text.len() * 5 / 2,
            EventBody::UserMessage { text, .. } | EventBody::Thinking { text, .. } => text.len(),
            EventBody::ToolCall { input, .. } => input.to_string().len(),
            EventBody::ToolResult { output, detail, .. } => {
                let diff = match detail {
                    // Each line becomes a row of markup.
                    ToolDetail::Patch { hunks, .. } => {
                        hunks.iter().flat_map(|hunk| &hunk.lines).map(|line| line.len() * 3 + 80).sum()
                    }
                    ToolDetail::Shell { stderr, .. } => stderr.head.len() + stderr.tail.len(),
                    _ => 0,
                };
                output.head.len() + output.tail.len() + diff
            }
            EventBody::Unknown { raw, .. } => raw.head.len() + raw.tail.len(),
            _ => 200,
        }
}

/// These events with their HTML. Much of it is drawn away from the runtime's workers.
pub(crate) async fn decorated(mut events: Vec<Event>) -> Vec<Event> {
    /// Bytes that are drawn in less time than it takes to hand them over.
    const LITTLE: usize = 4 * 1024;
    if events.iter().map(weight).sum::<usize>() < LITTLE {
        decorate(&mut events);
        return events;
    }
    let draw = tokio::task::spawn_blocking(move || {
        decorate(&mut events);
        events
    });
    // It only fails when the runtime goes away, and then nobody waits for it: `decorate` does not panic.
    draw.await.unwrap_or_default()
}

fn decorate(events: &mut [Event]) {
    for event in events {
        // What agents and tools write is hostile; a text that breaks the drawing must not break the session.
        let drawn = catch_unwind(AssertUnwindSafe(|| draw(event)));
        if drawn.is_err() {
            tracing::error!(seq = event.seq, "an event could not be drawn");
            if let EventBody::AssistantText { text, html, .. } = &mut event.body {
                *html = format!("<pre>{}</pre>", render::escape(text));
            }
        }
    }
}

fn draw(event: &mut Event) {
    match &mut event.body {
        EventBody::AssistantText { text, html, .. } => *html = render::markdown(text),
        EventBody::ToolResult { detail: ToolDetail::Patch { path, hunks, html, .. }, .. } => {
            *html = render::patch(path, hunks);
            // The rows say everything; sending the lines again would double the page.
            hunks.clear();
        }
        _ => {}
    }
}

/// The block in the making as it is sent.
#[must_use]
pub(crate) fn partial(rev: u64, block: &Block) -> Partial {
    let block = match block {
        Block::None => None,
        Block::Working => Some(PartialBlock::Working),
        Block::Text(text) if text.len() > PARTIAL_MARKDOWN => {
            let from = text.ceil_char_boundary(text.len() - PARTIAL_MARKDOWN);
            Some(PartialBlock::Text { html: format!("<pre>…{}</pre>", render::escape(&text[from..])) })
        }
        Block::Text(text) => Some(PartialBlock::Text { html: render::markdown_in_the_making(text) }),
        Block::Thinking(text, tokens) => Some(PartialBlock::Thinking { text: text.clone(), tokens: *tokens }),
        Block::Tool(name, bytes) => Some(PartialBlock::Tool { name: name.clone(), bytes: *bytes }),
    };
    Partial { rev, block }
}
