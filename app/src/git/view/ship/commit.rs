//! The message of a commit and the button that makes it. What was typed is kept in the browser until it is committed.

use leptos::{ev::KeyboardEvent, prelude::*};

use super::draft::Drafting;
use crate::{
    error::AppError,
    git::{
        model::{
            GroupCounts,
            commit::{CommitStart, NewCommit},
            run::Command,
        },
        view::run::Desk,
    },
    ids::ProjectId,
    ui::{Button, Icon, IconName, Look, Remote, Words, browser},
};

/// What is typed of a commit that is not made yet.
#[derive(Clone, Copy)]
pub struct Draft {
    key: StoredValue<String>,
    /// The message.
    pub message: RwSignal<String>,
    amend: RwSignal<bool>,
    sign_off: RwSignal<bool>,
}

/// The draft of a project, as it was left.
#[must_use]
pub fn use_draft(project: ProjectId) -> Draft {
    let key = StoredValue::new(format!("commit:{project}"));
    let draft = Draft {
        key,
        message: RwSignal::default(),
        amend: RwSignal::new(false),
        sign_off: RwSignal::new(false),
    };
    Effect::new(move |_| {
        if let Some(text) = key.with_value(|key| browser::recall(key))
            && draft.message.with_untracked(String::is_empty)
        {
            draft.message.set(text);
        }
    });
    draft
}

impl Draft {
    /// Takes what was typed, and keeps it.
    pub fn write(self, text: String) {
        self.key
            .with_value(|key| browser::remember(key, Some(text.as_str()).filter(|text| !text.is_empty())));
        self.message.set(text);
    }

    /// Takes a text behind what was typed.
    pub fn add(self, text: &str) {
        let typed = self.message.get_untracked();
        let typed = typed.trim_end();
        self.write(if typed.is_empty() { text.to_owned() } else { format!("{typed}\n\n{text}") });
    }

    /// Forgets what was committed.
    pub fn clear(self) {
        self.write(String::new());
        self.amend.set(false);
    }

    fn command(self, start: &CommitStart) -> Command {
        let head = start.last.as_ref().map(|last| last.id.clone());
        let (message, amend, sign_off) =
            (self.message.get_untracked(), self.amend.get_untracked(), self.sign_off.get_untracked());
        Command::Commit(NewCommit { message, amend, head, sign_off })
    }
}

/// The box below the files.
#[component]
pub fn CommitBox(
    /// Where git is told.
    desk: Desk,
    /// What is typed.
    draft: Draft,
    /// What it starts from.
    start: Remote<CommitStart>,
    /// How many files are staged.
    counts: Memo<GroupCounts>,
) -> impl IntoView {
    let known = move || start.value.get().and_then(Result::ok).unwrap_or_default();
    let pushed = Memo::new(move |_| known().last.is_some_and(|last| last.pushed));
    // What git has prepared is offered where nothing is typed.
    Effect::new(move |_| {
        if let Some(Ok(CommitStart { prepared: Some(text), .. })) = start.value.get()
            && draft.message.with_untracked(String::is_empty)
        {
            draft.message.set(text);
        }
    });
    let why_not = Memo::new(move |_| why_not(start.value.get().as_ref(), counts.get(), draft.amend.get()));
    let unfit = Signal::derive(move || {
        why_not.with(Option::is_some) || draft.message.with(|text| text.trim().is_empty())
    });
    let busy = desk.busy();
    let commit = move || {
        if !unfit.get_untracked() && !busy.get_untracked() {
            desk.start(draft.command(&known()));
        }
    };
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            commit();
        }
    };
    let amend = move |on: bool| {
        draft.amend.set(on);
        if let Some(last) = known().last
            && on
            && draft.message.with_untracked(String::is_empty)
        {
            draft.write(last.message);
        }
    };
    let bare = Signal::derive(move || counts.get().staged == 0);
    let words = move || words(draft.amend.get(), counts.get().staged);
    view! {
        <textarea
            class="input commit-text"
            rows="3"
            aria-label="Commit message"
            placeholder="Message: what changes, and why"
            title="Ctrl+Enter commits"
            aria-keyshortcuts="Control+Enter Meta+Enter"
            prop:value=move || draft.message.get()
            on:input=move |event| draft.write(event_target_value(&event))
            on:keydown=keys
        ></textarea>
        {move || why_not.get().map(|why| view! { <p class="soft sm commit-note"><Words text=why /></p> })}
        <Show when=move || draft.amend.get() && pushed.get()>
            <div class="note waiting">
                <Icon name=IconName::Warning />
                <span>"A remote has the last commit already. Amended, it gets there only by a force push."</span>
            </div>
        </Show>
        <div class="row commit-acts">
            <Tick on=draft.amend words="Amend" on_change=amend disabled=Signal::derive(move || known().last.is_none()) />
            <Tick on=draft.sign_off words="Sign off" on_change=move |on| draft.sign_off.set(on) disabled=Signal::default() />
            <Drafting project=desk.project() unfit=bare on_message=move |text: String| draft.add(&text) />
            <span class="grow"></span>
            <Button look=Look::Primary disabled=unfit busy=busy on_click=move |()| commit()>
                {words}
            </Button>
        </div>
    }
    .into_any()
}

/// The words on the button.
fn words(amend: bool, staged: u32) -> String {
    match (amend, staged) {
        (true, _) => "Amend the last commit".to_owned(),
        (false, 0) => "Commit".to_owned(),
        (false, 1) => "Commit 1 file".to_owned(),
        (false, count) => format!("Commit {count} files"),
    }
}

/// Why nothing can be committed now, and what to do.
fn why_not(
    start: Option<&Result<CommitStart, AppError>>,
    counts: GroupCounts,
    amend: bool,
) -> Option<String> {
    let nothing = "Nothing is staged. Stage what belongs into the commit first.";
    let unknown = "Git does not know who you are. Say it once, in a terminal: `git config --global user.name \"Your Name\"` and `git config --global user.email you@example.org`.";
    match start? {
        Err(error) => Some(error.message.clone()),
        Ok(_) if counts.conflicted > 0 => {
            Some("Resolve the files in conflict and stage them first.".to_owned())
        }
        Ok(CommitStart { author: None, .. }) => Some(unknown.to_owned()),
        Ok(CommitStart { prepared: None, .. }) if counts.staged == 0 && !amend => Some(nothing.to_owned()),
        Ok(_) => None,
    }
}

/// A small box to tick.
#[component]
fn Tick(
    on: RwSignal<bool>,
    words: &'static str,
    #[prop(into)] on_change: Callback<bool>,
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <label class="tick sm">
            <input type="checkbox" prop:checked=on disabled=disabled on:change=move |event| on_change.run(event_target_checked(&event)) />
            {words}
        </label>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said_with_the_next_step() {
        let known = || CommitStart { author: Some("A <a@b>".to_owned()), ..CommitStart::default() };
        let counts = |staged, conflicted| GroupCounts { staged, conflicted, ..GroupCounts::default() };
        let of =
            |start: CommitStart, counts, amend| why_not(Some(&Ok(start)), counts, amend).unwrap_or_default();
        assert!(of(known(), counts(0, 0), false).contains("Stage what belongs"));
        assert!(of(known(), counts(1, 2), false).contains("in conflict"));
        assert!(of(CommitStart::default(), counts(1, 0), false).contains("user.email"));
        assert_eq!(of(known(), counts(0, 0), true), "");
        let merge = CommitStart { prepared: Some("Merge".to_owned()), ..known() };
        assert_eq!(of(merge, counts(0, 0), false), "");
        assert_eq!(
            [words(false, 1), words(false, 2), words(true, 2)],
            ["Commit 1 file", "Commit 2 files", "Amend the last commit"]
        );
    }
}
