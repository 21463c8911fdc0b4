//! The terminals as the page knows them. Changed by pushes only; never by what a call returned.

use leptos::prelude::*;

use super::model::Terminal;
use crate::{
    boot::Boot,
    events::Push,
    ids::{ProjectId, TerminalId},
};

/// Every terminal, the oldest first; a cheap handle.
#[derive(Clone, Copy)]
pub struct TerminalsStore {
    /// All of them.
    pub all: RwSignal<Vec<Terminal>>,
}

impl TerminalsStore {
    /// What the server drew the page with.
    #[must_use]
    pub fn new(boot: &Boot) -> Self {
        Self { all: RwSignal::new(boot.terminals.clone()) }
    }

    /// Takes a push in; those about other things change nothing.
    pub fn apply(self, push: &Push) {
        if matches!(push, Push::Terminal(_) | Push::TerminalGone { .. }) {
            self.all.update(|all| apply(all, push));
        }
    }

    /// Takes a fresh list in, after pushes were missed.
    pub fn replace(self, terminals: Vec<Terminal>) {
        self.all.set(terminals);
    }

    /// One of them, tracked.
    #[must_use]
    pub fn get(self, id: TerminalId) -> Option<Terminal> {
        self.all.with(|all| all.iter().find(|terminal| terminal.id == id).cloned())
    }

    /// The ids of a project's shells, the oldest first, tracked. The terminals of its sessions are on their pages.
    #[must_use]
    pub fn of(self, project: ProjectId) -> Vec<TerminalId> {
        let of = |terminal: &&Terminal| terminal.project_id == project && terminal.session_id.is_none();
        self.all.with(|all| all.iter().filter(of).map(|terminal| terminal.id).collect())
    }
}

fn apply(all: &mut Vec<Terminal>, push: &Push) {
    match push {
        Push::Terminal(terminal) => match all.iter_mut().find(|known| known.id == terminal.id) {
            Some(known) if known.version >= terminal.version => {}
            Some(known) => known.clone_from(terminal),
            None => {
                all.push((**terminal).clone());
                all.sort_by_key(|terminal| (terminal.created_at, terminal.id));
            }
        },
        Push::TerminalGone { terminal } => all.retain(|known| known.id != *terminal),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{terminals::model::TerminalStatus, time::Millis};

    fn terminal(n: u128, version: u64, name: &str) -> Terminal {
        Terminal {
            id: TerminalId(uuid::Uuid::from_u128(n)),
            version,
            project_id: ProjectId(uuid::Uuid::nil()),
            session_id: None,
            name: name.to_owned(),
            cwd: "/p".to_owned(),
            status: TerminalStatus::Running,
            reason: None,
            created_at: Millis(0),
        }
    }

    fn names(all: &[Terminal]) -> String {
        all.iter().map(|terminal| terminal.name.as_str()).collect()
    }

    #[test]
    fn a_push_twice_is_a_push_once_and_old_news_is_none() {
        let mut all = vec![terminal(2, 1, "b")];
        for _ in 0..2 {
            apply(&mut all, &Push::Terminal(Box::new(terminal(1, 1, "a"))));
            apply(&mut all, &Push::Terminal(Box::new(terminal(2, 3, "B"))));
            apply(&mut all, &Push::Terminal(Box::new(terminal(2, 2, "x"))));
        }
        assert_eq!(names(&all), "aB");
        for _ in 0..2 {
            apply(&mut all, &Push::TerminalGone { terminal: TerminalId(uuid::Uuid::from_u128(1)) });
        }
        assert_eq!(names(&all), "B");
    }
}
