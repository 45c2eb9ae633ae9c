//! The copies of the built site that are served: whole, and with each fault that loading can have.

use super::before;
use super::engine::Engine;
use super::servers::copy;
use std::fs;
use std::path::{Path, PathBuf};

/// Copies with all files, some of them damaged.
const FAULTY: [&str; 3] = ["truncated", "truncated-later", "mistyped"];

/// Puts the site below `root`: whole, with each of its faults, and for a strict host beside the article of the
/// checkout `top`; the pages around frames too. Returns where the site is as it was built.
pub(super) fn place(
    top: &Path,
    dist: &Path,
    root: &Path,
    engine: Engine,
) -> std::io::Result<PathBuf> {
    let is_wasm = |file: &Path| file.extension().is_some_and(|e| e == "wasm");
    let is_later = |file: &Path| is_wasm(file) && !file.to_string_lossy().ends_with("_bg.wasm");
    let folder = root.join("a/b");
    copy(dist, &folder, &|_| true)?;
    copy(dist, &root.join("blocked"), &|file| !is_wasm(file))?;
    for name in FAULTY {
        copy(dist, &root.join(name), &|_| true)?;
    }
    cut(&root.join(FAULTY[0]), &is_wasm)?;
    cut(&root.join(FAULTY[1]), &is_later)?;
    each_file(&root.join(FAULTY[2]), &|file| {
        if is_wasm(file) {
            // The server tells the type from the name.
            return fs::rename(file, file.with_extension("txt"));
        }
        if file.extension().is_some_and(|e| e == "html" || e == "js") {
            let text = fs::read_to_string(file)?;
            let renamed = ["\"", "'", "`"].iter().fold(text, |text, quote| {
                text.replace(&format!(".wasm{quote}"), &format!(".txt{quote}"))
            });
            return fs::write(file, renamed);
        }
        Ok(())
    })?;
    let strict = root.join("strict");
    for (from, to) in [
        (dist, strict.join("dist")),
        (&top.join("examples/embed"), strict.join("examples/embed")),
        (&top.join("tests/e2e/pages"), root.join("pages")),
    ] {
        copy(from, &to, &|_| true)?;
    }
    if engine == Engine::Chromium {
        return Ok(folder);
    }
    let built = root.join("built");
    copy(dist, &built, &|_| true)?;
    for name in ["a/b", "blocked", "strict", "pages"]
        .into_iter()
        .chain(FAULTY)
    {
        before::put_into(&root.join(name))?;
    }
    Ok(built)
}

/// Leaves of some files the first half.
fn cut(folder: &Path, is_meant: &dyn Fn(&Path) -> bool) -> std::io::Result<()> {
    each_file(folder, &|file| {
        if !is_meant(file) {
            return Ok(());
        }
        let bytes = fs::read(file)?;
        fs::write(file, &bytes[..bytes.len() / 2])
    })
}

/// Calls `act` with every file of a folder and those inside it.
pub(super) fn each_file(
    folder: &Path,
    act: &dyn Fn(&Path) -> std::io::Result<()>,
) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            each_file(&path, act)?;
        } else {
            act(&path)?;
        }
    }
    Ok(())
}
