//! The static server, and Chromium's driver beside it: one of each for all tests, ended when the tests end.

use super::copies::place;
use super::drivers;
use super::engine::Engine;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

/// Where the site and the driver can be reached.
pub struct Site {
    /// The site under a sub-path, ending in `/`.
    pub page: String,
    /// The same without its WebAssembly.
    pub blocked: String,
    /// The same folder as `page`, of another host that lets any page load its modules.
    pub open_host: String,
    /// The same again, of a host that allows no inline script or style.
    pub strict: String,
    /// An empty page of the first host, to put frames into.
    pub host_page: String,
    /// The article of `examples/embed/`, of a host that allows no inline script or style.
    pub article: String,
    /// The same with half of each WebAssembly file.
    pub truncated: String,
    /// The same with half of the parts that panels fetch later.
    pub truncated_later: String,
    /// The same with WebAssembly whose type says that it is text.
    pub mistyped: String,
    /// Address of a WebDriver server that all sessions share; each has its own where a driver serves only one.
    pub(super) driver: Option<String>,
    /// The site as it was built.
    pub folder: PathBuf,
    // Closing these pipes ends the processes; the system does so when the tests' process ends in any way.
    _keep: Vec<ChildStdin>,
}

/// Started by the first test that asks.
pub fn site() -> &'static Site {
    static SITE: OnceLock<Result<Site, String>> = OnceLock::new();
    match SITE.get_or_init(start) {
        Ok(site) => site,
        Err(why) => panic!("{why}"),
    }
}

fn start() -> Result<Site, String> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dist =
        std::env::var_os("CRITICAL_BATCH_DIST").map_or_else(|| top.join("dist"), PathBuf::from);
    let sirv = top.join("node_modules/.bin/sirv");
    let engine = Engine::chosen();
    let mut missing = vec![
        (!dist.join("index.html").is_file(), "the built site (dist/)"),
        (
            !sirv.is_file(),
            "the static server (node_modules/.bin/sirv)",
        ),
    ];
    missing.extend(
        drivers::commands(engine)
            .iter()
            .map(|name| (!is_command(name), *name)),
    );
    if let Some((_, what)) = missing.iter().find(|(is_missing, _)| *is_missing) {
        return Err(format!(
            "The browser tests need {what}; run `make test-tools dist`, for other engines than Chromium `make engine-tools` too."
        ));
    }

    let root = top.join("target/e2e/site");
    // Left over from an earlier run; there may be none.
    let _ = fs::remove_dir_all(&root);
    let folder =
        place(top, &dist, &root, engine).map_err(|e| format!("Copying {}: {e}", dist.display()))?;

    let open_port = free_port();
    let open = keep(
        "exec node \"$0\" \"$1\" \"$2\"",
        &[
            &top.join("tests/e2e/harness/hosts.mjs").to_string_lossy(),
            &root.to_string_lossy(),
            &open_port.to_string(),
        ],
        open_port,
        "",
    )?;
    let web_port = free_port();
    let web = keep(
        "exec \"$0\" \"$1\" --host 127.0.0.1 --port \"$2\" --quiet",
        &[
            &sirv.to_string_lossy(),
            &root.to_string_lossy(),
            &web_port.to_string(),
        ],
        web_port,
        "",
    )?;
    let mut pipes = vec![web, open];
    let mut driver = None;
    if engine == Engine::Chromium {
        let port = free_port();
        pipes.push(keep(
            "exec chromedriver --port=\"$2\" --log-level=SEVERE",
            &["chromedriver", "", &port.to_string()],
            port,
            // Ends every browser that is still open; killing the driver alone would leave them behind.
            "exec 3<>/dev/tcp/127.0.0.1/$2 && printf 'GET /shutdown HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && timeout 5 cat <&3 >/dev/null",
        )?);
        driver = Some(format!("http://127.0.0.1:{port}"));
    }
    let page = |folder: &str| format!("http://127.0.0.1:{web_port}/{folder}/");
    Ok(Site {
        page: page("a/b"),
        blocked: page("blocked"),
        truncated: page("truncated"),
        truncated_later: page("truncated-later"),
        mistyped: page("mistyped"),
        open_host: format!("http://127.0.0.1:{open_port}/a/b/"),
        strict: format!("http://127.0.0.1:{open_port}/strict/dist/"),
        host_page: format!("http://127.0.0.1:{web_port}/pages/host.html"),
        article: format!("http://127.0.0.1:{open_port}/strict/examples/embed/"),
        driver,
        folder,
        _keep: pipes,
    })
}

/// A host whose files a test may change while it serves, on an origin of its own.
pub struct Host {
    /// Holds the site, and what lies outside it.
    pub top: PathBuf,
    /// The site's folder, under a sub-path.
    pub folder: PathBuf,
    /// Address of the site, ending in `/`.
    pub page: String,
    port: u16,
    keep: Option<ChildStdin>,
}

impl Host {
    /// Serves a copy of the built site. Every name is used by one test alone.
    pub fn start(name: &str) -> Self {
        let top = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("target/e2e/hosts")
            .join(name);
        // Left over from an earlier run; there may be none.
        let _ = fs::remove_dir_all(&top);
        let folder = top.join("course/site");
        copy(&site().folder, &folder, &|_| true).expect("the built site can be copied");
        let port = free_port();
        let sirv = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/.bin/sirv");
        // `--dev` looks at the disk at every request.
        let keep = keep(
            "exec \"$0\" \"$1\" --host 127.0.0.1 --port \"$2\" --quiet --dev",
            &[
                &sirv.to_string_lossy(),
                &top.to_string_lossy(),
                &port.to_string(),
            ],
            port,
            "",
        )
        .expect("the server starts");
        let page = format!("http://127.0.0.1:{port}/course/site/");
        Self {
            top,
            folder,
            page,
            port,
            keep: Some(keep),
        }
    }

    /// Address of a page of the same origin that is outside the site.
    pub fn outside(&self, name: &str, html: &str) -> String {
        // With an icon of its own, so that the browser asks for none.
        let html = format!("<!doctype html><link rel=\"icon\" href=\"data:,\">{html}");
        fs::write(self.top.join(name), html).expect("the host's folder can be written");
        format!("http://127.0.0.1:{}/{name}", self.port)
    }

    /// Ends the server, and returns when nothing answers any more.
    pub fn stop(&mut self) {
        self.keep = None;
        let until = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
            assert!(Instant::now() < until, "the server does not end");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Runs a server until the returned pipe closes, then `farewell`, then ends it. A shell waits for the pipe, so this
/// holds also when the tests' process is killed.
pub(super) fn keep(
    command: &str,
    args: &[&str],
    port: u16,
    farewell: &str,
) -> Result<ChildStdin, String> {
    let pipe = keep_any(command, args, farewell)?;
    let until = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if Instant::now() > until {
            return Err(format!("{} did not start on port {port}.", args[0]));
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(pipe)
}

/// A farewell to a server that leads a process group: ends all of the group.
pub(super) const KILL_ALL: &str = "kill -- -$child";

/// The same for a process that listens on no port.
pub(super) fn keep_any(command: &str, args: &[&str], farewell: &str) -> Result<ChildStdin, String> {
    let script = format!(
        "( {command} ) </dev/null >/dev/null 2>&1 & child=$!\nread -r _\n{}\nkill $child 2>/dev/null",
        if farewell.is_empty() {
            ":".to_owned()
        } else {
            format!("( {farewell} ) 2>/dev/null")
        }
    );
    let mut child: Child = Command::new("bash")
        .args(["-c", &script])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("Starting a shell for {}: {e}", args[0]))?;
    Ok(child.stdin.take().expect("the pipe was asked for"))
}

/// A port that nothing listens on now.
pub(super) fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|l| l.local_addr())
        .expect("this machine has a free port")
        .port()
}

fn is_command(name: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

/// Copies the files of a folder, without hidden ones, that `wanted` names.
pub(super) fn copy(from: &Path, to: &Path, wanted: &dyn Fn(&Path) -> bool) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_owned();
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name), wanted)?;
        } else if wanted(&path) {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}

impl Site {
    /// Status line and header lines of a GET, in small letters.
    pub fn headers_of(&self, url: &str) -> Vec<String> {
        let rest = url.strip_prefix("http://").expect("our addresses are http");
        let (host, path) = rest.split_once('/').expect("our addresses have a path");
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut lines = Vec::new();
        let mut reader = BufReader::new(stream);
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap() == 0 || line.trim().is_empty() {
                break;
            }
            lines.push(line.trim().to_ascii_lowercase());
        }
        // The rest of the answer, so that the server sees a reader that went the whole way.
        let _ = reader.read_to_end(&mut Vec::new());
        lines
    }
}
