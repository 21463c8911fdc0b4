//! Where the CLI looks for a project's memories, and what its settings say of them. Reads its files and changes none;
//! starts no git: the few files that tell where a work tree belongs are read.

use std::{
    fs,
    path::{Path, PathBuf},
};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde_json::Value;

use super::imports::plain;
use crate::config::{Config, expand, user_home};

/// The longest name of a folder that the CLI makes of a path without a hash.
const SLUG_MAX: usize = 200;

/// All that decides which files are read.
pub(super) struct Surroundings {
    /// The project's directory, links resolved.
    pub(super) project: PathBuf,
    /// The person's Claude folder.
    pub(super) user: PathBuf,
    /// The person's home directory.
    pub(super) home: PathBuf,
    /// The administrator's folder.
    pub(super) managed: PathBuf,
    /// The main work tree of the repository, if the project is another one inside of it.
    pub(super) main_tree: Option<PathBuf>,
    /// Where the project's own work tree begins.
    pub(super) tree: Option<PathBuf>,
    /// Files that the settings leave out.
    pub(super) left_out: GlobSet,
    /// Whether a person allowed the project to import from elsewhere.
    pub(super) imports_from_elsewhere: bool,
    /// Where the agent's own notes are; none if the settings turn them off.
    pub(super) notes: Option<PathBuf>,
}

impl Surroundings {
    /// As the files on this machine tell. Waits for the disk.
    pub(super) fn read(config: &Config, project: PathBuf) -> Self {
        let user = plain(&config.claude_dir());
        let [own, shared, local] = [
            user.join("settings.json"),
            project.join(".claude/settings.json"),
            project.join(".claude/settings.local.json"),
        ]
        .map(|file| json(&file));
        let tree = project.ancestors().find(|dir| dir.join(".git").exists()).map(Path::to_owned);
        let main = tree.as_deref().and_then(main_tree);
        let root = main.clone().or_else(|| tree.clone()).unwrap_or_else(|| project.clone());
        // What is nearer has the last word; a shared file has no say in where notes are kept.
        let enabled =
            [&local, &shared, &own].into_iter().find_map(|file| file["autoMemoryEnabled"].as_bool());
        let kept = [&local, &own].into_iter().find_map(|file| file["autoMemoryDirectory"].as_str());
        let off = config.agent_env().iter().any(|(name, value)| {
            name == "CLAUDE_CODE_DISABLE_AUTO_MEMORY" && ["1", "true", "yes", "on"].contains(&value.as_str())
        });
        let notes = kept.map_or_else(
            || user.join("projects").join(slug(&root.to_string_lossy())).join("memory"),
            |dir| expand(Path::new(dir)),
        );
        let known = json(&config.claude_json_path());
        let approved =
            &known["projects"][project.to_string_lossy().as_ref()]["hasClaudeMdExternalIncludesApproved"];
        Self {
            left_out: excludes(&[own, shared, local]),
            imports_from_elsewhere: approved == true,
            notes: (enabled != Some(false) && !off).then_some(notes),
            managed: PathBuf::from(managed()),
            home: home(config),
            main_tree: main,
            tree,
            user,
            project,
        }
    }
}

/// The agent's home directory, which may be another than that of Roost.
fn home(config: &Config) -> PathBuf {
    config.claude.env.get("HOME").map_or_else(user_home, PathBuf::from)
}

fn managed() -> &'static str {
    if cfg!(target_os = "macos") { "/Library/Application Support/ClaudeCode" } else { "/etc/claude-code" }
}

/// A file that is missing or no JSON says nothing.
fn json(file: &Path) -> Value {
    fs::read(file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

fn excludes(files: &[Value]) -> GlobSet {
    let globs = files.iter().filter_map(|file| file["claudeMdExcludes"].as_array()).flatten();
    let mut set = GlobSetBuilder::new();
    for glob in globs.filter_map(Value::as_str) {
        // One that is no glob leaves out nothing.
        if let Ok(glob) = GlobBuilder::new(glob).literal_separator(true).build() {
            set.add(glob);
        }
    }
    set.build().unwrap_or_else(|_| GlobSet::empty())
}

/// The main work tree that a linked one belongs to.
fn main_tree(tree: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(tree.join(".git")).ok()?;
    let dir = plain(&tree.join(text.strip_prefix("gitdir:")?.trim()));
    let common = fs::read_to_string(dir.join("commondir")).ok()?;
    let common = plain(&dir.join(common.trim()));
    (common.file_name()? == ".git").then(|| common.parent().map(Path::to_owned))?
}

/// The name of the folder that the CLI keeps for a path.
pub(super) fn slug(path: &str) -> String {
    let units: Vec<u16> = path.encode_utf16().collect();
    let kept =
        |unit: &u16| char::from_u32(u32::from(*unit)).filter(char::is_ascii_alphanumeric).unwrap_or('-');
    let name: String = units.iter().map(kept).collect();
    if name.len() <= SLUG_MAX {
        return name;
    }
    let hash = units.iter().fold(0_i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(*unit)));
    format!("{}-{}", &name[..SLUG_MAX], base36(hash.unsigned_abs()))
}

fn base36(mut number: u32) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(char::from_digit(number % 36, 36).unwrap_or('0'));
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_the_name_that_the_cli_gives_it() {
        assert_eq!(slug("/srv/my.app_é"), "-srv-my-app--");
        let long = slug(&format!("/{}", "a".repeat(250)));
        assert_eq!(long.len(), 200 + 1 + long.rsplit('-').next().unwrap_or_default().len());
        assert_eq!(base36(35), "z");
        assert_eq!(base36(36), "10");
    }
}
