//! The configuration in an editor, as a person sees it. The editor is a script that the story writes anew before each use.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
};

use crate::{Home, tmux::Tmux};

/// The editor of the next time, which gets the file's name as its last argument.
fn pen(home: &Home, script: &str) -> PathBuf {
    let path = home.dir.path().join("pen.sh");
    fs::write(&path, script).unwrap();
    path
}

#[tokio::test]
async fn the_configuration_is_changed_in_an_editor() {
    let home = Home::new().await;
    let file = home.dir.path().join("roost/roost.toml");
    let at = |name: &str| home.dir.path().join(name).display().to_string();
    let mode = || fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    let script =
        pen(&home, &format!("cat \"$2\" > '{}'; stat -c %a \"$2\" > '{}'", at("seen"), at("rights")));
    let tmux = Tmux::new(home.dir.path(), 80, 24);
    tmux.starts_hub(&format!("VISUAL=\"sh '{}' 'an argument'\"", script.display()));
    tmux.shows("Nothing here yet.").await;
    tmux.types(",");
    tmux.shows("Nothing was changed.").await;
    let seen = fs::read_to_string(at("seen")).unwrap();
    assert!(seen.contains("#: sessions.max_running = 8  # turns under way"), "{seen}");
    assert_eq!((fs::read_to_string(at("rights")).unwrap().trim(), file.exists()), ("600", false));

    let mine = |key: &str| format!("# mine\n[sessions]\n{key} = 3   # few\n");
    pen(&home, &format!("printf '{}' > \"$2\"", mine("max_runing").replace('\n', "\\n")));
    tmux.types(",");
    let asked = tmux.shows("e  Edit it again").await;
    assert!(asked.contains("Line 3, sessions.max_runing: there is no such key"), "{asked}");
    assert!(!file.exists());
    pen(&home, "sed -i s/runing/running/ \"$2\"");
    tmux.press(&["Enter"]);
    tmux.shows("Saved. sessions.max_running acts once the server is restarted.").await;
    assert_eq!((fs::read_to_string(&file).unwrap(), mode()), (mine("max_running"), 0o600));

    fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
    // The keys that make signals are the editor's.
    pen(&home, "trap '' INT QUIT; echo at''work; read line; sed -i \"s/few/$line/\" \"$2\"");
    tmux.types(",");
    tmux.shows("atwork").await;
    tmux.press(&["C-c", "C-\\"]);
    tmux.enters("not many");
    tmux.shows("Saved. It says the same to the server.").await;
    let text = mine("max_running").replace("few", "not many");
    assert_eq!((fs::read_to_string(&file).unwrap(), mode()), (text.clone(), 0o640));

    pen(&home, "echo '# lost' >> \"$2\"; exit 3");
    tmux.types(",");
    tmux.shows("ended with exit status: 3; its text was not taken.").await;
    pen(&home, &format!("echo '# more' >> \"$2\"; echo '# theirs' > '{}'", file.display()));
    tmux.types(",");
    tmux.shows("k  Keep mine beside roost.toml").await;
    tmux.press(&["Enter"]);
    tmux.shows("roost.toml.mine.").await;
    assert_eq!(fs::read_to_string(&file).unwrap(), "# theirs\n");
    assert_eq!(fs::read_to_string(file.with_extension("toml.mine")).unwrap(), format!("{text}# more\n"));
}
