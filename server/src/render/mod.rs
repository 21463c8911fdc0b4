//! Text of agents and tools made into HTML that is safe to put into a page. Pure: text in, markup out; never touches a
//! disk, a socket or a clock's time. Long inputs take milliseconds: call it off the runtime's workers.

mod address;
mod ansi;
mod diff;
mod escape;
mod grammar;
mod highlight;
mod markdown;
#[cfg(test)]
mod tests;
mod words;

pub use self::{
    ansi::ansi,
    diff::{diff_text, patch},
    escape::escape,
    highlight::code,
    markdown::markdown,
};
