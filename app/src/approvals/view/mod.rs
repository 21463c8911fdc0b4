//! The inbox, and the card of an approval that the inbox and the thread share. Never decides: a card only asks the server.

pub mod answer;
pub mod card;
pub mod edit;
pub mod inbox;
pub mod plan;
pub mod questions;
pub mod tool;

pub use self::{answer::Press, card::ApprovalCard, inbox::Inbox};
