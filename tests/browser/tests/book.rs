//! The book in a browser: every page, from disk, light and dark, as wide as a phone and as a desktop.
//!
//! These tests need mdBook 0.5 (or a built book, in `BOOK`) and axe-core (in `AXE`), so plain `cargo test` only names
//! them. `.ci/run` installs both and runs them. There is no 404.html to look at: that is a page for servers, and
//! book.toml turns it off.

use std::{fs, thread};

use browser::{Axe, Book, Chromium, Finding, View};

const WIDTHS: [u32; 2] = [360, 1280];
const SCHEMES: [&str; 2] = ["light", "dark"];
/// One page of each kind is also looked at with scripts forbidden: that each page says the same then is tested in
/// `book_in_hand.rs`.
const WITHOUT_SCRIPTS: [&str; 3] = ["04_framing.html", "introduction.html", "ledger.html"];

/// A finding that stays: of mdBook's making, and not ours to cure.
struct Exception {
    /// A part of how the page is named, or of how it was looked at.
    view: &'static str,
    kind: &'static str,
    /// The element, or nothing for all.
    place: &'static str,
    #[expect(dead_code, reason = "for whoever reads this")]
    why: &'static str,
}

const fn except(view: &'static str, kind: &'static str, place: &'static str, why: &'static str) -> Exception {
    Exception { view, kind, place, why }
}

const EXCEPTIONS: [Exception; 9] = [
    except("toc.html", "axe landmark-one-main, moderate", "html", A_FRAME),
    except("toc.html", "axe page-has-heading-one, moderate", "html", A_FRAME),
    except("toc.html", "axe region, moderate", ".chapter", A_FRAME),
    except("toc.html", "axe bypass, serious", "html", A_FRAME),
    except("without scripts", "axe region, moderate", "#mdbook-sidebar-toggle", CURED_BY_A_SCRIPT),
    except("without scripts", "axe region, moderate", ".menu-title", CURED_BY_A_SCRIPT),
    except("without scripts", "axe region, moderate", ".right-buttons", CURED_BY_A_SCRIPT),
    except(
        "without scripts",
        "axe aria-prohibited-attr, serious",
        "#mdbook-sidebar-toggle",
        CURED_BY_A_SCRIPT,
    ),
    except("without scripts", "axe scrollable-region-focusable, serious", "", BROWSERS_DO_IT),
];
const A_FRAME: &str = "the list of chapters is shown in a frame of the pages, which have these parts";
const CURED_BY_A_SCRIPT: &str =
    "mdBook's bar; wire.js cures it, and without scripts the links at the foot lead on";
const BROWSERS_DO_IT: &str =
    "without a tabindex too, browsers let the keyboard into what scrolls; axe does not know";

impl Exception {
    fn is_for(&self, finding: &Finding) -> bool {
        finding.view.contains(self.view)
            && finding.kind == self.kind
            && (self.place.is_empty() || finding.place == self.place)
    }
}

#[test]
#[ignore = "needs mdBook and axe-core: AXE=.../axe.min.js cargo test -p browser -- --include-ignored"]
fn no_page_has_a_fault_however_it_is_looked_at() {
    let (book, axe) = (Book::find_or_build(), Axe::from_env());
    let mut pages = book.pages();
    assert!(
        pages.len() > 15 && pages.iter().any(|page| page == "print.html"),
        "pages are missing: {pages:?}"
    );
    assert!(!pages.iter().any(|page| page == "404.html"), "book.toml says that there is none");
    pages.push("introduction.html?search=masking".into()); // with the results of a search open
    let findings_in = |scheme: &'static str| -> Vec<Finding> {
        let chromium = Chromium::start();
        let tab = chromium.open("about:blank");
        let with = pages.iter().map(|page| (&**page, true));
        let without = WITHOUT_SCRIPTS.iter().map(|page| (*page, false));
        let views = with.chain(without).flat_map(|(page, scripts)| {
            WIDTHS.map(|width| (book.url(page), View { width, scheme, scripts }))
        });
        views.flat_map(|(url, view)| chromium.audit(&tab, &url, view, &axe)).collect()
    };
    let findings_in = &findings_in;
    // A browser for each scheme: that takes half the time.
    let mut findings: Vec<Finding> = thread::scope(|scope| {
        let audits = SCHEMES.map(|scheme| scope.spawn(move || findings_in(scheme)));
        audits.into_iter().flat_map(|audit| audit.join().expect("the audit comes to its end")).collect()
    });
    let unused = EXCEPTIONS.iter().filter(|exception| !findings.iter().any(|found| exception.is_for(found)));
    let unused: Vec<String> =
        unused.map(|e| format!("{}: {}: {}: needs no exception any more", e.view, e.kind, e.place)).collect();
    findings.retain(|finding| !EXCEPTIONS.iter().any(|exception| exception.is_for(finding)));
    let list: Vec<String> = findings.iter().map(Finding::to_string).chain(unused).collect();
    assert!(list.is_empty(), "\n{}", list.join("\n"));
    println!("{} pages, each looked at in {} ways: no fault", pages.len(), WIDTHS.len() * SCHEMES.len());
}

const LIGHT: View = View { width: 360, scheme: "light", scripts: true };
const DARK: View = View { width: 1280, scheme: "dark", scripts: true };

/// A page that has each fault once, some only in one of the views.
const BAD: &str = include_str!("bad.html");

#[test]
#[ignore = "needs axe-core: AXE=.../axe.min.js cargo test -p browser -- --include-ignored"]
fn the_audit_sees_each_kind_of_fault() {
    let (axe, chromium) = (Axe::from_env(), Chromium::start());
    let folder = tempfile::tempdir().expect("a temporary directory");
    let file = folder.path().join("bad.html");
    fs::write(&file, BAD).expect("a page on disk");
    fs::write(folder.path().join("torn.svg"), "<svg").expect("a picture on disk");
    let url = format!("file://{}", file.display());
    let tab = chromium.open("about:blank");
    let has = |findings: &[Finding], wanted: &[(&str, &str, &str)]| {
        for (kind, place, what) in wanted {
            let found = |finding: &Finding| {
                finding.kind == *kind && finding.place == *place && finding.what.contains(what)
            };
            assert!(findings.iter().any(found), "no {kind} at {place:?} with {what:?} in {findings:#?}");
        }
    };
    let everywhere = [
        ("console", "", "a script complains"),
        ("console", "", "a script gives up"),
        ("broken image", "#gone", "gone.png"),
        ("broken image", "#torn", "torn.svg"),
        ("broken image", "#hollow", "#nowhere"),
        ("outside resource", "html > head > link", "http://outside.invalid/style.css"),
        ("outside resource", "", "http://outside.invalid/style.css"),
        ("outside resource", "", "http://late.invalid/ground.png"),
        ("horizontal scrolling", "#deep", "unfolded"),
        ("axe region, moderate", "#lost", ""),
        ("contrast", "#grey", "1.26 to 1"),
        ("contrast", "#lamp", "lit up"),
    ];
    let pale = [("axe color-contrast, serious", ".pale", "contrast")];
    let wide = [("horizontal scrolling", "#wide", "folded")];

    let findings = chromium.audit(&tab, &url, LIGHT, &axe);
    has(&findings, &everywhere);
    has(&findings, &wide);
    assert!(!findings.iter().any(|finding| finding.kind.starts_with("axe color-contrast")), "{findings:#?}");
    assert!(findings.iter().all(|finding| finding.view == "bad.html, 360 px, light"), "{findings:#?}");

    let findings = chromium.audit(&tab, &url, DARK, &axe);
    has(&findings, &everywhere);
    has(&findings, &pale);
    assert!(!findings.iter().any(|finding| finding.place == "#wide"), "{findings:#?}");

    // And nothing where nothing is wrong.
    let good =
        "<!DOCTYPE html><html lang='en'><title>Good</title><main><h1>Good</h1><p>Black on white.</p></main>";
    fs::write(&file, good).expect("a page on disk");
    assert_eq!(chromium.audit(&tab, &url, LIGHT, &axe), Vec::new());
}
