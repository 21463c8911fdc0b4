//! What the hub shows and what can happen to it. Plain data: `update` changes it, `view` draws it, `work` does what it asks for.

use std::collections::{BTreeSet, VecDeque};

use app::{
    approvals::model::{Approval, Decision},
    error::AppError,
    git::model::{Branches, SwitchBranch},
    ids::{ApprovalId, ProjectId, SessionId, TerminalId},
    projects::model::Project,
    sessions::model::Act,
    time::Millis,
};
use crossterm::event::KeyEvent;
use serde_json::Value;
use tui_input::Input;
use uuid::Uuid;

use super::{
    api::Lists,
    attach::Left,
    cards::{Item, News, Session, World},
    clipboard::Copied,
    settings,
    thread::Entry,
};

/// Everything that is on the screen, and behind it.
pub(super) struct Model {
    pub world: World,
    /// Whether the lists have come, so that what is not in them is not there.
    pub loaded: bool,
    /// How many times the lists were asked for; only the answer to the last time counts.
    pub reloads: u64,
    /// What the server spoke of since then.
    pub heard: BTreeSet<Uuid>,
    pub page: Page,
    /// Forms that were left before it was known whether what was sent of them starts; those that did not are gone back to.
    pub left: Vec<Form>,
    pub list: List,
    pub dialog: Option<Dialog>,
    /// What is asked once that is answered.
    pub asked_next: VecDeque<Dialog>,
    /// Whether the keys are shown instead of the page.
    pub help: bool,
    /// What was just said; the next key takes it away.
    pub note: Option<String>,
    /// Why the server is not reached; none while it is.
    pub away: Option<String>,
    /// Whether a person has set an editor.
    pub editor: bool,
    pub size: (u16, u16),
    pub now: Millis,
}

/// What fills the screen.
pub(super) enum Page {
    List,
    Chat(Chat),
    Approvals(Answering),
    Picker(Picker),
    Branches(Branching),
    Form(Form),
}

/// The list of sessions and terminals.
#[derive(Default)]
pub(super) struct List {
    /// The chosen line; it stays chosen when the order changes.
    pub at: Option<Item>,
    pub archived: bool,
    pub filter: Input,
    /// Whether what is typed goes to the filter.
    pub filtering: bool,
}

/// A session's conversation.
pub(super) struct Chat {
    pub id: SessionId,
    pub entries: Vec<Entry>,
    /// How many lines the view is above the end; 0 follows what comes.
    pub up: usize,
    /// The first and the last number that is known.
    pub known: Option<(u64, u64)>,
    pub loading: bool,
    pub input: Input,
    /// Whether what is typed goes to the message.
    pub writing: bool,
}

/// The approvals that wait, one at a time.
pub(super) struct Answering {
    /// Those of one session only.
    pub of: Option<SessionId>,
    /// The conversation to go back to.
    pub back: Option<SessionId>,
    pub id: ApprovalId,
    /// How many lines the view is below the start.
    pub down: usize,
    /// The question that is asked, for that kind.
    pub question: usize,
    /// The option under the cursor.
    pub at: usize,
    /// What was chosen of each question.
    pub chosen: Vec<Chosen>,
}

/// What is chosen for one question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Chosen {
    /// By index into the options.
    pub options: Vec<usize>,
    pub words: String,
}

/// A project to be picked.
pub(super) struct Picker {
    pub what: Picked,
    pub filter: Input,
    pub at: usize,
    /// The project that was picked and whose branches are asked for.
    pub picked: Option<ProjectId>,
}

/// What a project is picked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Picked {
    Session,
    Shell,
}

/// A branch to be picked for a new session.
pub(super) struct Branching {
    pub project: ProjectId,
    pub found: Branches,
    pub filter: Input,
    pub at: usize,
    /// What is written already, to go back to.
    pub form: Option<Form>,
}

/// A session to be started.
pub(super) struct Form {
    pub project: ProjectId,
    pub prompt: Input,
    /// The branch that is checked out before it starts; none for the one that is. In a worktree of its own it is the new one, or
    /// where that starts from; none for a name of the prompt's words, and for the default one.
    pub branch: Option<SwitchBranch>,
    /// Whether it gets a worktree of its own.
    pub worktree: bool,
    /// Whether it is a job, which completes by itself.
    pub job: bool,
    /// Whether it runs in a terminal.
    pub terminal: bool,
    pub field: Field,
    /// What was sent and is not answered yet; nothing is changed meanwhile.
    pub sent: Option<Value>,
}

/// The field of the form that takes keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Prompt,
    Branch,
    Worktree,
    Mode,
    Surface,
}

/// What is asked before anything else.
pub(super) enum Dialog {
    Menu(Menu),
    Ask(Ask),
}

/// A choice among a few.
pub(super) struct Menu {
    pub title: String,
    pub words: String,
    pub choices: Vec<Choice>,
    pub at: usize,
    /// What Esc does beside closing it.
    pub on_esc: Option<Cmd>,
}

/// One of them; without anything to do it only closes the menu.
pub(super) struct Choice {
    pub key: char,
    pub label: &'static str,
    pub then: Option<Cmd>,
}

/// A line to be typed.
pub(super) struct Ask {
    pub title: &'static str,
    pub input: Input,
    pub purpose: Purpose,
}

/// What a typed line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Rename(Item),
    /// Why not, or what to do instead.
    Deny(ApprovalId),
    /// An answer in one's own words.
    Words,
}

/// What happens.
pub(super) enum Msg {
    Key(KeyEvent),
    Paste(String),
    Resized(u16, u16),
    /// A while has passed.
    Now(Millis),
    News(News),
    Done(Done),
    Failed(AppError),
    /// A terminal was left; its program may have wanted something on the clipboard.
    Left(Item, TerminalId, Left, Option<Copied>),
    /// A text was given to the clipboard.
    Copied(Copied),
    /// The editor was left, with a text or with what went wrong.
    Edited(Edits, Result<String, String>),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cmd {
    Quit,
    /// Ask the server.
    Call(Call),
    /// Hand the screen over to a terminal.
    Attach(Item, TerminalId),
    /// Put a text on the clipboard.
    Copy(Copied),
    /// Put a text on the clipboard, and from now on what this terminal wants there.
    AllowCopies(TerminalId, Copied),
    /// Hand the screen over to the editor.
    Edit(Edits, String),
    /// Follow the events of a session after a number, or of none.
    Follow(Option<(SessionId, u64)>),
}

/// What a text is edited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Edits {
    Prompt,
    Message,
    /// The configuration, which was this before.
    Settings(String),
}

/// Something to ask the server.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Call {
    /// All lists, for the n-th time.
    Lists(u64),
    Archived,
    Events(SessionId, Option<u64>),
    Act(SessionId, Act),
    /// Stops it, and asks then whether to archive it.
    StopToArchive(SessionId, ProjectId),
    Send(SessionId, String),
    Rename(Item, String),
    Branches(ProjectId),
    Create(Value),
    /// Checks a branch out, and starts a session then.
    SwitchToCreate(ProjectId, SwitchBranch, Value),
    /// Makes sure that a session runs in a terminal, and attaches to that.
    IntoTerminal(SessionId),
    IntoChat(SessionId),
    Open(ProjectId),
    Restart(TerminalId),
    Close(TerminalId, bool),
    Decide(ApprovalId, Box<Decision>),
    Settings(settings::Ask),
}

/// What the server answered.
#[derive(Debug)]
pub(super) enum Done {
    Nothing,
    Lists(u64, Lists),
    Archived(Vec<Session>),
    /// A page of events; of the past if the last is set.
    Events(SessionId, Vec<Value>, bool),
    Card(Session),
    /// A session was started of this.
    Created(Session, Value),
    /// None was started of this, with the reason in words.
    NotStarted(Value, String),
    /// The branches of a project, or why there are none to choose from, in words.
    Branches(ProjectId, Result<Branches, String>),
    /// The branch is checked out, and the session can be started.
    Switched(Box<Project>, Value),
    /// A message did not arrive, with the reason in words.
    Unsent(SessionId, String, String),
    Attach(Item, TerminalId),
    /// It is stopped, and what is known of its work, in words.
    Stopped(SessionId, String),
    /// A terminal was not closed, in words.
    Busy(TerminalId, String),
    /// An approval as it is after the answer.
    Decided(Value),
    Settings(settings::Answer),
}

impl Model {
    pub(super) fn new(editor: bool, size: (u16, u16), now: Millis) -> Self {
        Self {
            world: World::default(),
            loaded: false,
            reloads: 0,
            heard: BTreeSet::new(),
            page: Page::List,
            left: Vec::new(),
            list: List::default(),
            dialog: None,
            asked_next: VecDeque::new(),
            help: false,
            note: None,
            away: None,
            editor,
            size,
            now,
        }
    }

    /// The lines of the list as they are shown.
    pub(super) fn items(&self) -> Vec<Item> {
        self.world.items(self.list.archived, self.list.filter.value())
    }

    /// The chosen line, as its place in `items`; the first if what was chosen is not among them.
    pub(super) fn chosen(&self, items: &[Item]) -> usize {
        items.iter().position(|item| Some(*item) == self.list.at).unwrap_or(0)
    }

    /// Asks this, after what is asked already: nobody answers what is not read yet, and nothing that is being written is lost.
    pub(super) fn ask(&mut self, dialog: Dialog) {
        if self.dialog.is_some() {
            self.asked_next.push_back(dialog);
        } else {
            self.dialog = Some(dialog);
        }
    }

    /// The session that was chosen.
    pub(super) fn session(&self, id: SessionId) -> Option<&Session> {
        self.world.sessions.get(&id)
    }
}

impl Edits {
    /// How the name of its file ends.
    pub(super) fn ending(&self) -> &'static str {
        match self {
            Self::Prompt | Self::Message => ".md",
            Self::Settings(_) => ".toml",
        }
    }
}

impl Answering {
    /// Begins with this approval.
    pub(super) fn new(of: Option<SessionId>, back: Option<SessionId>, approval: &Approval) -> Self {
        let chosen = vec![Chosen::default(); approval.questions.len()];
        Self { of, back, id: approval.id, down: 0, question: 0, at: 0, chosen }
    }
}

impl Menu {
    /// A question that is answered with no unless one goes to the yes.
    pub(super) fn confirm(title: String, words: String, label: &'static str, then: Cmd) -> Dialog {
        let no = Choice { key: 'n', label: "No", then: None };
        Dialog::Menu(Self {
            title,
            words,
            choices: vec![Choice { key: 'y', label, then: Some(then) }, no],
            at: 1,
            on_esc: None,
        })
    }
}

impl Choice {
    pub(super) fn new(key: char, label: &'static str, then: impl Into<Option<Cmd>>) -> Self {
        Self { key, label, then: then.into() }
    }
}
