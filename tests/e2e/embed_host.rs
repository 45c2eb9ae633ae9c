//! Frames in somebody else's page: messages, sandbox, strict policies, scrolling, many of them, the article.

use crate::faults_browser;
use crate::harness::{DESKTOP, Page, Setup, browse};
use crate::race::{self, SHORT};
use critical_batch::i18n::{Lang, strings};
use critical_batch::params::url::Panel;
use serde_json::{Value, json};

/// Opens the empty page and puts frames of the other host into it.
async fn open_host(page: &Page, fragments: &[&str], attributes: &str) {
    page.open_address(&page.site.host_page).await;
    for fragment in fragments {
        add_frame(
            page,
            &format!("{}{fragment}", page.site.open_host),
            attributes,
        )
        .await;
    }
}

async fn add_frame(page: &Page, address: &str, attributes: &str) {
    page.js::<Value>(
        "const frame = document.createElement('iframe');
         frame.width = 720; frame.height = 460; frame.title = 'a panel';
         for (const pair of arguments[1].split(' ').filter(Boolean)) {
           const [name, value] = pair.split('=');
           frame.setAttribute(name, value.replaceAll('+', ' '));
         }
         frame.src = arguments[0];
         document.body.append(frame)",
        &[json!(address), json!(attributes)],
    )
    .await;
}

/// What a frame has said of a type, oldest first.
async fn said(page: &Page, frame: usize, kind: &str) -> Vec<Value> {
    page.js(
        "return said(arguments[0], arguments[1])",
        &[json!(frame), json!(kind)],
    )
    .await
}

async fn wait_said(page: &Page, frame: usize, kind: &str) -> Value {
    page.wait(&format!("frame {frame} to say {kind}"), || async {
        !said(page, frame, kind).await.is_empty()
    })
    .await;
    said(page, frame, kind).await.pop().unwrap()
}

async fn say(page: &Page, frame: usize, message: Value) {
    page.js::<Value>("say(arguments[0], arguments[1])", &[json!(frame), message])
        .await;
}

/// Makes a frame the page that is asked.
async fn enter(page: &Page, frame: u16) {
    page.driver.enter_frame(frame).await.unwrap();
    page.wait_ready().await;
}

async fn leave(page: &Page) {
    page.driver.enter_default_frame().await.unwrap();
}

#[tokio::test]
async fn ac_31_a_sandboxed_frame_trains_on_its_own_thread_with_the_same_digits() {
    let usual = browse(DESKTOP, async |page| race::run_to_end(page, SHORT).await).await;
    browse(DESKTOP, async |page| {
        let fragment = format!("{SHORT}&lang=zh&embed=1&ui=std");
        open_host(
            page,
            &["#/curves?v=1&lang=en&embed=1&ui=std", &fragment],
            "sandbox=allow-scripts",
        )
        .await;
        wait_said(page, 0, "lrbs:ready").await;
        wait_said(page, 1, "lrbs:ready").await;

        enter(page, 0).await;
        assert_eq!(page.js::<String>("return window.origin", &[]).await, "null");
        page.set_field("field-b", "512").await;
        page.wait_value("lr-linear", 0.2).await;
        // Saving is elsewhere.
        assert!(!page.is_shown("curves-chart-png").await);
        let s = strings(Lang::En);
        assert!(
            page.text("curves-chart-elsewhere")
                .await
                .starts_with(s.frame.save_elsewhere)
        );
        leave(page).await;

        enter(page, 1).await;
        page.click("to-end").await;
        let digest = race::digest(page).await;
        assert_eq!((digest, race::rows(page).await), usual);
        assert!(page.is_shown("on-page").await);
        assert_eq!(page.text("on-page").await, strings(Lang::Zh).race.on_page);
        leave(page).await;
    })
    .await;
}

#[tokio::test]
async fn ac_31_a_frame_whose_module_may_not_load_shows_a_picture_and_says_so() {
    browse(DESKTOP, async |page| {
        page.open_address(&page.site.host_page).await;
        // The first host sends no header that would let a page without an origin read its modules.
        let address = format!("{}#/curves?v=1&b=512&embed=1&ui=min", page.site.page);
        add_frame(page, &address, "sandbox=allow-scripts").await;
        let error = wait_said(page, 0, "lrbs:error").await;
        assert_eq!(error["code"], "load");
        page.driver.enter_frame(0).await.unwrap();
        page.wait_js(
            "the static picture without the header",
            "const svg = document.querySelector('svg'), header = document.querySelector('.header');
             return svg?.getClientRects().length > 0 && header.getClientRects().length === 0",
        )
        .await;
        let href: String = page
            .js(
                "return document.querySelector('.static a[target]').href",
                &[],
            )
            .await;
        assert_eq!(href, format!("{}#/curves?v=1&b=512", page.site.page));
        leave(page).await;
        // What the browser itself reports of the refused modules.
        page.console_errors().await;
    })
    .await;
}

#[tokio::test]
async fn ac_32_the_page_around_hears_that_a_panel_does_not_come() {
    browse(DESKTOP, async |page| {
        page.cdp("Network.enable", json!({})).await;
        page.cdp(
            "Network.setBlockedURLs",
            json!({ "urls": ["*split_race*"] }),
        )
        .await;
        open_host(page, &["#/race?v=1&embed=1"], "").await;
        assert_eq!(wait_said(page, 0, "lrbs:error").await["code"], "load");
        page.driver.enter_frame(0).await.unwrap();
        page.wait_attr("fetching", "data-state", "failed").await;
        leave(page).await;
        // The blocked request itself is in the console.
        page.console_errors().await;
    })
    .await;
}

#[tokio::test]
async fn ac_32_the_page_around_hears_that_the_program_broke_off() {
    browse(DESKTOP, async |page| {
        open_host(page, &["#/curves?v=1&embed=1"], "").await;
        wait_said(page, 0, "lrbs:ready").await;
        enter(page, 0).await;
        faults_browser::trap(page).await;
        page.wait_js(
            "the sentence",
            "return document.querySelector('#stopped').getClientRects().length > 0",
        )
        .await;
        leave(page).await;
        assert_eq!(wait_said(page, 0, "lrbs:error").await["code"], "stopped");
        // The trap itself is in the console.
        page.console_errors().await;
    })
    .await;
}

#[tokio::test]
async fn ac_32_the_page_around_hears_ready_and_the_height() {
    browse(DESKTOP, async |page| {
        open_host(page, &["#/curves?v=1&embed=1&ui=std"], "").await;
        let ready = wait_said(page, 0, "lrbs:ready").await;
        assert_eq!(ready["panel"], "curves");
        assert_eq!(ready["version"], env!("CARGO_PKG_VERSION"));
        let first = wait_said(page, 0, "lrbs:resize").await["height"]
            .as_f64()
            .unwrap();
        assert!(first > 360.0, "{first}");
        let amp = wait_said(page, 0, "embed-size").await;
        assert_eq!(amp["sentinel"], "amp");

        enter(page, 0).await;
        page.click("table-toggle").await;
        page.wait_js("the table", "return $('samples') !== null")
            .await;
        leave(page).await;
        page.wait("a larger height", || async {
            wait_said(page, 0, "lrbs:resize").await["height"]
                .as_f64()
                .unwrap()
                > first + 100.0
        })
        .await;
        // Giving the frame what it asks for makes it ask for nothing more, and all of it is seen.
        let asked = wait_said(page, 0, "lrbs:resize").await["height"]
            .as_f64()
            .unwrap();
        page.js::<Value>(
            "document.querySelector('iframe').height = arguments[0]",
            &[json!(asked)],
        )
        .await;
        enter(page, 0).await;
        race::frames(page, 5).await;
        let is_whole: bool = page
            .js(
                "return document.documentElement.scrollHeight <= innerHeight && innerHeight > 600",
                &[],
            )
            .await;
        assert!(is_whole);
        page.click("table-toggle").await;
        leave(page).await;
        page.wait("the first height again", || async {
            wait_said(page, 0, "lrbs:resize").await["height"]
                .as_f64()
                .unwrap()
                <= first
        })
        .await;
        // Without pym.js's name nothing is said in its form.
        let n_pym: usize = page
            .js(
                "return heard.filter(m => typeof m.data === 'string').length",
                &[],
            )
            .await;
        assert_eq!(n_pym, 0);
    })
    .await;
}

#[tokio::test]
async fn ac_32_pym_frames_are_told_by_their_name() {
    browse(DESKTOP, async |page| {
        page.open_address(&page.site.host_page).await;
        // As pym.js writes it: its own query before the fragment.
        let address = format!(
            "{}?initialWidth=720&childId=panel-1&parentTitle=x#/curves?v=1&b=512&embed=1",
            page.site.open_host
        );
        add_frame(page, &address, "").await;
        let height = wait_said(page, 0, "lrbs:resize").await["height"]
            .as_u64()
            .unwrap();
        page.wait_js(
            "the height in pym's form",
            &format!(
                "return heard.some(m => m.data === 'pymxPYMxpanel-1xPYMxheightxPYMx{height}')"
            ),
        )
        .await;
        enter(page, 0).await;
        page.assert_value("field-b", 512.0).await;
        let href: String = page.js("return $('playground').href", &[]).await;
        assert_eq!(href, format!("{}#/curves?v=1&b=512", page.site.open_host));
        leave(page).await;
    })
    .await;
}

#[tokio::test]
async fn ac_32_the_page_around_sets_controls_and_asks_for_the_state() {
    browse(DESKTOP, async |page| {
        open_host(page, &["#/curves?v=1&embed=1&ui=min&lock=b", "#/curves?v=1&embed=1&ui=min&notify=1"], "").await;
        wait_said(page, 0, "lrbs:ready").await;
        wait_said(page, 1, "lrbs:ready").await;
        assert!(said(page, 0, "lrbs:state").await.is_empty(), "nobody has asked");
        say(page, 0, json!({ "type": "lrbs:get" })).await;
        let state = wait_said(page, 0, "lrbs:state").await;
        assert_eq!((&state["params"]["b"], &state["params"]["opt"]), (&json!(8192), &json!("sgd")));

        // What is none of ours, or not as it should be, changes nothing and breaks nothing.
        for nonsense in [
            json!(null),
            json!(7),
            json!("lrbs:get"),
            json!([]),
            json!({ "type": 5 }),
            json!({ "type": "lrbs:go" }),
            json!({ "type": "lrbs:set" }),
            json!({ "type": "lrbs:set", "params": "b=1" }),
            json!({ "type": "lrbs:set", "params": [1, 2] }),
            json!({ "type": "lrbs:set", "params": { "b": 8192 } }),
            json!({ "type": "lrbs:set", "params": { "b": { "x": 1 }, "b0": null, "lr0": true, "embed": "0", "__proto__": 3, "nothing": 1 } }),
            json!({ "sentinel": "amp", "type": "embed-size", "height": 1 }),
        ] {
            say(page, 0, nonsense).await;
        }
        say(page, 0, json!({ "type": "lrbs:set", "params": { "b": 1e99, "lr0": "0.25", "opt": "lion", "lang": "zh" } })).await;
        page.wait("the new state", || async {
            wait_said(page, 0, "lrbs:state").await["params"]["lr0"] == json!(0.25)
        })
        .await;
        let state = wait_said(page, 0, "lrbs:state").await;
        assert_eq!(state["params"]["b"], json!(1_048_576));
        assert_eq!(state["params"]["b0"], json!(256));
        assert_eq!(state["params"]["opt"], json!("sgd"));
        enter(page, 0).await;
        // The page around may set what it has locked; readers may not.
        page.wait_value("field-b", 1_048_576.0).await;
        assert!(page.js::<bool>("return $('field-b').disabled", &[]).await);
        page.wait_js("Chinese", "return document.documentElement.lang === 'zh-Hans'").await;
        leave(page).await;

        // The other frame tells by itself.
        enter(page, 1).await;
        page.set_field("field-b", "64").await;
        leave(page).await;
        page.wait("a state that nobody asked for", || async {
            said(page, 1, "lrbs:state").await.pop().is_some_and(|s| s["params"]["b"] == json!(64))
        })
        .await;
        // Nothing but the messages of the contract has left the frames.
        let kinds: Vec<String> = page
            .js("return [...new Set(heard.map(m => m.data.type))].sort()", &[])
            .await;
        assert_eq!(kinds, ["embed-size", "lrbs:ready", "lrbs:resize", "lrbs:state"]);
    })
    .await;
}

#[tokio::test]
async fn a_frame_listens_to_the_page_around_only() {
    browse(DESKTOP, async |page| {
        open_host(page, &["#/curves?v=1&embed=1", "#/curves?v=1&embed=1"], "").await;
        wait_said(page, 0, "lrbs:ready").await;
        wait_said(page, 1, "lrbs:ready").await;
        enter(page, 1).await;
        page.js::<Value>(
            "parent.frames[0].postMessage({ type: 'lrbs:set', params: { b: 64 } }, '*')",
            &[],
        )
        .await;
        race::frames(page, 5).await;
        leave(page).await;
        say(page, 0, json!({ "type": "lrbs:get" })).await;
        assert_eq!(
            wait_said(page, 0, "lrbs:state").await["params"]["b"],
            json!(8192)
        );
    })
    .await;
}

#[tokio::test]
async fn ac_52_a_policy_without_inline_scripts_and_styles_breaks_nothing() {
    browse(DESKTOP, async |page| {
        let strict = page.site.strict.clone();
        let headers = page.site.headers_of(&strict);
        let policy = headers
            .iter()
            .find(|h| h.starts_with("content-security-policy:"));
        assert!(
            policy
                .is_some_and(|p| p.contains("default-src 'none'") && !p.contains("unsafe-inline"))
        );
        for panel in ["curves", "sweep", "noise", "calc", "runs", "about"] {
            page.open_address(&format!("{strict}#/{panel}?v=1")).await;
            page.wait_ready().await;
        }
        // The Share dialog, a lesson and the article too.
        page.open_address(&format!("{strict}#/noise?v=1")).await;
        page.wait_ready().await;
        page.click("share").await;
        page.wait_js("the dialog", "return $('share-dialog')?.open === true")
            .await;
        page.open_address(&format!("{strict}learn/linear-breaks/"))
            .await;
        page.wait_ready().await;
        page.open_address(&format!("{strict}zh/article/")).await;
        // Workers and the module in them as well.
        page.open_address(&format!("{strict}{SHORT}")).await;
        page.wait_ready().await;
        page.click("to-end").await;
        race::digest(page).await;
        assert!(!page.is_shown("on-page").await, "the worker did not start");
        // A violation would stand in the console. The policy names no source for manifests, so the site cannot be
        // installed from there; that is all.
        let mut errors = page.console_errors().await;
        errors.retain(|error| !error.contains("manifest.webmanifest"));
        assert!(errors.is_empty(), "{errors:#?}");
        let outside: Vec<String> = page
            .js(
                "return performance.getEntriesByType('resource').map(e => e.name)",
                &[],
            )
            .await;
        let host = strict.trim_end_matches("dist/");
        assert!(
            outside
                .iter()
                .all(|a| a.starts_with(host) || a.starts_with("data:")),
            "{outside:?}"
        );
    })
    .await;
}

/// Scrolls the page until a frame is out of view, or back.
async fn scroll_to(page: &Page, y: u32) {
    page.js::<Value>("document.body.style.paddingBottom = '5000px'; scrollTo({ top: arguments[0], behavior: 'instant' })", &[json!(y)])
        .await;
}

#[tokio::test]
async fn ac_23_a_frame_out_of_view_pauses_and_draws_nothing() {
    browse(DESKTOP, async |page| {
        open_host(page, &["#/race?v=1&speed=1&embed=1&ui=std"], "").await;
        // Of the page's own origin, because a browser itself lets no frame of another one draw out of view.
        let address = format!("{}#/curves?v=1&embed=1&ui=min", page.site.page);
        add_frame(page, &address, "").await;
        wait_said(page, 0, "lrbs:ready").await;
        wait_said(page, 1, "lrbs:ready").await;
        enter(page, 0).await;
        race::play(page).await;
        race::wait_steps(page, 1.0).await;
        leave(page).await;
        scroll_to(page, 4000).await;
        enter(page, 0).await;
        race::wait_state(page, "paused").await;
        leave(page).await;
        enter(page, 1).await;
        let draws = crate::curves::draws(page, "curves-chart").await;
        leave(page).await;
        say(
            page,
            1,
            json!({ "type": "lrbs:set", "params": { "b": 64 } }),
        )
        .await;
        wait_said(page, 1, "lrbs:state").await;
        page.js_async::<Value>("await new Promise(r => setTimeout(r, 300))", &[])
            .await;
        enter(page, 1).await;
        page.assert_value("field-b", 64.0).await;
        assert_eq!(crate::curves::draws(page, "curves-chart").await, draws);
        leave(page).await;
        // Seen again, the picture is up to date, and the race stands until somebody resumes it.
        scroll_to(page, 0).await;
        enter(page, 1).await;
        page.wait("the picture", || async {
            crate::curves::draws(page, "curves-chart").await > draws
        })
        .await;
        leave(page).await;
        enter(page, 0).await;
        assert_eq!(race::state(page).await, "paused");
        leave(page).await;
    })
    .await;
}

#[tokio::test]
async fn ten_frames_share_the_machine() {
    browse(Setup { is_alone: true, ..DESKTOP }, async |page| {
        // In every frame: how many workers were started.
        page.cdp(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": "window.nWorkers = 0;
                window.Worker = new Proxy(window.Worker, { construct(to, args) { window.nWorkers++; return new to(...args); } });" }),
        )
        .await;
        let fragments: Vec<String> = ["race", "sweep"]
            .iter()
            .cycle()
            .take(10)
            .map(|panel| format!("#/{panel}?v=1&embed=1&ui=min"))
            .collect();
        let fragments: Vec<&str> = fragments.iter().map(String::as_str).collect();
        open_host(page, &fragments, "").await;
        for i in 0..10 {
            wait_said(page, i, "lrbs:ready").await;
        }
        // Longer than a sweep of our own waits before it measures a few steps.
        page.js_async::<Value>("await new Promise(r => setTimeout(r, 600))", &[]).await;
        let n_workers = async || -> Vec<u32> {
            let mut counts = Vec::new();
            for i in 0..10 {
                enter(page, i).await;
                counts.push(page.js("return window.nWorkers", &[]).await);
                leave(page).await;
            }
            counts
        };
        assert_eq!(n_workers().await, [0; 10], "nothing runs before somebody asks");
        enter(page, 0).await;
        page.click("play").await;
        race::wait_steps(page, 1.0).await;
        leave(page).await;
        enter(page, 1).await;
        page.click("sweep-run").await;
        page.wait("runs of the sweep", || async { crate::sweep::n_done(page).await > 2 }).await;
        page.click("sweep-cancel").await;
        leave(page).await;
        let counts = n_workers().await;
        assert_eq!((counts[0], counts[1]), (1, 1), "a frame has one worker");
        assert_eq!(counts[2..], [0; 8]);
    })
    .await;
}

/// `early.js` knows by itself which parts of the module a panel needs; a page of our own fetches the others afterwards.
#[tokio::test]
async fn a_frame_asks_with_the_module_for_what_its_panel_needs_and_for_nothing_else() {
    browse(DESKTOP, async |page| {
        for panel in Panel::ALL {
            open_host(page, &[&format!("#/{}?v=1&embed=1", panel.key())], "").await;
            wait_said(page, 0, "lrbs:ready").await;
            enter(page, 0).await;
            let [asked, fetched]: [Vec<String>; 2] = page
                .js(
                    "const parts = addresses => [...new Set(addresses)].filter(a => a.endsWith('.wasm') && !a.endsWith('_bg.wasm')).sort();
                     return [parts([...document.querySelectorAll('link[rel=preload]')].map(l => l.href)),
                             parts(performance.getEntriesByType('resource').map(r => r.name))]",
                    &[],
                )
                .await;
            assert_eq!(asked, fetched, "{panel:?}");
            assert_eq!(asked.is_empty(), panel == Panel::Curves);
            leave(page).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_frame_lets_the_wheel_scroll_the_page_around() {
    browse(DESKTOP, async |page| {
        open_host(page, &["#/curves?v=1&embed=1&ui=min"], "").await;
        wait_said(page, 0, "lrbs:ready").await;
        let height = wait_said(page, 0, "lrbs:resize").await["height"].clone();
        page.js::<Value>(
            "document.body.style.paddingBottom = '3000px'; document.querySelector('iframe').height = arguments[0]",
            &[height],
        )
        .await;
        // Over the chart, and over a slider.
        for y in [150, 380] {
            page.js::<Value>("scrollTo({ top: 0, behavior: 'instant' })", &[]).await;
            page.cdp(
                "Input.dispatchMouseEvent",
                json!({ "type": "mouseWheel", "x": 200, "y": y, "deltaX": 0, "deltaY": 300 }),
            )
            .await;
            page.wait_js("the page around to scroll", "return scrollY > 100").await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_article_shows_four_panels_between_its_paragraphs() {
    browse(DESKTOP, async |page| {
        page.open_address(&page.site.article).await;
        let order: Vec<String> = page
            .js("return [...document.querySelector('article').children].map(e => e.tagName)", &[])
            .await;
        let frames: Vec<usize> = (0..order.len()).filter(|i| order[*i] == "IFRAME").collect();
        assert_eq!(frames.len(), 4, "{order:?}");
        assert!(frames.windows(2).all(|pair| order[pair[0] + 1..pair[1]].iter().any(|tag| tag == "P")));
        for (i, panel) in ["curves", "noise", "race", "sweep"].into_iter().enumerate() {
            page.js::<Value>("document.querySelectorAll('iframe')[arguments[0]].scrollIntoView({ block: 'center', behavior: 'instant' })", &[json!(i)])
                .await;
            enter(page, i as u16).await;
            page.wait_ready().await;
            assert!(page.is_shown(&format!("panel-{panel}")).await);
            // The script of the page gives the frame what it needs.
            page.wait_js("all of the panel to be seen", "return document.documentElement.scrollHeight <= innerHeight").await;
            leave(page).await;
        }
        // Its own lines of code.
        let script = include_str!("../../examples/embed/host.js");
        assert!(script.lines().count() <= 10);
        // Neither the article nor the frames break the policy of their host.
        page.assert_quiet().await;
    })
    .await;
}
