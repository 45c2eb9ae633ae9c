//! A lesson's page: predict, try, check, explain, beside its live panel.
//!
//! Every sentence stands in the page; the app only shows and hides them. Its names for them are `data-hint`,
//! `data-why`, `data-number` and the ids below, see `ui/lesson.rs`.

use crate::content::Content;
use crate::frame::{Assets, Lang, Page};
use crate::markup::{escape, inline, to_html};
use crate::picture::first_chart;
use critical_batch::experiment::lessons::Lesson;

/// A language's words and lessons, these in their order.
pub struct Course {
    pub lang: Lang,
    pub frame: Content,
    pub lessons: Vec<(Lesson, Content)>,
}

/// Replaces `{0}` and so on by places that the app fills.
fn with_numbers(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((digit, tail)) if digit.len() == 1 && digit.as_bytes()[0].is_ascii_digit() => {
                out.push_str(&format!("<output data-number=\"{digit}\">…</output>"));
                rest = tail;
            }
            _ => {
                out.push('{');
                rest = after;
            }
        }
    }
    out + rest
}

/// The page of one lesson.
///
/// # Errors
/// A missing block or an unreadable formula.
pub fn page(course: &Course, index: usize, assets: &Assets) -> Result<(String, String), String> {
    let (lesson, content) = &course.lessons[index];
    let frame = &course.frame;
    let facts = lesson.facts();
    let word = |name: &str| frame.one(name).map(escape);
    let block = |name: &str| to_html(content.one(name)?).map(|html| with_numbers(&html));
    let title = content.one("title")?;
    let main = format!(
        r##"<main id="content" class="lesson" tabindex="-1">
<header class="lesson-head">
<nav class="lessons" aria-label="{lessons_label}"><ol>{dots}</ol></nav>
<p class="kicker">{kicker}</p>
<h1>{title}</h1>
{lead}
</header>
<div class="lesson-text">
<section id="predict"><h2><span class="step">1</span> {predict}</h2>
<form id="prediction">{question}</form></section>
<section id="try"><h2><span class="step">2</span> {try_it}</h2>
{steps}
</section>
</div>
<div id="app" class="live">{picture}<p class="muted">{loading}</p><noscript><p class="muted">{no_script}</p></noscript></div>
<div class="lesson-text lesson-end">
<section id="check"><h2><span class="step">3</span> {check}</h2>
<button type="button" class="button primary" id="check-button" disabled>{check_button}</button>
<div id="outcome" role="status">
{hints}
<div id="found" hidden>
<p class="verdict" id="right" hidden>{right}</p><p class="verdict" id="wrong" hidden>{wrong}</p>
{whys}
{found}
</div></div></section>
<section><h2><span class="step">4</span> {explain}</h2>
<details id="explain"><summary>{explain_summary}</summary>
{explanation}
<div class="source">{source}</div>
</details></section>
<nav class="steps-nav">{previous}<a class="button" href="./" id="again">{again}</a>{next}</nav>
</div>
</main>"##,
        lessons_label = word("lessons")?,
        dots = dots(course, index)?,
        kicker = word("lesson-of")?
            .replace("{n}", &(index + 1).to_string())
            .replace("{m}", &course.lessons.len().to_string()),
        title = inline(title)?,
        lead = block("lead")?,
        predict = word("predict")?,
        question = question(content, frame, facts.options)?,
        try_it = word("try")?,
        steps = block("try")?,
        picture = first_chart(*lesson, course.lang).unwrap_or_default(),
        loading = word("loading")?,
        no_script = word("no-script")?,
        check = word("check")?,
        check_button = word("check-button")?,
        hints = hints(content, frame)?,
        right = word("right")?,
        wrong = word("wrong")?,
        whys = named(content, "why")?,
        found = block("found")?,
        explain = word("explain")?,
        explain_summary = word("explain-summary")?,
        explanation = block("explain")?,
        source = block("source")?,
        previous = neighbour(course, index.checked_sub(1), "previous")?,
        again = word("again")?,
        next = neighbour(course, Some(index + 1), "next")?,
    );
    let folder = format!("learn/{}/", facts.slug);
    let page = Page {
        lang: course.lang,
        folder: &folder,
        title,
        description: content.one("description")?,
        lesson: Some(facts.slug),
        main: &main,
    };
    Ok((page.path(), page.html(frame, assets)?))
}

/// One dot per lesson.
fn dots(course: &Course, here: usize) -> Result<String, String> {
    let dot = |(i, (lesson, content)): (usize, &(Lesson, Content))| {
        let slug = lesson.facts().slug;
        let current = if i == here {
            " aria-current=\"page\""
        } else {
            ""
        };
        let title = escape(content.one("title")?);
        Ok(format!(
            "<li><a class=\"dot\" href=\"../{slug}/\" data-slug=\"{slug}\" title=\"{title}\"{current}>\
             <span aria-hidden=\"true\">{}</span><span class=\"visually-hidden\">{title}</span></a></li>",
            i + 1
        ))
    };
    course.lessons.iter().enumerate().map(dot).collect()
}

/// The prediction: its options, or a field for a number.
fn question(content: &Content, frame: &Content, options: &[&str]) -> Result<String, String> {
    let legend = inline(content.one("predict")?)?;
    let body = if options.is_empty() {
        let label = inline(content.one("number")?)?;
        format!(
            "<label class=\"guess\">{label} <input type=\"text\" class=\"field\" inputmode=\"decimal\" \
             autocomplete=\"off\" name=\"guess\"></label>\
             <p class=\"error\" data-hint=\"unreadable\" hidden>{}</p>",
            escape(frame.one("unreadable")?)
        )
    } else {
        content
            .all("option")
            .map(|(id, text)| {
                let text = inline(text)?;
                Ok(format!(
                    "<label class=\"guess\"><input type=\"radio\" name=\"guess\" value=\"{id}\"> <span>{text}</span></label>"
                ))
            })
            .collect::<Result<String, String>>()?
    };
    Ok(format!(
        "<fieldset class=\"guesses\"><legend>{legend}</legend>{body}</fieldset>"
    ))
}

fn hints(content: &Content, frame: &Content) -> Result<String, String> {
    let not_yet = inline(frame.one("not-yet")?)?;
    let lost = escape(frame.one("lost")?);
    let hints: String = content
        .all("hint")
        .map(|(id, text)| {
            let text = inline(text)?;
            Ok(format!(
                "<p class=\"aside\" data-hint=\"{id}\" hidden><strong>{not_yet}</strong> {text}</p>\n"
            ))
        })
        .collect::<Result<_, String>>()?;
    Ok(format!(
        "{hints}<p class=\"aside warn\" data-hint=\"lost\" hidden>{lost}</p>\n"
    ))
}

/// Hidden sentences by name: `@why half` becomes `data-why="half"`.
fn named(content: &Content, name: &str) -> Result<String, String> {
    content
        .all(name)
        .map(|(id, text)| {
            let text = with_numbers(&inline(text)?);
            Ok(format!("<p data-{name}=\"{id}\" hidden>{text}</p>\n"))
        })
        .collect()
}

/// A link to the lesson before or after; nothing at the ends.
fn neighbour(course: &Course, at: Option<usize>, name: &str) -> Result<String, String> {
    let Some((lesson, content)) = at.and_then(|i| course.lessons.get(i)) else {
        return Ok(String::new());
    };
    Ok(format!(
        "<a class=\"button\" href=\"../{}/\" rel=\"{}\">{}</a>",
        lesson.facts().slug,
        if name == "next" { "next" } else { "prev" },
        escape(course.frame.one(name)?).replace("{title}", &escape(content.one("title")?))
    ))
}

/// The list of lessons.
///
/// # Errors
/// A missing block.
pub fn overview(course: &Course, assets: &Assets) -> Result<(String, String), String> {
    let frame = &course.frame;
    let items: String = course
        .lessons
        .iter()
        .map(|(lesson, content)| {
            let slug = lesson.facts().slug;
            Ok(format!(
                "<li><h2><a href=\"{slug}/\" data-slug=\"{slug}\">{}</a></h2><p>{}</p></li>\n",
                inline(content.one("title")?)?,
                escape(content.one("description")?)
            ))
        })
        .collect::<Result<String, String>>()?;
    let main = format!(
        "<main id=\"content\" class=\"prose\" tabindex=\"-1\">\n<h1>{}</h1>\n{}\n<ol class=\"course\">\n{items}</ol>\n{}\n</main>",
        inline(frame.one("learn-title")?)?,
        to_html(frame.one("learn-lead")?)?,
        to_html(frame.one("learn-end")?)?,
    );
    let page = Page {
        lang: course.lang,
        folder: "learn/",
        title: frame.one("learn-title")?,
        description: frame.one("learn-description")?,
        lesson: None,
        main: &main,
    };
    Ok((page.path(), page.html(frame, assets)?))
}
