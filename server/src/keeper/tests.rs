//! The keeper's parts without a process: journal, frames, input queue, lines. Whole keepers are tested through
//! the built binary in `tests/keeper.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use proptest::prelude::*;

use super::input::InputQueue;
use super::journal::{Reader, Writer};
use super::lines::{Item, Lines};
use super::model::{KillMode, Refusal, Taken};
use super::record::{Kind, Record};
use super::wire::{MAX_INPUT, Reply, Request, read_frame};

fn read_all(dir: &Path, after: u64, acked: u64) -> Vec<Record> {
    let mut reader = Reader::new(dir, after);
    std::iter::from_fn(|| reader.next(u64::MAX, acked).unwrap()).collect()
}

/// A journal of `payloads` in one segment, and where each record ends in its file.
fn written(dir: &Path, payloads: &[Vec<u8>]) -> Vec<u64> {
    let mut writer = Writer::create(dir, u64::MAX).unwrap();
    let file = dir.join("00000000000000000001.log");
    let append = |payload: &Vec<u8>| {
        writer.append(Kind::Stdout, true, payload).unwrap();
        fs::metadata(&file).unwrap().len()
    };
    payloads.iter().map(append).collect()
}

#[test]
fn a_journal_gives_back_what_was_written() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("journal");
    let mut writer = Writer::create(&dir, 10_000).unwrap();
    let payloads: Vec<Vec<u8>> = (0..200_usize).map(|n| vec![n as u8; n * 40]).collect();
    for (index, payload) in payloads.iter().enumerate() {
        let kind = if index % 2 == 0 { Kind::Stdout } else { Kind::Stderr };
        assert_eq!(writer.append(kind, index % 3 == 0, payload).unwrap(), index as u64 + 1);
    }
    let records = read_all(&dir, 0, 0);
    assert_eq!(records.len(), 200);
    for (index, record) in records.iter().enumerate() {
        assert_eq!(record.seq, index as u64 + 1);
        assert_eq!(record.line_end, index % 3 == 0);
        assert_eq!(record.bytes, payloads[index]);
    }
    assert_eq!(read_all(&dir, 150, 0), records[150..]);
    assert!(read_all(&dir, 200, 0).is_empty());
    assert!(Writer::create(&dir, 10_000).is_err(), "an old journal is never continued");
}

#[test]
fn acked_segments_are_deleted_and_the_rest_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("journal");
    let mut writer = Writer::create(&dir, 1).unwrap();
    for _ in 0..10 {
        writer.append(Kind::Stdout, true, b"line\n").unwrap();
    }
    let mut slow = Reader::new(&dir, 0);
    assert_eq!(slow.next(10, 0).unwrap().unwrap().seq, 1);
    writer.ack(6);
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 4);
    assert_eq!(read_all(&dir, 0, 6).first().unwrap().seq, 7, "a late reader gets what there is");
    assert_eq!(slow.next(10, 6).unwrap().unwrap().seq, 7, "what was acked may be missed");
    writer.ack(100);
    assert_eq!(read_all(&dir, 6, 100).len(), 1, "the newest segment is never deleted");
}

#[test]
fn a_full_disk_adds_nothing_and_the_next_attempt_does() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("journal");
    let mut writer = Writer::create(&dir, 1).unwrap();
    writer.append(Kind::Stdout, true, b"one\n").unwrap();
    // The next segment's name leads to a device that is always full.
    let full = dir.join("00000000000000000002.log");
    symlink("/dev/full", &full).unwrap();
    for _ in 0..3 {
        let error = writer.append(Kind::Stdout, true, b"two\n").unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
    }
    fs::remove_file(&full).unwrap();
    assert_eq!(writer.append(Kind::Stderr, true, b"three\n").unwrap(), 2);
    let records = read_all(&dir, 0, 0);
    assert_eq!(records.iter().map(|r| r.bytes.as_slice()).collect::<Vec<_>>(), [&b"one\n"[..], b"three\n"]);
}

#[test]
fn what_a_failed_write_left_is_written_over() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("journal");
    let mut writer = Writer::create(&dir, u64::MAX).unwrap();
    writer.append(Kind::Stdout, true, b"one\n").unwrap();
    let file = dir.join("00000000000000000001.log");
    let whole = fs::read(&file).unwrap();
    // Half a record of a longer write that failed, and whose truncation failed too.
    let torn = [whole, vec![0xee; 500]].concat();
    fs::write(&file, torn).unwrap();
    assert_eq!(read_all(&dir, 0, 0).len(), 1);
    writer.append(Kind::Stdout, true, b"two\n").unwrap();
    assert_eq!(read_all(&dir, 0, 0).len(), 2);
}

#[test]
fn a_tail_cut_at_any_byte_keeps_what_is_before_it() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("journal");
    let ends = written(&dir, &[b"first".to_vec(), Vec::new(), vec![7; 5000], b"last\n".to_vec()]);
    let file = dir.join("00000000000000000001.log");
    let whole = fs::read(&file).unwrap();
    for cut in (0..=whole.len()).rev() {
        fs::write(&file, &whole[..cut]).unwrap();
        let expected = ends.iter().filter(|&&end| end <= cut as u64).count();
        assert_eq!(read_all(&dir, 0, 0).len(), expected, "cut at {cut}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_garbled_byte_keeps_what_is_before_it(
        payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..8),
        at in any::<prop::sample::Index>(),
        flip in 1..=255_u8,
    ) {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("journal");
        let ends = written(&dir, &payloads);
        let before = read_all(&dir, 0, 0);
        let file = dir.join("00000000000000000001.log");
        let mut whole = fs::read(&file).unwrap();
        let at = at.index(whole.len());
        whole[at] ^= flip;
        fs::write(&file, &whole).unwrap();
        let survivors = ends.iter().filter(|&&end| end <= at as u64).count();
        prop_assert_eq!(read_all(&dir, 0, 0), &before[..survivors]);
    }

    #[test]
    fn lines_do_not_depend_on_how_they_were_cut(
        text in prop::collection::vec(prop_oneof![4 => any::<u8>(), 1 => Just(b'\n')], 0..400),
        cuts in prop::collection::vec(1..40_usize, 1..40),
    ) {
        let mut lines = Lines::new(0);
        let (mut items, mut rest, mut seq) = (Vec::new(), text.as_slice(), 0);
        for cut in cuts.iter().cycle() {
            let (chunk, later) = rest.split_at((*cut).min(rest.len()));
            if chunk.is_empty() {
                break;
            }
            seq += 1;
            items.extend(lines.push(record(seq, Kind::Stdout, chunk)));
            prop_assert_eq!(lines.through() == seq, chunk.ends_with(b"\n"));
            rest = later;
        }
        items.extend(lines.finish());
        let mut whole = Vec::new();
        for item in items {
            match item {
                Item::Line { bytes, .. } => { whole.extend(bytes); whole.push(b'\n'); }
                Item::Half { bytes, .. } => whole.extend(bytes),
                other => prop_assert!(false, "{:?}", other),
            }
        }
        prop_assert_eq!(whole, text);
    }

    #[test]
    fn frames_of_any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), kind in any::<u8>()) {
        let _ = Request::parse(kind, &bytes);
        let _ = Reply::parse(kind, &bytes);
        let _ = read_frame(&mut bytes.as_slice());
    }
}

fn record(seq: u64, kind: Kind, bytes: &[u8]) -> Record {
    Record { seq, at_ms: seq, kind, line_end: bytes.ends_with(b"\n"), bytes: bytes.to_vec() }
}

#[test]
fn what_comes_within_a_line_follows_it_so_that_the_number_holds() {
    let mut lines = Lines::new(6);
    assert_eq!(lines.through(), 6);
    assert!(lines.push(record(7, Kind::Stdout, b"half ")).is_empty());
    assert!(lines.push(record(8, Kind::Stderr, b"warning\n")).is_empty());
    assert_eq!(lines.through(), 6, "a restart here must bring the half line again");
    let items = lines.push(record(9, Kind::Stdout, b"done\nnext\n"));
    assert_eq!(
        items,
        [
            Item::Line { seq: 9, at_ms: 9, bytes: b"half done".to_vec() },
            Item::Line { seq: 9, at_ms: 9, bytes: b"next".to_vec() },
            Item::Other(record(8, Kind::Stderr, b"warning\n")),
        ]
    );
    assert_eq!(lines.through(), 9);
}

#[test]
fn a_half_line_is_yielded_before_the_exit() {
    let mut lines = Lines::new(0);
    lines.push(record(1, Kind::Stdout, b"ha"));
    let items = lines.push(record(2, Kind::Exit, b"{}"));
    assert_eq!(
        items,
        [Item::Half { seq: 1, at_ms: 1, bytes: b"ha".to_vec() }, Item::Other(record(2, Kind::Exit, b"{}"))]
    );
    assert_eq!(lines.through(), 2);
}

#[test]
fn a_line_over_the_limit_is_cut_and_the_next_is_whole() {
    let mut lines = Lines::with_max(0, 1000);
    for seq in 1..=3 {
        assert!(lines.push(record(seq, Kind::Stdout, &[b'x'; 400])).is_empty());
    }
    let items = lines.push(record(4, Kind::Stdout, b"y\nz\n"));
    assert_eq!(
        items,
        [
            Item::Oversized { seq: 4, at_ms: 4, head: [&[b'x'; 1200][..], b"y"].concat(), total: 1201 },
            Item::Line { seq: 4, at_ms: 4, bytes: b"z".to_vec() },
        ]
    );
}

#[test]
fn frames_come_back_as_they_went() {
    let requests = [
        Request::Hello { version: 7 },
        Request::Take { after: 9 },
        Request::Ack { through: u64::MAX },
        Request::Input { id: "an id".to_owned(), bytes: vec![0, 255, 10] },
        Request::CloseInput,
        Request::Kill { mode: KillMode::Ladder },
        Request::Status,
    ];
    let mut sent = Vec::new();
    for request in &requests {
        request.put(&mut sent);
    }
    let mut sent = sent.as_slice();
    for request in &requests {
        let (kind, payload) = read_frame(&mut sent).unwrap();
        assert_eq!(&Request::parse(kind, &payload).unwrap(), request);
    }
    assert!(sent.is_empty());
    let mut huge: &[u8] = &[255; 12];
    assert!(read_frame(&mut huge).is_err());
}

#[test]
fn an_input_is_taken_once_and_only_if_it_was_written_down() {
    let queue = InputQueue::default();
    let blocked = || Err(Refusal::JournalBlocked("full".to_owned()));
    assert_eq!(
        queue.offer("a", b"1".to_vec(), |_| blocked()),
        Err(Refusal::JournalBlocked("full".to_owned()))
    );
    assert_eq!(queue.offer("a", b"1".to_vec(), |_| Ok(())), Ok(Taken::Fresh));
    assert_eq!(queue.offer("a", b"1".to_vec(), |_| unreachable!()), Ok(Taken::Repeat));
    let huge = vec![0; MAX_INPUT];
    assert_eq!(queue.offer("b", huge, |_| unreachable!()), Err(Refusal::QueueFull));
    assert_eq!(queue.offer("b", b"2".to_vec(), |_| Ok(())), Ok(Taken::Fresh));
    queue.close_after(|| Ok(())).unwrap();
    assert_eq!(queue.offer("c", b"3".to_vec(), |_| unreachable!()), Err(Refusal::InputClosed));
    let mut pipe = Vec::new();
    queue.run(&mut pipe);
    assert_eq!(pipe, b"12");
    queue.end();
    assert_eq!(queue.offer("a", Vec::new(), |_| unreachable!()), Ok(Taken::Repeat));
    assert_eq!(queue.offer("d", Vec::new(), |_| unreachable!()), Err(Refusal::Exited));
}
