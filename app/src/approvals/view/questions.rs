//! Questions of the agent: options with what they mean, and words of one's own. A single choice is one click.

use std::collections::BTreeMap;

use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    answer::{Answers, Press},
    edit::DenyNote,
};
use crate::{
    approvals::model::{Approval, Question},
    ui::{Button, Look},
};

/// What is chosen for one question so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Choice {
    /// By index into the options.
    options: Vec<usize>,
    words: String,
}

/// The answer that a choice makes; none if nothing is chosen.
fn answer(question: &Question, choice: &Choice) -> Option<String> {
    let words = choice.words.trim();
    let chosen = question
        .options
        .iter()
        .enumerate()
        .filter(|(n, _)| choice.options.contains(n))
        .map(|(_, option)| option.label.as_str());
    let parts: Vec<&str> = chosen.chain((!words.is_empty()).then_some(words)).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The answers to all, or none while one is missing.
fn answers_of(questions: &[Question], choices: &[Choice]) -> Option<BTreeMap<String, String>> {
    let pairs = questions.iter().zip(choices);
    pairs.map(|(question, choice)| Some((question.question.clone(), answer(question, choice)?))).collect()
}

/// The questions, and what answers them.
#[component]
pub fn QuestionsAnswer(
    /// They.
    approval: Approval,
    /// Where the answer goes.
    answers: Answers,
    /// The key pressed for the card.
    pressed: RwSignal<Option<Press>>,
) -> impl IntoView {
    let questions = approval.questions;
    let choices = RwSignal::new(vec![Choice::default(); questions.len()]);
    let refusing = RwSignal::new(false);
    Effect::new(move |_| {
        if let Some(press) = pressed.get() {
            pressed.set(None);
            if press == Press::Deny {
                refusing.set(true);
            }
        }
    });
    // One question with one choice needs no second click.
    let at_once = questions.len() == 1 && questions.iter().all(|question| !question.multi_select);
    let all = StoredValue::new(questions.clone());
    let complete = Memo::new(move |_| {
        all.with_value(|questions| choices.with(|choices| answers_of(questions, choices).is_some()))
    });
    let send = move || {
        let given =
            all.with_value(|questions| choices.with_untracked(|choices| answers_of(questions, choices)));
        if let Some(given) = given {
            answers.questions(given);
        }
    };
    let single = questions.len() == 1;
    let sets = questions.into_iter().enumerate().map(|(n, question)| {
        view! { <OneQuestion n=n question=question single=single choices=choices answers=answers at_once=at_once send=Callback::new(move |()| send()) /> }
    });
    view! {
        <form
            class="ask-questions"
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                send();
            }
        >
            {sets.collect_view()}
            <div class="ask-acts">
                <Show when=move || !at_once || complete.get()>
                    <Button look=Look::Primary submit=true busy=answers.call.busy disabled=Signal::derive(move || !complete.get())>
                        "Answer"
                    </Button>
                </Show>
                <Button
                    look=Look::Quiet
                    key="D"
                    disabled=answers.call.busy
                    pressed=refusing
                    on_click=move |()| refusing.update(|refusing| *refusing = !*refusing)
                >
                    "Do not answer…"
                </Button>
            </div>
        </form>
        {move || refusing.get().then(|| view! { <DenyNote answers=answers words="Do not answer" /> })}
    }
}

/// One question with its options.
#[component]
fn OneQuestion(
    /// Its place among them.
    n: usize,
    /// It.
    question: Question,
    /// Whether it is the only one: then the card's title is the question already.
    single: bool,
    /// What is chosen, for all of them.
    choices: RwSignal<Vec<Choice>>,
    /// Where the answer goes.
    answers: Answers,
    /// Whether a click on an option is the answer.
    at_once: bool,
    /// Sends what is chosen.
    send: Callback<()>,
) -> impl IntoView {
    let multi = question.multi_select;
    let chosen = move |option: usize| choices.with(|choices| choices[n].options.contains(&option));
    let pick = move |option: usize| {
        choices.update(|choices| {
            let options = &mut choices[n].options;
            match options.iter().position(|one| *one == option) {
                Some(at) if multi => {
                    options.remove(at);
                }
                _ if multi => options.push(option),
                _ => *options = vec![option],
            }
        });
        if at_once {
            choices.update(|choices| choices[n].words.clear());
            send.run(());
        }
    };
    let group = format!("question-{n}-{}", question.question);
    let options = question.options.into_iter().enumerate().map(|(at, option)| {
        let about = (!option.description.is_empty())
            .then(|| view! { <span class="soft sm option-about">{option.description}</span> });
        if at_once {
            return view! {
                <button type="button" class="option" disabled=answers.call.busy on:click=move |_| pick(at)>
                    <span class="option-label">{option.label}</span>
                    {about}
                </button>
            }
            .into_any();
        }
        view! {
            <label class="option" class:on=move || chosen(at)>
                <input
                    type=if multi { "checkbox" } else { "radio" }
                    name=group.clone()
                    prop:checked=move || chosen(at)
                    on:change=move |_| pick(at)
                />
                <span class="option-label">{option.label}</span>
                {about}
            </label>
        }
        .into_any()
    });
    let options = options.collect_view();
    let words = move || choices.with(|choices| choices[n].words.clone());
    let write = move |event| {
        choices.update(|choices| {
            choices[n].words = event_target_value(&event);
            if !multi && !choices[n].words.trim().is_empty() {
                choices[n].options.clear();
            }
        });
    };
    view! {
        <fieldset class="question">
            <legend>
                {(!question.header.is_empty()).then(|| view! { <span class="chip">{question.header}</span> })}
                {if single {
                    view! { <span class="sr">{question.question}</span> }.into_any()
                } else {
                    view! { <span>{question.question}</span> }.into_any()
                }}
                {multi.then(|| view! { <span class="faint xs">"choose any number"</span> })}
            </legend>
            {options}
            <input
                type="text"
                class="input own-words"
                aria-label="Answer in your own words"
                placeholder="Answer in words…"
                autocomplete="off"
                prop:value=words
                on:input=write
            />
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approvals::model::QuestionOption;

    fn question(text: &str, multi_select: bool) -> Question {
        let option = |label: &str| QuestionOption { label: label.into(), description: String::new() };
        Question {
            question: text.into(),
            header: String::new(),
            multi_select,
            options: vec![option("A"), option("B"), option("C")],
        }
    }

    #[test]
    fn every_question_needs_an_answer_and_choices_keep_the_order_of_the_options() {
        let questions = [question("which?", true), question("how?", false)];
        let mut choices = vec![Choice { options: vec![2, 0], words: String::new() }, Choice::default()];
        assert_eq!(answers_of(&questions, &choices), None);
        choices[1].words = " slowly ".into();
        let answers = answers_of(&questions, &choices).unwrap_or_default();
        assert_eq!(answers["which?"], "A, C");
        assert_eq!(answers["how?"], "slowly");
        choices[0].words = "and D".into();
        assert_eq!(answers_of(&questions, &choices).unwrap_or_default()["which?"], "A, C, and D");
    }
}
