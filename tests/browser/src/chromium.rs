//! A headless Chromium, driven over WebDriver, and its tabs as a reader sees them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::ChromeCapabilities;
use thirtyfour::common::log::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;
use thirtyfour::support::block_on;

use crate::{PATIENCE, Process};

const REMEDY: &str = "These tests need Chromium and its driver: `apt-get install chromium chromium-driver` on Debian; \
    elsewhere, Chrome or Chromium, and the chromedriver of the same version in PATH.";

/// One browser, with an empty profile. Ended on drop.
pub struct Chromium {
    // First, so that it is dropped first: this ends the browser by way of the driver, which must still be there.
    driver: WebDriver,
    _chromedriver: Process,
    // Last: the profile goes when nobody writes to it any more.
    _profile: Profile,
}

// The directory where the browser keeps all it writes.
struct Profile(PathBuf);

impl Drop for Profile {
    fn drop(&mut self) {
        // A browser that has just been ended may still be writing its last: then the directory is not empty yet.
        let deadline = Instant::now() + Duration::from_secs(5);
        while fs::remove_dir_all(&self.0).is_err() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Chromium {
    /// Starts chromedriver on a free port, and a browser by it.
    ///
    /// # Panics
    /// If either is missing; says what to install.
    pub fn start() -> Chromium {
        let profile =
            tempfile::Builder::new().prefix("browser-test-").tempdir().expect("a temporary directory");
        let profile = Profile(profile.keep());
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").env("TMPDIR", &profile.0); // for the profile, and whatever else they leave
        // It takes a free port for IPv6 and then wants the same for IPv4, which somebody may have taken meanwhile: no
        // fault of what is tested, so it may choose another.
        let mut tries = 0;
        let (chromedriver, line) = loop {
            let chromedriver = Process::start("chromedriver", &mut command, REMEDY);
            match chromedriver.line_with("started successfully on port ") {
                Ok(line) => break (chromedriver, line),
                Err(instead) if tries < 3 && instead.contains("Address already in use") => tries += 1,
                Err(instead) => panic!("{instead}"),
            }
        };
        let port = line.trim_end_matches('.').rsplit(' ').next().expect("split yields one at least");
        let driver = block_on(WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities()))
            .unwrap_or_else(|error| panic!("chromedriver could not start a browser. {REMEDY}\n{error}"));
        Chromium { driver, _chromedriver: chromedriver, _profile: profile }
    }

    /// Opens a URL in a new tab.
    pub fn open(&self, url: &str) -> Page<'_> {
        let tab = block_on(self.driver.new_tab()).expect("a new tab");
        let page = Page { browser: self, tab };
        block_on(page.driver().goto(url)).unwrap_or_else(|error| panic!("{url} did not open: {error}"));
        page
    }

    /// What the consoles of all tabs say since the last time: uncaught errors, refused connections, broken policies.
    pub fn console(&self) -> Vec<String> {
        let entries = block_on(self.driver.browser_log()).expect("the console's lines");
        entries.into_iter().map(|entry| format!("{}: {}", entry.level, entry.message)).collect()
    }

    /// What all tabs asked for since the last time that is neither on disk nor in the page itself: the URLs.
    pub fn outside_requests(&self) -> Vec<String> {
        let entries = block_on(self.driver.get_log("performance")).expect("the log of all events");
        let events = entries.iter().filter_map(|entry| serde_json::from_str::<Value>(&entry.message).ok());
        let requests = events.filter(|event| event["message"]["method"] == "Network.requestWillBeSent");
        let urls = requests
            .filter_map(|event| Some(event["message"]["params"]["request"]["url"].as_str()?.to_owned()));
        let is_here =
            |url: &str| ["file:", "data:", "blob:", "about:"].iter().any(|start| url.starts_with(start));
        urls.filter(|url| !is_here(url)).collect()
    }
}

fn capabilities() -> ChromeCapabilities {
    let mut capabilities = DesiredCapabilities::chrome();
    let arguments = [
        "--headless=new",
        "--no-sandbox", // as root, which containers are, Chromium does not start with one
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        // Nothing but the page and the server may appear on the wire.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // And if one of them asks for more, no name leaves this machine.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    ];
    for argument in arguments {
        capabilities.add_arg(argument).expect("an argument is a string");
    }
    for log in ["browser", "performance"] {
        capabilities.set_logging_prefs(log, LoggingPrefsLogLevel::All).expect("a log level is a string");
    }
    capabilities
}

/// One tab. Its verbs are a reader's; each first brings the tab to the front.
pub struct Page<'b> {
    browser: &'b Chromium,
    tab: WindowHandle,
}

/// One entry of the page's log.
#[derive(Debug)]
pub struct Entry {
    /// `sent`, `received` or `local`.
    pub direction: String,
    /// `connect`, `open`, `message`, `close` or `error`.
    pub event: String,
    /// All that a reader reads in it.
    pub words: String,
}

impl Page<'_> {
    /// Replaces what is in a box, key by key.
    pub fn fill(&self, id: &str, text: &str) {
        let field = self.element(By::Id(id));
        block_on(field.clear()).expect("an empty box");
        block_on(field.send_keys(text)).expect("text in the box");
    }

    /// The same, and Enter.
    pub fn enter(&self, id: &str, text: &str) {
        self.fill(id, &format!("{text}{}", Key::Enter.value()));
    }

    /// Presses the button with these words on it.
    pub fn press(&self, words: &str) {
        let button = self.element(By::XPath(format!("//button[normalize-space()='{words}']")));
        block_on(button.click()).expect("a button that can be pressed");
    }

    /// What a reader sees of an element: nothing, if it is hidden.
    pub fn text(&self, id: &str) -> String {
        block_on(self.element(By::Id(id)).text()).expect("the text of an element")
    }

    /// The readyState that the page shows as the current one, such as `1 OPEN`.
    pub fn state(&self) -> String {
        let state = self.script("return document.querySelector('#states [aria-current]')?.textContent ?? ''");
        state.as_str().expect("the script returns a string").to_owned()
    }

    /// All lines of the chat, the oldest first, each as who is marked as its speaker (`own`, `others` or `quiet`, for
    /// the room itself) and what a reader reads after the time.
    pub fn chat(&self) -> Vec<(String, String)> {
        let lines = self.script(
            "return [...document.querySelectorAll('#chat-lines p')]
                .map((line) => [line.className, line.innerText.replace(/^\\d\\d:\\d\\d:\\d\\d /, '')])",
        );
        serde_json::from_value(lines).expect("the script returns pairs of strings")
    }

    /// Waits for a line of the chat, marked and worded like this.
    pub fn wait_for_chat(&self, speaker: &str, words: &str) {
        let wanted = (speaker.to_owned(), words.to_owned());
        self.wait_until(|| self.chat().contains(&wanted), &format!("the chat to say {wanted:?}"));
    }

    /// Opens another URL in this tab.
    pub fn goto(&self, url: &str) {
        block_on(self.driver().goto(url)).unwrap_or_else(|error| panic!("{url} did not open: {error}"));
    }

    /// Presses keys wherever the focus is; see [`Key`](thirtyfour::Key) for those without a character.
    pub fn keys(&self, keys: impl Into<TypingData>) {
        block_on(self.driver().action_chain().send_keys(keys).perform()).expect("a keyboard");
    }

    /// Moves the mouse to the middle of the first element that the selector finds.
    pub fn point_at(&self, selector: &str) {
        let element = self.element(By::Css(selector));
        block_on(element.scroll_into_view()).expect("an element on the page");
        let chain = self.driver().action_chain();
        block_on(chain.move_to_element_center(&element).perform()).expect("a mouse");
    }

    /// Touches the middle of it with a finger.
    pub fn tap(&self, selector: &str) {
        let element = self.element(By::Css(selector));
        block_on(element.scroll_into_view()).expect("an element on the page");
        let script = format!(
            "const box = document.querySelector({}).getClientRects()[0];
             return {{ x: box.x + box.width / 2, y: box.y + box.height / 2 }}",
            json!(selector)
        );
        let finger = self.script(&script);
        self.devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": true }));
        self.devtools("Input.dispatchTouchEvent", json!({ "type": "touchStart", "touchPoints": [finger] }));
        self.devtools("Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] }));
    }

    /// Shows the page as on a screen of that width, in that color scheme, `light` or `dark`.
    pub fn look(&self, width: u32, scheme: &str) {
        let screen = json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", screen);
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", media);
    }

    /// Whether the pages of this tab may run scripts. Those of the test do in any case, but nothing calls them back.
    pub fn allow_scripts(&self, allowed: bool) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": !allowed }));
    }

    /// What is on the screen, as a PNG file.
    pub fn screenshot(&self, file: &Path) {
        block_on(self.driver().screenshot(file)).expect("a picture");
    }

    /// Runs the body of a function in the page, and gives what it returns.
    pub fn script(&self, script: &str) -> Value {
        block_on(self.driver().execute(script, Vec::new())).expect("the script runs").json().clone()
    }

    /// The same, of a function that calls its last argument with what it has found, in at most [`PATIENCE`].
    pub(crate) fn slow_script(&self, script: &str) -> Value {
        let driver = self.driver();
        block_on(driver.set_script_timeout(PATIENCE)).expect("a time limit");
        block_on(driver.execute_async(script, Vec::new())).expect("the script runs").json().clone()
    }

    /// Closes the tab, as a reader does who leaves.
    pub fn close(self) {
        block_on(self.driver().close_window()).expect("a tab that can be closed");
    }

    /// All entries of the log, the oldest first.
    pub fn log(&self) -> Vec<Entry> {
        let entries = self.script(
            "return [...document.querySelectorAll('#log article')]
                .map((entry) => [entry.dataset.direction, entry.dataset.event, entry.innerText])",
        );
        let string = |value: &Value| value.as_str().expect("a string").to_owned();
        let entries = entries.as_array().expect("the script returns an array");
        entries
            .iter()
            .map(|e| Entry { direction: string(&e[0]), event: string(&e[1]), words: string(&e[2]) })
            .collect()
    }

    /// How many messages the log has, of one direction.
    pub fn messages(&self, direction: &str) -> usize {
        self.log().iter().filter(|entry| entry.event == "message" && entry.direction == direction).count()
    }

    /// Waits for an entry that has all of `parts` in it.
    pub fn wait_for(&self, direction: &str, event: &str, parts: &[&str]) {
        let wanted = |entry: &Entry| {
            let all_there = parts.iter().all(|part| entry.words.contains(part));
            all_there && entry.direction == direction && entry.event == event
        };
        self.wait_until(|| self.log().iter().any(wanted), &format!("“{direction} {event}” with {parts:?}"));
    }

    /// Waits until `condition` holds.
    ///
    /// # Panics
    /// If it does not within [`PATIENCE`]; shows the log as it is then.
    pub fn wait_until(&self, condition: impl Fn() -> bool, what: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !condition() {
            assert!(Instant::now() < deadline, "waited in vain for {what}; the log is {:#?}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn element(&self, by: By) -> WebElement {
        block_on(self.driver().find(by)).unwrap_or_else(|error| panic!("not on the page: {error}"))
    }

    // A command of the DevTools protocol, for what WebDriver cannot say.
    fn devtools(&self, command: &str, parameters: Value) {
        let done = block_on(self.driver().cdp().send_raw(command, parameters));
        done.unwrap_or_else(|error| panic!("{command}: {error}"));
    }

    fn driver(&self) -> &WebDriver {
        block_on(self.browser.driver.switch_to_window(self.tab.clone())).expect("the tab is there");
        &self.browser.driver
    }
}
