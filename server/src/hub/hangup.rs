//! Sees to it that the hub ends with its terminal. A thread of its own, and for a reason: at the end of a terminal crossterm
//! 0.29 reads nothing again and again, and whatever else runs on its thread never gets a turn.

use std::{io, thread, time::Duration};

use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
};
use tokio_util::sync::CancellationToken;

/// How long the hub may take to end in order. Its token is taken away by the next hub if it can't.
const GRACE: Duration = Duration::from_secs(2);
/// As a shell says that a program was ended by SIGHUP.
const CODE: i32 = 129;

/// Cancels `ending` once the terminal of this program hangs up, and ends the program if that does not.
pub(super) fn watch(ending: CancellationToken) -> io::Result<()> {
    let watch = move || {
        wait();
        ending.cancel();
        thread::sleep(GRACE);
        std::process::exit(CODE);
    };
    thread::Builder::new().name("hangup".to_owned()).spawn(watch).map(drop)
}

/// Waits until there is nobody at the terminal any more. That is always told; what is typed is for others to read.
fn wait() {
    let stdin = io::stdin();
    loop {
        let mut fds = [PollFd::new(&stdin, PollFlags::empty())];
        match poll(&mut fds, None) {
            Ok(_) if !fds[0].revents().is_empty() => return,
            Ok(_) | Err(Errno::INTR) => {}
            // It cannot be watched; the signals are still heard.
            Err(_) => thread::park(),
        }
    }
}
