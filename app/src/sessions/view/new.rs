//! The form that starts a session: where, what to do, and how. The last choices are remembered in this browser, except the
//! one that lets an agent do everything.

use leptos::{ev::KeyboardEvent, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    bypass::BypassDialog,
    choices::effort_words,
    images::{Browse, Images, Previews},
};
use crate::{
    boot::Boot,
    error::AppError,
    git::{self, model::SwitchBranch, view::BranchField},
    ids::ProjectId,
    layout::{BackLink, PageTitle},
    projects::{model::Project, store::ProjectsStore},
    sessions::{
        api,
        model::{
            Effort, Mode, Model, NAME_MAX, NewSession as Start, PROMPT_MAX, PermissionMode, Session, Surface,
        },
        store::SessionsStore,
    },
    ui::{
        Button, ButtonLink, Call, Check, Empty, Field, Icon, IconName, Look, Select, TextInput, browser,
        use_call,
    },
};

const KEY: &str = "roost.new";

/// The choices of the form; cheap to copy.
#[derive(Clone, Copy)]
struct Choices {
    project: RwSignal<Option<ProjectId>>,
    branch: RwSignal<Option<SwitchBranch>>,
    prompt: RwSignal<String>,
    name: RwSignal<String>,
    stays: RwSignal<bool>,
    terminal: RwSignal<bool>,
    model: RwSignal<String>,
    other: RwSignal<String>,
    effort: RwSignal<String>,
    mode: RwSignal<String>,
    confirm: RwSignal<Option<String>>,
}

/// The value of the model list that opens a field for any name.
const OTHER: &str = "other";

impl Choices {
    fn new(project: Option<ProjectId>) -> Self {
        Self {
            project: RwSignal::new(project),
            branch: RwSignal::new(None),
            prompt: RwSignal::new(String::new()),
            name: RwSignal::new(String::new()),
            stays: RwSignal::new(false),
            terminal: RwSignal::new(false),
            model: RwSignal::new(Model::DEFAULT.to_owned()),
            other: RwSignal::new(String::new()),
            effort: RwSignal::new(String::new()),
            mode: RwSignal::new(PermissionMode::Default.as_str().to_owned()),
            confirm: RwSignal::new(None),
        }
    }

    /// Puts back what was chosen last: five lines of text.
    fn recall(self, asked: bool, projects: ProjectsStore, models: &[Model]) {
        let Some(kept) = browser::recall(KEY) else { return };
        let mut lines = kept.lines();
        let project = lines.next().and_then(|id| id.parse().ok());
        let known = project.is_some_and(|id| {
            projects.all.with_untracked(|all| all.iter().any(|one| one.id == id && !one.archived))
        });
        if !asked && known {
            self.project.set(project);
        }
        self.stays.set(lines.next() == Some("session"));
        for (line, field) in lines.zip([self.model, self.other, self.effort, self.mode]) {
            field.set(line.to_owned());
        }
        self.settle(models);
    }

    /// Takes back what is not offered, or not any more.
    fn settle(self, models: &[Model]) {
        let chosen = self.model.get_untracked();
        let model = models.iter().find(|one| one.value == chosen);
        if model.is_none() && chosen != OTHER {
            self.model.set(Model::DEFAULT.to_owned());
        }
        let effort = Effort::parse(&self.effort.get_untracked());
        if effort.is_none_or(|effort| model.is_some_and(|model| !model.takes(effort))) {
            self.effort.set(String::new());
        }
    }

    fn remember(self) {
        let mode = self.mode.get_untracked();
        let mode = if mode == PermissionMode::BypassPermissions.as_str() {
            PermissionMode::Default.as_str()
        } else {
            &mode
        };
        let lines = [
            self.project.get_untracked().map(|id| id.to_string()).unwrap_or_default(),
            if self.stays.get_untracked() { "session" } else { "job" }.to_owned(),
            self.model.get_untracked(),
            self.other.get_untracked(),
            self.effort.get_untracked(),
            mode.to_owned(),
        ];
        browser::remember(KEY, Some(&lines.join("\n")));
    }

    fn start(self, images: Images) -> Option<Start> {
        let model = match self.model.get_untracked().as_str() {
            Model::DEFAULT => None,
            OTHER => Some(self.other.get_untracked().trim().to_owned()).filter(|name| !name.is_empty()),
            name => Some(name.to_owned()),
        };
        Some(Start {
            project_id: self.project.get_untracked()?,
            prompt: self.prompt.get_untracked(),
            mode: if self.stays.get_untracked() { Mode::Session } else { Mode::Job },
            surface: if self.terminal.get_untracked() { Surface::Tui } else { Surface::Chat },
            model,
            effort: Effort::parse(&self.effort.get_untracked()),
            permission_mode: PermissionMode::parse(&self.mode.get_untracked()),
            confirm: self.confirm.get_untracked(),
            images: images.to_send(),
            name: Some(self.name.get_untracked().trim().to_owned()).filter(|name| !name.is_empty()),
        })
    }

    /// Checks the branch out that was chosen, and starts the session on it.
    async fn begin(self, new: Start) -> Result<Session, AppError> {
        if let Some(to) = self.branch.get_untracked() {
            git::api::switch_branch(new.project_id, to).await?;
            // It is there now, whatever becomes of the session.
            self.branch.try_set(None);
        }
        api::create(new).await
    }
}

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
            <BranchField project=project chosen=choices.branch />
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

#[component]
fn ProjectPicker(choices: Choices) -> impl IntoView {
    let projects = expect_context::<ProjectsStore>();
    let options = Signal::derive(move || {
        projects.all.with(|all| {
            all.iter()
                .filter(|one| !one.archived)
                .map(|one| (one.id.to_string(), one.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let value = Signal::derive(move || choices.project.get().map(|id| id.to_string()).unwrap_or_default());
    let change = Callback::new(move |id: String| {
        choices.project.set(id.parse().ok());
        // A branch and consent are of one project only.
        choices.branch.set(None);
        choices.confirm.set(None);
    });
    view! { <Select value=value options=options on_change=change label="Project" /> }
}

/// What is in the way in this directory, or where it is.
#[component]
fn ProjectNote(project: Memo<Option<Project>>) -> impl IntoView {
    move || {
        project.get().map(|project| {
            let id = project.id;
            match (project.problem, project.trust) {
                (Some(problem), _) => view! {
                    <p class="note failed"><Icon name=IconName::Warning /><span>{problem}</span></p>
                }
                .into_any(),
                (None, None) => view! {
                    <p class="note waiting">
                        <Icon name=IconName::Shield />
                        <span class="grow">"Nothing starts in this directory before you trust it: its hooks and servers would run."</span>
                        <ButtonLink href=format!("/projects/{id}")>"See and trust"</ButtonLink>
                    </p>
                }
                .into_any(),
                (None, Some(_)) => {
                    let dirty = project.git.is_some_and(|git| git.dirty).then_some(" · changed files");
                    view! { <p class="faint xs clip project-path"><code>{project.path}</code>{dirty}</p> }.into_any()
                }
            }
        })
    }
}

/// The prompt, with its images.
#[component]
fn Prompt(
    choices: Choices,
    images: Images,
    /// Starts the session.
    send: Callback<()>,
) -> impl IntoView {
    let field = NodeRef::<html::Textarea>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get()
            && browser::fine_pointer()
        {
            let _ = field.focus();
        }
    });
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send.run(());
        }
    };
    view! {
        <div
            class="stack prompt-field"
            class:dragged=images.dragged
            on:dragover=move |event| images.drag(&event)
            on:dragleave=move |_| images.dragged.set(false)
            on:drop=move |event| images.drop(&event)
        >
            <Field label="What is to be done?">
                <textarea
                    class="input prompt-text"
                    rows="7"
                    node_ref=field
                    placeholder="Describe the task. Drop or paste images to show what you mean."
                    prop:value=choices.prompt
                    on:input=move |event| choices.prompt.set(event_target_value(&event))
                    on:keydown=keys
                    on:paste=move |event| {
                        if images.take(&event) {
                            event.prevent_default();
                        }
                    }
                ></textarea>
            </Field>
            <Previews images=images />
        </div>
    }
}

/// Model, effort, permissions and name.
#[component]
fn How(choices: Choices, project: Memo<Option<Project>>) -> impl IntoView {
    let pair = |(key, words): (&str, &str)| (key.to_owned(), words.to_owned());
    let models = expect_context::<SessionsStore>().models;
    let names = Signal::derive(move || {
        let known = models.get().into_iter().map(|model| (model.value, model.name));
        known.chain([pair((OTHER, "Another…"))]).collect::<Vec<_>>()
    });
    let chosen = Memo::new(move |_| {
        choices.model.with(|value| models.with(|all| all.iter().find(|one| one.value == *value).cloned()))
    });
    let choose = move |model| {
        choices.model.set(model);
        choices.settle(&models.read_untracked());
    };
    let about = Signal::derive(move || chosen.get().map(|model| model.about).unwrap_or_default());
    let efforts = Signal::derive(move || {
        let taken =
            |effort: &&Effort| chosen.with(|model| model.as_ref().is_none_or(|model| model.takes(**effort)));
        let words =
            Effort::ALL.iter().filter(taken).map(|effort| pair((effort.as_str(), effort_words(*effort))));
        std::iter::once(pair(("", "The model's own"))).chain(words).collect::<Vec<_>>()
    });
    let allowed = Memo::new(move |_| project.with(|one| one.as_ref().is_some_and(|one| one.bypass_allowed)));
    let modes = Signal::derive(move || {
        let offered = |mode: &&PermissionMode| allowed.get() || **mode != PermissionMode::BypassPermissions;
        PermissionMode::ALL
            .iter()
            .filter(offered)
            .map(|mode| pair((mode.as_str(), mode.words())))
            .collect::<Vec<_>>()
    });
    view! {
        <div class="how">
            <Field label="Model">
                <Select value=choices.model options=names on_change=choose />
            </Field>
            <Field label="Effort">
                <Select value=choices.effort options=efforts on_change=move |effort| choices.effort.set(effort) />
            </Field>
            <Field label="Permissions">
                <Select
                    value=choices.mode
                    options=modes
                    on_change=move |mode| {
                        choices.mode.set(mode);
                        choices.confirm.set(None);
                    }
                />
            </Field>
            <Show when=move || about.with(|about| !about.is_empty())>
                <p class="field-hint">{about}</p>
            </Show>
            <Show when=move || choices.model.with(|model| model == OTHER)>
                <Field label="Name of the model">
                    <TextInput value=choices.other mono=true placeholder="claude-opus-5-5" />
                </Field>
            </Show>
        </div>
        <Field label="Name (optional)">
            <input
                type="text"
                class="input"
                placeholder="The first words of the prompt"
                maxlength=NAME_MAX.to_string()
                autocomplete="off"
                prop:value=choices.name
                on:input=move |event| choices.name.set(event_target_value(&event))
            />
        </Field>
    }
}
