//! The calls of git and of worktrees that take a path or a name of a commit, each as one function of what was typed; what they
//! answer, as text.

use app::{
    git::{
        model::{
            ChangeGroup, ChangePage, Chosen, Commented, LineRange, NewComment, Side, SwitchBranch, WhichDiff,
            log::{ChangeOf, LogQuery},
            run::{Command, OneStash, Push, RunNews},
        },
        port::{Git, history::History, runs::Runs},
    },
    worktrees::{
        model::{Bring, BringBack, InWorktree, RemoveWorktree, WorktreeSettings},
        port::Worktrees,
    },
};
use futures::StreamExt;

use super::{Answer, Step, place::Yard, said};

/// All lines of a change.
const LINES: LineRange = LineRange { first: 0, last: 1000 };

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Call {
    Changes,
    Diff,
    Image,
    Stage,
    StageLines,
    Discard,
    DiscardLines,
    PutBack,
    Comment,
    Blame,
    Commit,
    Change,
    Log,
    CompareBranches,
    Switch,
    Create,
    Fetch,
    Push,
    Unstash,
    DropStash,
    DeleteBranch,
    RestoreBranch,
    Worktree,
    BringBack,
    RemoveWorktree,
}

/// Each that can be, with a path and a name of a commit that are fine.
pub(super) const FINE: [Step<Call, &str>; 20] = [
    fine(Call::Changes, "a.txt", "", ChangeGroup::Untracked),
    fine(Call::Diff, "new", "", ChangeGroup::Untracked),
    fine(Call::Image, "photo.png", "", ChangeGroup::Changed),
    fine(Call::Stage, "link-out", "", ChangeGroup::Untracked),
    fine(Call::StageLines, "b.txt", "", ChangeGroup::Staged),
    fine(Call::Discard, "folder-out", "", ChangeGroup::Untracked),
    fine(Call::DiscardLines, "a.txt", "", ChangeGroup::Changed),
    fine(Call::PutBack, "a.txt", "", ChangeGroup::Changed),
    fine(Call::Comment, "a.txt", "", ChangeGroup::Changed),
    fine(Call::Blame, "sub/file", "", ChangeGroup::Changed),
    fine(Call::Commit, "", "{head}", ChangeGroup::Changed),
    fine(Call::Change, "sub/file", "{head}", ChangeGroup::Changed),
    fine(Call::Log, "", "other", ChangeGroup::Changed),
    fine(Call::CompareBranches, "", "other", ChangeGroup::Changed),
    fine(Call::Switch, "", "other", ChangeGroup::Changed),
    fine(Call::Create, "made", "main", ChangeGroup::Changed),
    fine(Call::Fetch, "", "safe", ChangeGroup::Changed),
    fine(Call::DeleteBranch, "other", "{head}", ChangeGroup::Changed),
    fine(Call::RestoreBranch, "made", "{head}", ChangeGroup::Changed),
    fine(Call::Worktree, "made", "main", ChangeGroup::Changed),
];

/// Those that want more than that.
pub(super) const MORE: [Call; 5] =
    [Call::Push, Call::Unstash, Call::DropStash, Call::BringBack, Call::RemoveWorktree];

const fn fine(
    call: Call,
    path: &'static str,
    other: &'static str,
    group: ChangeGroup,
) -> Step<Call, &'static str> {
    Step { call, path, other, group }
}

impl Yard {
    /// Does one step.
    pub(super) async fn call_git(&self, step: &Step<Call, String>) -> Answer {
        let (who, id, git) = (&self.home.who, self.id, &self.home.git);
        let (path, other) = (self.named(&step.path), self.named(&step.other));
        match step.call {
            Call::Changes => {
                let page = ChangePage { group: step.group, after: path };
                said(&git.changes(who, id, Some(page)).await)
            }
            Call::Diff => said(&git.diff(who, id, self.which(step), 0).await),
            Call::Image => self.image(step).await,
            Call::Stage => said(&git.stage(who, id, self.file(step).await).await),
            Call::StageLines => said(&git.stage(who, id, self.lines(step).await).await),
            Call::Discard => said(&git.discard(who, id, self.file(step).await).await),
            Call::DiscardLines => said(&git.discard(who, id, self.lines(step).await).await),
            Call::PutBack => self.discard_and_put_back(step).await,
            Call::Comment => {
                let (group, side, code) = (step.group, Side::New, "+x".to_owned());
                let about = Commented { path, group, side, first: 1, last: 1, code };
                said(&git.comment(who, id, NewComment { about, text: "x".to_owned() }).await)
            }
            Call::Blame => said(&git.blame(who, id, &path, 1).await),
            Call::Commit => said(&git.commit(who, id, &other).await),
            Call::Change => {
                let of = ChangeOf { commit: other, was: Some(path.clone()), path, ..ChangeOf::default() };
                said(&git.change(who, id, of, 0).await)
            }
            Call::Log => {
                let query = LogQuery { branch: Some(other), ..LogQuery::default() };
                said(&git.log(who, id, query).await)
            }
            Call::CompareBranches => said(&git.compare(who, id, "main", &other).await),
            Call::Switch => said(
                &git.switch_branch(who, id, SwitchBranch { name: other, create: false, from: None }).await,
            ),
            Call::Create => {
                let to = SwitchBranch { name: path, create: true, from: Some(other) };
                said(&git.switch_branch(who, id, to).await)
            }
            Call::Worktree | Call::BringBack | Call::RemoveWorktree => self.worktree(step, path, other).await,
            call => self.run(call, path, other).await,
        }
    }

    fn which(&self, step: &Step<Call, String>) -> WhichDiff {
        WhichDiff { path: self.named(&step.path), was: None, group: step.group }
    }

    async fn image(&self, step: &Step<Call, String>) -> Answer {
        let (git, who) = (&self.home.git, &self.home.who);
        let picture = git.image(who, self.id, self.which(step), Side::New).await;
        said(&picture.map(|picture| String::from_utf8_lossy(&picture.bytes).into_owned()))
    }

    /// A file as the list shows it.
    async fn file(&self, step: &Step<Call, String>) -> Chosen {
        let changes = self.home.git.changes(&self.home.who, self.id, None).await;
        let files = changes.map(|changes| changes.files).unwrap_or_default();
        let path = self.named(&step.path);
        let shown = files.into_iter().find(|file| file.path == path && file.group == step.group);
        let version = shown.map(|file| file.version).unwrap_or_default();
        Chosen { group: step.group, path: Some(path), was: None, version, lines: Vec::new() }
    }

    /// The lines of a file as its change shows them.
    async fn lines(&self, step: &Step<Call, String>) -> Chosen {
        let shown = self.home.git.diff(&self.home.who, self.id, self.which(step), 0).await;
        let version = shown.map(|diff| diff.version).unwrap_or_default();
        let path = Some(self.named(&step.path));
        Chosen { group: step.group, path, was: None, version, lines: vec![LINES] }
    }

    async fn discard_and_put_back(&self, step: &Step<Call, String>) -> Answer {
        let (who, id, git) = (&self.home.who, self.id, &self.home.git);
        match git.discard(who, id, self.file(step).await).await {
            Ok(discarded) => said(&git.put_back(who, id, discarded.id).await),
            refused => said(&refused),
        }
    }

    /// What takes its time, to its end.
    async fn run(&self, call: Call, path: String, other: String) -> Answer {
        let (who, id, git) = (&self.home.who, self.id, &self.home.git);
        let command = match call {
            Call::Fetch => Command::Fetch { remote: Some(other) },
            Call::Push => Command::Push(Push { set_upstream: Some(other), lease: None }),
            Call::Unstash => Command::Unstash { id: other, keep: true },
            Call::DropStash => Command::DropStash(OneStash { id: other, message: path }),
            Call::DeleteBranch => Command::DeleteBranch { name: path, commit: other, force: true },
            _ => Command::RestoreBranch { name: path, commit: other },
        };
        let run = match git.start(who, id, command).await {
            Ok(run) => run,
            refused => return said(&refused),
        };
        let news: Vec<RunNews> = git.follow(who, id, run.id).await.unwrap().collect().await;
        let ok = news.iter().any(|news| matches!(news, RunNews::End(end) if end.ok));
        Answer { ok, text: format!("{news:?}") }
    }

    async fn worktree(&self, step: &Step<Call, String>, path: String, other: String) -> Answer {
        let (who, id, trees) = (&self.home.who, self.id, &self.worktrees);
        match step.call {
            Call::Worktree => {
                let settings = WorktreeSettings { copy: path.clone(), setup: String::new() };
                let settings = trees.change_settings(who, id, settings).await;
                let wish = InWorktree { id: None, branch: Some(path), base: Some(other) };
                let chosen = trees.choose(id, &wish, "").await;
                Answer { ok: chosen.is_ok(), text: format!("{settings:?} {chosen:?}") }
            }
            Call::BringBack => {
                let wish = BringBack { path, how: Bring::Squash, message: None };
                said(&trees.bring_back(who, id, wish).await)
            }
            _ => said(&trees.remove(who, id, RemoveWorktree { path, anyway: true }).await),
        }
    }
}
