//! Where a new branch starts, and whether its name is free. Reads; never makes anything.

use app::error::AppError;

use super::{branches::Refs, command::Repository, switch::of_remote};

/// A branch that another one starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    /// Its name, or a short commit id where none is checked out.
    pub(crate) name: String,
    /// What git knows it by.
    pub(crate) reference: String,
}

/// The branch of this name; without one that which others start from, else what is checked out. 404 if there is none, 409
/// where there is no commit.
pub(crate) async fn start(git: &Repository, name: Option<&str>) -> Result<Start, AppError> {
    let refs = Refs::read(git).await?;
    let default = refs.default.clone().filter(|name| of_name(&refs, name).is_ok());
    let name = match name {
        Some(name) => name.to_owned(),
        None => default.or_else(|| refs.head.clone()).ok_or_else(no_commit)?,
    };
    let detached = refs.head.as_deref() == Some(&name) && !refs.local.contains(&name);
    let reference = match of_name(&refs, &name) {
        Ok(reference) => reference,
        Err(_) if detached => "HEAD".to_owned(),
        Err(error) => return Err(error),
    };
    let commit = format!("{reference}^{{commit}}");
    let found = git.output(["rev-parse", "--quiet", "--verify", &commit], super::QUICK).await?;
    if !found.success() {
        return Err(no_commit());
    }
    Ok(Start { name, reference })
}

/// The name if no branch has it yet, else the same with a number.
pub(crate) async fn free_name(git: &Repository, name: &str) -> Result<String, AppError> {
    let refs = Refs::read(git).await?;
    let taken =
        |name: &str| refs.local.contains(name) || refs.remote.iter().any(|(branch, _)| branch == name);
    let numbered = (2..).map(|n: u32| format!("{name}-{n}"));
    // There are fewer branches than numbers.
    Ok(std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default())
}

fn of_name(refs: &Refs, name: &str) -> Result<String, AppError> {
    if refs.local.contains(name) { Ok(format!("refs/heads/{name}")) } else { of_remote(refs, name) }
}

fn no_commit() -> AppError {
    AppError::conflict("unborn", "There is no commit yet to start a branch from. Commit something first.")
}
