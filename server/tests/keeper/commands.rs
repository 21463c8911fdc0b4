//! Short commands: their environment, their limits, and that nothing of them stays.

use server::keeper::{Exec, ExecError, exec};

use super::*;

fn sh(script: &str) -> Exec {
    Exec::new("sh", Path::new("/")).arg("-c").arg(script)
}

#[tokio::test]
async fn a_command_has_its_directory_its_environment_and_no_input() {
    let output = exec(
        sh("pwd; cat; echo $GIT_TERMINAL_PROMPT$EXTRA; env | grep -c CARGO; echo bad >&2; exit 3")
            .env("EXTRA", "!"),
    );
    let output = output.await.unwrap();
    assert_eq!(output.stdout, b"/\n0!\n0\n");
    assert_eq!((output.stderr.as_slice(), output.code, output.success()), (&b"bad\n"[..], Some(3), false));
    let missing = exec(Exec::new("/no/such/program", Path::new("/"))).await;
    assert!(matches!(missing, Err(ExecError::Start { .. })));
}

#[tokio::test]
async fn too_much_output_ends_a_command_and_a_flood_of_errors_does_not() {
    let output = exec(sh("yes").max_output(1000)).await.unwrap();
    assert_eq!((output.stdout.len(), output.truncated, output.success()), (1000, true, false));
    let exact = exec(sh("printf 1234").max_output(4)).await.unwrap();
    assert!(exact.success());
    let output = exec(sh("head -c 1000000 /dev/zero >&2; echo ok")).await.unwrap();
    assert_eq!((output.stdout.as_slice(), output.stderr.len()), (&b"ok\n"[..], 64 << 10));
}

#[tokio::test]
async fn a_command_that_takes_too_long_is_ended_with_its_children() {
    let home = tempfile::tempdir().unwrap();
    let noted = home.path().join("pid");
    let script = format!("sleep 300 & echo $! > {}; wait", noted.display());
    let started = Instant::now();
    let ended = exec(sh(&script).timeout(Duration::from_millis(500))).await;
    assert!(matches!(ended, Err(ExecError::TimedOut { .. })), "{ended:?}");
    assert!(started.elapsed() < LIMIT);
    let pid = fs::read_to_string(noted).unwrap().trim().parse().unwrap();
    until(async || !runs(pid)).await;
}
