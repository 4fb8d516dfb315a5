//! Files and folders: listing them, and writing only what has changed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::error::{At as _, Result};

/// Returns all files below a folder.
///
/// # Errors
/// [`Error::File`](crate::error::Error::File).
pub(crate) fn walk(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).at("read", &folder)? {
            let path = entry.at("read", &folder)?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                paths.push(path);
            }
        }
    }
    paths.sort();
    Ok(paths)
}

/// Writes a file, and makes its folder, unless it holds exactly these bytes already.
///
/// # Errors
/// [`Error::File`](crate::error::Error::File).
pub(crate) fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|found| found == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).at("create", folder)?;
    }
    fs::write(path, bytes).at("write", path)
}

/// Returns the text with `what`, which must occur in it exactly once, replaced by `by`.
///
/// # Errors
/// A sentence, when it does not.
pub(crate) fn replaced(text: &str, what: &str, by: &str) -> std::result::Result<String, String> {
    match text.matches(what).count() {
        1 => Ok(text.replacen(what, by, 1)),
        found => Err(format!("the text has {what:?} {found} times instead of once")),
    }
}
