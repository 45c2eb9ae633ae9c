//! The article: thirty statements, whether each holds, and a live panel as evidence.

use crate::content::Content;
use crate::frame::{Assets, Lang, Page, top};
use crate::markup::{escape, inline, to_html};

/// Verdicts by name, in the order in which they are counted.
pub const VERDICTS: [&str; 3] = ["holds", "partly", "fails"];

/// The page.
///
/// # Errors
/// A missing or misplaced block, an unknown verdict, an unreadable formula.
pub fn page(
    lang: Lang,
    frame: &Content,
    content: &Content,
    assets: &Assets,
) -> Result<(String, String), String> {
    let folder = "article/";
    let mut body = String::new();
    let mut blocks = content.blocks.iter().peekable();
    let mut counts = [0; 3];
    while let Some(block) = blocks.next() {
        match block.name.as_str() {
            "section" => body.push_str(&format!("<h2>{}</h2>\n", inline(&block.body)?)),
            "claim" => {
                let (number, verdict) = block
                    .arg
                    .split_once(' ')
                    .ok_or(format!("@claim {}: number and verdict", block.arg))?;
                let index = VERDICTS.iter().position(|v| *v == verdict);
                counts[index.ok_or(format!("unknown verdict {verdict:?}"))?] += 1;
                let mut next = |name: &str| {
                    blocks
                        .next_if(|b| b.name == name)
                        .ok_or(format!("statement {number}: no @{name}"))
                };
                let (nuance, source, evidence) =
                    (next("nuance")?, next("source")?, next("evidence")?);
                let label = frame
                    .all("verdict")
                    .find(|(id, _)| *id == verdict)
                    .ok_or(format!("no word for {verdict:?}"))?;
                body.push_str(&format!(
                    "<section class=\"claim\" id=\"statement-{number}\">\n\
                     <h3><span class=\"kicker\">{}</span> <span class=\"chip verdict-{verdict}\">{}</span></h3>\n\
                     <blockquote>{}</blockquote>\n{}\n<div class=\"source\">{}</div>\n{}\n</section>\n",
                    escape(&frame.one("claim")?.replace("{n}", number)),
                    escape(label.1),
                    to_html(&block.body)?,
                    to_html(&nuance.body)?,
                    to_html(&source.body)?,
                    live(lang, frame, folder, &evidence.arg, &evidence.body)?,
                ));
            }
            "title" | "description" | "lead" | "end" => {}
            other => return Err(format!("{}: unexpected @{other}", content.path.display())),
        }
    }
    let mut tally = frame.one("tally")?.to_owned();
    for (name, count) in VERDICTS.iter().zip(counts) {
        tally = tally.replace(&format!("{{{name}}}"), &count.to_string());
    }
    let title = content.one("title")?;
    let main = format!(
        "<main id=\"content\" class=\"prose article\" tabindex=\"-1\">\n<h1>{}</h1>\n{}\n<p>{}</p>\n{body}{}\n</main>\n<script src=\"{}{}\"></script>",
        inline(title)?,
        to_html(content.one("lead")?)?,
        escape(&tally),
        to_html(content.one("end")?)?,
        // Gives the frames the height that they ask for.
        top(lang, folder),
        assets.own("frames"),
    );
    let page = Page {
        lang,
        folder,
        title,
        description: content.one("description")?,
        lesson: None,
        main: &main,
    };
    Ok((page.path(), page.html(frame, assets)?))
}

/// A panel in a frame that loads when it is unfolded, and a link to the same in full.
fn live(
    lang: Lang,
    frame: &Content,
    folder: &str,
    fragment: &str,
    caption: &str,
) -> Result<String, String> {
    let caption = escape(caption);
    let address = escape(&format!(
        "{}{fragment}&lang={}",
        top(lang, folder),
        lang.key()
    ));
    Ok(format!(
        "<details class=\"evidence\"><summary>{}</summary>\
         <iframe loading=\"lazy\" width=\"720\" height=\"560\" title=\"{caption}\" src=\"{address}&amp;embed=1&amp;ui=full\"></iframe>\
         </details>\n<p><a href=\"{address}\">{}</a></p>",
        escape(frame.one("show-panel")?).replace("{what}", &caption),
        escape(frame.one("open-panel")?),
    ))
}
