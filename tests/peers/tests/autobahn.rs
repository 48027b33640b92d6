//! The Autobahn TestSuite: 301 conversations in which a peer does everything that RFC 6455 allows, and much that it
//! does not.
//!
//! It needs the program `wstest` (PyPI: autobahntestsuite, which is for Python 2.7), in PATH or named by the variable
//! WSTEST, so these tests are ignored unless asked for: `cargo test -p peers --test autobahn -- --ignored`. Sections
//! 12 and 13 are about compression, which is declined here.

use peers::Step;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use walkthrough::client::{Client, Url};
use walkthrough::close::CloseCode;
use walkthrough::connection::{Event, Outbox, State};

/// Everything but compression.
const CASES: [&str; 9] = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "9.*", "10.*"];
/// How many cases those are, in version 25.10.1.
const COUNT: usize = 301;

/// Starts the suite with a specification of what to test.
fn wstest(mode: &str, spec: &Value, folder: &Path) -> Running {
    let program = std::env::var("WSTEST").unwrap_or_else(|_| "wstest".into());
    let file = folder.join("spec.json");
    fs::write(&file, spec.to_string()).expect("a temporary folder can be written");
    let log = fs::File::create(folder.join("log.txt")).expect("a temporary folder can be written");
    let child = Command::new(&program)
        .args(["-m", mode, "-s"])
        .arg(&file)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a file can be opened twice"))
        .stderr(log)
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}. It comes with PyPI's autobahntestsuite"));
    Running(child)
}

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Reads the suite's report, and names each case that falls short.
fn judge(folder: &Path) {
    let index = fs::read_to_string(folder.join("reports/index.json")).unwrap_or_else(|error| {
        let log = fs::read_to_string(folder.join("log.txt")).unwrap_or_default();
        panic!("no report: {error}\n{log}")
    });
    let index: Value = serde_json::from_str(&index).expect("the report is JSON");
    let cases = index["walkthrough"].as_object().expect("the report is about us");
    let fine = |verdict: &Value| matches!(verdict.as_str(), Some("OK" | "INFORMATIONAL"));
    let short = cases.iter().filter(|(_, case)| !fine(&case["behavior"]) || !fine(&case["behaviorClose"]));
    let short: Vec<String> = short
        .map(|(name, case)| format!("{name}: {}, closing {}", case["behavior"], case["behaviorClose"]))
        .collect();
    let informational: Vec<&String> =
        cases.iter().filter(|(_, case)| case["behavior"] == "INFORMATIONAL").map(|(name, _)| name).collect();
    println!("{} cases, {} informational: {informational:?}", cases.len(), informational.len());
    assert!(short.is_empty(), "cases that fall short:\n{}", short.join("\n"));
    assert_eq!(cases.len(), COUNT, "cases in the report");
    assert!(informational.len() <= 3 && informational.iter().all(|name| name.starts_with("7.")));
}

#[test]
#[ignore = "needs wstest; see the head of this file"]
fn the_server_passes_every_case() {
    let folder = tempfile::tempdir().expect("there is room for reports");
    let step = Step::quiet("09_epoll");
    let spec = json!({
        "outdir": folder.path().join("reports"),
        "servers": [{ "agent": "walkthrough", "url": format!("ws://{}", step.address) }],
        "cases": CASES, "exclude-cases": [], "exclude-agent-cases": {},
    });
    let status = wstest("fuzzingclient", &spec, folder.path()).0.wait().expect("the suite ends");
    assert!(status.success(), "the suite ended with {status}");
    judge(folder.path());
}

#[test]
#[ignore = "needs wstest; see the head of this file"]
fn the_client_passes_every_case() {
    let folder = tempfile::tempdir().expect("there is room for reports");
    // A free port; the suite takes only a number that is told.
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).unwrap().port();
    let url = format!("ws://127.0.0.1:{port}");
    let spec = json!({
        "url": url, "outdir": folder.path().join("reports"),
        "cases": CASES, "exclude-cases": [], "exclude-agent-cases": {},
    });
    let _suite = wstest("fuzzingserver", &spec, folder.path());
    wait_for(&url);

    let mut count = 0;
    talk(&format!("{url}/getCaseCount"), |text| count = text.parse().expect("a number of cases"));
    for case in 1..=count {
        talk(&format!("{url}/runCase?case={case}&agent=walkthrough"), |_| {});
    }
    talk(&format!("{url}/updateReports?agent=walkthrough"), |_| {});
    judge(folder.path());
}

/// Echoes all that comes until the connection ends, as the suite wants it; tells the listener of text.
fn talk(url: &str, mut listener: impl FnMut(&str)) {
    let mut client = Client::connect(url).expect("the suite listens");
    client.set_timeout(Some(Duration::from_secs(30))).expect("a socket takes a time-out");
    let mut handler = |event: Event<'_>, outbox: &mut Outbox<'_>| {
        if let Event::Message(message) = event {
            if let walkthrough::message::Message::Text(text) = message {
                listener(text);
            }
            outbox.message(message);
        }
    };
    client.open(&mut handler).expect("the suite shakes hands");
    while client.state() != State::Closed {
        // A reset, when the suite leaves over what it broke, is an end as good as any.
        if client.receive(&mut handler).is_err() {
            return;
        }
    }
    client.outbox().close(CloseCode::NORMAL, "");
    // §7.1.1: the server closes the stream first.
    while client.receive(&mut handler).unwrap_or(false) {}
}

fn wait_for(url: &str) {
    let url: Url = url.parse().expect("a good URL");
    let deadline = Instant::now() + Duration::from_secs(30);
    while url.connect().is_err() {
        assert!(Instant::now() < deadline, "the suite does not listen");
        std::thread::sleep(Duration::from_millis(50));
    }
}
