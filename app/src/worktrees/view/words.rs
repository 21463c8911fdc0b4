//! The states of worktrees in words. Pure.

use crate::{
    files::model::bytes_in_words,
    time::Millis,
    worktrees::model::{SetUp, Size, Standing, TrashedWorktree, Worktree, WorktreeState},
};

/// What a worktree is called: its branch, or the name of its directory.
#[must_use]
pub fn name(branch: Option<&str>, path: &str) -> String {
    branch.unwrap_or_else(|| path.rsplit('/').next().unwrap_or(path)).to_owned()
}

/// How it stands beside its base, in a line.
#[must_use]
pub fn standing(one: &Worktree) -> String {
    let Some(Standing { uncommitted, ahead, behind, .. }) = one.standing else {
        return String::new();
    };
    let base = one.base.as_deref().unwrap_or("its base");
    let beside = match (ahead, behind) {
        (Some(0), Some(0)) => format!("Even with {base}"),
        (Some(ahead), Some(0)) => format!("{ahead} ahead of {base}"),
        (Some(0), Some(behind)) => format!("{behind} behind {base}"),
        (Some(ahead), Some(behind)) => format!("{ahead} ahead of {base}, {behind} behind it"),
        _ => "No base to stand beside".to_owned(),
    };
    match uncommitted {
        0 => beside,
        1 => format!("{beside} · 1 file not committed"),
        count => format!("{beside} · {count} files not committed"),
    }
}

/// What is the matter with it and what to do, where something is.
#[must_use]
pub fn matter(one: &Worktree) -> Option<&'static str> {
    match one.state {
        WorktreeState::Unfinished => {
            Some("Roost was ended while it made this worktree. Remove it: nobody has worked in it.")
        }
        WorktreeState::Missing => Some("The directory is gone. Remove what is left of it; its branch stays."),
        WorktreeState::Stray => {
            Some("Git does not know this directory. Remove it into the trash, or move it away yourself.")
        }
        WorktreeState::Ready if one.setup == SetUp::Failed => {
            Some("Its set-up has failed. The terminal “Set-up” of it shows why.")
        }
        WorktreeState::Ready if one.setup == SetUp::Pending => {
            Some("It is not set up yet. A session that starts in it waits for that.")
        }
        WorktreeState::Ready if one.id.is_some() && one.sessions.is_empty() => {
            Some("No session has worked in it yet. Remove it if nobody needs it.")
        }
        WorktreeState::Ready => None,
    }
}

/// The room it takes.
#[must_use]
pub fn size(size: Size) -> String {
    let bytes = bytes_in_words(size.bytes);
    if size.more { format!("more than {bytes}") } else { bytes }
}

/// When something is over that is over at that time, to the day.
#[must_use]
pub fn left(at: Millis, now: Millis) -> String {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    match at.0.saturating_sub(now.0) / DAY {
        ..1 => "within a day".to_owned(),
        1 => "in 1 day".to_owned(),
        days => format!("in {days} days"),
    }
}

/// All worktrees and the trash in a sentence.
#[must_use]
pub fn sum(worktrees: &[Worktree], trash: &[TrashedWorktree]) -> String {
    let sizes = worktrees.iter().filter_map(|one| one.size);
    let all = sizes
        .fold(Size::default(), |all, one| Size { bytes: all.bytes + one.bytes, more: all.more || one.more });
    let trees = match worktrees.len() {
        0 => return "No worktrees. A session starts in one of its own if you say so in its form.".to_owned(),
        1 => format!("1 worktree: {}", size(all)),
        count => format!("{count} worktrees: {}", size(all)),
    };
    let kept: u64 = trash.iter().map(|one| one.bytes).sum();
    if kept == 0 {
        format!("{trees}.")
    } else {
        format!("{trees}, and {} in the trash.", bytes_in_words(kept))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worktree(ahead: Option<u32>, behind: Option<u32>, uncommitted: u32) -> Worktree {
        Worktree {
            id: None,
            path: "/p.worktrees/fix".to_owned(),
            branch: None,
            base: Some("main".to_owned()),
            state: WorktreeState::Ready,
            setup: SetUp::Done,
            standing: Some(Standing { uncommitted, ahead, behind, unsaved: 0 }),
            locked: None,
            size: Some(Size { bytes: 2048, more: true }),
            sessions: Vec::new(),
            busy: Vec::new(),
            copied: Vec::new(),
            created_at: None,
        }
    }

    #[test]
    fn a_worktree_is_told_beside_its_base() {
        for (ahead, behind, uncommitted, words) in [
            (Some(0), Some(0), 0, "Even with main"),
            (Some(2), Some(0), 1, "2 ahead of main · 1 file not committed"),
            (Some(0), Some(3), 2, "3 behind main · 2 files not committed"),
            (Some(2), Some(3), 0, "2 ahead of main, 3 behind it"),
            (None, None, 0, "No base to stand beside"),
        ] {
            assert_eq!(standing(&worktree(ahead, behind, uncommitted)), words);
        }
        assert_eq!(
            (name(None, "/p.worktrees/fix"), name(Some("a/b"), "/x")),
            ("fix".to_owned(), "a/b".to_owned())
        );
    }

    #[test]
    fn what_is_kept_is_kept_for_days() {
        let left = |hours: i64| left(Millis(hours * 3_600_000), Millis(0));
        assert_eq!([0, 23, 25, 50].map(left), ["within a day", "within a day", "in 1 day", "in 2 days"]);
    }

    #[test]
    fn what_takes_room_is_summed_up() {
        assert!(sum(&[], &[]).starts_with("No worktrees."));
        let one = worktree(None, None, 0);
        let words = sum(&[one.clone(), one], &[]);
        assert!(words.starts_with("2 worktrees: more than 4"), "{words}");
    }
}
