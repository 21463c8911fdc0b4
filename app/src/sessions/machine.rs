//! The session machine: one pure function from a state and an input to a state and its effects. Nothing else sets a status.

use super::model::{Mode, Status};

/// What the machine knows of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// The runtime state.
    pub status: Status,
    /// What happens after a turn.
    pub mode: Mode,
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
    /// The agent's process is gone; the words say how.
    AgentGone(String),
    /// The agent could not be started, in words.
    StartFailed(String),
    /// How much background work is alive.
    Background(u32),
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
    /// "Resume as Session".
    Resume,
    /// "Interrupt".
    Interrupt,
    /// "Fork from here", asked of the source.
    Fork,
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
pub fn step(state: State, input: Input) -> Result<(State, Vec<Effect>), Refused> {
    use Effect::{Deliver, EndAgent, Enqueue, InterruptAgent, KillAgent, Reason, Start, WithdrawApprovals};
    use Status::{Completed, Failed, Idle, Queued, Running, Stopped};
    let refuse = |why| {
        Err(Refused {
            status: state.status,
            why,
        })
    };
    let end = |status, effects: Vec<Effect>| {
        Ok((
            State {
                status,
                agent: false,
                resuming: false,
                background: 0,
                ..state
            },
            effects,
        ))
    };
    match (state.status, input) {
        (Idle, Input::Message) => Ok((
            State {
                status: Running,
                queued: state.queued + 1,
                ..state
            },
            vec![Effect::CancelGrace, Enqueue, Deliver],
        )),
        (Queued | Running, Input::Message) => Ok((
            State {
                queued: state.queued + 1,
                ..state
            },
            vec![Enqueue],
        )),
        (Completed | Failed | Stopped, Input::Message) => Ok((
            State {
                status: Queued,
                agent: true,
                resuming: false,
                queued: state.queued + 1,
                ..state
            },
            vec![
                Reason(None),
                Enqueue,
                Start {
                    resume: state.resumable,
                },
            ],
        )),

        (Queued | Idle, Input::TurnBegan) => Ok((
            State {
                status: Running,
                resuming: false,
                resumable: true,
                ..state
            },
            vec![Effect::CancelGrace],
        )),
        (Running, Input::TurnBegan) => Ok((
            State {
                resumable: true,
                ..state
            },
            vec![],
        )),
        (Queued, Input::Confirmed) if state.resuming && state.queued > 0 => Ok((
            State {
                status: Running,
                resuming: false,
                resumable: true,
                ..state
            },
            vec![Reason(None), Deliver],
        )),
        (Queued, Input::Confirmed) if state.resuming => Ok(rest(
            State {
                resuming: false,
                resumable: true,
                ..state
            },
            vec![Reason(None)],
        )),

        (Running, Input::TurnEnded) if state.queued > 0 => Ok((state, vec![Deliver])),
        (Running | Queued, Input::TurnEnded) => Ok(rest(state, vec![])),
        (Running | Queued | Idle, Input::TurnFailed(why)) => end(
            Failed,
            vec![
                Effect::CancelGrace,
                WithdrawApprovals,
                Reason(Some(why)),
                EndAgent,
            ],
        ),
        (Running | Queued | Idle, Input::AgentGone(why) | Input::StartFailed(why)) => end(
            Failed,
            vec![Effect::CancelGrace, WithdrawApprovals, Reason(Some(why))],
        ),

        (Idle, Input::Background(count)) => Ok(rest(
            State {
                background: count,
                ..state
            },
            vec![],
        )),
        (Queued | Running, Input::Background(count)) => Ok((
            State {
                background: count,
                ..state
            },
            vec![],
        )),

        (Idle, Input::GraceOver) if state.mode == Mode::Job && state.background == 0 => {
            end(Completed, vec![WithdrawApprovals, EndAgent])
        }
        (Idle, Input::Complete) if state.mode == Mode::Job => {
            end(Completed, vec![Effect::CancelGrace, WithdrawApprovals, EndAgent])
        }
        (Idle, Input::Close) => end(Completed, vec![Effect::CancelGrace, WithdrawApprovals, EndAgent]),
        (Queued | Running | Idle, Input::Stop(by)) => end(
            Stopped,
            vec![
                Effect::CancelGrace,
                WithdrawApprovals,
                Reason(Some(format!("Stopped by {by}."))),
                KillAgent,
            ],
        ),
        (Idle, Input::Pin) if state.mode == Mode::Job => Ok((
            State {
                mode: Mode::Session,
                ..state
            },
            vec![Effect::CancelGrace],
        )),
        (Completed | Failed | Stopped, Input::Resume) if state.resumable => Ok((
            State {
                status: Queued,
                mode: Mode::Session,
                agent: true,
                resuming: true,
                ..state
            },
            vec![Reason(None), Start { resume: true }],
        )),
        (Running, Input::Interrupt) => Ok((state, vec![InterruptAgent])),
        (Idle | Completed | Failed | Stopped, Input::Fork) if state.resumable => Ok((state, vec![])),

        (Idle, Input::Complete) => refuse("A session is closed, not completed: use Close."),
        (_, Input::Complete) => refuse("Only an idle job can be completed."),
        (_, Input::Close) => refuse("Only an idle session can be closed."),
        (_, Input::Stop(_)) => refuse("It has already ended."),
        (Idle, Input::Pin) => refuse("It is a session already."),
        (_, Input::Pin) => refuse("Only a live, idle job can be pinned."),
        (Queued | Running | Idle, Input::Resume) => refuse("It is live already."),
        (_, Input::Resume) => refuse("The agent never confirmed a conversation, so there is none to resume."),
        (_, Input::Interrupt) => refuse("No turn is under way."),
        (Queued | Running, Input::Fork) => refuse("Wait until the turn has ended."),
        (_, Input::Fork) => refuse("The agent never confirmed a conversation, so there is none to fork."),
        // What arrives from an agent after its end changes nothing any more.
        _ => Ok((state, vec![])),
    }
}

/// Comes to rest: a job's grace time runs unless background work is alive.
fn rest(state: State, mut effects: Vec<Effect>) -> (State, Vec<Effect>) {
    let grace = state.mode == Mode::Job && state.background == 0;
    effects.push(if grace {
        Effect::ArmGrace
    } else {
        Effect::CancelGrace
    });
    (
        State {
            status: Status::Idle,
            ..state
        },
        effects,
    )
}

#[cfg(test)]
#[path = "machine_tests.rs"]
mod tests;
