//! A lesson's page: the app lives in one place of a static page (`examples/pages/lesson.rs`), and shows or hides the
//! sentences that stand in it. Prediction and progress are kept in the link and, where there is storage, on the device.

use super::context::{Ctx, use_ctx};
use super::panels::later::check_lesson;
use super::shell::go;
use super::{clipboard, dom, link, locks};
use crate::experiment::lessons::{Answer, Lesson, Note, Outcome, Place, TOLERANCE};
use crate::i18n::Lang;
use crate::params::url::{self, Notice, Panel};
use crate::ui::prelude::*;
use crate::units::{format_sig, parse_number};
use std::cell::Cell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Slugs of the lessons that were finished; also read by `progress.js`.
const DONE_KEY: &str = "critical-batch-lessons";

/// A visit to a lesson's page.
#[derive(Clone, Copy)]
pub struct Visit {
    pub lesson: Lesson,
    /// Name of the chosen option, or the number; empty before there is one.
    guess: RwSignal<&'static str>,
    number: RwSignal<Option<f64>>,
    is_done: RwSignal<bool>,
    /// Whether the link came from a teacher: it locks the controls that the lesson does not move, and the language.
    is_locked: bool,
    notes: StoredValue<Vec<Note>>,
}

thread_local! {
    static VISIT: Cell<Option<Visit>> = const { Cell::new(None) };
}

/// The visit, if the page is a lesson's.
pub fn visit() -> Option<Visit> {
    VISIT.get()
}

/// Which lesson's page this is.
fn slug() -> Option<String> {
    find("body").and_then(|b| b.get_attribute("data-lesson"))
}

/// Begins one if the page says so.
pub fn begin() {
    let Some(lesson) = slug().and_then(|s| Lesson::of_slug(&s)) else {
        return;
    };
    let fragment = link::current();
    let query = |key| {
        let mut pairs = fragment.split(['?', '&']).filter_map(|p| p.split_once('='));
        pairs.find(|(k, _)| *k == key).map(|(_, v)| v)
    };
    let options = lesson.facts().options;
    let guess = query("guess").unwrap_or_default();
    VISIT.set(Some(Visit {
        lesson,
        guess: RwSignal::new(
            options
                .iter()
                .find(|o| **o == guess)
                .copied()
                .unwrap_or_default(),
        ),
        number: RwSignal::new(parse_number(guess).filter(|_| options.is_empty())),
        is_done: RwSignal::new(query("done").is_some()),
        is_locked: query("lock") == Some("1"),
        notes: StoredValue::new(Vec::new()),
    }));
}

/// What a fragment says, on a lesson's page and elsewhere.
pub fn decode(fragment: &str) -> (url::Link, Vec<Notice>) {
    match visit() {
        Some(visit) => visit.lesson.link(fragment),
        None => url::decode(fragment),
    }
}

/// A fragment with further pairs; those without a value are left out.
fn extend(mut fragment: String, pairs: &[(&str, &str)]) -> String {
    for (key, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        let separator = if fragment.contains('?') { "&" } else { "?" };
        fragment += &[separator, key, "=", value].concat();
    }
    fragment
}

/// The fragment of a state, with the progress of a lesson; subscribes to all of it.
pub fn encode(ctx: &Ctx) -> String {
    let fragment = url::encode(&ctx.link());
    let Some(visit) = visit() else {
        return fragment;
    };
    let guess = match visit.number.get() {
        Some(number) => number.to_string(),
        None => visit.guess.get().to_owned(),
    };
    let mark = |is_set| if is_set { "1" } else { "" };
    let pairs = [
        ("lock", mark(visit.is_locked)),
        ("guess", guess.as_str()),
        ("done", mark(visit.is_done.get())),
    ];
    extend(fragment, &pairs)
}

/// The visit, if its link locks controls.
pub fn locked() -> Option<Visit> {
    visit().filter(|visit| visit.is_locked)
}

/// Language of the page that the app lives in.
pub fn lang() -> Lang {
    if dom::root().lang().starts_with("zh") {
        Lang::Zh
    } else {
        Lang::En
    }
}

fn find(selector: &str) -> Option<web_sys::HtmlElement> {
    let document = dom::window().document()?;
    let found = document.query_selector(selector).ok()??;
    found.dyn_into().ok()
}

fn show(selector: &str, is_shown: bool) {
    if let Some(element) = find(selector) {
        element.set_hidden(!is_shown);
    }
}

fn on(selector: &str, event: &str, act: impl Fn(web_sys::Event) + 'static) {
    if let Some(element) = find(selector) {
        let closure = Closure::<dyn Fn(web_sys::Event)>::new(act);
        let function: &js_sys::Function = closure.as_ref().unchecked_ref();
        // It fails for no valid name of an event.
        let _ = element.add_event_listener_with_callback(event, function);
        closure.forget();
    }
}

fn field(selector: &str) -> Option<web_sys::HtmlInputElement> {
    find(selector)?.dyn_into().ok()
}

/// What stands at a place of the panel on screen.
fn at((id, name): Place) -> Option<String> {
    find(&format!("#app [data-testid={id}]"))?.get_attribute(name)
}

impl Visit {
    /// Listens to the page's form, and brings it to where the link left off.
    fn listen(self, ctx: Ctx) {
        let options = self.lesson.facts().options;
        let chosen = self.guess.get_untracked();
        if let Some(input) = field(&format!("#prediction [value='{chosen}']")) {
            input.set_checked(true);
        }
        if let (Some(number), Some(input)) =
            (self.number.get_untracked(), field("#prediction input"))
        {
            input.set_value(&number.to_string());
        }
        self.open_when_done();
        on("#prediction", "submit", |event| event.prevent_default());
        on("#prediction", "input", move |_| {
            let input = field("#prediction :checked").or_else(|| field("#prediction [type=text]"));
            let text = input.map(|i| i.value()).unwrap_or_default();
            if options.is_empty() {
                let number = parse_number(&text);
                self.number.set(number);
                show(
                    "[data-hint=unreadable]",
                    number.is_none() && !text.is_empty(),
                );
            } else {
                let option = options.iter().find(|o| **o == text);
                self.guess.set(option.copied().unwrap_or_default());
            }
        });
        on("#check-button", "click", move |_| {
            spawn_local(self.check(ctx))
        });
        if self.is_locked {
            self.lock(ctx);
        }
        if let Some(button) = find("#check-button") {
            let _ = button.remove_attribute("disabled");
        }
    }

    /// Keeps settings and language; starting again keeps them too.
    fn lock(self, ctx: Ctx) {
        for panel in self.lesson.panels() {
            locks::hold(ctx, panel, &self.lesson.locked(panel));
        }
        dom::set_root("data-locked", Some(""));
        on("#again", "click", move |event| {
            event.prevent_default();
            link::replace(&extend(url::encode(&ctx.first), &[("lock", "1")]));
            let _ = dom::window().location().reload();
        });
    }

    fn open_when_done(self) {
        if self.is_done.get_untracked()
            && let Some(details) = find("#explain")
        {
            let _ = details.set_attribute("open", "");
        }
    }

    /// Checks, and says what came of it.
    async fn check(self, ctx: Ctx) {
        let link = untrack(|| ctx.link());
        let notes = self.notes.with_value(Clone::clone);
        let checked = check_lesson(self.lesson, link, at, notes).await;
        let outcome = checked.ok().map(|(outcome, notes)| {
            self.notes.set_value(notes);
            outcome
        });
        self.tell(ctx, outcome);
        // For tests: how many checks have been answered.
        if let Some(place) = find("#outcome") {
            let count = place.get_attribute("data-count").unwrap_or_default() + "I";
            let _ = place.set_attribute("data-count", &count);
        }
    }

    /// Shows the sentences of an outcome; `None` when the code of the check has not come.
    fn tell(self, ctx: Ctx, outcome: Option<Outcome>) {
        let facts = self.lesson.facts();
        let hint = match &outcome {
            Some(Outcome::NotYet(hint)) => hint,
            Some(Outcome::Found { .. }) => "",
            None => "lost",
        };
        for name in facts.hints.iter().chain(&["lost"]) {
            show(&format!("#outcome [data-hint={name}]"), *name == hint);
        }
        let found = match outcome {
            Some(Outcome::Found { numbers, answer }) => Some((numbers, answer)),
            _ => None,
        };
        show("#found", found.is_some());
        let Some((numbers, answer)) = found else {
            return;
        };
        for (i, number) in numbers.iter().enumerate() {
            // Counts with all their digits, measurements with three.
            let digits = if number.fract() == 0.0 { 9 } else { 3 };
            if let Some(output) = find(&format!("[data-number='{i}']")) {
                let _ = output.set_attribute("data-value", &number.to_string());
                output.set_text_content(Some(&format_sig(*number, digits, ctx.s_now().grouping)));
            }
        }
        let (is_right, why) = match answer {
            Answer::Option(i) => {
                let guess = self.guess.get_untracked();
                let is_right = (!guess.is_empty()).then(|| facts.options.get(i) == Some(&guess));
                (is_right, guess)
            }
            Answer::Number(answer) => {
                let ratio = self.number.get_untracked().map(|n| n / answer);
                let is_right = ratio.map(|r| (r - 1.0).abs() <= TOLERANCE);
                (
                    is_right,
                    if ratio.is_some_and(|r| r > 1.0) {
                        "high"
                    } else {
                        "low"
                    },
                )
            }
        };
        show("#right", is_right == Some(true));
        show("#wrong", is_right == Some(false));
        let names: &[&str] = if facts.options.is_empty() {
            &["low", "high"]
        } else {
            facts.options
        };
        for name in names {
            show(
                &format!("[data-why={name}]"),
                is_right == Some(false) && *name == why,
            );
        }
        self.is_done.set(true);
        self.open_when_done();
        self.remember();
    }

    /// Keeps on the device that the lesson was finished, and says so at its dot.
    fn remember(self) {
        let slug = self.lesson.facts().slug;
        let done = dom::stored(DONE_KEY).unwrap_or_default();
        if !done.split(' ').any(|s| s == slug) {
            dom::store(DONE_KEY, format!("{done} {slug}").trim_start());
        }
        if let Some(dot) = find(&format!(".dot[data-slug={slug}]")) {
            let _ = dot.set_attribute("data-done", "");
        }
    }
}

/// Copies the lesson with the settings on screen, which it locks, for somebody who has not answered yet.
fn teachers_link(ctx: Ctx) -> AnyView {
    // Whether the clipboard took it, and what was copied.
    let said = RwSignal::new(None::<(bool, String)>);
    let copy = move |_| {
        let address = extend(untrack(|| link::live(&ctx)), &[("lock", "1")]);
        let copied = address.clone();
        let done = move |is_done: bool| {
            said.set(Some((is_done, copied)));
            if !is_done {
                clipboard::select("lesson-link");
            }
        };
        clipboard::copy(address, Box::new(done));
    };
    let refused = move || {
        said.get()
            .and_then(|(is_done, text)| (!is_done).then_some(text))
    };
    view! {
        <p class="teachers-link">
            <button type="button" class="button" data-testid="copy-lesson" on:click=copy>{ctx.t(|s| s.share.copy_lesson)}</button>
            " "<span class="note">{ctx.t(|s| s.share.copy_lesson_help)}</span>
            " "<span class="note" role="status" data-testid="copied-lesson">
                {move || said.get().map(|(is_done, _)| if is_done { ctx.s().share.copied } else { ctx.s().share.refused })}
            </span>
            <span class="link-text" data-testid="lesson-link" hidden=move || refused().is_none()>{move || refused()}</span>
        </p>
    }
    .into_any()
}

/// The lesson's panels, one at a time.
#[component]
pub fn LessonFrame(visit: Visit, children: Children) -> impl IntoView {
    let ctx = use_ctx();
    let panels: Vec<Panel> = visit.lesson.panels().collect();
    let has_one = panels.len() < 2;
    visit.listen(ctx);
    // Says nothing here, but who came to a lesson first has the site without a network too.
    let _ = super::offline::kept(ctx);
    let tab = move |panel: Panel| {
        let name = move || {
            let i = Panel::ALL.iter().position(|p| *p == panel);
            ctx.s().shell.panels[i.unwrap_or(0)]
        };
        view! {
            <button type="button" class="tab" data-testid=format!("tab-{}", panel.key())
                aria-current=move || (ctx.panel.get() == panel).then_some("page")
                on:click=move |_| go(ctx, panel)>{move || name()}</button>
        }
    };
    view! {
        <div class="live-tabs" hidden=has_one>{panels.into_iter().map(tab).collect_view()}</div>
        <super::shell::Notices />
        {children()}
        {visit.is_locked.then(|| view! { <p class="note" data-testid="locked">{ctx.t(|s| s.share.lesson_locked)}</p> })}
        {teachers_link(ctx)}
        <p class="visually-hidden" role="status" aria-live="polite" data-testid="live">{move || ctx.announcement.get()}</p>
    }
}
