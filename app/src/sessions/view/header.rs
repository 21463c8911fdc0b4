//! The header of a session's page: what it is, how full its window is, and what can be done with it now.

use leptos::prelude::*;

use super::{
    actions::{ArchiveDialog, icon, possible, run, words},
    choices::{ChoiceChip, ChoiceDialogs, ChoiceItems, ChoiceMenu},
    here::here,
    rename::Name,
    terminal::{GiveBackDialog, SurfaceItem},
    words::{count, dollars, state, tokens, tone},
};
use crate::{
    layout::BackLink,
    sessions::model::Act,
    ui::{Button, Chip, IconName, Look, Menu, MenuItem, Meter, StatusDot, Tone, use_call},
};

/// The header.
#[component]
pub fn Header(
    /// Whether the inspector is in view where there is no room beside the thread.
    inspecting: RwSignal<bool>,
) -> impl IntoView {
    let here = here();
    let call = use_call();
    let menu = ChoiceMenu::new();
    let (editing, asking, giving) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let tone = Memo::new(move |_| here.card.with(|card| card.as_ref().map_or(Tone::Resting, tone)));
    let word = here.fact(|card| state(card).to_owned());
    let acts = Memo::new(move |_| here.card.with(|card| card.as_ref().map(possible).unwrap_or_default()));
    let main = move || {
        acts.get().first().map(|act| {
            let act = *act;
            view! {
                <Button look=Look::Plain busy=call.busy class="main-act" on_click=move |()| run(here, call, act, asking)>
                    {words(act)}
                </Button>
            }
        })
    };
    let archived = here.fact(|card| card.archived);
    let parent = here.fact(|card| card.forked_from);
    let put_away = move || if archived.get() { Act::Unarchive } else { Act::Archive };
    view! {
        <header class="bar session-bar">
            <BackLink href="/sessions" />
            <StatusDot tone=tone word=word />
            <Name editing=editing />
            <span class="state-chip"><Chip tone=tone>{word}</Chip></span>
            <ChoiceChip menu=menu />
            <ContextMeter />
            {main}
            <Button
                look=Look::Quiet
                icon=IconName::Panel
                label="Changes and details"
                class="side-toggle"
                pressed=inspecting
                on_click=move |()| inspecting.update(|inspecting| *inspecting = !*inspecting)
            />
            <Menu label="More" icon=IconName::More>
                {move || {
                    let acts = acts.get().into_iter().map(|act| {
                        let danger = act == Act::Stop;
                        view! {
                            <MenuItem icon=icon(act) danger=danger on_select=move |()| run(here, call, act, asking)>
                                {words(act)}
                            </MenuItem>
                        }
                    });
                    acts.collect_view()
                }}
                <SurfaceItem call=call giving=giving />
                <MenuItem icon=IconName::Edit on_select=move |()| editing.set(true)>"Rename"</MenuItem>
                {move || {
                    parent
                        .get()
                        .map(|parent| {
                            view! {
                                <a class="menu-item" role="menuitem" tabindex="-1" href=format!("/sessions/{parent}")>
                                    <crate::ui::Icon name=IconName::Fork />
                                    <span class="grow">"Open the session it was forked from"</span>
                                </a>
                            }
                        })
                }}
                <hr />
                {move || {
                    let act = put_away();
                    view! {
                        <MenuItem icon=icon(act) on_select=move |()| run(here, call, act, asking)>{words(act)}</MenuItem>
                    }
                }}
                <div class="on-phone">
                    <hr />
                    <ChoiceItems menu=menu />
                </div>
            </Menu>
        </header>
        <ChoiceDialogs menu=menu />
        <ArchiveDialog open=asking call=call />
        <GiveBackDialog open=giving />
    }
}

/// The bar that shows how full the session's window is.
#[component]
pub fn ContextBar() -> impl IntoView {
    let context = here().fact(|card| card.context);
    let percent = Signal::derive(move || context.get().percent());
    view! { <Meter percent=percent label=Signal::stored("Context window".to_owned()) /> }
}

/// How full the window is, with tokens and cost.
#[component]
fn ContextMeter() -> impl IntoView {
    let here = here();
    let context = here.fact(|card| card.context);
    let usage = here.fact(|card| card.usage);
    let title = move || {
        let (context, usage) = (context.get(), usage.get());
        format!(
            "{} % of the window is full: {} of {}. Read {}, written {} in all. {}",
            context.percent(),
            tokens(context.used),
            count(context.window, "token"),
            count(usage.input_tokens, "token"),
            count(usage.output_tokens, "token"),
            dollars(usage.cost_usd),
        )
    };
    view! {
        <Show when=move || { context.get().used > 0 }>
            <span class="context" title=title>
                <ContextBar />
                <span class="num">{move || tokens(context.get().used)}</span>
                <span class="num of-window">{move || format!("/ {}", tokens(context.get().window))}</span>
            </span>
        </Show>
        <span class="cost num soft xs">{move || dollars(usage.get().cost_usd)}</span>
    }
}
