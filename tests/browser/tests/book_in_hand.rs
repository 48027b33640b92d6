//! What a reader does with the book: points at a field, taps it, walks with the keyboard, searches, or has no scripts.
//!
//! These tests need mdBook 0.5, or a built book in `BOOK`; `.ci/run` has it, and runs them.

use browser::{Book, Chromium, Page};
use serde_json::{Value, json};
use thirtyfour::Key;

/// What is lit in the chapter's first capture: which fields, whether each is lit with all of its pieces, and how much
/// is lit elsewhere.
fn lit(page: &Page<'_>) -> Value {
    page.script(
        "const wire = document.querySelector('pre.wire:has([data-field])');
         const all = [...wire.querySelectorAll('[data-field]')];
         const isLit = (piece) => piece.classList.contains('lit');
         const fields = (piece) => [piece.dataset.field, ...(piece.dataset.also?.split(' ') ?? [])];
         // A byte that several fields share is lit with each of them, so it tells of none.
         const lit = [...new Set(all.filter((piece) => isLit(piece) && !piece.dataset.also)
             .map((piece) => piece.dataset.field))];
         const whole = all.every((piece) => isLit(piece) === fields(piece).some((field) => lit.includes(field)));
         const elsewhere = document.querySelectorAll('.lit').length - all.filter(isLit).length;
         return { lit, whole, elsewhere };",
    )
}

/// That, if it is as it should be.
fn these(fields: &[&str]) -> Value {
    json!({ "lit": fields, "whole": true, "elsewhere": 0 })
}

/// A chapter on a wide screen. In its first capture, the first byte of the first field has the id `bytes`, the last
/// piece of the same field `meaning`, and some other field `another`. Also the numbers of these two fields.
fn chapter<'b>(chromium: &'b Chromium, book: &Book) -> (Page<'b>, String, String) {
    let page = chromium.open("about:blank");
    page.look(1280, "light");
    page.goto(&book.url("05_echo.html"));
    let fields = page.script(
        "const pieces = [...document.querySelectorAll('pre.wire')]
             .map((wire) => [...wire.querySelectorAll('[data-field]')]).find((pieces) => pieces.length > 0);
         // Fields with bytes of their own: those that share one are in another test.
         const shared = pieces.filter((piece) => piece.dataset.also)
             .flatMap((piece) => [piece.dataset.field, ...piece.dataset.also.split(' ')]);
         const alone = pieces.filter((piece) => !shared.includes(piece.dataset.field));
         const first = alone.filter((piece) => piece.dataset.field === alone[0].dataset.field);
         const another = alone.find((piece) => piece.dataset.field !== alone[0].dataset.field);
         first[0].id = 'bytes'; first.at(-1).id = 'meaning'; another.id = 'another';
         return first.length > 1 ? [first[0].dataset.field, another.dataset.field] : [];",
    );
    let [field, another] = serde_json::from_value(fields).expect("a field has bytes and a meaning");
    (page, field, another)
}

/// Presses Tab until an element that the selector finds has the focus.
fn tab_to(page: &Page<'_>, selector: &str) {
    let there = format!("return document.activeElement.matches({})", json!(selector));
    for _ in 0..100 {
        if page.script(&there) == json!(true) {
            return;
        }
        page.keys(Key::Tab.value().to_string());
    }
    panic!("no number of Tabs leads to {selector}");
}

fn path(page: &Page<'_>) -> String {
    page.script("return location.pathname").as_str().expect("it is a string").to_owned()
}

#[test]
#[ignore = "needs mdBook: cargo test -p browser --test book_in_hand -- --ignored"]
fn a_byte_of_several_fields_is_lit_with_each_of_them() {
    let (book, chromium) = (Book::find_or_build(), Chromium::start());
    let page = chromium.open("about:blank");
    page.look(1280, "light");
    page.goto(&book.url("04_framing.html"));
    page.script(
        "const byte = document.querySelector('[data-also]'), wire = byte.closest('pre');
         byte.id = 'byte';
         wire.querySelector(`[data-field='${byte.dataset.also.split(' ').at(-1)}']`).id = 'last';",
    );
    // How many fields are lit, not counting the byte, and whether the byte is.
    let lit = || {
        page.script(
            "const lit = [...document.querySelectorAll('.lit:not([data-also])')];
             return [new Set(lit.map((piece) => piece.dataset.field)).size, document.getElementById('byte').matches('.lit')];",
        )
    };
    page.point_at("#last");
    assert_eq!(lit(), json!([1, true]));
    page.point_at("#byte");
    assert_eq!(lit(), json!([3, true]));
    page.point_at("main h1");
    assert_eq!(lit(), json!([0, false]));
}

#[test]
#[ignore = "needs mdBook: cargo test -p browser --test book_in_hand -- --ignored"]
fn what_is_pointed_at_lights_up_from_either_end() {
    let (book, chromium) = (Book::find_or_build(), Chromium::start());
    let (page, field, another) = chapter(&chromium, &book);
    assert_eq!(lit(&page), these(&[]));
    page.point_at("#bytes");
    assert_eq!(lit(&page), these(&[&field]));
    page.point_at("#meaning");
    assert_eq!(lit(&page), these(&[&field]));
    page.point_at("#another");
    assert_eq!(lit(&page), these(&[&another]));
    page.point_at("main h1");
    assert_eq!(lit(&page), these(&[]));
    assert_eq!(chromium.console(), Vec::<String>::new());
}

#[test]
#[ignore = "needs mdBook: cargo test -p browser --test book_in_hand -- --ignored"]
fn what_is_tapped_stays_lit_until_it_is_tapped_again() {
    let (book, chromium) = (Book::find_or_build(), Chromium::start());
    let (page, field, another) = chapter(&chromium, &book);
    for (tapped, fields) in [
        ("#meaning", vec![&*field]),
        ("#another", vec![&*another]),
        ("#bytes", vec![&*field]),
        ("#bytes", vec![]),
    ] {
        page.tap(tapped);
        page.wait_until(
            || lit(&page) == these(&fields),
            &format!("{fields:?} to be lit by a tap on {tapped}"),
        );
    }
}

#[test]
#[ignore = "needs mdBook: cargo test -p browser --test book_in_hand -- --ignored"]
fn the_keyboard_walks_through_the_fields() {
    let (book, chromium) = (Book::find_or_build(), Chromium::start());
    let (page, field, another) = chapter(&chromium, &book);
    let chapter = path(&page);
    let [left, right, escape, tab] =
        [Key::Left, Key::Right, Key::Escape, Key::Tab].map(|key| key.value().to_string());

    tab_to(&page, "pre.wire:has([data-field])");
    let outline = page.script("return getComputedStyle(document.activeElement).outlineStyle");
    assert_eq!(outline, "solid", "one does not see where the focus is");
    // Past fin, the reserved bits, the opcode, the mask bit and the length, which share two bytes.
    (0..6).for_each(|_| page.keys(&*right));
    assert_eq!(lit(&page), these(&[&field]));
    let said = page.script("return document.querySelector('[aria-live].live').textContent");
    let meaning = page.script("return document.getElementById('meaning').textContent.trim()");
    assert!(said.as_str().unwrap_or("").contains(meaning.as_str().unwrap_or("?")), "{said} misses {meaning}");
    page.keys(&*right);
    assert_eq!(lit(&page), these(&[&another]));
    page.keys(&*left);
    assert_eq!(lit(&page), these(&[&field]));
    page.keys(&*escape);
    assert_eq!(lit(&page), these(&[]));
    page.keys(&*right);
    page.keys(&*tab);
    assert_eq!(lit(&page), these(&[]), "the focus has gone on");
    assert_eq!(path(&page), chapter, "the arrows belong to the capture");

    // Everywhere else they turn the page. We note where it would go, and stay: where the page goes away while a key is
    // being pressed, the driver may press it again on the next one.
    page.script(
        "document.activeElement.blur();
         navigation.onnavigate = event => { window.next = event.destination.url; event.preventDefault(); }",
    );
    page.keys(&*right);
    let next = || page.script("return window.next ?? ''").as_str().expect("it is a string").to_owned();
    page.wait_until(|| next().ends_with("/06_messages.html"), "the next chapter");
    assert_eq!(chromium.console(), Vec::<String>::new());
}

#[test]
#[ignore = "needs mdBook: cargo test -p browser --test book_in_hand -- --ignored"]
fn on_a_phone_the_list_of_chapters_opens_from_the_keyboard_and_by_a_tap() {
    let (book, chromium) = (Book::find_or_build(), Chromium::start());
    let page = chromium.open("about:blank");
    page.look(360, "dark");
    page.goto(&book.url("05_echo.html"));
    let button = "#mdbook-sidebar-toggle";
    let shown = || {
        page.script(
            "const box = document.getElementById('mdbook-sidebar').getBoundingClientRect();
             const button = document.getElementById('mdbook-sidebar-toggle');
             return [box.width > 0 && box.right > 0, button.getAttribute('aria-expanded')]",
        )
    };
    let (open, closed) = (json!([true, "true"]), json!([false, "false"]));
    assert_eq!(shown(), closed);
    tab_to(&page, button);
    page.keys(Key::Enter.value().to_string());
    page.wait_until(|| shown() == open, "the list by Enter");
    page.keys(" ");
    page.wait_until(|| shown() == closed, "no list after the space bar");
    page.tap(button);
    page.wait_until(|| shown() == open, "the list by a tap");
}

#[test]
#[ignore = "needs mdBook: cargo test -p browser --test book_in_hand -- --ignored"]
fn a_search_from_disk_finds_masking() {
    let (book, chromium) = (Book::find_or_build(), Chromium::start());
    let page = chromium.open("about:blank");
    page.look(1280, "light");
    page.goto(&book.url("introduction.html"));
    page.keys("/");
    page.wait_until(
        || page.script("return document.activeElement.id") == "mdbook-searchbar",
        "the box to search in",
    );
    page.keys("masking");
    let results =
        "return [...document.querySelectorAll('#mdbook-searchresults a')].map((a) => a.textContent)";
    page.wait_until(|| page.script(results).as_array().is_some_and(|found| found.len() > 3), "results");
    page.keys(Key::Enter.value().to_string());
    page.wait_until(|| !path(&page).ends_with("introduction.html"), "the first result");
    let marked =
        "return [...document.querySelectorAll('main mark')].map((mark) => mark.textContent.toLowerCase())";
    page.wait_until(
        || page.script(marked).as_array().is_some_and(|words| words.contains(&json!("masking"))),
        "the word to be marked",
    );
    assert_eq!(chromium.console(), Vec::<String>::new());
    assert_eq!(chromium.outside_requests(), Vec::<String>::new());
}

#[test]
#[ignore = "needs mdBook: cargo test -p browser --test book_in_hand -- --ignored"]
fn without_scripts_every_page_says_the_same() {
    let (book, chromium) = (Book::find_or_build(), Chromium::start());
    // What a reader reads, without the buttons that scripts put on code.
    let text = "const main = document.querySelector('main').cloneNode(true);
                main.querySelectorAll('.buttons').forEach((buttons) => buttons.remove());
                return main.textContent";
    let with = chromium.open("about:blank");
    let without = chromium.open("about:blank");
    without.allow_scripts(false);
    for page in book.pages().iter().filter(|page| *page != "toc.html") {
        with.goto(&book.url(page));
        let expected = with.script(text);
        for width in [360, 1280] {
            without.look(width, "light");
            without.goto(&book.url(page));
            assert_eq!(
                without.script("return document.documentElement.classList.contains('js')"),
                false,
                "{page}"
            );
            assert_eq!(without.script(text), expected, "{page}");
            let wide = "const root = document.documentElement; return root.scrollWidth - root.clientWidth";
            assert_eq!(without.script(wide), 0, "{page}, {width} px");
            let hidden = "return [...document.querySelectorAll('main :is(h1, p, pre, table, svg)')]
                .filter((part) => !part.closest('details:not([open])') && !part.checkVisibility()).length";
            assert_eq!(without.script(hidden), 0, "{page}, {width} px");
        }
    }
    assert_eq!(chromium.console(), Vec::<String>::new());

    // Folded parts unfold, and a tap shows the list of chapters.
    without.goto(&book.url("05_echo.html"));
    without.tap("main details > summary");
    without.wait_until(
        || without.script("return document.querySelector('main details').open") == true,
        "it to unfold",
    );
    without.tap("#mdbook-sidebar-toggle");
    let list = "const box = document.querySelector('iframe').getBoundingClientRect();
                return box.width > 100 && box.left >= 0";
    without.wait_until(|| without.script(list) == true, "the list of chapters");
}
