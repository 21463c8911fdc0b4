//! A text in the person's own editor. The file is theirs alone, and gone afterwards.

use std::io::Write;

use tempfile::NamedTempFile;

use crate::keeper;

/// Edits a text with this command line, which no shell sees; what comes back is what was saved, or what went wrong in words. The
/// ending of the file's name tells the editor what it is.
pub(super) async fn edit(command: &str, text: &str, ending: &'static str) -> Result<String, String> {
    let (program, mut args) = split(command)?;
    let text = text.to_owned();
    let file = blocking(move || {
        let mut file = tempfile::Builder::new().prefix("roost-").suffix(ending).tempfile()?;
        file.write_all(text.as_bytes()).map(|()| file)
    })
    .await?;
    args.push(file.path().to_string_lossy().into_owned());
    match keeper::at_terminal(&program, &args).await {
        Ok(ended) if ended.success() => blocking(move || read(&file)).await,
        Ok(ended) => Err(format!("{program} ended with {ended}; its text was not taken.")),
        Err(error) => Err(format!("{program} could not be started: {error}.")),
    }
}

/// A command line in its words: quotes and backslashes count, nothing else does.
fn split(command: &str) -> Result<(String, Vec<String>), String> {
    let mut words =
        shell_words::split(command).map_err(|error| format!("The editor {command:?}: {error}."))?;
    if words.is_empty() {
        return Err("No editor is set in VISUAL or EDITOR.".to_owned());
    }
    let program = words.remove(0);
    Ok((program, words))
}

/// By its name: an editor may have put another file in its place.
fn read(file: &NamedTempFile) -> std::io::Result<String> {
    Ok(String::from_utf8_lossy(&std::fs::read(file.path())?).into_owned())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, String> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|error| error.to_string())?;
    done.map_err(|error| format!("The text could not be handed over: {error}."))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_split_as_a_shell_would_but_nothing_in_it_runs() {
        let (program, args) = split("'/opt/my editor' --wait \"$HOME\" `id` a\\ b").unwrap();
        assert_eq!(program, "/opt/my editor");
        assert_eq!(args, ["--wait", "$HOME", "`id`", "a b"]);
        assert!(split("  ").is_err() && split("vi 'open").is_err());
    }

    #[tokio::test]
    async fn what_is_saved_comes_back_and_a_failure_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let script = dir.path().join("append.sh");
        std::fs::write(&script, "printf '%s' \"$1\" >> \"$2\"").unwrap();
        let command = format!("sh '{}' ' and more'", script.display());
        assert_eq!(edit(&command, "a text", ".md").await.unwrap(), "a text and more");
        assert!(edit("sh -c 'exit 3'", "", ".md").await.unwrap_err().contains("exit status: 3"));
        assert!(edit("/no/such/editor", "", ".md").await.unwrap_err().contains("could not be started"));
    }
}
