//! Comments on lines of changes: written beside the lines, shown after them, collected, and sent to a session as one message.

use leptos::{html, prelude::*};

use super::drafts::Drafts;
use crate::{
    error::AppError,
    git::{
        api,
        model::{Comment, Commented, NewComment},
        review::{message, place_in_words},
    },
    ids::{CommentId, ProjectId, SessionId},
    sessions::{api as sessions, model::SessionFilter, store::SessionsStore},
    ui::{Button, Dialog, Empty, IconName, Look, Select, Words, browser, use_call, use_remote, use_toasts},
};

/// The comments of a project that wait; cheap to copy.
#[derive(Clone, Copy)]
pub struct Comments {
    project: ProjectId,
    /// They, in the order they were written.
    pub(super) all: RwSignal<Vec<Comment>>,
    again: RwSignal<u32>,
    /// The one that is being changed.
    edited: RwSignal<Option<Comment>>,
}

impl Comments {
    /// Those of a project, asked for once the page is drawn.
    pub(super) fn new(project: ProjectId) -> Self {
        let (all, again) = (RwSignal::new(Vec::new()), RwSignal::new(0));
        let remote = use_remote(move || {
            again.track();
            api::comments(project)
        });
        Effect::new(move |_| {
            if let Some(Ok(comments)) = remote.value.get() {
                all.set(comments);
            }
        });
        Self { project, all, again, edited: RwSignal::new(None) }
    }

    fn reload(self) {
        self.again.update(|again| *again += 1);
    }
}

/// The field for a new comment on some lines.
#[component]
pub(super) fn Write(
    /// Those that wait.
    comments: Comments,
    /// Where it is kept while it is written.
    drafts: Drafts,
    /// What it is about.
    #[prop(into)]
    about: Signal<Option<Commented>>,
    /// Told when it is kept, or is not to be written after all.
    done: Callback<()>,
) -> impl IntoView {
    let call = use_call();
    let text = RwSignal::new(String::new());
    // Other lines have another text.
    Effect::new(move |_| {
        let about = about.get();
        text.set(about.map(|about| drafts.text(&about)).unwrap_or_default());
    });
    let keep_draft = move |text: &str| {
        if let Some(about) = about.get_untracked() {
            drafts.keep(&about, text);
        }
    };
    let form = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        if let Some(form) = form.get() {
            browser::focus_wanted(&form);
        }
    });
    let keep = move |()| {
        let Some(about) = about.get_untracked() else { return };
        let new = NewComment { about, text: text.get_untracked() };
        call.run(api::comment(comments.project, new), move |_| {
            comments.reload();
            keep_draft("");
            done.run(());
        });
    };
    let give_up = move |()| {
        keep_draft("");
        done.run(());
    };
    view! {
        <form node_ref=form class="comment-form" on:submit=move |event| { event.prevent_default(); keep(()); }>
            <span class="faint sm">{move || about.get().as_ref().map(place_in_words)}</span>
            <TextArea text=text on_input=move |text: String| keep_draft(&text) />
            <div class="row">
                <Button submit=true busy=call.busy disabled=Signal::derive(move || blank(text))>"Keep the comment"</Button>
                <Button look=Look::Quiet on_click=give_up>"Cancel"</Button>
            </div>
        </form>
    }
    .into_any()
}

fn blank(text: RwSignal<String>) -> bool {
    text.with(|text| text.trim().is_empty())
}

#[component]
fn TextArea(
    text: RwSignal<String>,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
) -> impl IntoView {
    let typed = move |typed: String| {
        text.set(typed.clone());
        if let Some(on_input) = on_input {
            on_input.run(typed);
        }
    };
    view! {
        <textarea
            class="input"
            rows="3"
            aria-label="Comment"
            placeholder="What should the agent know about these lines?"
            data-autofocus=""
            prop:value=text
            on:input=move |event| typed(event_target_value(&event))
        ></textarea>
    }
    .into_any()
}

/// One comment with what can be done with it.
#[component]
pub(super) fn Kept(
    /// Those that wait.
    comments: Comments,
    /// It.
    comment: Comment,
    /// Whether its lines are said.
    #[prop(optional)]
    placed: bool,
) -> impl IntoView {
    let (call, id, place) = (use_call(), comment.id, place_in_words(&comment.about));
    let remove =
        move |()| call.run(api::remove_comments(comments.project, vec![id]), move |()| comments.reload());
    let labels = (format!("Edit the comment on {place}"), format!("Remove the comment on {place}"));
    let text = comment.text.clone();
    let edit = move |()| comments.edited.set(Some(comment.clone()));
    view! {
        <article class="comment" aria-label="Comment">
            <div class="grow">
                {placed.then(|| view! { <code class="faint xs">{place}</code> })}
                <p><Words text=text /></p>
            </div>
            <Button look=Look::Quiet icon=IconName::Edit label=labels.0 on_click=edit />
            <Button look=Look::Quiet icon=IconName::Trash label=labels.1 busy=call.busy on_click=remove />
        </article>
    }
    .into_any()
}

/// How many comments wait, with the way to their list, from where they are sent.
#[component]
pub(super) fn Waiting(
    /// Those that wait.
    comments: Comments,
    /// The session beside the panel.
    session: Option<SessionId>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let words = move || match comments.all.with(Vec::len) {
        1 => "1 comment".to_owned(),
        count => format!("{count} comments"),
    };
    view! {
        <Show when=move || comments.all.with(|all| !all.is_empty())>
            <Button class="chip-btn" on_click=move |()| open.set(true)>{words}</Button>
        </Show>
        <Dialog open=open title="Comments" wide=true>
            <List comments=comments session=session open=open />
        </Dialog>
        <Edit comments=comments />
    }
    .into_any()
}

/// The dialog in which a comment gets another text.
#[component]
fn Edit(comments: Comments) -> impl IntoView {
    let (open, text, call) = (RwSignal::new(false), RwSignal::new(String::new()), use_call());
    Effect::new(move |_| {
        if let Some(comment) = comments.edited.get() {
            text.set(comment.text);
            open.set(true);
        }
    });
    let save = move |()| {
        let Some(comment) = comments.edited.get_untracked() else { return };
        call.run(api::edit_comment(comments.project, comment.id, text.get_untracked()), move |()| {
            comments.reload();
            open.set(false);
        });
    };
    view! {
        <Dialog open=open title="Edit the comment">
            <TextArea text=text />
            <footer class="dialog-acts">
                <Button look=Look::Quiet on_click=move |()| open.set(false)>"Cancel"</Button>
                <Button look=Look::Primary busy=call.busy disabled=Signal::derive(move || blank(text)) on_click=save>"Save"</Button>
            </footer>
        </Dialog>
    }
    .into_any()
}

/// Every comment, and the choice of the session that gets them.
#[component]
fn List(comments: Comments, session: Option<SessionId>, open: RwSignal<bool>) -> impl IntoView {
    let (call, toasts) = (use_call(), use_toasts());
    let chosen = RwSignal::new(session.map(|id| id.to_string()).unwrap_or_default());
    let filter = SessionFilter { project_id: Some(comments.project), ..SessionFilter::default() };
    let sessions = use_remote(move || sessions::list(filter.clone()));
    let store = expect_context::<SessionsStore>();
    let options = Signal::derive(move || {
        let all = sessions.value.with(|all| all.as_ref().and_then(|all| all.as_ref().ok().cloned()));
        let mut all: Vec<(SessionId, String)> =
            all.unwrap_or_default().into_iter().map(|card| (card.id, card.name)).collect();
        // The one beside the panel may be of another place: it works in a worktree.
        if let Some(own) = session.filter(|own| all.iter().all(|(id, _)| id != own)) {
            let card = store.card(own).map(|card| card.with(|card| card.name.clone()));
            all.insert(0, (own, card.unwrap_or_else(|| "This session".to_owned())));
        }
        all.into_iter().map(|(id, name)| (id.to_string(), name)).collect::<Vec<_>>()
    });
    // Without one beside it the latest is offered.
    Effect::new(move |_| {
        let first = options.with(|all| all.first().map(|(id, _)| id.clone()));
        if let Some(first) = first.filter(|_| chosen.with_untracked(String::is_empty)) {
            chosen.set(first);
        }
    });
    let send = move |()| {
        let Ok(to) = chosen.get_untracked().parse::<SessionId>() else { return };
        let all = comments.all.get_untracked();
        call.run(sent(comments.project, to, all), move |name: String| {
            comments.reload();
            open.set(false);
            toasts.say(format!("The comments are with {name}."));
        });
    };
    let rows = move || {
        let all = comments.all.get();
        if all.is_empty() {
            return view! { <Empty icon=IconName::Check title="No comments" text="Choose lines of a change to write one." /> }
                .into_any();
        }
        all.into_iter()
            .map(|comment| view! { <Kept comments=comments comment=comment placed=true /> })
            .collect_view()
            .into_any()
    };
    let nobody = move || options.with(Vec::is_empty);
    view! {
        <div class="comments">{rows}</div>
        <Show when=nobody>
            <p class="faint sm">"The project has no session to send them to."</p>
        </Show>
        <footer class="dialog-acts">
            <Show when=move || !nobody()>
                <Select value=chosen options=options on_change=move |id| chosen.set(id) label="Session" />
            </Show>
            <Button
                look=Look::Primary
                icon=IconName::Send
                busy=call.busy
                disabled=Signal::derive(move || nobody() || comments.all.with(Vec::is_empty))
                on_click=send
            >
                "Send to the agent"
            </Button>
        </footer>
    }
    .into_any()
}

/// Sends all comments as one message, then forgets them; the name of the session.
async fn sent(project: ProjectId, to: SessionId, all: Vec<Comment>) -> Result<String, AppError> {
    let ids: Vec<CommentId> = all.iter().map(|comment| comment.id).collect();
    let message = message(&all).ok_or_else(|| AppError::not_found("comment"))?;
    let card = sessions::send(to, message).await?;
    api::remove_comments(project, ids).await?;
    Ok(card.name)
}
