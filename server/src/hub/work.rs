//! Does what `update` asks the server for. Each piece of work ends by itself, and what goes wrong with one is only said.

use std::path::PathBuf;

use app::{
    error::{AppError, ErrorCode},
    git::model::{Changes, UNPUSHED_MAX},
    ids::TerminalId,
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
        Call::Lists(n) => Done::Lists(n, api.lists().await?),
        Call::Archived => Done::Archived(api.archived().await?),
        Call::Events(id, before) => Done::Events(id, api.events(id, before).await?, before.is_some()),
        Call::Act(id, act) => Done::Card(api.act(id, act).await?),
        Call::StopToArchive(id, project) => {
            match api.act(id, Act::Stop).await {
                // It has ended already, which is what is wanted.
                Err(error) if error.code == ErrorCode::Conflict => {}
                stopped => drop(stopped?),
            }
            Done::Stopped(
                id,
                api.changes(project).await.map_or_else(|error| unknown(&error), |all| work(&all)),
            )
        }
        Call::Send(id, text) => match api.send(id, &text).await {
            Ok(card) => Done::Card(card),
            Err(error) => Done::Unsent(id, text, error.message),
        },
        Call::Rename(Item::Session(id), name) => Done::Card(api.rename_session(id, &name).await?),
        Call::Rename(Item::Terminal(id), name) => {
            api.rename_terminal(id, &name).await.map(|_| Done::Nothing)?
        }
        Call::Branches(project) => {
            Done::Branches(project, api.branches(project).await.map_err(|error| error.message))
        }
        Call::SwitchToCreate(project, branch, new) => match api.switch(project, &branch).await {
            Ok(project) => Done::Switched(Box::new(project), new),
            Err(error) => Done::NotStarted(new, error.message),
        },
        Call::Create(new) => match api.create(new.clone()).await {
            Ok(card) => Done::Created(card, new),
            Err(error) => Done::NotStarted(new, error.message),
        },
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

/// What may be lost sight of once a session of this project is put away.
fn work(changes: &Changes) -> String {
    let Some(git) = &changes.git else { return "What it has done stays in its directory.".to_owned() };
    let branch = &git.branch;
    let commits = match git.unpushed.unwrap_or(0) {
        0 => None,
        1 => Some(format!("1 commit on {branch} is on no remote")),
        UNPUSHED_MAX.. => Some(format!("{UNPUSHED_MAX} commits or more on {branch} are on no remote")),
        more => Some(format!("{more} commits on {branch} are on no remote")),
    };
    let files = match changes.total {
        0 => None,
        1 => Some("1 file is changed".to_owned()),
        more => Some(format!("{more} files are changed")),
    };
    let open: Vec<String> = commits.into_iter().chain(files).collect();
    let known = match (open.join(", "), git.unpushed) {
        (open, Some(_)) if open.is_empty() => format!("Everything on {branch} is committed and pushed."),
        (open, None) if open.is_empty() => {
            format!("Everything on {branch} is committed; whether it is pushed is not known.")
        }
        (open, Some(_)) => format!("{open}."),
        (open, None) => format!("{open}; whether {branch} is pushed is not known."),
    };
    format!("{known} The files stay where they are.")
}

/// The same where it cannot be found out.
fn unknown(error: &AppError) -> String {
    format!("Whether anything is not committed or not pushed is not known: {}", error.message)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_committed_or_not_pushed_is_said_in_numbers() {
        for (unpushed, total, words) in [
            (json!(3), 2, "3 commits on main are on no remote, 2 files are changed."),
            (json!(1), 0, "1 commit on main is on no remote."),
            (json!(0), 1, "1 file is changed."),
            (json!(1000), 0, "1000 commits or more on main are on no remote."),
            (json!(0), 0, "Everything on main is committed and pushed."),
            (json!(null), 0, "Everything on main is committed; whether it is pushed is not known."),
            (json!(null), 2, "2 files are changed; whether main is pushed is not known."),
        ] {
            let git = json!({"branch": "main", "dirty": total > 0, "unpushed": unpushed});
            let changes = serde_json::from_value(json!({"git": git, "files": [], "total": total})).unwrap();
            assert_eq!(work(&changes), format!("{words} The files stay where they are."));
        }
        assert_eq!(work(&Changes::default()), "What it has done stays in its directory.");
    }
}
