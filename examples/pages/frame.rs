//! What every page has: head, header, footer, and the addresses of what it loads.

use crate::content::Content;
use crate::markup::escape;
use critical_batch::export::iframe::HOST_SCRIPT;

/// Language of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    En,
    Zh,
}

impl Lang {
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Zh];

    /// Name of its folder in `content/`.
    pub const fn key(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh",
        }
    }

    /// Value of `<html lang>`.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh-Hans",
        }
    }

    /// Where its pages begin on the site; English stands at the top.
    pub const fn folder(self) -> &'static str {
        match self {
            Lang::En => "",
            Lang::Zh => "zh/",
        }
    }

    pub const fn other(self) -> Self {
        match self {
            Lang::En => Lang::Zh,
            Lang::Zh => Lang::En,
        }
    }
}

/// Names of the built files that the pages load, relative to the top of the site.
#[derive(Clone, Debug)]
pub struct Assets {
    /// Where the site will stand, ending in `/`, if that is known. Search engines take the way to another language only
    /// with its whole address.
    pub site: Option<String>,
    /// The whole line of the icon.
    pub icon: String,
    /// What is said when the program does not come, or stops.
    pub faults: String,
    pub styles: Vec<String>,
    /// The module, its script that wasm-bindgen generated, and the script that starts both.
    pub wasm: String,
    pub glue: String,
    pub start: String,
    /// Files of ours whose names hold a hash of their text: (name, text).
    pub own: Vec<(String, String)>,
}

impl Assets {
    /// From the built `index.html` and our own files.
    ///
    /// # Errors
    /// When the page does not name what is looked for.
    pub fn of(
        index: &str,
        css: &str,
        progress: &str,
        site: Option<String>,
    ) -> Result<Self, String> {
        let quoted = |end: &str| {
            index
                .split(['"', '\''])
                .filter(|part| part.starts_with("./") && part.ends_with(end))
                .map(|part| part.trim_start_matches("./").to_owned())
                .collect::<Vec<_>>()
        };
        // The module has parts that are fetched later, and the page may name their loader before it.
        let script = |start: &str| {
            let found = quoted(".js").into_iter();
            let mut found =
                found.filter(|name| name.starts_with(start) && !name.contains("-later."));
            found
                .next()
                .ok_or(format!("index.html names no {start}….js"))
        };
        let icon = index
            .lines()
            .find(|line| line.contains("rel=\"icon\""))
            .ok_or("index.html has no icon")?;
        let faults = index
            .split_once("<body>")
            .and_then(|(_, body)| body.split_once("<div id=\"app\">"))
            .ok_or("index.html has no place for faults")?
            .0;
        let named = |name: &str, end: &str, text: &str| {
            (format!("{name}-{:016x}{end}", hash(text)), text.to_owned())
        };
        Ok(Self {
            site,
            icon: icon.trim().to_owned(),
            faults: faults.trim().to_owned(),
            styles: quoted(".css"),
            wasm: quoted(".wasm")
                .into_iter()
                .next()
                .ok_or("index.html names no module")?,
            glue: script("critical-batch-")?,
            start: script("start-")?,
            own: vec![
                named("learn", ".css", css),
                named("progress", ".js", progress),
                named("frames", ".js", HOST_SCRIPT),
            ],
        })
    }

    /// The name of a file of ours that begins so.
    pub fn own(&self, start: &str) -> &str {
        let named = self.own.iter().find(|(name, _)| name.starts_with(start));
        named.map_or("", |(name, _)| name)
    }
}

/// FNV-1a, to name files by what they hold.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// One page of a language.
pub struct Page<'a> {
    pub lang: Lang,
    /// Below the language's folder, ending in `/`.
    pub folder: &'a str,
    pub title: &'a str,
    pub description: &'a str,
    /// Slug of the lesson whose panel lives on the page.
    pub lesson: Option<&'a str>,
    /// HTML between header and footer.
    pub main: &'a str,
}

impl Page<'_> {
    /// Where it stands on the site.
    pub fn path(&self) -> String {
        format!("{}{}index.html", self.lang.folder(), self.folder)
    }

    /// From the page to the top of the site.
    pub fn top(&self) -> String {
        top(self.lang, self.folder)
    }

    /// The whole document.
    ///
    /// # Errors
    /// When a word of the frame is missing.
    pub fn html(&self, frame: &Content, assets: &Assets) -> Result<String, String> {
        let top = self.top();
        let word = |name: &str| frame.one(name).map(escape);
        let styles: String = assets
            .styles
            .iter()
            .map(String::as_str)
            .chain([assets.own("learn")])
            .map(|name| format!("  <link rel=\"stylesheet\" href=\"{top}{name}\">\n"))
            .collect();
        let live = if self.lesson.is_some() {
            format!(
                "  <script src=\"{top}faults.js\"></script>\n  \
                 <link rel=\"preload\" href=\"{top}{wasm}\" crossorigin=\"anonymous\" as=\"fetch\" type=\"application/wasm\">\n  \
                 <link rel=\"modulepreload\" href=\"{top}{glue}\">\n  \
                 <script type=\"module\" src=\"{top}{start}\"></script>\n",
                wasm = assets.wasm,
                glue = assets.glue,
                start = assets.start,
            )
        } else {
            String::new()
        };
        let in_languages = Lang::ALL.map(|lang| (lang.tag(), lang));
        let alternates: String = in_languages
            .into_iter()
            .chain([("x-default", Lang::En)])
            .filter_map(|(tag, lang)| {
                let site = escape(assets.site.as_ref()?);
                Some(format!(
                    "  <link rel=\"alternate\" hreflang=\"{tag}\" href=\"{site}{}{}\">\n",
                    lang.folder(),
                    self.folder
                ))
            })
            .collect();
        let link = |name: &str, folder: &str| -> Result<String, String> {
            let is_here = self.folder == folder;
            let current = if is_here {
                " aria-current=\"page\""
            } else {
                ""
            };
            let href = format!("{top}{}{folder}", self.lang.folder());
            Ok(format!(
                "<a class=\"tab\" href=\"{href}\"{current}>{}</a>",
                word(name)?
            ))
        };
        let lesson = self
            .lesson
            .map_or(String::new(), |slug| format!(" data-lesson=\"{slug}\""));
        let play = format!("{top}#/curves?v=1&amp;lang={}", self.lang.key());
        Ok(format!(
            r##"<!doctype html>
<html lang="{tag}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{title} · Critical Batch</title>
  <meta name="description" content="{description}">
  <meta name="color-scheme" content="light dark">
  {icon}
{styles}  <script src="{top}early.js"></script>
{alternates}{live}  <script type="module" src="{top}{progress}"></script>
</head>
<body class="page"{lesson}>
{faults}
<a class="skip" href="#content">{skip}</a>
<header class="header">
  <a class="brand" href="{play}"><strong>Critical Batch</strong> <span class="tagline">{tagline}</span></a>
  <nav class="tabs" aria-label="{navigation}"><a class="tab" href="{play}">{playground}</a>{learn}{article}</nav>
  <div class="header-tools"><a class="button other-language" hreflang="{other_tag}" lang="{other_tag}" href="{top}{other_folder}{folder}">{other}</a></div>
</header>
{main}
<footer class="footer"><span>{footer}</span> <a href="{top}#/about?v=1&amp;lang={key}">{sources}</a></footer>
</body>
</html>
"##,
            tag = self.lang.tag(),
            title = escape(self.title),
            description = escape(self.description),
            icon = assets.icon,
            progress = assets.own("progress"),
            faults = if self.lesson.is_some() {
                &assets.faults
            } else {
                ""
            },
            skip = word("skip")?,
            tagline = word("tagline")?,
            navigation = word("navigation")?,
            playground = word("playground")?,
            learn = link("learn", "learn/")?,
            article = link("article", "article/")?,
            other_tag = self.lang.other().tag(),
            other_folder = self.lang.other().folder(),
            folder = self.folder,
            other = word("other-language")?,
            main = self.main,
            footer = word("footer")?,
            sources = word("sources")?,
            key = self.lang.key(),
        ))
    }
}

/// From a page to the top of the site.
pub fn top(lang: Lang, folder: &str) -> String {
    "../".repeat(lang.folder().matches('/').count() + folder.matches('/').count())
}
