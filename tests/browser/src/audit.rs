//! A page under audit: what a browser, and axe-core in it, find wrong with the page as it is shown.

use std::fmt;
use std::path::Path;
use std::{env, fs};

use serde_json::Value;

use crate::{Chromium, Page};

/// One thing that is wrong with a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// `console`, `broken image`, `horizontal scrolling`, `outside resource`, or `axe`, its rule and how bad that is.
    pub kind: String,
    /// The element, as a CSS selector; nothing for what belongs to no element.
    pub place: String,
    /// What was found there.
    pub what: String,
    /// The page, and how it was looked at.
    pub view: String,
}

/// A way to look at a page.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// How wide the screen is, in pixels of CSS.
    pub width: u32,
    /// `light` or `dark`: what the reader prefers.
    pub scheme: &'static str,
    /// Whether the page may run scripts.
    pub scripts: bool,
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} px, {}{}", self.width, self.scheme, if self.scripts { "" } else { ", without scripts" })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}: {}", self.view, self.kind, self.place, self.what)
    }
}

impl Chromium {
    /// Opens a page in this tab, looks at it in that way, and tells all that is wrong.
    pub fn audit(&self, tab: &Page<'_>, url: &str, view: View, axe: &Axe) -> Vec<Finding> {
        tab.look(view.width, view.scheme);
        // What was said before belongs to another page.
        self.console();
        self.outside_requests();
        tab.allow_scripts(view.scripts);
        tab.goto(url);
        // The page has had its chance to run scripts; the audit's are called back by timers.
        tab.allow_scripts(true);
        tab.script(&axe.0);
        let view = format!("{}, {view}", url.rsplit('/').next().unwrap_or(url));
        let finding = |kind: &str, place: &str, what: &str| Finding {
            kind: kind.into(),
            place: place.into(),
            what: what.into(),
            view: view.clone(),
        };
        let found = tab.slow_script(include_str!("audit.js"));
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let found = found.as_array().expect("the script answers with an array");
        let mut findings: Vec<Finding> = found
            .iter()
            .map(|found| finding(&text(&found["kind"]), &text(&found["place"]), &text(&found["what"])))
            .collect();
        findings.extend(self.console().iter().map(|line| finding("console", "", line)));
        findings.extend(self.outside_requests().iter().map(|url| finding("outside resource", "", url)));
        findings
    }
}

/// The source of axe-core, the program that knows what makes a page hard to read for somebody.
pub struct Axe(String);

impl Axe {
    /// Reads the file that the variable `AXE` names.
    ///
    /// # Panics
    /// If there is none; says where to get it. A check that cannot run has failed.
    pub fn from_env() -> Axe {
        const REMEDY: &str = "This test needs axe-core: `npm install --prefix DIR axe-core@4`, then set \
            AXE=DIR/node_modules/axe-core/axe.min.js.";
        let path = env::var_os("AXE").unwrap_or_else(|| panic!("AXE is not set. {REMEDY}"));
        let source = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}. {REMEDY}", Path::new(&path).display()));
        assert!(source.contains("axe"), "{} is not axe-core. {REMEDY}", Path::new(&path).display());
        Axe(source)
    }
}
