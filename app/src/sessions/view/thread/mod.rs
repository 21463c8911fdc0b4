//! The thread's entries, a file for each kind. They draw what the fold says and decide nothing.

pub mod entry;
pub mod head;
pub mod making;
pub mod output;
pub mod raw;
pub mod said;
pub mod scroller;
pub mod todo;
pub mod tool;
pub mod work;

pub use self::scroller::ThreadView;
