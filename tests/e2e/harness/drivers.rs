//! How each engine is started as a setup wants it: its driver, its capabilities, its settings.

use super::Setup;
use super::engine::Engine;
use super::servers::{KILL_ALL, Site, free_port, keep};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ChildStdin;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use thirtyfour::Capabilities;

const CHROMIUM_FLAGS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--lang=en-US",
    // A request to anywhere else fails, and the console says so.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/// V8 offers SIMD only where the processor has SSE 4.1.
const CHROMIUM_WITHOUT_SIMD: &str = "--js-flags=--no-enable-sse4-1";

/// WebKitGTK's window has a bar with an entry and buttons, which would keep it wider than a phone.
const GTK_STYLE: &str =
    "* { padding: 0; margin: 0; border: 0; min-width: 0; min-height: 0; font-size: 1px; }\n";

/// Firefox keeps its window at least 500 px wide, unless its own style sheet says otherwise.
const FIREFOX_STYLE: &str =
    ":root, body, #navigator-toolbox, #urlbar-container, toolbar { min-width: 0 !important; }\n";

/// A WebDriver server, and what to ask it for.
pub(super) struct Driver {
    pub address: String,
    pub capabilities: Capabilities,
    /// Its process, where every session has its own; closing the pipe ends it.
    _own: Option<ChildStdin>,
    /// A profile that goes with the session.
    profile: Option<PathBuf>,
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(folder) = &self.profile {
            // What the browser still holds open stays until the next run.
            let _ = fs::remove_dir_all(folder);
        }
    }
}

impl Driver {
    /// Starts what a session in `engine` needs. chromedriver serves all sessions; the other two serve one each.
    pub fn start(engine: Engine, setup: Setup, site: &Site) -> Result<Self, String> {
        let mut capabilities = Capabilities::new();
        let mut ask = |name: &str, value: Value| {
            capabilities
                .set(name, value)
                .expect("a capability is a JSON value");
        };
        let mut profile = None;
        let (address, own) = match engine {
            Engine::Chromium => {
                let mut flags = CHROMIUM_FLAGS.to_vec();
                if setup.is_without_simd {
                    flags.push(CHROMIUM_WITHOUT_SIMD);
                }
                ask("browserName", json!("chrome"));
                ask("goog:chromeOptions", json!({ "args": flags }));
                ask("goog:loggingPrefs", json!({ "browser": "ALL" }));
                let shared = site.driver.clone();
                (shared.expect("chromedriver runs beside the server"), None)
            }
            Engine::Firefox => {
                let folder = firefox_profile().map_err(|e| format!("Firefox' profile: {e}"))?;
                ask("browserName", json!("firefox"));
                ask(
                    "moz:firefoxOptions",
                    json!({ "args": ["-headless", "-profile", folder], "prefs": firefox_prefs(setup) }),
                );
                profile = Some(folder);
                let (port, other) = (free_port(), free_port());
                let command = "geckodriver --host 127.0.0.1 --port \"$1\" --websocket-port \"$2\" --log fatal";
                start_own(command, port, &other.to_string())?
            }
            Engine::WebKit => {
                let mut args = vec!["--automation"];
                if setup.is_dark {
                    args.push("--dark-mode");
                }
                ask(
                    "webkitgtk:browserOptions",
                    json!({ "binary": mini_browser()?, "args": args }),
                );
                let environment = webkit_environment(setup)?;
                let command =
                    format!("env {environment} WebKitWebDriver --host=127.0.0.1 --port=\"$1\"");
                start_own(&command, free_port(), "")?
            }
        };
        Ok(Self {
            address,
            capabilities,
            _own: own,
            profile,
        })
    }
}

/// Commands that must be there before anything starts.
pub(super) fn commands(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::Chromium => &["chromedriver", "chromium"],
        Engine::Firefox => &["geckodriver"],
        Engine::WebKit => &["WebKitWebDriver", "Xvfb"],
    }
}

/// A driver of its own for one session; it ends with all that it has started.
fn start_own(command: &str, port: u16, more: &str) -> Result<(String, Option<ChildStdin>), String> {
    let pipe = keep(
        &format!("exec setsid {command}"),
        &["driver", &port.to_string(), more],
        port,
        KILL_ALL,
    )?;
    Ok((format!("http://127.0.0.1:{port}"), Some(pipe)))
}

/// A fresh folder for a session of Firefox.
fn firefox_profile() -> std::io::Result<PathBuf> {
    static ALL: OnceLock<PathBuf> = OnceLock::new();
    static N_MADE: AtomicU32 = AtomicU32::new(0);
    let all = ALL.get_or_init(|| {
        let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/e2e/profiles");
        // Left over from an earlier run; there may be none.
        let _ = fs::remove_dir_all(&all);
        all
    });
    let folder = all.join(N_MADE.fetch_add(1, Ordering::Relaxed).to_string());
    fs::create_dir_all(folder.join("chrome"))?;
    fs::write(folder.join("chrome/userChrome.css"), FIREFOX_STYLE)?;
    Ok(folder)
}

fn firefox_prefs(setup: Setup) -> Value {
    json!({
        // 0 is dark, 1 light, as pages see it.
        "layout.css.prefers-color-scheme.content-override": i32::from(!setup.is_dark),
        "ui.prefersReducedMotion": i32::from(setup.is_motion_reduced),
        "layout.css.devPixelsPerPx": format!("{:.1}", setup.scale),
        // 1 is a finger, 2 + 4 a mouse that hovers.
        "ui.primaryPointerCapabilities": if setup.is_touch { 1 } else { 6 },
        "ui.allPointerCapabilities": if setup.is_touch { 1 } else { 6 },
        "dom.w3c_touch_events.enabled": i32::from(setup.is_touch),
        "toolkit.legacyUserProfileCustomizations.stylesheets": true,
        "intl.accept_languages": "en-US,en",
        // A request to anywhere else fails.
        "network.proxy.type": 1,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": 9,
        "network.proxy.ssl": "127.0.0.1",
        "network.proxy.ssl_port": 9,
        "network.proxy.no_proxies_on": "127.0.0.1",
    })
}

/// Debian keeps it in a folder of the library's version.
fn mini_browser() -> Result<PathBuf, String> {
    let libraries = ["/usr/lib", "/usr/libexec"].into_iter().flat_map(|top| {
        let inner = fs::read_dir(top)
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.path());
        inner.chain([PathBuf::from(top)])
    });
    libraries
        .flat_map(|folder| {
            ["webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"]
                .map(|version| folder.join(version).join("MiniBrowser"))
        })
        .find(|path| path.is_file())
        .ok_or_else(|| "The browser tests need MiniBrowser; run `make test-webkit`.".to_owned())
}

/// Settings that WebKitGTK takes from its surroundings, as words for `env`.
fn webkit_environment(setup: Setup) -> Result<String, String> {
    let name = format!("gtk-{}", u8::from(setup.is_motion_reduced));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/e2e")
        .join(name);
    let settings = format!(
        "[Settings]\ngtk-enable-animations={}\n",
        u8::from(!setup.is_motion_reduced)
    );
    let gtk = folder.join("gtk-3.0");
    fs::create_dir_all(&gtk)
        .and_then(|()| fs::write(gtk.join("settings.ini"), settings))
        .and_then(|()| fs::write(gtk.join("gtk.css"), GTK_STYLE))
        .map_err(|e| format!("Writing {}: {e}", gtk.display()))?;
    let mut words = format!(
        "DISPLAY=:{} XDG_CONFIG_HOME='{}' GDK_SCALE={} LANG=C.UTF-8 LIBGL_ALWAYS_SOFTWARE=1",
        screen()?,
        folder.display(),
        setup.scale.round().max(1.0)
    );
    if setup.is_without_simd {
        words.push_str(" JSC_useWasmSIMD=0");
    }
    Ok(words)
}

/// Number of a screen in memory, large enough for a laptop's window at three times its density. One for all tests.
fn screen() -> Result<&'static str, String> {
    static SCREEN: OnceLock<Result<(String, ChildStdin), String>> = OnceLock::new();
    let started = SCREEN.get_or_init(|| {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("target/e2e")
            .join(format!("screen-{}", std::process::id()));
        fs::create_dir_all(file.parent().unwrap_or(Path::new("."))).map_err(|e| e.to_string())?;
        // It takes the first number that is free and writes it down.
        let pipe = super::servers::keep_any(
            "exec Xvfb -displayfd 3 -screen 0 4480x3200x24 -nolisten tcp 3>\"$1\"",
            &["Xvfb", &file.to_string_lossy()],
            "",
        )?;
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let number = fs::read_to_string(&file).unwrap_or_default();
            if number.ends_with('\n') {
                // The number is known; the file has done its work.
                let _ = fs::remove_file(&file);
                return Ok((number.trim().to_owned(), pipe));
            }
            if Instant::now() > until {
                return Err("Xvfb did not start.".to_owned());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    match started {
        Ok((number, _)) => Ok(number),
        Err(why) => Err(why.clone()),
    }
}
