//! The patches of chosen lines, case by case. That git takes them is shown in `by_line`.

use app::git::model::LineRange;

use crate::git::{pick::pick, unified::parse};

const HEAD: &str = "diff --git a/f b/f\nindex 1..2 100644\n--- a/f\n+++ b/f\n";

/// The hunks of the patch of these lines of a change.
fn hunks(change: &str, lines: &[u32], undo: bool) -> String {
    let chosen: Vec<LineRange> = lines.iter().map(|line| LineRange { first: *line, last: *line }).collect();
    let text = format!("{HEAD}{change}");
    let picked = String::from_utf8(pick(&parse(text.as_bytes()), "f", &chosen, undo).unwrap()).unwrap();
    let head = "diff --git \"a/f\" \"b/f\"\n--- \"a/f\"\n+++ \"b/f\"\n";
    picked.strip_prefix(head).unwrap_or_else(|| panic!("{picked}")).to_owned()
}

#[test]
fn what_was_not_chosen_stays_as_it_was() {
    let change = "@@ -1,4 +1,5 @@\n a\n-b\n-c\n+B\n+C\n+D\n d\n";
    for (lines, undo, expected) in [
        (vec![1], false, "@@ -1,4 +1,3 @@\n a\n-b\n c\n d\n"),
        (vec![3], false, "@@ -1,4 +1,5 @@\n a\n b\n c\n+B\n d\n"),
        (vec![1, 3], false, "@@ -1,4 +1,4 @@\n a\n-b\n c\n+B\n d\n"),
        (vec![0, 1, 2, 3, 4, 5, 6], false, change),
        (vec![1], true, "@@ -1,5 +1,6 @@\n a\n+b\n B\n C\n D\n d\n"),
        (vec![5], true, "@@ -1,5 +1,4 @@\n a\n B\n C\n-D\n d\n"),
    ] {
        assert_eq!(hunks(change, &lines, undo), expected, "{lines:?} {undo}");
    }
}

#[test]
fn hunks_move_with_those_before_them_and_others_are_left_out() {
    let change = "@@ -1 +1,2 @@\n a\n+b\n@@ -10,2 +11 @@\n c\n-d\n@@ -20,0 +21 @@\n+e\n";
    assert_eq!(hunks(change, &[1, 4], false), "@@ -1,1 +1,2 @@\n a\n+b\n@@ -20,0 +22,1 @@\n+e\n");
    assert_eq!(hunks(change, &[3], false), "@@ -10,2 +10,1 @@\n c\n-d\n");
    assert_eq!(hunks(change, &[1, 3], true), "@@ -1,2 +1,1 @@\n a\n-b\n@@ -11,1 +10,2 @@\n c\n+d\n");
}

#[test]
fn a_last_line_without_an_end_gets_one_when_others_follow() {
    let change = "@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n\\ No newline at end of file\n";
    let none = "\\ No newline at end of file\n";
    assert_eq!(hunks(change, &[2], false), format!("@@ -1,1 +1,2 @@\n-a\n{none}+a\n+b\n{none}"));
    assert_eq!(hunks(change, &[1], false), format!("@@ -1,1 +1,2 @@\n-a\n{none}+a\n+a\n"));
    assert_eq!(hunks(change, &[0], false), format!("@@ -1,1 +0,0 @@\n-a\n{none}"));
    assert_eq!(hunks(change, &[2], true), format!("@@ -1,2 +1,1 @@\n a\n-b\n{none}"));
    let crlf = "@@ -1 +1,2 @@\n a\r\n+b\r\n";
    assert_eq!(hunks(crlf, &[1], false), "@@ -1,1 +1,2 @@\n a\r\n+b\r\n");
}

#[test]
fn a_file_comes_and_goes_with_its_lines() {
    let new = b"diff --git a/x b/x\nnew file mode 100755\n--- /dev/null\n+++ b/x\n@@ -0,0 +1,2 @@\n+a\n+b\n";
    let pick = |text: &[u8], first, last, undo| {
        String::from_utf8(pick(&parse(text), "x", &[LineRange { first, last }], undo).unwrap()).unwrap()
    };
    let expected = "new file mode 100755\n--- /dev/null\n+++ \"b/x\"\n@@ -0,0 +1,1 @@\n+b\n";
    assert!(pick(new, 1, 1, false).ends_with(expected));
    assert!(pick(new, 0, 0, true).ends_with("\n--- \"a/x\"\n+++ \"b/x\"\n@@ -1,2 +1,1 @@\n-a\n b\n"));
    let expected = "deleted file mode 100755\n--- \"a/x\"\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n";
    assert!(pick(new, 0, 9, true).ends_with(expected));
    let old =
        b"diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n";
    assert!(pick(old, 0, 0, false).ends_with("\n--- \"a/x\"\n+++ \"b/x\"\n@@ -1,2 +1,1 @@\n-a\n b\n"));
    assert!(pick(old, 0, 1, false).contains("deleted file mode 100644\n"));
    let expected = "new file mode 100644\n--- /dev/null\n+++ \"b/x\"\n@@ -0,0 +1,1 @@\n+b\n";
    assert!(pick(old, 1, 1, true).ends_with(expected));
}

#[test]
fn what_is_no_change_gives_no_patch() {
    let text = format!("{HEAD}@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
    for chosen in [&[][..], &[LineRange { first: 0, last: 0 }], &[LineRange { first: 7, last: u32::MAX }]] {
        assert_eq!(pick(&parse(text.as_bytes()), "f", chosen, false), None);
    }
}
