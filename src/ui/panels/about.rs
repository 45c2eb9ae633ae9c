//! About: what this is, the words it uses, its sources and licences.

use crate::ui::context::use_ctx;
use crate::ui::dom;
use crate::ui::prelude::*;

#[component]
pub fn AboutPanel() -> impl IntoView {
    let ctx = use_ctx();
    let about = move || &ctx.s().about;
    // The list of sources is in both languages' assumptions; citations are the same, so one list is enough.
    let citations = move || {
        let mut seen = Vec::new();
        for (_, _, source) in ctx.s().curves.assumptions {
            if !seen.contains(source) {
                seen.push(*source);
            }
        }
        seen
    };
    view! {
        <article class="prose" data-testid="about">
            <h1>{move || about().title}</h1>
            {move || about().paragraphs.iter().map(|p| view! { <p>{*p}</p> }).collect_view()}
            <h2>{move || about().glossary_title}</h2>
            <dl class="glossary">
                {move || about().glossary.iter().map(|(term, text)| view! { <div><dt>{*term}</dt><dd>{*text}</dd></div> }).collect_view()}
            </dl>
            <h2>{move || about().sources_title}</h2>
            <ul>{move || citations().into_iter().map(|c| view! { <li>{c}</li> }).collect_view()}</ul>
            <p>{move || about().reading}</p>
            <h2>{move || about().licence_title}</h2>
            <p>{move || about().licence}</p>
            <p>{move || about().data}</p>
            <p><a data-testid="licences" href=dom::beside_module("licences.txt")>{move || about().notices}</a></p>
            <h2>{move || about().offline_title}</h2>
            <p>{move || about().offline}</p>
        </article>
    }
}
