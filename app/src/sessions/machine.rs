//! The session machine: one pure function from a state and an input to a state and its effects. Nothing else sets a status.

use super::model::{Mode, Status, Surface};

/// What the machine knows of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// The runtime state.
    pub status: Status,
    /// What happens after a turn.
    pub mode: Mode,
    /// Who writes: the chat, or the terminal. A session in a terminal is never a job.
    pub surface: Surface,
    /// Whether an agent process is attached, starting ones included.
    pub agent: bool,
    /// Whether the CLI has confirmed an id, so that the conversation can be resumed.
    pub resumable: bool,
    /// Whether the agent being started has to confirm the conversation rather than answer a prompt.
    pub resuming: bool,
    /// Messages that wait.
    pub queued: u32,
    /// Background work that is alive.
    pub background: u32,
}

/// What happens to a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A person's message, new or resent.
    Message,
    /// The agent began a turn: it sent its init.
    TurnBegan,
    /// The agent confirmed the conversation it was asked to resume.
    Confirmed,
    /// A turn ended without an error, or was interrupted by a person.
    TurnEnded,
    /// A turn ended with an error, in words.
    TurnFailed(String),
    /// The agent waits at the prompt of its own interface.
    Ready,
    /// The agent's process is gone; the words say how.
    AgentGone(String),
    /// A person ended the agent at its own prompt.
    AgentLeft,
    /// The agent could not be started, in words.
    StartFailed(String),
    /// How much background work is alive.
    Background(u32),
    /// The agent scheduled work that only a living agent does.
    Scheduled,
    /// The grace time is over.
    GraceOver,
    /// "Complete now".
    Complete,
    /// "Close".
    Close,
    /// "Stop", by whom.
    Stop(String),
    /// "Pin as Session".
    Pin,
    /// "Resume as Session"; without a conversation it begins with the messages that wait.
    Resume,
    /// "Interrupt".
    Interrupt,
    /// "Fork from here", asked of the source.
    Fork,
    /// "Open its terminal".
    ToTerminal,
    /// "Give it back to the chat", by whom; `force` ends a turn that is under way.
    ToChat {
        /// By whom.
        by: String,
        /// Whether to end a turn.
        force: bool,
    },
}

/// What has to be done about it, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Wait for a slot and start an agent; `resume` names the conversation, otherwise it is a fresh one.
    Start {
        /// Whether to resume.
        resume: bool,
    },
    /// Give the oldest waiting message to the agent.
    Deliver,
    /// Put the message behind the others.
    Enqueue,
    /// Start the grace timer.
    ArmGrace,
    /// Stop the grace timer.
    CancelGrace,
    /// Let the agent end: close its input, then the ladder.
    EndAgent,
    /// End the agent by the ladder at once.
    KillAgent,
    /// Ask the agent to end the turn.
    InterruptAgent,
    /// Pending approvals are void: the agent is gone or going.
    WithdrawApprovals,
    /// Say why, on the card and in the history.
    Reason(Option<String>),
}

/// An input that this state does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The state that is in the way.
    pub status: Status,
    /// One sentence for a person.
    pub why: &'static str,
}

/// What follows from this input in this state.
///
/// # Errors
/// When the state does not allow it; then nothing follows.
pub fn step(state: State, input: Input) -> Result<(State, Vec<Effect>), Refused> {
    match input {
        Input::Message => message(state),
        Input::TurnBegan
        | Input::Confirmed
        | Input::TurnEnded
        | Input::TurnFailed(_)
        | Input::Ready
        | Input::AgentGone(_)
        | Input::AgentLeft
        | Input::StartFailed(_)
        | Input::Background(_)
        | Input::Scheduled
        | Input::GraceOver => Ok(agent(state, input)),
        Input::Complete
        | Input::Close
        | Input::Stop(_)
        | Input::Pin
        | Input::Resume
        | Input::Interrupt
        | Input::Fork => person(state, input),
        Input::ToTerminal => to_terminal(state),
        Input::ToChat { by, force } => to_chat(state, &by, force),
    }
}

/// A person says something. What is being written in a terminal is not written here too; one that has ended holds nothing.
fn message(state: State) -> Result<(State, Vec<Effect>), Refused> {
    if state.surface == Surface::Tui && !state.status.is_finished() {
        let why = "It is being written in its terminal. Say it there, or give it back to the chat first.";
        return Err(Refused { status: state.status, why });
    }
    let queued = State { queued: state.queued + 1, surface: Surface::Chat, ..state };
    Ok(match state.status {
        Status::Idle => (
            State { status: Status::Running, ..queued },
            vec![Effect::CancelGrace, Effect::Enqueue, Effect::Deliver],
        ),
        Status::Queued | Status::Running => (queued, vec![Effect::Enqueue]),
        Status::Completed | Status::Failed | Status::Stopped => (
            State { status: Status::Queued, agent: true, resuming: false, ..queued },
            vec![Effect::Reason(None), Effect::Enqueue, Effect::Start { resume: state.resumable }],
        ),
    })
}

/// A person goes on in the terminal. Opening one that is open changes nothing, so that two who do it have the same one.
fn to_terminal(state: State) -> Result<(State, Vec<Effect>), Refused> {
    use Status::{Completed, Failed, Idle, Queued, Running, Stopped};
    let opened = State {
        status: Queued,
        surface: Surface::Tui,
        mode: Mode::Session,
        agent: true,
        resuming: false,
        background: 0,
        ..state
    };
    match (state.surface, state.status) {
        (Surface::Tui, Queued | Running | Idle) => Ok((state, vec![])),
        (Surface::Chat, _) if state.queued > 0 => {
            let why = "Messages wait for the agent. Take them back, or let it answer them first.";
            Err(Refused { status: state.status, why })
        }
        (_, Completed | Failed | Stopped) => {
            Ok((opened, vec![Effect::Reason(None), Effect::Start { resume: state.resumable }]))
        }
        (Surface::Chat, Idle) => {
            Ok((opened, vec![Effect::CancelGrace, Effect::WithdrawApprovals, Effect::EndAgent]))
        }
        (Surface::Chat, Queued | Running) => Err(Refused {
            status: state.status,
            why: "Wait until the turn has ended, then open its terminal.",
        }),
    }
}

/// A person gives it back to the chat; its next message goes on there.
fn to_chat(state: State, by: &str, force: bool) -> Result<(State, Vec<Effect>), Refused> {
    let back = State { surface: Surface::Chat, ..state };
    match (state.surface, state.status) {
        (Surface::Chat, _) => Ok((state, vec![])),
        (Surface::Tui, status) if status.is_finished() => Ok((back, vec![])),
        (Surface::Tui, Status::Idle) => Ok((
            end(back, Status::Completed),
            vec![Effect::CancelGrace, Effect::WithdrawApprovals, Effect::EndAgent],
        )),
        (Surface::Tui, _) if force => {
            let why = Effect::Reason(Some(format!("{by} ended its terminal to go on in the chat.")));
            Ok((
                end(back, Status::Stopped),
                vec![Effect::CancelGrace, Effect::WithdrawApprovals, why, Effect::KillAgent],
            ))
        }
        (Surface::Tui, status) => Err(Refused { status, why: "The agent is at work in its terminal." }),
    }
}

/// The agent, or time, moves the session. What comes from an agent after its end changes nothing any more.
fn agent(state: State, input: Input) -> (State, Vec<Effect>) {
    use Status::{Completed, Failed, Idle, Queued, Running};
    let settled = State { resuming: false, resumable: true, ..state };
    match (state.status, input) {
        (Queued | Idle, Input::TurnBegan) => {
            (State { status: Running, ..settled }, vec![Effect::CancelGrace])
        }
        (Running, Input::TurnBegan) => (State { resumable: true, ..state }, vec![]),
        (Queued, Input::Confirmed) if state.resuming && state.queued > 0 => {
            (State { status: Running, ..settled }, vec![Effect::Reason(None), Effect::Deliver])
        }
        (Queued, Input::Confirmed) if state.resuming => rest(settled, vec![Effect::Reason(None)]),
        (Queued, Input::Ready) => rest(State { resuming: false, ..state }, vec![Effect::Reason(None)]),
        (Running | Queued | Idle, Input::AgentLeft) => (
            end(state, Completed),
            vec![Effect::CancelGrace, Effect::WithdrawApprovals, Effect::Reason(None)],
        ),
        (Running, Input::TurnEnded) if state.queued > 0 => (state, vec![Effect::Deliver]),
        (Running | Queued, Input::TurnEnded) => rest(state, vec![]),
        (Running | Queued | Idle, Input::TurnFailed(why)) => {
            let mut effects = failure(why);
            effects.push(Effect::EndAgent);
            (end(state, Failed), effects)
        }
        (Running | Queued | Idle, Input::AgentGone(why) | Input::StartFailed(why)) => {
            (end(state, Failed), failure(why))
        }
        (Idle, Input::Background(count)) => rest(State { background: count, ..state }, vec![]),
        (Queued | Running, Input::Background(count)) => (State { background: count, ..state }, vec![]),
        (Queued | Running | Idle, Input::Scheduled) if state.mode == Mode::Job => {
            (State { mode: Mode::Session, ..state }, vec![Effect::CancelGrace])
        }
        (Idle, Input::GraceOver) if state.mode == Mode::Job && state.background == 0 => {
            (end(state, Completed), vec![Effect::WithdrawApprovals, Effect::EndAgent])
        }
        _ => (state, vec![]),
    }
}

/// A person presses a button.
fn person(state: State, input: Input) -> Result<(State, Vec<Effect>), Refused> {
    use Status::{Completed, Failed, Idle, Queued, Running, Stopped};
    let orderly = || vec![Effect::CancelGrace, Effect::WithdrawApprovals, Effect::EndAgent];
    match (state.status, input) {
        (Idle, Input::Complete) if state.mode == Mode::Job => Ok((end(state, Completed), orderly())),
        (Idle, Input::Close) => Ok((end(state, Completed), orderly())),
        (Queued | Running | Idle, Input::Stop(by)) => {
            let why = Effect::Reason(Some(format!("Stopped by {by}.")));
            Ok((
                end(state, Stopped),
                vec![Effect::CancelGrace, Effect::WithdrawApprovals, why, Effect::KillAgent],
            ))
        }
        (Idle, Input::Pin) if state.mode == Mode::Job => {
            Ok((State { mode: Mode::Session, ..state }, vec![Effect::CancelGrace]))
        }
        (Completed | Failed | Stopped, Input::Resume) if state.resumable => Ok((
            State { status: Queued, mode: Mode::Session, agent: true, resuming: true, ..state },
            vec![Effect::Reason(None), Effect::Start { resume: true }],
        )),
        (Completed | Failed | Stopped, Input::Resume) if state.queued > 0 => Ok((
            State { status: Queued, agent: true, resuming: false, ..state },
            vec![Effect::Reason(None), Effect::Start { resume: false }],
        )),
        (Running, Input::Interrupt) => Ok((state, vec![Effect::InterruptAgent])),
        (Idle | Completed | Failed | Stopped, Input::Fork) if state.resumable => Ok((state, vec![])),
        (status, input) => Err(Refused { status, why: refusal(status, &input) }),
    }
}

/// Why this state does not allow what a person asks, in one sentence.
fn refusal(status: Status, input: &Input) -> &'static str {
    match (status, input) {
        (Status::Idle, Input::Complete) => "A session is closed, not completed: use Close.",
        (_, Input::Complete) => "Only an idle job can be completed.",
        (_, Input::Close) => "Only an idle session can be closed.",
        (_, Input::Stop(_)) => "It has already ended.",
        (Status::Idle, Input::Pin) => "It is a session already.",
        (_, Input::Pin) => "Only a live, idle job can be pinned.",
        (Status::Queued | Status::Running | Status::Idle, Input::Resume) => "It is live already.",
        (_, Input::Resume) => {
            "The agent never confirmed a conversation, so there is none to resume, and no message waits for it."
        }
        (Status::Queued | Status::Running, Input::Fork) => "Wait until the turn has ended.",
        (_, Input::Fork) => "The agent never confirmed a conversation, so there is none to fork.",
        _ => "No turn is under way.",
    }
}

fn end(state: State, status: Status) -> State {
    State { status, agent: false, resuming: false, background: 0, ..state }
}

fn failure(why: String) -> Vec<Effect> {
    vec![Effect::CancelGrace, Effect::WithdrawApprovals, Effect::Reason(Some(why))]
}

/// Comes to rest: a job's grace time runs unless background work is alive.
fn rest(state: State, mut effects: Vec<Effect>) -> (State, Vec<Effect>) {
    let grace = state.mode == Mode::Job && state.background == 0;
    effects.push(if grace { Effect::ArmGrace } else { Effect::CancelGrace });
    (State { status: Status::Idle, ..state }, effects)
}

#[cfg(test)]
#[path = "machine_tests.rs"]
mod tests;
