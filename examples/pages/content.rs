//! Content files: named blocks of Markdown.
//!
//! A line `@name argument` begins a block, which goes on to the next such line. Both languages have the same blocks in
//! the same order, so a sentence that one of them lacks is found by comparing outlines.

use std::path::{Path, PathBuf};

/// A named piece of a file.
#[derive(Clone, Debug)]
pub struct Block {
    pub name: String,
    /// What follows the name on its line; may be empty.
    pub arg: String,
    /// Markdown, without surrounding blank lines.
    pub body: String,
}

/// A file's blocks in order.
#[derive(Clone, Debug)]
pub struct Content {
    pub path: PathBuf,
    pub blocks: Vec<Block>,
}

impl Content {
    /// # Errors
    /// When the file cannot be read, text stands before the first block, or a block is empty.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, String> {
        let mut blocks: Vec<Block> = Vec::new();
        for line in text.lines() {
            if let Some(head) = line.strip_prefix('@') {
                let (name, arg) = head.split_once(' ').unwrap_or((head, ""));
                blocks.push(Block {
                    name: name.trim().to_owned(),
                    arg: arg.trim().to_owned(),
                    body: String::new(),
                });
            } else if let Some(block) = blocks.last_mut() {
                block.body.push_str(line);
                block.body.push('\n');
            } else if !line.trim().is_empty() {
                return Err(format!("{}: text before the first block", path.display()));
            }
        }
        for block in &mut blocks {
            block.body = block.body.trim().to_owned();
            if block.body.is_empty() {
                return Err(format!("{}: @{} is empty", path.display(), block.name));
            }
        }
        Ok(Self {
            path: path.to_owned(),
            blocks,
        })
    }

    /// Bodies of the blocks with a name, with their arguments.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let named = self.blocks.iter().filter(move |b| b.name == name);
        named.map(|b| (b.arg.as_str(), b.body.as_str()))
    }

    /// Body of the one block with a name.
    ///
    /// # Errors
    /// When there is none or there are several.
    pub fn one(&self, name: &str) -> Result<&str, String> {
        let mut found = self.blocks.iter().filter(|b| b.name == name);
        match (found.next(), found.next()) {
            (Some(block), None) => Ok(&block.body),
            (None, _) => Err(format!("{}: no @{name}", self.path.display())),
            _ => Err(format!("{}: several @{name}", self.path.display())),
        }
    }
}
