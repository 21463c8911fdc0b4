//! What the hub keeps of the server's cards. The server that runs may be of another build than this program: what a card
//! does not say has a meaning, and what it says beyond this is left alone. Never decides anything.

use app::{
    approvals::model::{Approval, ApprovalStatus},
    ids::{ApprovalId, ProjectId, SessionId, TerminalId},
    projects::model::Project,
    sessions::model::Status,
    terminals::model::{Terminal, TerminalStatus},
    time::Millis,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A session, as far as the hub shows it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Session {
    pub id: SessionId,
    pub version: u64,
    pub project_id: ProjectId,
    #[serde(default)]
    pub project_name: String,
    #[serde(default)]
    pub worktree_id: Option<ProjectId>,
    pub name: String,
    pub status: Status,
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub mode: String,
    #[serde(default)]
    pub surface: String,
    #[serde(default)]
    pub live: bool,
    #[serde(default)]
    pub archived: bool,
    #[serde(default)]
    pub waiting: u32,
    #[serde(default)]
    pub activity: Option<String>,
    pub updated_at: Millis,
}

impl Session {
    /// Where it works: in its project, or in a worktree of that.
    pub(super) fn place(&self) -> ProjectId {
        self.worktree_id.unwrap_or(self.project_id)
    }

    /// Whether it is the CLI's own interface in a terminal.
    pub(super) fn in_terminal(&self) -> bool {
        self.surface == "tui"
    }
}

/// One line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Session(SessionId),
    Terminal(TerminalId),
}

/// Something the server says by itself.
#[derive(Debug)]
pub(super) enum News {
    /// The server is reached; whatever was known may be out of date.
    Reached,
    /// It is not reached, in words.
    Lost(String),
    Session(Box<Session>),
    SessionGone(SessionId),
    Terminal(Terminal),
    TerminalGone(TerminalId),
    Approval(Box<Approval>),
    Project(Box<Project>),
    ProjectGone(ProjectId),
    /// Events of the session that is followed.
    Events(SessionId, Vec<Value>),
    /// Cards were left out; the lists have to be fetched again.
    Resync,
}

impl News {
    /// Reads a push of the server; none for what the hub has no use for.
    pub(super) fn read(push: &str) -> Option<Self> {
        let push: Value = serde_json::from_str(push).ok()?;
        if push == "resync" {
            return Some(Self::Resync);
        }
        let (kind, body) = push.as_object()?.iter().next()?;
        match kind.as_str() {
            "session" => card(body).map(|card| Self::Session(Box::new(card))),
            "session_gone" => card(&body["session"]).map(Self::SessionGone),
            "terminal" => card(body).map(Self::Terminal),
            "terminal_gone" => card(&body["terminal"]).map(Self::TerminalGone),
            "approval" => card(body).map(|card| Self::Approval(Box::new(card))),
            "project" => card(body).map(|card| Self::Project(Box::new(card))),
            "project_gone" => card(&body["project"]).map(Self::ProjectGone),
            "events" => Some(Self::Events(card(&body["session"])?, body["events"].as_array()?.clone())),
            _ => None,
        }
    }

    /// What it is about, if that is on a list.
    pub(super) fn about(&self) -> Option<Uuid> {
        match self {
            Self::Session(card) => Some(card.id.0),
            Self::SessionGone(id) => Some(id.0),
            Self::Terminal(card) => Some(card.id.0),
            Self::TerminalGone(id) => Some(id.0),
            Self::Approval(card) => Some(card.id.0),
            Self::Project(card) => Some(card.id.0),
            Self::ProjectGone(id) => Some(id.0),
            Self::Reached | Self::Lost(_) | Self::Events(..) | Self::Resync => None,
        }
    }
}

fn card<T: DeserializeOwned>(json: &Value) -> Option<T> {
    T::deserialize(json).ok()
}

/// The cards of a list that can be read.
pub(super) fn cards<T: DeserializeOwned>(list: &[Value]) -> Vec<T> {
    list.iter().filter_map(card).collect()
}

/// Everything that is known of the server.
#[derive(Debug, Default)]
pub(super) struct World {
    pub sessions: BTreeMap<SessionId, Session>,
    pub terminals: BTreeMap<TerminalId, Terminal>,
    /// The pending ones.
    pub approvals: BTreeMap<ApprovalId, Approval>,
    pub projects: BTreeMap<ProjectId, Project>,
}

impl World {
    /// Takes a card unless a newer one is known.
    pub(super) fn take(&mut self, news: News) {
        match news {
            News::Session(card) => self.take_session(*card),
            News::SessionGone(id) => drop(self.sessions.remove(&id)),
            News::Terminal(card) => {
                if self.terminals.get(&card.id).is_none_or(|known| known.version <= card.version) {
                    self.terminals.insert(card.id, card);
                }
            }
            News::TerminalGone(id) => drop(self.terminals.remove(&id)),
            News::Approval(card) => self.take_approval(*card),
            News::Project(card) => drop(self.projects.insert(card.id, *card)),
            News::ProjectGone(id) => drop(self.projects.remove(&id)),
            News::Reached | News::Lost(_) | News::Events(..) | News::Resync => {}
        }
    }

    /// Takes a session's card unless a newer one is known.
    pub(super) fn take_session(&mut self, card: Session) {
        if self.sessions.get(&card.id).is_none_or(|known| known.version <= card.version) {
            self.sessions.insert(card.id, card);
        }
    }

    /// Keeps an approval as long as it is pending.
    pub(super) fn take_approval(&mut self, card: Approval) {
        if card.status == ApprovalStatus::Pending {
            self.approvals.insert(card.id, card);
        } else {
            self.approvals.remove(&card.id);
        }
    }

    /// The pending approvals, the oldest first; those of one session only if it is named.
    pub(super) fn pending(&self, of: Option<SessionId>) -> Vec<&Approval> {
        let fits = |approval: &&Approval| of.is_none_or(|id| approval.session_id == id);
        let mut all: Vec<_> = self.approvals.values().filter(fits).collect();
        all.sort_by_key(|approval| (approval.asked_at, approval.id));
        all
    }

    /// The lines of the list, in order: what needs a person, then what runs, is queued, rests, and the others by their last
    /// change. A live shell stands with what rests. The terminal of a session is no line of its own.
    pub(super) fn items(&self, archived: bool, filter: &str) -> Vec<Item> {
        let filter = filter.trim().to_lowercase();
        let fits = |words: &[&str]| {
            filter.is_empty() || words.iter().any(|word| word.to_lowercase().contains(&filter))
        };
        let sessions = self.sessions.values().filter(|card| {
            let words = [&card.name, &card.project_name, card.status.as_str()];
            let in_tree = || self.tree(card.place()).is_some_and(|tree| fits(&[&tree]));
            card.archived == archived && (fits(&words) || in_tree())
        });
        let sessions = sessions.map(|card| (rank(card), card.updated_at, Item::Session(card.id)));
        let terminals = self.terminals.values().filter(|card| {
            !archived
                && card.session_id.is_none()
                && fits(&[&card.name, self.project_name(card.project_id), "shell"])
        });
        let terminals = terminals.map(|card| {
            let rank = if card.status == TerminalStatus::Running { 3 } else { 4 };
            (rank, card.created_at, Item::Terminal(card.id))
        });
        let mut all: Vec<_> = sessions.chain(terminals).collect();
        all.sort_by_key(|(rank, at, _)| (*rank, std::cmp::Reverse(*at)));
        all.into_iter().map(|(_, _, item)| item).collect()
    }

    /// What an item is called; empty if it is gone.
    pub(super) fn name(&self, item: Item) -> &str {
        match item {
            Item::Session(id) => self.sessions.get(&id).map_or("", |card| &card.name),
            Item::Terminal(id) => self.terminals.get(&id).map_or("", |card| &card.name),
        }
    }

    /// What a project is called; empty if it is not known.
    pub(super) fn project_name(&self, id: ProjectId) -> &str {
        self.projects.get(&id).map_or("", |project| &project.name)
    }

    /// What the project of a place is called, which for a worktree is the one that it is of; empty if it is not known.
    pub(super) fn proper_name(&self, place: ProjectId) -> &str {
        let of = self.projects.get(&place).and_then(|project| project.worktree_of);
        self.project_name(of.unwrap_or(place))
    }

    /// On what a place is, in words: its branch, and whether it is a worktree.
    pub(super) fn tree(&self, place: ProjectId) -> Option<String> {
        let project = self.projects.get(&place)?;
        let branch = project.git.as_ref().map(|git| git.branch.as_str());
        match project.worktree_of {
            Some(_) => Some(format!("worktree {}", branch.unwrap_or(&project.name))),
            None => branch.map(str::to_owned),
        }
    }

    /// The branch of a project's work tree.
    pub(super) fn branch(&self, id: ProjectId) -> Option<&str> {
        self.projects.get(&id)?.git.as_ref().map(|git| git.branch.as_str())
    }
}

fn rank(card: &Session) -> u8 {
    match card.status {
        _ if card.waiting > 0 => 0,
        Status::Running => 1,
        Status::Queued => 2,
        Status::Idle => 3,
        Status::Completed | Status::Failed | Status::Stopped => 4,
    }
}
