//! The panel as a frame: what it shows and how large, with a preview and the HTML to copy.

use super::copy_box::copy_box;
use crate::export::iframe::{HOST_SCRIPT, snippet};
use crate::i18n::{Lang, strings};
use crate::params::defs::ParamId;
use crate::params::embed::{CUSTOM_SIZES, Embed, SIZES, Ui};
use crate::params::url::{self, Link, Panel, Theme, controls};
use crate::ui::context::Ctx;
use crate::ui::link;
use crate::ui::prelude::*;
use crate::units::parse_number;
use std::time::Duration;

/// The preview follows after so long, because it loads the whole page anew.
const PAUSE: Duration = Duration::from_millis(400);

/// What was chosen; numbers are places in the lists.
#[derive(Clone)]
struct Draft {
    panel: usize,
    ui: usize,
    size: usize,
    custom: [u32; 2],
    lang: usize,
    theme: usize,
    /// Controls that are locked (1) or hidden (2).
    marks: Vec<(ParamId, usize)>,
}

impl Draft {
    fn of(ctx: Ctx) -> Self {
        // About is no panel to work with.
        let panel = ctx.panel.get_untracked();
        let panel = Panel::ALL
            .iter()
            .position(|p| *p == panel && *p != Panel::About);
        Self {
            panel: panel.unwrap_or(0),
            ui: Ui::default() as usize,
            size: 0,
            custom: SIZES[0].into(),
            // An article has a language.
            lang: 1 + ctx.lang.get_untracked() as usize,
            theme: 0,
            marks: Vec::new(),
        }
    }

    fn size(&self) -> (u32, u32) {
        SIZES.get(self.size).copied().unwrap_or(self.custom.into())
    }

    fn lang(&self) -> Option<Lang> {
        [None, Some(Lang::En), Some(Lang::Zh)][self.lang]
    }

    fn mark(&self, id: ParamId) -> usize {
        let found = self.marks.iter().find(|(marked, _)| *marked == id);
        found.map_or(0, |(_, mark)| *mark)
    }

    fn marked(&self, wanted: usize) -> Vec<ParamId> {
        let marked = self.marks.iter().filter(|(_, mark)| *mark == wanted);
        marked.map(|(id, _)| *id).collect()
    }

    /// The link of the frame; subscribes to the state of all panels.
    fn link(&self, ctx: Ctx) -> Link {
        Link {
            panel: Panel::ALL[self.panel],
            lang: self.lang(),
            theme: [None, Some(Theme::Light), Some(Theme::Dark)][self.theme],
            embed: Some(Embed {
                ui: Ui::ALL[self.ui],
                locked: self.marked(1),
                hidden: self.marked(2),
                ..Embed::default()
            }),
            ..ctx.link()
        }
    }
}

/// A list of names to choose from.
fn list(
    test_id: String,
    label: Signal<String>,
    names: Signal<Vec<String>>,
    now: Signal<usize>,
    put: Callback<usize>,
) -> AnyView {
    view! {
        <label class="copy-box">
            <span class="control-label">{move || label.get()}</span>
            <select data-testid=test_id
                on:change:target=move |ev| put.run(usize::try_from(ev.target().selected_index()).unwrap_or(0))>
                {move || names.get().into_iter().enumerate().map(|(i, name)| view! {
                    <option value=i.to_string() prop:selected=move || now.get() == i>{name}</option>
                }).collect_view()}
            </select>
        </label>
    }
    .into_any()
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Width (0) or height (1) of a size of the reader's own.
fn length(ctx: Ctx, draft: RwSignal<Draft>, axis: usize) -> AnyView {
    let [least, most] = CUSTOM_SIZES.map(|size| <[u32; 2]>::from(size)[axis]);
    let typed = RwSignal::new(draft.with_untracked(|d| d.custom[axis].to_string()));
    let admit = move |text: &str| {
        let value = parse_number(text).filter(|v| v.fract().abs() <= 0.0)?;
        (f64::from(least)..=f64::from(most))
            .contains(&value)
            .then_some(value as u32)
    };
    let error = move || {
        let text = typed.get();
        let say = ctx.s().control.invalid_integer;
        let shown: String = text.chars().take(24).collect();
        admit(&text)
            .is_none()
            .then(|| say(&shown, &least.to_string(), &most.to_string()))
    };
    let name = ["share-width", "share-height"][axis];
    let label = move || [ctx.s().share.width, ctx.s().share.height][axis];
    view! {
        <label class="copy-box">
            <span class="control-label">{move || label()}</span>
            <input type="text" class="field" inputmode="numeric" autocomplete="off" data-testid=name
                aria-invalid=move || error().is_some().to_string()
                prop:value=move || typed.get()
                on:input:target=move |ev| {
                    let text = ev.target().value();
                    if let Some(value) = admit(&text) {
                        draft.update(|d| d.custom[axis] = value);
                    }
                    typed.set(text);
                } />
            <span class="error" role="alert">{move || error().unwrap_or_default()}</span>
        </label>
    }
    .into_any()
}

/// One list per control of the panel: free, locked, hidden.
fn marks(ctx: Ctx, draft: RwSignal<Draft>) -> AnyView {
    let panel = Panel::ALL[draft.with(|d| d.panel)];
    let known = controls(&Link {
        panel,
        ..Link::default()
    });
    let row = |control: url::Control| {
        let id = control.id;
        list(
            format!("mark-{}", control.key),
            Signal::derive(move || (ctx.s().param)(id).label.to_owned()),
            Signal::derive(move || owned(&ctx.s().share.states)),
            Signal::derive(move || draft.with(|d| d.mark(id))),
            Callback::new(move |mark| {
                draft.update(|d| {
                    d.marks.retain(|(marked, _)| *marked != id);
                    d.marks.push((id, mark));
                });
            }),
        )
    };
    known.into_iter().map(row).collect_view().into_any()
}

/// A frame as its readers will see it, loaded anew after a pause when anything changes.
fn preview(
    ctx: Ctx,
    address: Signal<String>,
    size: Signal<(u32, u32)>,
    title: Signal<String>,
) -> AnyView {
    let shown = RwSignal::new(address.get_untracked());
    let pending = StoredValue::new(None::<TimeoutHandle>);
    watch(
        move || address.get(),
        move |address| {
            let address = address.clone();
            if let Some(timer) = pending.get_value() {
                timer.clear();
            }
            let show = move || {
                if shown.try_get_untracked().is_some() {
                    shown.set(address);
                }
            };
            pending.set_value(set_timeout_with_handle(show, PAUSE).ok());
        },
    );
    view! {
        // A stop for the keyboard, which scrolls it.
        <div class="preview" data-testid="share-preview" tabindex="0" role="group" aria-label=ctx.t(|s| s.share.preview)>
            // A frame of its own for each address: another address for the same one would become a step of the page's history.
            // Not lazy as its copy is, since its readers asked for it.
            <For each=move || [shown.get()] key=String::clone let:address>
                <iframe title=move || title.get() allow="clipboard-write" width=move || size.get().0 height=move || size.get().1 src=address></iframe>
            </For>
        </div>
    }
    .into_any()
}

pub fn embed_tab(ctx: Ctx) -> AnyView {
    let draft = RwSignal::new(untrack(|| Draft::of(ctx)));
    let address =
        Signal::derive(move || draft.with(|d| link::page(&ctx) + &url::encode(&d.link(ctx))));
    let size = Signal::derive(move || draft.with(Draft::size));
    // In the language of the frame, which is that of the page around.
    let title = Signal::derive(move || {
        draft.with(|d| {
            let s = d.lang().map_or(ctx.s(), strings);
            (s.share.frame_title)(s.shell.panels[d.panel])
        })
    });
    let html = Signal::derive(move || snippet(&address.get(), &title.get(), size.get()));
    let is_open = RwSignal::new(false);
    type Pick = fn(Ctx) -> Vec<String>;
    let choose = move |test_id: &str,
                       label: fn(Ctx) -> &'static str,
                       names: Pick,
                       of: fn(&mut Draft) -> &mut usize| {
        list(
            test_id.to_owned(),
            Signal::derive(move || label(ctx).to_owned()),
            Signal::derive(move || names(ctx)),
            Signal::derive(move || *of(&mut draft.get())),
            Callback::new(move |i| draft.update(|d| *of(d) = i)),
        )
    };
    let sizes: Pick = |ctx| {
        let mut names: Vec<String> = SIZES.iter().map(|(w, h)| format!("{w} × {h}")).collect();
        names.push(ctx.s().share.custom.to_owned());
        names
    };
    view! {
        <div class="share-columns">
            <div>
                {choose("share-panel", |c| c.s().share.panel, |c| owned(&c.s().shell.panels[..Panel::ALL.len() - 1]), |d| &mut d.panel)}
                {choose("share-ui", |c| c.s().share.level, |c| owned(&c.s().share.levels), |d| &mut d.ui)}
                {choose("share-size", |c| c.s().share.size, sizes, |d| &mut d.size)}
                <Show when=move || draft.with(|d| d.size >= SIZES.len())>
                    <div class="share-pair">{length(ctx, draft, 0)}{length(ctx, draft, 1)}</div>
                </Show>
                <div class="share-pair">
                    {choose("share-lang", |c| c.s().share.lang, |c| owned(&[c.s().share.lang_of_reader, strings(Lang::Zh).shell.other_language, strings(Lang::En).shell.other_language]), |d| &mut d.lang)}
                    {choose("share-theme", |c| c.s().shell.theme, |c| owned(&[c.s().share.theme_of_reader, c.s().shell.themes[1], c.s().shell.themes[2]]), |d| &mut d.theme)}
                </div>
                <details data-testid="share-marks" on:toggle:target=move |ev| is_open.set(ev.target().has_attribute("open"))>
                    <summary>{ctx.t(|s| s.share.controls)}</summary>
                    <p class="note">{ctx.t(|s| s.share.controls_help)}</p>
                    <div class="share-controls">{move || is_open.get().then(|| marks(ctx, draft))}</div>
                </details>
            </div>
            <div>
                {copy_box(ctx, "embed", ctx.t(|s| s.share.snippet), html, 5)}
                <p class="note">{ctx.t(|s| s.share.sandbox)}</p>
                <details>
                    <summary>{ctx.t(|s| s.share.grow)}</summary>
                    <p class="note">{ctx.t(|s| s.share.grow_help)}</p>
                    {copy_box(ctx, "host", ctx.t(|s| s.share.grow), Signal::derive(|| format!("<script>\n{HOST_SCRIPT}</script>\n")), 9)}
                </details>
                <div class="copy-row">
                    <h3 class="control-label">{ctx.t(|s| s.share.preview)}</h3>
                    <a data-testid="open-preview" target="_blank" rel="noopener" href=move || address.get()>{ctx.t(|s| s.share.open_preview)}" ↗"</a>
                </div>
                {preview(ctx, address, size, title)}
            </div>
        </div>
    }
    .into_any()
}
