//! The driver of the `claude` CLI over stream-json: lines in, events and signals out; and the lines that go the other
//! way. What it records of its own interface is read here too (`record`, `aside`). Pure: it never touches a process, the database or a clock. The protocol grows weekly, so whatever is not known
//! is kept and shown raw, never an error.

mod answer;
mod aside;
mod ask;
mod blocks;
mod detail;
mod driver;
mod excerpt;
mod greeting;
mod launch;
mod outbound;
mod partial;
mod record;
mod schedule;
mod system;
mod value;

pub(crate) use self::{
    answer::answer,
    ask::describe,
    driver::{Driver, Memory, Out, TurnReport},
    excerpt::cut,
    greeting::{models, signed_in},
    launch::{Launch, arguments},
    outbound::{Control, control, initialize, user_message},
    partial::Block,
    schedule::{RECURRING_MAX_AGE, Scheduled, in_words},
    value::{find_images, result_text, written_at},
};

#[cfg(test)]
mod tests;
