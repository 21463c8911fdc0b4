//! Does what `update` asks the server for. Each piece of work ends by itself, and what goes wrong with one is only said.

use std::path::PathBuf;

use app::{
    error::{AppError, ErrorCode},
    ids::TerminalId,
    projects::model::Project,
    sessions::model::Act,
};

use super::{
    api::Api,
    cards::Item,
    model::{Call, Done},
    settings,
};

/// Asks the server, and says what came of it. Only the configuration, which is the person's own file in `home`, is not asked of it.
pub(super) async fn perform(api: Api, home: PathBuf, call: Call) -> Result<Done, AppError> {
    Ok(match call {
        Call::Lists => Done::Lists(api.lists().await?),
        Call::Archived => Done::Archived(api.archived().await?),
        Call::Events(id, before) => Done::Events(id, api.events(id, before).await?, before.is_some()),
        Call::Act(id, act) => Done::Card(api.act(id, act).await?),
        Call::StopToArchive(id, project) => {
            match api.act(id, Act::Stop).await {
                // It has ended already, which is what is wanted.
                Err(error) if error.code == ErrorCode::Conflict => {}
                stopped => drop(stopped?),
            }
            Done::Stopped(id, work(api.project(project).await.ok().as_ref()))
        }
        Call::Send(id, text) => match api.send(id, &text).await {
            Ok(card) => Done::Card(card),
            Err(error) => Done::Unsent(id, text, error.message),
        },
        Call::Rename(Item::Session(id), name) => Done::Card(api.rename_session(id, &name).await?),
        Call::Rename(Item::Terminal(id), name) => {
            api.rename_terminal(id, &name).await.map(|_| Done::Nothing)?
        }
        Call::Create(new) => Done::Created(api.create(new).await?),
        Call::IntoTerminal(id) => Done::Attach(Item::Session(id), api.move_to_terminal(id).await?.id),
        Call::IntoChat(id) => api.move_to_chat(id).await.map(|()| Done::Nothing)?,
        Call::Open(project) => attach(api.open(project).await?.id),
        Call::Restart(id) => attach(api.restart(id).await?.id),
        Call::Close(id, force) => match api.close(id, force).await {
            Err(error) if error.code == ErrorCode::Conflict && !force => Done::Busy(id, error.message),
            closed => closed.map(|()| Done::Nothing)?,
        },
        Call::Settings(ask) => Done::Settings(settings::perform(home, ask).await?),
        Call::Decide(id, decision) => Done::Decided(api.decide(id, &decision).await?),
    })
}

fn attach(id: TerminalId) -> Done {
    Done::Attach(Item::Terminal(id), id)
}

/// What may be lost sight of once a session of this project is put away. The server does not know what is pushed.
fn work(project: Option<&Project>) -> String {
    let Some((project, git)) = project.and_then(|project| Some((project, project.git.as_ref()?))) else {
        return "What it has done stays in its directory.".to_owned();
    };
    let (name, branch) = (&project.name, &git.branch);
    let state = if git.dirty {
        format!("{name} has changes on {branch} that are NOT COMMITTED.")
    } else {
        format!("Everything in {name} is committed on {branch}.")
    };
    format!(
        "{state} Whether it is pushed is not known: nothing pushes it for you. The files stay where they are."
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_committed_is_said() {
        let project = |git: serde_json::Value| -> Project {
            serde_json::from_value(json!({"id": "018f0000-0000-7000-8000-000000000000", "name": "web", "path": "/web",
                "position": 0, "archived": false, "trust": null, "bypass_allowed": false, "problem": null, "git": git,
                "counts": {"waiting": 0, "running": 0, "idle": 0, "total": 0}, "created_at": 0}))
            .unwrap()
        };
        let dirty = work(Some(&project(json!({"branch": "main", "dirty": true}))));
        assert!(dirty.starts_with("web has changes on main that are NOT COMMITTED."), "{dirty}");
        let clean = work(Some(&project(json!({"branch": "main", "dirty": false}))));
        assert!(
            clean.starts_with("Everything in web is committed on main.")
                && clean.contains("pushed is not known")
        );
        assert_eq!(work(Some(&project(json!(null)))), "What it has done stays in its directory.");
    }
}
