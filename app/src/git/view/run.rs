//! A run of git as the page follows it: what it prints, how it ended, and what may be wanted next. Never decides what git does.

use std::time::Duration;

use leptos::prelude::*;

use crate::{
    git::{
        model::run::{Command, Printed, Run, RunEnd},
        run_api,
    },
    ids::ProjectId,
    ui::{Button, Call, Hear, Icon, IconName, Listening, Look, Words, use_call, use_remote},
};

/// Where git is told something, and what came of the last time.
#[derive(Clone, Copy)]
pub struct Desk {
    project: ProjectId,
    run: RwSignal<Option<Run>>,
    printed: RwSignal<Vec<Printed>>,
    listening: StoredValue<Option<Listening>, LocalStorage>,
    call: Call,
    /// Told when a run has ended, and whether git did all of it.
    on_end: Callback<(Command, bool)>,
}

/// A desk for the project; it finds a run that is under way or has failed.
#[must_use]
pub fn use_desk(project: ProjectId, on_end: Callback<(Command, bool)>) -> Desk {
    let listening = StoredValue::new_local(None);
    let desk = Desk {
        project,
        run: RwSignal::new(None),
        printed: RwSignal::default(),
        listening,
        call: use_call(),
        on_end,
    };
    let last = use_remote(move || run_api::last_run(project));
    Effect::new(move |_| {
        if let Some(Ok(last)) = last.value.get()
            && desk.run.with_untracked(Option::is_none)
            && let Some(run) = last.run.filter(|run| run.end.as_ref().is_none_or(|end| !end.ok))
        {
            desk.follow(run);
        }
    });
    on_cleanup(move || {
        let _ = listening.try_set_value(None);
    });
    desk
}

impl Desk {
    /// Whose.
    #[must_use]
    pub fn project(self) -> ProjectId {
        self.project
    }

    /// Tells git to do it.
    pub fn start(self, command: Command) {
        self.call.run(run_api::start_run(self.project, command), move |run| self.follow(run));
    }

    /// Whether git is at work, or about to be.
    #[must_use]
    pub fn busy(self) -> Signal<bool> {
        let under_way = move || self.run.with(|run| run.as_ref().is_some_and(|run| run.end.is_none()));
        Signal::derive(move || self.call.busy.get() || under_way())
    }

    /// The page that opens a pull request of what was pushed last.
    #[must_use]
    pub fn pull_request(self) -> Signal<Option<String>> {
        let page = move |run: &Option<Run>| run.as_ref()?.end.as_ref()?.pull_request.clone();
        Signal::derive(move || self.run.with(page))
    }

    fn follow(self, run: Run) {
        let address = format!("/api/v1/projects/{}/git/runs/{}/stream", self.project, run.id);
        // One that had ended before is shown, and nothing has changed because of it.
        let fresh = run.end.is_none();
        self.printed.set(Vec::new());
        self.run.set(Some(run));
        let hears: Vec<(&'static str, Hear)> = vec![
            ("open", Box::new(move |_| self.printed.set(Vec::new()))),
            (
                "printed",
                Box::new(move |line| {
                    if let Ok(line) = serde_json::from_str::<Printed>(&line) {
                        self.hear(line);
                    }
                }),
            ),
            (
                "end",
                Box::new(move |end| {
                    if let Ok(end) = serde_json::from_str::<RunEnd>(&end) {
                        self.end(end, fresh);
                    }
                }),
            ),
        ];
        // The server forgot it: it was started anew.
        let broken = move || self.run.set(None);
        self.listening.set_value(Some(Listening::to(&address, hears, broken)));
    }

    fn hear(self, line: Printed) {
        self.printed.update(|all| {
            if all.last().is_some_and(|last| last.passing) {
                all.pop();
            }
            all.push(line);
        });
    }

    fn end(self, end: RunEnd, fresh: bool) {
        // The server closes the stream, and the browser would ask again. Not at once: this is called by it.
        let over = move || {
            let _ = self.listening.try_set_value(None);
        };
        set_timeout(over, Duration::ZERO);
        let ok = end.ok;
        let ended = self.run.try_update(|run| {
            let run = run.as_mut()?;
            run.end = Some(end);
            Some(run.command.clone())
        });
        if let Some(command) = ended.flatten().filter(|_| fresh) {
            self.on_end.run((command, ok));
        }
    }
}

/// What git is doing or did last; nothing before the first time.
#[component]
pub fn LastRun(
    /// Where it was told.
    desk: Desk,
) -> impl IntoView {
    let cancel = use_call();
    let words = move || desk.run.with(|run| run.as_ref().map(|run| run.command.words()));
    let under_way =
        Memo::new(move |_| desk.run.with(|run| run.as_ref().is_some_and(|run| run.end.is_none())));
    let stop = move |()| {
        if let Some(id) = desk.run.with_untracked(|run| run.as_ref().map(|run| run.id)) {
            cancel.run(run_api::cancel_run(desk.project, id), |()| {});
        }
    };
    let end = move || desk.run.with(|run| run.as_ref()?.end.clone());
    view! {
        <Show when=move || under_way.get()>
            <div class="run-head" role="status">
                <span class="spin"></span>
                <span class="grow">{words}"…"</span>
                <Button look=Look::Quiet icon=IconName::Stop busy=cancel.busy on_click=stop>"Cancel"</Button>
            </div>
        </Show>
        {move || end().map(|end| view! { <End desk=desk end=end /> })}
        <Show when=move || desk.printed.with(|all| !all.is_empty())>
            <details class="run-printed" open=move || under_way.get() || end().is_some_and(|end| !end.ok)>
                <summary class="faint xs">"What git printed"</summary>
                <pre class="run-lines" tabindex="0" role="region" aria-label="What git printed">
                    {move || desk.printed.with(|all| all.iter().map(|line| line.text.clone() + "\n").collect::<String>())}
                </pre>
            </details>
        </Show>
    }
    .into_any()
}

/// How it ended, and what may be wanted next.
#[component]
fn End(desk: Desk, end: RunEnd) -> impl IntoView {
    let busy = desk.busy();
    let next = end.next.into_iter().map(|command| {
        let words = command.words();
        view! { <Button busy=busy on_click=move |()| desk.start(command.clone())>{words}</Button> }
    });
    view! {
        <div class="note run-end" class:failed=!end.ok role="status">
            <Icon name=if end.ok { IconName::Check } else { IconName::Warning } />
            <span class="grow"><Words text=end.words /></span>
            <Button look=Look::Quiet icon=IconName::Close label="Dismiss" on_click=move |()| desk.run.set(None) />
        </div>
        <div class="row run-next">{next.collect_view()}</div>
    }
    .into_any()
}
