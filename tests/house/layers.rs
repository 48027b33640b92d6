//! The house has layers, and a room imports only from layers below it: a check that reads the source.
//!
//! A room is a file in `src/`, or a folder; the files of one folder may import each other.

use crate::support::{code_only, first_word, sources};

/// The rooms, from the ground up.
const LAYERS: [&[&str]; 7] = [
    &["error", "dump", "mask", "utf8", "peer", "random", "paste", "multiplex"],
    &["http", "frame", "close", "transport"],
    &["access", "handshake", "message"],
    &["connection", "dissect", "page"],
    &["render"],
    &["tap"],
    &["server", "client"],
];

fn layer(room: &str) -> Option<usize> {
    LAYERS.iter().position(|rooms| rooms.contains(&room))
}

/// `src/frame.rs` and `src/frame/bits.rs` are in the room `frame`.
fn room(path: &str) -> &str {
    first_word(path.strip_prefix("src/").expect("rooms are in src/"))
}

/// The names that stand behind a path's `::`: one, or those in braces.
fn names_behind(code: &str) -> Vec<&str> {
    let Some(group) = code.strip_prefix('{') else { return vec![first_word(code)] };
    let mut names = vec![first_word(group.trim_start())];
    let mut depth = 1;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => names.push(first_word(group[at + 1..].trim_start())),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names.retain(|name| !name.is_empty()); // behind a last comma
    names
}

/// What a file names by a path from the crate's root: line and name. Comments, and so links in docs, do not count.
fn imports(path: &str, source: &str) -> Vec<(usize, String)> {
    let code = code_only(source);
    // From `src/frame.rs` and `src/frame/mod.rs` one `super` leads to the root, from `src/frame/bits.rs` two.
    let depth = path.trim_end_matches("/mod.rs").matches('/').count();
    let mut found = Vec::new();
    for root in ["crate::".to_owned(), "super::".repeat(depth)] {
        for (at, _) in code.match_indices(&root) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                continue; // the end of a longer word or path
            }
            let line = code[..at].matches('\n').count() + 1;
            let names = names_behind(&code[at + root.len()..]).into_iter();
            // `super::` in a module within the file may mean the file itself: there, only rooms count.
            let names = names.filter(|name| root == "crate::" || layer(name).is_some());
            found.extend(names.map(|name| (line, name.to_owned())));
        }
    }
    found.sort();
    found
}

/// What is wrong with the imports of one file.
fn upward_imports(path: &str, source: &str) -> Vec<String> {
    let own = layer(room(path));
    let mut wrong = Vec::new();
    for (line, name) in imports(path, source) {
        match (layer(&name), own) {
            _ if name == room(path) => {}
            (Some(theirs), Some(ours)) if theirs < ours => {}
            (Some(theirs), Some(ours)) => {
                wrong.push(format!(
                    "{path}:{line}: {} (layer {ours}) imports {name} (layer {theirs}), but only layers below are allowed",
                    room(path)
                ));
            }
            (None, _) => wrong.push(format!("{path}:{line}: crate::{name} is no room of the table here")),
            (_, None) => {} // has no layer: told by `homeless_rooms`
        }
    }
    wrong
}

/// Rooms that the table does not have.
fn homeless_rooms<'a>(paths: impl Iterator<Item = &'a str>) -> Vec<String> {
    let rooms = paths.filter(|path| *path != "src/lib.rs" && layer(room(path)).is_none());
    rooms.map(|path| format!("{path}: {} stands in no layer of the table here", room(path))).collect()
}

/// Where lib.rs and the files do not agree.
fn undeclared_or_missing(lib: &str, paths: &[&str]) -> Vec<String> {
    let code = code_only(lib);
    let declared: Vec<&str> = code
        .lines()
        .filter_map(|line| line.trim().trim_start_matches("pub ").strip_prefix("mod "))
        .filter_map(|rest| rest.strip_suffix(';'))
        .collect();
    let is_there = |name: &str| {
        let (file, folder) = (format!("src/{name}.rs"), format!("src/{name}/mod.rs"));
        paths.iter().any(|path| *path == file || *path == folder)
    };
    let missing = declared.iter().filter(|name| !is_there(name));
    let mut wrong: Vec<String> =
        missing.map(|name| format!("src/lib.rs: declares {name}, which is not there")).collect();
    for path in paths.iter().filter(|path| **path != "src/lib.rs" && !declared.contains(&room(path))) {
        wrong.push(format!("{path}: src/lib.rs does not declare {}", room(path)));
    }
    wrong
}

#[track_caller]
fn assert_none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn rooms_import_only_from_layers_below() {
    let sources = sources("src");
    let rooms = sources.iter().filter(|(path, _)| path != "src/lib.rs");
    assert_none(rooms.flat_map(|(path, source)| upward_imports(path, source)).collect());
}

#[test]
fn every_room_stands_in_a_layer() {
    let sources = sources("src");
    assert!(sources.len() > 5, "src/ was not found");
    assert_none(homeless_rooms(sources.iter().map(|(path, _)| path.as_str())));
}

#[test]
fn lib_rs_declares_the_rooms_that_are_there() {
    let sources = sources("src");
    let paths: Vec<&str> = sources.iter().map(|(path, _)| path.as_str()).collect();
    let (_, lib) = sources.iter().find(|(path, _)| path == "src/lib.rs").expect("there is a lib.rs");
    assert_none(undeclared_or_missing(lib, &paths));
}

#[test]
fn no_room_stands_in_two_layers() {
    let mut rooms = LAYERS.concat();
    rooms.sort_unstable();
    let before = rooms.len();
    rooms.dedup();
    assert_eq!(rooms.len(), before, "{rooms:?}");
}

#[test]
fn the_import_check_sees_every_way_to_import() {
    let cases = [
        ("src/mask.rs", "use crate::frame::FIN;", 1),
        ("src/mask.rs", "pub(crate) use crate::{error::ProtocolError, http::{Fields, Response}, close};", 3),
        ("src/mask.rs", "fn f() -> crate::frame::Opcode { todo }", 1),
        ("src/mask.rs", "use crate::error;", 1),
        ("src/mask.rs", "use super::frame;", 1),
        ("src/mask.rs", "use crate::attic::Box;", 1),
        ("src/frame.rs", "use crate::close::CloseCode;", 1), // the same layer
        ("src/multiplex/poll.rs", "use super::super::frame::FIN;", 1),
        ("src/multiplex/mod.rs", "use super::{mask, frame};", 2),
        ("src/frame.rs", "use crate::{\n    error::ProtocolError,\n    mask,\n};\nuse crate::utf8;", 0),
        ("src/multiplex/poll.rs", "use super::{Token, Ready};\nuse crate::multiplex::Interest;", 0),
        ("src/frame.rs", "mod tests { use super::*; use super::FIN; }", 0),
        ("src/mask.rs", "//! [`close`](crate::close)\n/// crate::frame::FIN\n// use crate::http;", 0),
        ("src/mask.rs", "const S: &str = \"crate::frame\"; // crate::frame", 0),
    ];
    for (path, source, expected) in cases {
        let found = upward_imports(path, source);
        assert_eq!(found.len(), expected, "{path}: {source}\n{found:?}");
    }
    assert_eq!(
        upward_imports("src/mask.rs", "//! Masking.\n\nuse crate::frame::FIN;\n"),
        ["src/mask.rs:3: mask (layer 0) imports frame (layer 1), but only layers below are allowed"]
    );
}

#[test]
fn the_room_checks_see_a_room_without_a_place() {
    let paths =
        ["src/lib.rs", "src/attic.rs", "src/frame.rs", "src/multiplex/mod.rs", "src/multiplex/poll.rs"];
    assert_eq!(
        homeless_rooms(paths.into_iter()),
        ["src/attic.rs: attic stands in no layer of the table here"]
    );
    let lib = "//! mod comment;\npub mod frame;\nmod attic;\npub mod cellar;\n";
    assert_eq!(
        undeclared_or_missing(lib, &paths),
        [
            "src/lib.rs: declares cellar, which is not there",
            "src/multiplex/mod.rs: src/lib.rs does not declare multiplex",
            "src/multiplex/poll.rs: src/lib.rs does not declare multiplex",
        ]
    );
}
