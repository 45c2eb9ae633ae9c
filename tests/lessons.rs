//! The pages of lessons and article: both languages whole and alike, formulas as MathML, links that work; and the checks
//! of the lessons against numbers that are computed here in another way.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

#[path = "../examples/pages/article.rs"]
mod article;
#[path = "../examples/pages/content.rs"]
mod content;
#[path = "../examples/pages/frame.rs"]
mod frame;
#[path = "../examples/pages/lesson.rs"]
mod lesson;
#[path = "../examples/pages/markup.rs"]
mod markup;
#[path = "../examples/pages/picture.rs"]
mod picture;
#[path = "../examples/pages/site.rs"]
mod site;

#[path = "lessons/checks.rs"]
mod checks;
#[path = "lessons/pages.rs"]
mod pages;
