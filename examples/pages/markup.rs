//! Markdown to HTML, with `$…$` and `$$…$$` as MathML.

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// HTML of a text.
///
/// # Errors
/// A formula that cannot be read.
pub fn to_html(markdown: &str) -> Result<String, String> {
    let converter = LatexToMathML::new(MathCoreConfig::default()).map_err(|e| format!("{e:?}"))?;
    let formula = |latex: &str, display| {
        converter
            .convert_with_local_state(latex, display)
            .map(|found| found.mathml)
            .map_err(|e| format!("formula {latex:?}: {e:?}"))
    };
    let mut events = Vec::new();
    for event in Parser::new_ext(markdown, Options::ENABLE_MATH | Options::ENABLE_TABLES) {
        events.push(match event {
            Event::InlineMath(latex) => {
                Event::InlineHtml(formula(&latex, MathDisplay::Inline)?.into())
            }
            Event::DisplayMath(latex) => {
                // Scrolls in itself where it is wider than the text.
                let mathml = formula(&latex, MathDisplay::Block)?;
                Event::InlineHtml(format!("<span class=\"formula\">{mathml}</span>").into())
            }
            other => other,
        });
    }
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    Ok(out.trim().to_owned())
}

/// HTML of a text of one paragraph, without the paragraph around it.
///
/// # Errors
/// As [`to_html`], and when it is more than a paragraph.
pub fn inline(markdown: &str) -> Result<String, String> {
    let mut parser = Parser::new(markdown);
    let is_one = matches!(parser.next(), Some(Event::Start(Tag::Paragraph)))
        && parser
            .by_ref()
            .skip_while(|e| !matches!(e, Event::End(TagEnd::Paragraph)))
            .count()
            == 1;
    if !is_one {
        return Err(format!("not one paragraph: {markdown:?}"));
    }
    let html = to_html(markdown)?;
    Ok(html
        .trim_start_matches("<p>")
        .trim_end_matches("</p>")
        .to_owned())
}

/// Text as it stands between tags or in an attribute.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
