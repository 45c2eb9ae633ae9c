//! All pages of both languages.

use crate::article;
use crate::content::Content;
use crate::frame::{Assets, Lang};
use crate::lesson::{self, Course};
use critical_batch::experiment::lessons::Lesson;
use std::path::Path;

/// The words and lessons of a language.
///
/// # Errors
/// A file that is missing or malformed.
pub fn course(content: &Path, lang: Lang) -> Result<Course, String> {
    let folder = content.join(lang.key());
    let lesson = |lesson: Lesson| {
        let path = folder.join(format!("lessons/{}.md", lesson.facts().slug));
        Content::read(&path).map(|c| (lesson, c))
    };
    Ok(Course {
        lang,
        frame: Content::read(&folder.join("frame.md"))?,
        lessons: Lesson::ALL
            .into_iter()
            .map(lesson)
            .collect::<Result<_, _>>()?,
    })
}

/// (path below the top of the site, text) of every page and of what they load besides the app.
///
/// # Errors
/// What a reader would see wrong: a missing block, an unreadable formula.
pub fn files(content: &Path, assets: &Assets) -> Result<Vec<(String, String)>, String> {
    let mut files = assets.own.clone();
    for lang in Lang::ALL {
        let course = course(content, lang)?;
        files.push(lesson::overview(&course, assets)?);
        for i in 0..course.lessons.len() {
            files.push(lesson::page(&course, i, assets)?);
        }
        let text = Content::read(&content.join(lang.key()).join("article.md"))?;
        files.push(article::page(lang, &course.frame, &text, assets)?);
    }
    Ok(files)
}
