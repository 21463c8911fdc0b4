//! How children end and what is told of it. Each keeper is gone when its test is.

use super::*;

#[tokio::test]
async fn the_ladder_ends_a_child_that_ignores_the_polite_steps() {
    let nest = nest("trap '' INT TERM; echo ready; while :; do sleep 0.05; done");
    let client = nest.start().await;
    let mut events = client.take(0).await.unwrap();
    assert_eq!(next(&mut events).await.bytes, b"ready\n");
    client.kill(KillMode::Ladder).await.unwrap();
    client.kill(KillMode::Ladder).await.unwrap();
    let exit = rest(&mut events).await.pop().unwrap().exit().unwrap();
    assert_eq!(exit, Exit { signal: Some(9), asked: Asked::Kill, ..Exit::default() });
    client.kill(KillMode::Ladder).await.unwrap();
    end(&nest, &client).await;
}

#[tokio::test]
async fn each_end_is_told_apart() {
    let interrupted = nest("trap 'exit 7' INT; echo ready; while :; do sleep 0.05; done");
    let client = interrupted.start().await;
    let mut events = client.take(0).await.unwrap();
    next(&mut events).await;
    client.kill(KillMode::Interrupt).await.unwrap();
    let exit = rest(&mut events).await.pop().unwrap().exit().unwrap();
    assert_eq!(exit, Exit { code: Some(7), asked: Asked::Interrupt, ..Exit::default() });
    end(&interrupted, &client).await;

    let (_, exit) = exit_of(&nest("kill -KILL $$")).await;
    assert_eq!(exit, Exit { signal: Some(9), ..Exit::default() }, "killed, but not by us and not for memory");
    let (_, exit) = exit_of(&nest("exit 0")).await;
    assert_eq!(exit, Exit { code: Some(0), ..Exit::default() });
}

#[tokio::test]
async fn a_child_that_cannot_start_says_why() {
    let reason = async |change: &dyn Fn(&mut Nest)| {
        let mut nest = nest("exit 0");
        change(&mut nest);
        let (records, exit) = exit_of(&nest).await;
        assert_eq!(records.len(), 1);
        let failure = exit.failed_to_start.unwrap();
        assert!(!failure.text.is_empty());
        failure.reason
    };
    let missing = reason(&|nest| nest.spec.argv = vec!["/no/such/program".to_owned()]).await;
    assert_eq!(missing, FailureReason::BinaryMissing);
    let from_path = reason(&|nest| nest.spec.env = vec![("PATH".to_owned(), "/nowhere".to_owned())]).await;
    assert_eq!(from_path, FailureReason::BinaryMissing);
    let gone = reason(&|nest| nest.spec.cwd = nest.home.path().join("gone")).await;
    assert_eq!(gone, FailureReason::CwdMissing);
    let file = reason(&|nest| nest.spec.cwd = exe().to_owned()).await;
    assert_eq!(file, FailureReason::CwdMissing);
    let plain = reason(&|nest| {
        let file = nest.home.path().join("plain");
        fs::write(&file, "no program").unwrap();
        nest.spec.argv = vec![file.to_str().unwrap().to_owned()];
    });
    assert_eq!(plain.await, FailureReason::NotPermitted);
    assert_eq!(reason(&|nest| nest.spec.argv.clear()).await, FailureReason::Other);
}

#[tokio::test]
async fn a_grandchild_in_a_session_of_its_own_is_swept() {
    // It holds the output open, ignores the polite signal and would outlive a kill of the group.
    let nest = nest(
        "setsid sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.05; done' & \
         sleep 0.3; echo main done",
    );
    let (records, exit) = exit_of(&nest).await;
    assert_eq!(exit, Exit { code: Some(0), ..Exit::default() });
    let output = text(&records, Kind::Stdout);
    let (pid, main) = output.split_once('\n').unwrap();
    assert_eq!(main, "main done\n");
    assert!(!runs(pid.parse().unwrap()));
}

#[tokio::test]
async fn output_of_a_grandchild_is_kept_and_a_noisy_one_cannot_hold_the_exit() {
    let nest = nest("(while :; do echo noise; sleep 0.01; done) & sleep 0.1; exit 4");
    let (records, exit) = exit_of(&nest).await;
    assert_eq!(exit.code, Some(4));
    assert!(text(&records, Kind::Stdout).lines().all(|line| line == "noise"));
    assert_gap_free(&records, 1);
}

#[tokio::test]
async fn half_a_line_and_then_death_is_kept() {
    let (records, exit) = exit_of(&nest("printf 'whole\\nhalf'; kill -SEGV $$")).await;
    assert_eq!(exit.signal, Some(11));
    let output: Vec<_> = records.iter().filter(|r| r.kind == Kind::Stdout).collect();
    assert_eq!((output[0].line_end, output[1].line_end), (true, false));
    assert_eq!(text(&records, Kind::Stdout), "whole\nhalf");
}

#[tokio::test]
async fn a_keeper_told_to_end_ends_its_child_first() {
    let nest = nest("echo ready; sleep 300");
    let client = nest.start().await;
    let keeper = Pid::from_raw(client.welcome().keeper_pid.cast_signed()).unwrap();
    let mut events = client.take(0).await.unwrap();
    next(&mut events).await;
    kill_process(keeper, Signal::HUP).unwrap();
    assert!(client.status().await.is_ok(), "a hang-up is ignored");
    kill_process(keeper, Signal::TERM).unwrap();
    until(async || !scan(nest.home.path()).await.unwrap()[0].alive).await;
    let records = rest(&mut read_dead(&nest.dir(), 0).await.unwrap()).await;
    let exit = records.last().unwrap().exit().unwrap();
    assert!(exit.signal.is_some() && exit.asked >= Asked::Interrupt, "{exit:?}");
    assert!(!runs(client.welcome().child_pid.unwrap().cast_signed()));
}
