//! Every line of the status table, as a row; and what holds in any sequence of inputs.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::{Effect::*, Input, State, Status::*, step};
use crate::sessions::model::{Mode, Status, Surface};

fn state(status: Status, mode: Mode) -> State {
    let live = !status.is_finished();
    State {
        status,
        mode,
        surface: Surface::Chat,
        agent: live,
        resumable: true,
        resuming: false,
        queued: 0,
        background: 0,
    }
}

fn job(status: Status) -> State {
    state(status, Mode::Job)
}

#[test]
fn the_table() {
    let err = || "API overloaded".to_owned();
    let rows: Vec<(State, Input, Status, Vec<super::Effect>)> = vec![
        (job(Queued), Input::TurnBegan, Running, vec![CancelGrace]),
        (job(Running), Input::TurnEnded, Idle, vec![ArmGrace]),
        (state(Running, Mode::Session), Input::TurnEnded, Idle, vec![CancelGrace]),
        (State { queued: 1, ..job(Running) }, Input::TurnEnded, Running, vec![Deliver]),
        (State { background: 2, ..job(Running) }, Input::TurnEnded, Idle, vec![CancelGrace]),
        (State { background: 2, ..job(Idle) }, Input::Background(0), Idle, vec![ArmGrace]),
        (job(Running), Input::Scheduled, Running, vec![CancelGrace]),
        (state(Running, Mode::Session), Input::Scheduled, Running, vec![]),
        (job(Completed), Input::Scheduled, Completed, vec![]),
        (
            job(Running),
            Input::TurnFailed(err()),
            Failed,
            vec![CancelGrace, WithdrawApprovals, Reason(Some(err())), EndAgent],
        ),
        (
            job(Running),
            Input::AgentGone(err()),
            Failed,
            vec![CancelGrace, WithdrawApprovals, Reason(Some(err()))],
        ),
        (
            job(Queued),
            Input::StartFailed(err()),
            Failed,
            vec![CancelGrace, WithdrawApprovals, Reason(Some(err()))],
        ),
        (job(Idle), Input::GraceOver, Completed, vec![WithdrawApprovals, EndAgent]),
        (job(Idle), Input::Complete, Completed, vec![CancelGrace, WithdrawApprovals, EndAgent]),
        (state(Idle, Mode::Session), Input::Close, Completed, vec![CancelGrace, WithdrawApprovals, EndAgent]),
        (job(Idle), Input::Message, Running, vec![CancelGrace, Enqueue, Deliver]),
        (job(Running), Input::Message, Running, vec![Enqueue]),
        (job(Idle), Input::Pin, Idle, vec![CancelGrace]),
        (
            State { resumable: false, queued: 1, ..job(Failed) },
            Input::Resume,
            Queued,
            vec![Reason(None), Start { resume: false }],
        ),
        (job(Completed), Input::Resume, Queued, vec![Reason(None), Start { resume: true }]),
        (job(Failed), Input::Message, Queued, vec![Reason(None), Enqueue, Start { resume: true }]),
        (
            State { resumable: false, ..job(Stopped) },
            Input::Message,
            Queued,
            vec![Reason(None), Enqueue, Start { resume: false }],
        ),
        (
            State { resuming: true, ..state(Queued, Mode::Session) },
            Input::Confirmed,
            Idle,
            vec![Reason(None), CancelGrace],
        ),
        (
            State { resuming: true, queued: 1, ..state(Queued, Mode::Session) },
            Input::Confirmed,
            Running,
            vec![Reason(None), Deliver],
        ),
    ];
    for (before, input, status, effects) in rows {
        let (after, got) = step(before, input.clone()).unwrap();
        assert_eq!((after.status, got), (status, effects), "{:?} on {input:?}", before.status);
    }
    let stopped = step(job(Running), Input::Stop("Ada".into())).unwrap();
    assert_eq!(stopped.0.status, Stopped);
    assert!(stopped.1.contains(&KillAgent));
}

#[test]
fn pinning_keeps_the_process_and_resuming_makes_a_session() {
    let (pinned, _) = step(job(Idle), Input::Pin).unwrap();
    assert_eq!((pinned.mode, pinned.agent), (Mode::Session, true));
    let (resumed, _) = step(job(Completed), Input::Resume).unwrap();
    assert_eq!((resumed.mode, resumed.status, resumed.resuming), (Mode::Session, Queued, true));
    let (queued, effects) = step(resumed, Input::TurnEnded).unwrap();
    assert_eq!(queued.status, Idle);
    assert_eq!(effects, [CancelGrace]);
}

#[test]
fn refusals_name_the_state() {
    let fresh = State { resumable: false, ..job(Completed) };
    let cases = [
        (job(Running), Input::Complete),
        (job(Running), Input::Close),
        (job(Completed), Input::Stop("Ada".into())),
        (job(Completed), Input::Pin),
        (state(Idle, Mode::Session), Input::Pin),
        (state(Idle, Mode::Session), Input::Complete),
        (job(Running), Input::Resume),
        (fresh, Input::Resume),
        (job(Idle), Input::Interrupt),
        (job(Running), Input::Fork),
        (fresh, Input::Fork),
    ];
    for (before, input) in cases {
        let refused = step(before, input).unwrap_err();
        assert_eq!(refused.status, before.status);
        assert!(refused.why.ends_with('.'));
    }
}

#[test]
fn a_job_with_background_work_never_completes_by_itself() {
    let busy = State { background: 1, ..job(Idle) };
    assert_eq!(step(busy, Input::GraceOver).unwrap(), (busy, vec![]));
}

#[test]
fn whatever_happens_a_finished_session_has_no_agent_and_a_live_one_has() {
    let inputs = [
        Input::Message,
        Input::TurnBegan,
        Input::Confirmed,
        Input::TurnEnded,
        Input::TurnFailed("x".into()),
        Input::AgentGone("x".into()),
        Input::Background(1),
        Input::Scheduled,
        Input::Background(0),
        Input::GraceOver,
        Input::Complete,
        Input::Close,
        Input::Stop("Ada".into()),
        Input::Pin,
        Input::Resume,
        Input::Interrupt,
        Input::Ready,
        Input::AgentLeft,
        Input::ToTerminal,
        Input::ToChat { by: "Ada".to_owned(), force: false },
        Input::ToChat { by: "Ada".to_owned(), force: true },
    ];
    // A small deterministic walk visits every pair of inputs from every state many times.
    let mut now = job(Queued);
    let mut dice = 7_u64;
    for _ in 0..20_000 {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let input = inputs[(dice >> 33) as usize % inputs.len()].clone();
        if let Ok((mut after, effects)) = step(now, input) {
            if effects.contains(&Deliver) {
                after.queued -= 1;
            }
            assert_eq!(after.agent, !after.status.is_finished(), "{now:?} -> {after:?}");
            now = after;
        }
    }
}

fn tui(status: Status) -> State {
    State { surface: Surface::Tui, ..state(status, Mode::Session) }
}

#[test]
fn one_writes_at_a_time() {
    let to_chat = |force| Input::ToChat { by: "Ada".to_owned(), force };
    let why = || Some("Ada ended its terminal to go on in the chat.".to_owned());
    let rows: Vec<(State, Input, State, Vec<super::Effect>)> = vec![
        (job(Idle), Input::ToTerminal, tui(Queued), vec![CancelGrace, WithdrawApprovals, EndAgent]),
        (job(Stopped), Input::ToTerminal, tui(Queued), vec![Reason(None), Start { resume: true }]),
        (tui(Failed), Input::ToTerminal, tui(Queued), vec![Reason(None), Start { resume: true }]),
        (tui(Running), Input::ToTerminal, tui(Running), vec![]),
        (tui(Queued), Input::Ready, tui(Idle), vec![Reason(None), CancelGrace]),
        (tui(Running), Input::Ready, tui(Running), vec![]),
        (tui(Running), Input::TurnEnded, tui(Idle), vec![CancelGrace]),
        (tui(Idle), Input::AgentLeft, tui(Completed), vec![CancelGrace, WithdrawApprovals, Reason(None)]),
        (tui(Stopped), Input::AgentLeft, tui(Stopped), vec![]),
        (
            tui(Idle),
            to_chat(false),
            state(Completed, Mode::Session),
            vec![CancelGrace, WithdrawApprovals, EndAgent],
        ),
        (
            tui(Running),
            to_chat(true),
            state(Stopped, Mode::Session),
            vec![CancelGrace, WithdrawApprovals, Reason(why()), KillAgent],
        ),
        (tui(Completed), to_chat(false), state(Completed, Mode::Session), vec![]),
        (job(Running), to_chat(true), job(Running), vec![]),
        (
            tui(Completed),
            Input::Message,
            State { queued: 1, ..state(Queued, Mode::Session) },
            vec![Reason(None), Enqueue, Start { resume: true }],
        ),
    ];
    for (before, input, after, effects) in rows {
        let what = format!("{before:?} {input:?}");
        assert_eq!(step(before, input), Ok((after, effects)), "{what}");
    }
    for (before, input) in [
        (job(Queued), Input::ToTerminal),
        (job(Running), Input::ToTerminal),
        (State { queued: 1, ..job(Stopped) }, Input::ToTerminal),
        (tui(Queued), to_chat(false)),
        (tui(Running), to_chat(false)),
        (tui(Queued), Input::Message),
        (tui(Running), Input::Message),
        (tui(Idle), Input::Message),
    ] {
        let refused = step(before, input.clone()).unwrap_err();
        assert_eq!(refused.status, before.status, "{input:?}");
        assert!(!refused.why.is_empty());
    }
}

#[test]
fn a_job_whose_agent_scheduled_work_is_a_session_from_then_on() {
    let (scheduled, _) = step(job(Running), Input::Scheduled).unwrap();
    assert_eq!(scheduled.mode, Mode::Session);
    let (idle, effects) = step(scheduled, Input::TurnEnded).unwrap();
    assert_eq!((idle.status, effects), (Idle, vec![CancelGrace]));
    assert_eq!(step(idle, Input::GraceOver).unwrap().0.status, Idle);
}
