//! The thread's entries, a file for each kind. They draw what the fold says and decide nothing.

mod entry;
mod head;
mod making;
mod output;
mod raw;
mod said;
mod scroller;
mod todo;
mod tool;
mod work;

pub use self::scroller::ThreadView;
