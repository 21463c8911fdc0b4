//! The projects as the page knows them. Changed by pushes only; never by what a call returned.

use leptos::prelude::*;

use super::model::Project;
use crate::{boot::Boot, events::Push, ids::ProjectId};

/// Every project, in the person's order, archived ones last, and apart from them the worktrees; a cheap handle.
#[derive(Clone, Copy)]
pub struct ProjectsStore {
    /// All projects proper.
    pub all: RwSignal<Vec<Project>>,
    worktrees: RwSignal<Vec<Project>>,
}

impl ProjectsStore {
    /// What the server drew the page with.
    #[must_use]
    pub fn new(boot: &Boot) -> Self {
        let (worktrees, all) = apart(boot.projects.clone());
        Self { all: RwSignal::new(all), worktrees: RwSignal::new(worktrees) }
    }

    /// Takes a push in; those about other things change nothing.
    pub fn apply(self, push: &Push) {
        match push {
            Push::Project(project) if project.worktree_of.is_some() => {
                self.worktrees.update(|all| apply(all, push));
            }
            Push::Project(_) => self.all.update(|all| apply(all, push)),
            Push::ProjectGone { .. } => {
                self.all.update(|all| apply(all, push));
                self.worktrees.update(|all| apply(all, push));
            }
            _ => {}
        }
    }

    /// Takes a fresh list in, after pushes were missed.
    pub fn replace(self, projects: Vec<Project>) {
        let (worktrees, mut all) = apart(projects);
        sort(&mut all);
        self.all.set(all);
        self.worktrees.set(worktrees);
    }

    /// The worktrees of a project that Roost made, tracked.
    #[must_use]
    pub fn worktrees_of(self, id: ProjectId) -> Vec<Project> {
        let of = |one: &&Project| one.worktree_of == Some(id);
        self.worktrees.with(|all| all.iter().filter(of).cloned().collect())
    }

    /// One project or worktree, tracked.
    #[must_use]
    pub fn get(self, id: ProjectId) -> Option<Project> {
        let find = |all: &Vec<Project>| all.iter().find(|project| project.id == id).cloned();
        self.all.with(find).or_else(|| self.worktrees.with(find))
    }
}

/// The worktrees, and the projects proper.
fn apart(projects: Vec<Project>) -> (Vec<Project>, Vec<Project>) {
    projects.into_iter().partition(|project| project.worktree_of.is_some())
}

fn apply(all: &mut Vec<Project>, push: &Push) {
    match push {
        Push::Project(project) => {
            match all.iter_mut().find(|known| known.id == project.id) {
                Some(known) => known.clone_from(project),
                None => all.push((**project).clone()),
            }
            sort(all);
        }
        Push::ProjectGone { project } => all.retain(|known| known.id != *project),
        _ => {}
    }
}

fn sort(all: &mut [Project]) {
    all.sort_by_key(|project| (project.archived, project.position, project.created_at));
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::{projects::model::Counts, time::Millis};

    fn project(n: u128, position: i64, archived: bool) -> Project {
        Project {
            id: ProjectId(uuid::Uuid::from_u128(n)),
            name: format!("p{n}"),
            path: format!("/p{n}"),
            worktree_of: None,
            position,
            archived,
            trust: None,
            bypass_allowed: false,
            problem: None,
            git: None,
            counts: Counts::default(),
            created_at: Millis(0),
        }
    }

    fn names(all: &[Project]) -> String {
        all.iter().map(|project| project.name.as_str()).collect()
    }

    #[test]
    fn a_push_twice_is_a_push_once_and_the_order_is_the_persons() {
        let mut all = vec![project(1, 0, false), project(2, 1, false)];
        for _ in 0..2 {
            apply(&mut all, &Push::Project(Box::new(project(3, 0, true))));
            apply(&mut all, &Push::Project(Box::new(project(1, 2, false))));
        }
        assert_eq!(names(&all), "p2p1p3");
        let gone = Push::ProjectGone { project: project(2, 0, false).id };
        apply(&mut all, &gone);
        apply(&mut all, &gone);
        assert_eq!(names(&all), "p1p3");
    }
}
