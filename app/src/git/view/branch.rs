//! The choice of a branch in a form: what is there, what only a remote has, or a new one. Only chooses: the form checks it out.

use leptos::{ev::KeyboardEvent, html, prelude::*};

use super::parts::count_in_words;
use crate::{
    git::{
        api,
        model::{Branch, Branches, SwitchBranch},
        offers::{Offer, What, offers},
    },
    ids::ProjectId,
    projects::model::Project,
    ui::{Chip, Dialog, Icon, IconName, RelativeTime, TextInput, browser, use_remote},
};

/// The row of a form: the branch that the directory will be on. There is none outside a repository.
#[component]
pub fn BranchField(
    /// Whose branches.
    project: Memo<Option<Project>>,
    /// What is to be checked out; none while it stays as it is.
    chosen: RwSignal<Option<SwitchBranch>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let usable = Memo::new(move |_| {
        let project = project.get()?;
        project
            .git
            .filter(|_| project.trust.is_some() && project.problem.is_none())
            .map(|git| (project.id, git))
    });
    let name = Signal::derive(move || {
        let current = || usable.get().map(|(_, git)| git.branch);
        chosen.get().map(|to| to.name).or_else(current).unwrap_or_default()
    });
    let makes = move || chosen.with(|to| to.as_ref().is_some_and(|to| to.create));
    let note = move || {
        let dirty = usable.get().is_some_and(|(_, git)| git.dirty);
        chosen.get().map(|to| note(&to, dirty))
    };
    view! {
        <Show when=move || usable.with(Option::is_some)>
            <div class="field branch-field">
                <span class="field-label" id="branch-label">"Branch"</span>
                <button
                    type="button"
                    class="input select branch-choice"
                    aria-haspopup="dialog"
                    aria-labelledby="branch-label branch-name"
                    on:click=move |_| open.set(true)
                >
                    <Icon name=IconName::Branch />
                    <span class="clip mono" id="branch-name" title=name>{name}</span>
                    <Show when=makes><Chip>"New"</Chip></Show>
                </button>
                {move || note().map(|note| view! { <p class="field-hint">{note}</p> })}
            </div>
        </Show>
        <Dialog open=open title="Branch">
            {move || {
                usable
                    .get_untracked()
                    .map(|(id, _)| view! { <Choose id=id chosen=chosen open=open /> })
            }}
        </Dialog>
    }
    .into_any()
}

/// What the choice means for the directory, before it is made so.
fn note(to: &SwitchBranch, dirty: bool) -> String {
    let done = match &to.from {
        Some(from) if to.create => format!("Is made from {from} when the session starts."),
        _ if to.create => "Is made when the session starts.".to_owned(),
        _ => "Is checked out when the session starts.".to_owned(),
    };
    let along = if dirty { " Changes that are not committed come along, or it is refused." } else { "" };
    done + along
}

/// A search over the branches, with the list below; a line that is chosen closes the dialog.
#[component]
fn Choose(id: ProjectId, chosen: RwSignal<Option<SwitchBranch>>, open: RwSignal<bool>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let found = use_remote(move || api::branches(id));
    let list = NodeRef::<html::Div>::new();
    let choose = Callback::new(move |to: SwitchBranch| {
        let stays = found.value.with_untracked(
            |found| matches!(found, Some(Ok(found)) if !to.create && found.head.as_deref() == Some(&to.name)),
        );
        chosen.set(Some(to).filter(|_| !stays));
        open.set(false);
    });
    let search = move |event: KeyboardEvent| {
        // It would start the session.
        if event.key() == "Enter" {
            event.prevent_default();
            let meant = found.value.with_untracked(|found| {
                let found = found.as_ref()?.as_ref().ok()?;
                typed.with_untracked(|typed| offers(found, typed).meant(typed))
            });
            match (meant, list.get_untracked()) {
                (Some(to), _) => choose.run(to),
                (None, Some(list)) => browser::focus_item(&list, browser::Step::Next),
                (None, None) => {}
            }
        }
    };
    let keys = move |event: KeyboardEvent| {
        browser::step_by_key(&event, list.get_untracked(), &browser::DOWN_AND_UP);
    };
    let head = move || found.value.with(|found| found.as_ref()?.as_ref().ok()?.head.clone());
    let taken = Signal::derive(move || chosen.get().map(|to| to.name).or_else(head));
    view! {
        <div class="paths" on:keydown=keys>
            <div on:keydown=search>
                <TextInput value=typed mono=true autofocus=true label="Search, or name a new branch" placeholder="Search, or name a new branch" />
            </div>
            <div class="path-list branch-list" node_ref=list>
                {found.show("Loading the branches", 4, move |found| view! { <Lines found=found typed=typed taken=taken choose=choose /> })}
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Lines(
    found: Branches,
    typed: RwSignal<String>,
    taken: Signal<Option<String>>,
    choose: Callback<SwitchBranch>,
) -> impl IntoView {
    let found = StoredValue::new(found);
    let all = Memo::new(move |_| found.with_value(|found| typed.with(|typed| offers(found, typed))));
    let line = move |offer: Offer| {
        let (name, to) = (offer.to.name.clone(), offer.to);
        let on = Signal::derive(move || taken.with(|taken| taken.as_ref() == Some(&name)));
        view! { <Line name=to.name.clone() what=offer.what on=on on_click=move |()| choose.run(to.clone()) /> }
    };
    let group = move |kind: fn(&What) -> bool| {
        let lines = all.get().lines.into_iter().filter(|offer| kind(&offer.what));
        lines.map(line).collect_view()
    };
    let any_remote = Memo::new(move |_| all.with(|all| all.lines.iter().any(|one| one.what == What::Remote)));
    let note = move || {
        let words = all.with(|all| match (all.lines.len(), all.hidden) {
            (0, _) => Some("No branch has a commit yet.".to_owned()),
            (_, 0) => None,
            (_, hidden) => Some(format!("{hidden} more. Type to find one.")),
        });
        words.map(|words| view! { <p class="faint sm branch-note">{words}</p> })
    };
    view! {
        {move || group(|what| !matches!(what, What::Remote | What::New(_) | What::LeftOut))}
        <Show when=move || any_remote.get()>
            <p class="menu-label label">"Only on a remote"</p>
        </Show>
        {move || group(|what| *what == What::Remote)}
        {move || group(|what| matches!(what, What::New(_) | What::LeftOut))}
        {note}
    }
    .into_any()
}

#[component]
fn Line(name: String, what: What, on: Signal<bool>, #[prop(into)] on_click: Callback<()>) -> impl IntoView {
    let icon = if matches!(what, What::New(_)) { IconName::Plus } else { IconName::Branch };
    let subject = match &what {
        What::Local(branch) => Some(branch.subject.clone()),
        _ => None,
    };
    let words = match &what {
        What::Local(_) | What::Remote => view! { <span class="mono">{name}</span> }.into_any(),
        What::LeftOut => view! { "Check out “"<span class="mono">{name}</span>"”" }.into_any(),
        What::New(from) => {
            let from = from.clone().map(|from| view! { " from "<span class="mono">{from}</span> });
            view! { "Create branch “"<span class="mono">{name}</span>"”"{from} }.into_any()
        }
    };
    let about = match what {
        What::Local(branch) => Some(view! { <About branch=branch /> }),
        _ => None,
    };
    view! {
        <button type="button" class="path-item branch-item" aria-pressed=move || on.get().then_some("true") on:click=move |_| on_click.run(())>
            <Icon name=icon />
            <span class="stack-tight grow">
                <span class="branch-name">{words}</span>
                {subject.map(|subject| view! { <span class="clip faint xs">{subject}</span> })}
            </span>
            {about}
            <Show when=move || on.get()><Icon name=IconName::Check /></Show>
        </button>
    }
    .into_any()
}

/// What stands at the end of a branch's line.
#[component]
fn About(branch: Branch) -> impl IntoView {
    let mark = match (branch.current, branch.default) {
        (true, _) => Some("Current"),
        (false, true) => Some("Default"),
        _ => None,
    };
    let unpushed = branch.unpushed.filter(|count| *count > 0);
    view! {
        <span class="branch-about faint xs">
            <span class="row">
                {mark.map(|mark| view! { <Chip>{mark}</Chip> })}
                <RelativeTime at=branch.at ago=true />
            </span>
            {unpushed.map(|count| view! { <span class="num">{count_in_words(count)}" not pushed"</span> })}
        </span>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_says_what_comes_of_it() {
        let to = SwitchBranch { name: "x".to_owned(), create: true, from: Some("main".to_owned()) };
        assert_eq!(note(&to, false), "Is made from main when the session starts.");
        let to = SwitchBranch { create: false, ..to };
        assert!(note(&to, true).starts_with("Is checked out when the session starts. Changes"));
    }
}
