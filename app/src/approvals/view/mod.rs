//! The inbox, and the card of an approval that the inbox and the thread share. Never decides: a card only asks the server.

mod answer;
mod card;
mod edit;
mod inbox;
mod plan;
mod questions;
mod tool;

pub use self::{
    card::{ApprovalCard, Press},
    inbox::Inbox,
};
