//! Writes the lessons and the article beside the built site: `pages dist`.
//!
//! They are static: text, formulas and predictions stand in the HTML before any WebAssembly arrives. The texts are in
//! `content/`; `tests/lessons.rs` checks what this makes of them. `SITE_URL`, ending in `/`, says where the site will
//! stand, if that is known.

mod article;
mod content;
mod frame;
mod lesson;
mod markup;
mod picture;
mod site;

use frame::Assets;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), String> {
    let dist = PathBuf::from(std::env::args().nth(1).unwrap_or("dist".to_owned()));
    let read =
        |path: &Path| fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()));
    let assets = Assets::of(
        &read(&dist.join("index.html"))?,
        &read(Path::new("style/learn.css"))?,
        &read(Path::new("src/ui/progress.js"))?,
        std::env::var("SITE_URL").ok().filter(|url| !url.is_empty()),
    )?;
    let files = site::files(Path::new("content"), &assets)?;
    for (name, text) in &files {
        let path = dist.join(name);
        let folder = path.parent().unwrap_or(&dist);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .map_err(|e| format!("{}: {e}", path.display()))?;
    }
    println!("{} files of lessons and article.", files.len());
    Ok(())
}
