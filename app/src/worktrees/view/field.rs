//! The part of a form that wishes for a new worktree: whether, the name of its branch, and where that starts. Only chooses: the
//! engine makes it when the session starts.

use leptos::prelude::*;

use crate::{
    git::{self, model::Branches},
    ids::ProjectId,
    projects::model::Project,
    ui::{Check, Field, Select, use_remote},
    worktrees::model::{InWorktree, branch_of},
};

/// What is wished for; cheap to copy.
#[derive(Clone, Copy)]
pub struct WorktreeWish {
    /// Whether a worktree is.
    pub on: RwSignal<bool>,
    branch: RwSignal<String>,
    base: RwSignal<String>,
}

impl WorktreeWish {
    /// None, until it is asked for.
    #[must_use]
    pub fn none() -> Self {
        Self { on: RwSignal::new(false), branch: RwSignal::default(), base: RwSignal::default() }
    }

    /// Forgets what was chosen, such as for another project.
    pub fn clear(self) {
        self.on.set(false);
        self.branch.set(String::new());
        self.base.set(String::new());
    }

    /// The wish as the engine takes it.
    #[must_use]
    pub fn get(self) -> Option<InWorktree> {
        let given = |text: RwSignal<String>| {
            Some(text.get_untracked().trim().to_owned()).filter(|text| !text.is_empty())
        };
        let wish = || InWorktree { id: None, branch: given(self.branch), base: given(self.base) };
        self.on.get_untracked().then(wish)
    }
}

/// The rows of the form. There are none outside a repository.
#[component]
pub fn WorktreeField(
    /// Of which project.
    project: Memo<Option<Project>>,
    /// What is wished for.
    wish: WorktreeWish,
    /// What the branch is named by if nobody names it.
    words: Memo<String>,
) -> impl IntoView {
    let usable = Memo::new(move |_| {
        let fits = |one: &Project| one.git.is_some() && one.trust.is_some() && one.problem.is_none();
        project.with(|one| one.as_ref().filter(|one| fits(one)).map(|one| one.id))
    });
    let open = move || usable.get().filter(|_| wish.on.get());
    view! {
        <Show when=move || usable.with(Option::is_some)>
            <Check
                value=wish.on
                words="In a worktree of its own"
                about="A directory beside the project, with a branch of its own: sessions keep out of each other's way."
            />
        </Show>
        {move || open().map(|id| view! { <Names id=id wish=wish words=words /> })}
    }
}

/// The new branch, and the one it starts from.
#[component]
fn Names(id: ProjectId, wish: WorktreeWish, words: Memo<String>) -> impl IntoView {
    let found = use_remote(move || git::api::branches(id));
    let bases = Signal::derive(move || {
        found.value.with(|found| match found {
            Some(Ok(found)) => bases(found),
            _ => vec![(String::new(), "The default branch".to_owned())],
        })
    });
    let named = Memo::new(move |_| branch_of(&words.get()));
    view! {
        <div class="how worktree-names">
            <Field label="New branch">
                <input
                    type="text"
                    class="input mono"
                    placeholder=named
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    prop:value=wish.branch
                    on:input=move |event| wish.branch.set(event_target_value(&event))
                />
            </Field>
            <Field label="Starts from">
                <Select value=wish.base options=bases on_change=move |base| wish.base.set(base) />
            </Field>
        </div>
    }
    .into_any()
}

/// The branches to start from: the default one, the current one, then the others.
fn bases(found: &Branches) -> Vec<(String, String)> {
    let default = found.branches.iter().find(|branch| branch.default).map(|branch| branch.name.as_str());
    let first = default.or(found.head.as_deref()).unwrap_or_default();
    let words = |name: &str| match () {
        () if Some(name) == default => format!("{name} (default)"),
        () if Some(name) == found.head.as_deref() => format!("{name} (current)"),
        () => name.to_owned(),
    };
    let names = found.branches.iter().map(|branch| branch.name.as_str());
    let others = names.chain(found.remote_only.iter().map(String::as_str)).filter(|name| *name != first);
    let value = |name: &str| (name.to_owned(), words(name));
    std::iter::once((String::new(), words(first))).chain(others.map(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::model::Branch;

    #[test]
    fn the_default_branch_is_taken_unless_another_is_chosen() {
        let branch = |name: &str, default| Branch { name: name.to_owned(), default, ..Branch::default() };
        let found = Branches {
            branches: vec![branch("main", true), branch("here", false), branch("old", false)],
            head: Some("here".to_owned()),
            remote_only: vec!["far".to_owned()],
            more: 0,
        };
        let of = |found: &Branches| {
            bases(found).into_iter().map(|(value, words)| format!("{value}: {words}")).collect::<Vec<_>>()
        };
        assert_eq!(of(&found), [": main (default)", "here: here (current)", "old: old", "far: far"]);
        let found = Branches { branches: vec![branch("here", false)], ..found };
        assert_eq!(of(&found), [": here (current)", "far: far"]);
    }
}
