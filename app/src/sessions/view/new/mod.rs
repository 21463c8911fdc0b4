//! The page that starts a session: where, what to do, and how.

mod form;
mod how;
mod project;
mod prompt;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use self::{
    form::Choices,
    how::How,
    project::{ProjectNote, ProjectPicker},
    prompt::Prompt,
};
use super::{
    bypass::BypassDialog,
    images::{Browse, Images},
};
use crate::{
    boot::Boot,
    git::view::BranchField,
    ids::ProjectId,
    layout::{BackLink, PageTitle},
    projects::store::ProjectsStore,
    sessions::{
        model::{PROMPT_MAX, PermissionMode},
        store::SessionsStore,
    },
    ui::{Button, ButtonLink, Call, Check, Empty, Field, Icon, IconName, Look, use_call},
    worktrees::view::WorktreeField,
};

/// The page of `/new`.
#[component]
pub fn NewSession() -> impl IntoView {
    let projects = expect_context::<ProjectsStore>();
    let none = Memo::new(move |_| projects.all.with(|all| all.iter().all(|one| one.archived)));
    view! {
        <PageTitle name="New session" />
        <main class="main">
            <header class="bar">
                <BackLink href="/sessions" />
                <h1 class="grow">"New session"</h1>
            </header>
            <div class="scroll">
                {move || {
                    if none.get() {
                        view! {
                            <Empty icon=IconName::Folder title="First, a project" text="An agent works in a directory. Add the one it shall work in, and come back.">
                                <ButtonLink href="/projects" look=Look::Primary icon=IconName::Plus>"Add a project"</ButtonLink>
                            </Empty>
                        }
                            .into_any()
                    } else {
                        view! { <Form /> }.into_any()
                    }
                }}
            </div>
        </main>
    }
}

#[component]
fn Form() -> impl IntoView {
    let projects = expect_context::<ProjectsStore>();
    let query = use_query_map();
    let asked = query.with_untracked(|query| query.get("project")?.parse::<ProjectId>().ok());
    let first = projects.all.with_untracked(|all| all.iter().find(|one| !one.archived).map(|one| one.id));
    let choices = Choices::new(asked.or(first));
    let images = Images::none();
    let call = use_call().inline();
    let navigate = StoredValue::new(use_navigate());
    let bypass = RwSignal::new(false);
    let models = expect_context::<SessionsStore>().models;
    Effect::new(move |_| choices.recall(asked.is_some(), projects, &models.read_untracked()));
    let project = Memo::new(move |_| choices.project.get().and_then(|id| projects.get(id)));
    let words = Memo::new(move |_| {
        let name = choices.name.get();
        if name.trim().is_empty() { choices.prompt.get() } else { name }
    });
    let untrusted =
        Memo::new(move |_| project.with(|one| one.as_ref().is_some_and(|one| one.trust.is_none())));
    let problem = Memo::new(move |_| project.with(|one| one.as_ref().and_then(|one| one.problem.clone())));
    let too_long = Memo::new(move |_| choices.prompt.with(|text| text.len() > PROMPT_MAX));
    let unseen = Memo::new(move |_| choices.terminal.get() && !images.is_empty());
    let ready = Memo::new(move |_| {
        project.with(Option::is_some)
            && !untrusted.get()
            && problem.with(Option::is_none)
            && !too_long.get()
            && !unseen.get()
            // A terminal may as well wait at its prompt.
            && (choices.terminal.get() || choices.prompt.with(|text| !text.trim().is_empty()))
    });
    let start = move || {
        let needs_word = choices.mode.get_untracked() == PermissionMode::BypassPermissions.as_str();
        if !ready.get_untracked() {
            return;
        }
        if needs_word && choices.confirm.with_untracked(Option::is_none) {
            bypass.set(true);
            return;
        }
        let Some(new) = choices.start(images) else { return };
        choices.remember();
        call.run(choices.begin(new), move |session| {
            navigate.with_value(|navigate| {
                navigate(&format!("/sessions/{}", session.id), NavigateOptions::default())
            });
        });
    };
    let confirmed = Callback::new(move |typed: String| {
        choices.confirm.set(Some(typed));
        start();
    });
    let name = Signal::derive(move || {
        project.with(|one| one.as_ref().map(|one| one.name.clone()).unwrap_or_default())
    });
    view! {
        <form
            class="page new-session"
            on:submit=move |event: leptos::ev::SubmitEvent| {
                event.prevent_default();
                start();
            }
        >
            <SignInNote />
            <Field label="Project">
                <ProjectPicker choices=choices />
            </Field>
            <ProjectNote project=project />
            <Show when=move || !choices.worktree.on.get()>
                <BranchField project=project chosen=choices.branch />
            </Show>
            <WorktreeField project=project wish=choices.worktree words=words />
            <Prompt choices=choices images=images send=Callback::new(move |()| start()) />
            <Check
                value=choices.stays
                words="Start as persistent session"
                about="Stays live after a turn, until it is closed. Otherwise it completes by itself when nothing more is said."
            />
            <Check
                value=choices.terminal
                words="In a terminal"
                about="Claude Code's own interface instead of the chat. It stays live until it is closed, and can be given back to the chat."
            />
            <How choices=choices project=project />
            <footer class="new-acts">
                {move || {
                    let refused = call.error.get().map(|error| error.message);
                    let long = too_long.get().then(|| "A prompt may have 1 MB at most.".to_owned());
                    let images = unseen.get().then(|| "A terminal takes no images: leave them out, or start it as a chat.".to_owned());
                    long.or(images).or(refused).map(|why| view! { <p class="field-error" role="alert">{why}</p> })
                }}
                <Browse images=images id="new-files" />
                <span class="grow"></span>
                <StartButton call=call ready=ready />
            </footer>
        </form>
        <BypassDialog open=bypass project=name confirmed=confirmed />
    }
}

/// The button that starts it.
#[component]
fn StartButton(
    /// What it waits for.
    call: Call,
    /// Whether it can be started.
    ready: Memo<bool>,
) -> impl IntoView {
    view! {
        <Button look=Look::Primary icon=IconName::Play key="Ctrl ↵" submit=true busy=call.busy disabled=Signal::derive(move || !ready.get())>
            "Start"
        </Button>
    }
}

/// What the agent's binary or account is missing, if anything.
#[component]
fn SignInNote() -> impl IntoView {
    with_context::<Boot, _>(|boot| boot.claude.problem.clone()).flatten().map(|problem| {
        view! {
            <p class="note waiting">
                <Icon name=IconName::Warning />
                <span>{problem}</span>
            </p>
        }
    })
}
