//! The classroom itself is checked: what comes with each exercise, and that each answer gets the verdict that it must.
//!
//! The learner's own files are not looked at: these tests are green whatever state they are in.

use classroom::ex07_select_loop::{self, LISTENER, Read, Socket, World};
use classroom::ex08_backlog::{self, Client};
use classroom::{Case, EXERCISES, Exercise, Failure, Report, Status, Value, Wire};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use walkthrough::dissect::Direction;

/// Known wrong answers that an exercise has at least.
const MIN_WRONG: usize = 5;
/// Columns of a terminal that has not been widened.
const COLUMNS: usize = 80;

fn folder(exercise: &Exercise) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(exercise.name)
}

fn read(exercise: &Exercise, file: &str) -> String {
    let path = folder(exercise).join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn names_in(path: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn failure(name: &str, answer: classroom::Answer) -> Box<Failure> {
    answer().err().unwrap_or_else(|| panic!("{name} passes"))
}

#[test]
fn stubs_are_not_started() {
    for exercise in EXERCISES {
        assert_eq!(failure(exercise.name, exercise.stub).status, Status::NotStarted, "{}", exercise.name);
    }
}

#[test]
fn solutions_pass() {
    for exercise in EXERCISES {
        if let Err(failure) = (exercise.solution)() {
            panic!("{}", Report::new(exercise, &Err(failure)).text());
        }
    }
}

#[test]
fn each_wrong_answer_gets_its_own_diagnosis() {
    for exercise in EXERCISES {
        assert!(
            exercise.wrong.len() >= MIN_WRONG,
            "{} has {} wrong answers",
            exercise.name,
            exercise.wrong.len()
        );
        for (name, answer) in exercise.wrong {
            let failure = failure(name, *answer);
            let report = Report::new(exercise, &Err(failure.clone())).text();
            assert_eq!(failure.status, Status::Failing, "{} {name}", exercise.name);
            assert_eq!(failure.mistake, Some(*name), "{} {name}:\n{report}", exercise.name);
        }
    }
}

#[test]
fn reports_say_what_was_tried_and_by_which_rule_and_fit_the_terminal() {
    for exercise in EXERCISES {
        for (name, answer) in exercise.wrong {
            let outcome = Err(failure(name, *answer));
            let report = Report::new(exercise, &outcome);
            let text = report.text();
            let what = format!("{} {name}:\n{text}", exercise.name);
            assert!(report.tried.is_some() && report.rule.is_some(), "{what}");
            assert!(report.got.is_some() && report.expected.is_some() || report.message.is_some(), "{what}");
            assert!(!report.given.is_empty() || report.message.is_some(), "{what}");
            assert!(text.lines().all(|line| line.chars().count() <= COLUMNS), "{what}");
        }
    }
}

#[test]
fn mistakes_have_names_of_their_own_and_sentences() {
    for exercise in EXERCISES {
        let names: BTreeSet<_> = exercise.mistakes.iter().map(|mistake| mistake.name).collect();
        assert_eq!(names.len(), exercise.mistakes.len(), "{}", exercise.name);
        for mistake in exercise.mistakes {
            let sentence = mistake.sentence;
            assert!(sentence.ends_with('.') && sentence.len() > 40, "{}: {sentence}", exercise.name);
        }
    }
}

#[test]
fn each_folder_has_what_it_must_and_nothing_else() {
    let expected: BTreeSet<_> =
        ["checks.rs", "exercise.rs", "hints.md", "main.rs", "solution.rs", "stub.rs", "wrong"]
            .map(String::from)
            .into();
    for exercise in EXERCISES {
        let mut files = names_in(&folder(exercise));
        files.retain(|name| !name.starts_with("exercise.rs.old")); // what `reset` leaves
        files.retain(|name| !["moments.rs", "world.rs"].contains(&name.as_str())); // what is part of long checks
        assert_eq!(files, expected, "{}", exercise.name);
        let wrong = names_in(&folder(exercise).join("wrong"));
        let listed = exercise.wrong.iter().map(|(name, _)| format!("{name}.rs")).collect();
        assert_eq!(wrong, listed, "{}", exercise.name);
    }
    let folders =
        names_in(Path::new(env!("CARGO_MANIFEST_DIR"))).into_iter().filter(|name| name.starts_with("ex"));
    let listed: Vec<_> = EXERCISES.iter().map(|exercise| exercise.name).collect();
    assert_eq!(folders.collect::<BTreeSet<_>>(), listed.iter().map(ToString::to_string).collect());
    assert!(listed.is_sorted_by_key(|name| &name[..4]), "not in the order of the steps: {listed:?}");
}

#[test]
fn tasks_give_the_rule_and_an_example() {
    for exercise in EXERCISES {
        let stub = read(exercise, "stub.rs");
        let task: String =
            stub.lines().take_while(|line| line.starts_with("//!")).collect::<Vec<_>>().join("\n");
        assert!(task.contains("RFC ") && task.contains('§'), "{}: no section", exercise.name);
        assert!(task.contains("For example"), "{}: no example", exercise.name);
        assert!(task.contains(&format!("step {}", &exercise.step[..2])), "{}: no step", exercise.name);
        assert!(
            Path::new("../../examples").join(format!("{}.rs", exercise.step)).exists(),
            "{}",
            exercise.name
        );
    }
}

#[test]
fn there_are_three_hints_each() {
    for exercise in EXERCISES {
        let hints = classroom::hints(exercise);
        assert_eq!(hints.len(), 3, "{}", exercise.name);
        assert!(hints.iter().all(|hint| hint.len() > 40), "{}", exercise.name);
    }
}

#[test]
fn one_function_of_two_is_half_done() {
    use classroom::ex02_header_lookup::{check, solution, stub, wrong};
    let message = |outcome: classroom::Check| outcome.unwrap_err().message;
    let half = message(check(solution::header, stub::has_token));
    assert_eq!(half, "half done: `header` is right, `has_token` is not written yet");
    let half = message(check(stub::header, solution::has_token));
    assert_eq!(half, "half done: `has_token` is right, `header` is not written yet");
    let failure = check(stub::header, wrong::whole_value::has_token).unwrap_err();
    assert_eq!((failure.status, failure.mistake), (Status::Failing, Some("whole_value")));
    let failure = check(wrong::last_field::header, stub::has_token).unwrap_err();
    assert_eq!((failure.status, failure.mistake), (Status::Failing, Some("last_field")));
}

#[test]
fn an_answer_beyond_the_end_of_the_head_is_no_fault_of_the_check() {
    let failure = classroom::ex02_end_of_head::check(|received, searched| {
        classroom::ex02_end_of_head::solution::head_len(received, searched).map(|len| len + searched)
    });
    let failure = failure.unwrap_err();
    assert_eq!((failure.message.as_str(), failure.mistake), ("", None));
    assert_eq!(failure.got, Some(classroom::Shown::Value("Some(60)".into())));
}

#[test]
fn bytes_that_are_no_utf8_are_no_control_characters() {
    let failure = classroom::ex01_hex_line::check(|offset, bytes| {
        let hex = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ");
        let text: String =
            String::from_utf8_lossy(bytes).chars().map(|c| if c < ' ' { '.' } else { c }).collect();
        format!("{offset:04x}  {hex:47}  |{text}|")
    });
    assert_eq!(failure.unwrap_err().mistake, Some("beyond_ascii"));
}

#[test]
fn a_line_is_shown_as_one_line_whatever_is_in_it() {
    colored::control::set_override(false);
    let exercise = EXERCISES.iter().find(|exercise| exercise.name == "ex01_hex_line").unwrap();
    for (name, place, shown) in
        [("raw_text", 70, "GET / HTTP/1.1␍␊|"), ("beyond_ascii", 59, "..7ú!=..MQX|"), ("line_feed", 73, "|␊")]
    {
        let (_, answer) = exercise.wrong.iter().find(|(found, _)| *found == name).unwrap();
        let text = Report::new(exercise, &answer()).text();
        let mut lines = text.lines().skip_while(|line| !line.contains("came out"));
        assert!(lines.nth(1).is_some_and(|line| line.ends_with(shown)), "{text}");
        let caret = format!("    {}^", " ".repeat(place));
        assert_eq!((lines.next(), lines.nth(2)), (Some(&caret[..]), Some(&caret[..])), "{text}");
    }
}

#[test]
fn a_hash_of_something_else_is_told_what_to_hash() {
    let failure = classroom::ex03_accept_key::check(|_| "hHLtf2V1k8aDQZfNjw3Ia1hCwt1=".into()).unwrap_err();
    assert_eq!((failure.message.as_str(), failure.mistake), ("", None)); // no base64
    let failure = classroom::ex03_accept_key::check(|_| "AAAAAAAAAAAAAAAAAAAAAAAAAAA=".into()).unwrap_err();
    assert!(failure.message.ends_with("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
    assert_eq!(failure.mistake, None);
}

#[test]
fn what_the_head_lacks_is_named_and_nothing_that_is_not_asked_for() {
    let report = |exercise: &str, name: &str| {
        let exercise = EXERCISES.iter().find(|found| found.name == exercise).unwrap();
        let (_, answer) = exercise.wrong.iter().find(|(found, _)| *found == name).unwrap();
        Report::new(exercise, &answer())
    };
    let fields = report("ex03_refusals", "connection_unchecked").fields;
    assert_eq!(fields, ["empty line: the head ends here; field Connection is missing"]);
    let fields = report("ex02_end_of_head", "searches_again").fields;
    assert_eq!(fields, ["an end, but in bytes that were searched before"]);
    for exercise in EXERCISES.iter().filter(|exercise| exercise.step == "02_http_request") {
        for (name, answer) in exercise.wrong {
            let fields = Report::new(exercise, &answer()).fields.join("\n");
            assert!(!fields.contains("RFC 6455"), "{} {name}: {fields}", exercise.name);
        }
    }
}

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    use std::process::{Command, Stdio};
    let mut program = Command::new(env!("CARGO_BIN_EXE_classroom"));
    let mut running = program
        .args(["hint", "hex_line"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the classroom runs");
    drop(running.stdout.take());
    let output = running.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn stub_solution_and_wrong_answers_have_the_same_signatures() {
    let signatures = |source: &str| -> BTreeSet<String> {
        let public = source.split("\npub fn ").skip(1);
        public
            .filter_map(|rest| {
                Some(rest.split_once(" {\n")?.0.split_whitespace().collect::<Vec<_>>().join(" "))
            })
            .collect()
    };
    for exercise in EXERCISES {
        let expected = signatures(&read(exercise, "stub.rs"));
        assert!(matches!(expected.len(), 1 | 2), "{}: one or two functions, not {expected:?}", exercise.name);
        assert_eq!(signatures(&read(exercise, "solution.rs")), expected, "{}", exercise.name);
        for (name, _) in exercise.wrong {
            assert_eq!(
                signatures(&read(exercise, &format!("wrong/{name}.rs"))),
                expected,
                "{}",
                exercise.name
            );
        }
    }
}

#[test]
fn solutions_use_nothing_that_gives_the_answer_away() {
    for exercise in EXERCISES {
        assert!(!read(exercise, "solution.rs").contains("walkthrough"), "{}", exercise.name);
    }
}

#[test]
fn a_missing_byte_is_marked_where_it_would_stand() {
    colored::control::set_override(false);
    let text = |got: usize, expected: usize| {
        let bytes = [7; 20];
        let outcome = Case::new("lengths").equal(&bytes[..got], &bytes[..expected], |_| None);
        Report::new(&EXERCISES[0], &outcome).text()
    };
    let hex = "07 ".repeat(5);
    assert!(text(5, 6).contains(&format!(
        "    0000  {hex}{}|.....|\n{}^^ byte 5 is missing\n",
        " ".repeat(34),
        " ".repeat(25)
    )));
    assert!(text(6, 5).contains(&format!("\n{}^^ ends before byte 5\n", " ".repeat(25))));
    // The first of a new row, and of all.
    assert!(text(16, 17).contains(&format!("\n{}^^ byte 16 is missing\n", " ".repeat(10))));
    assert!(text(0, 1).contains("0 bytes\n    ^^ byte 0 is missing\n"));
}

#[test]
fn fields_show_their_bits_and_their_faults() {
    let fields = |bytes: &[u8], at| {
        let case = Case::new("a frame").wire(Wire::frames(Direction::ToServer, bytes).at(at));
        Report::new(&EXERCISES[0], &case.equal(Value(1), Value(2), |_| None)).fields
    };
    assert_eq!(
        fields(&[0x81, 0x05], 1),
        [
            "mask 0... ....: 0: frame from a client is not masked, but must be (RFC 6455 §5.1)",
            "payload len .000 0101: 5: the length itself: below 126",
        ]
    );
    // The value is not said twice.
    assert_eq!(fields(&[0x82, 0xfe], 1)[1], "payload len .111 1110: 126: the next 2 bytes hold it");
    // What has no meaning is not announced.
    assert_eq!(fields(&[0x82, 0x83, 5, 6, 7, 8, 5, 6, 7], 6), ["payload: 3 bytes: all 00"]);
    assert_eq!(fields(&[0x82, 0x83, 0, 0, 0, 0, 5, 6, 7], 6), ["payload: 3 bytes"]);
}

/// Keeps a message only if there is room for all of it, as it was before anything was written.
fn leaves_messages_out(message: &[u8], clients: &mut Vec<Client>, limit: usize) {
    clients.retain_mut(|client| {
        if client.waiting.len() + message.len() <= limit {
            client.waiting.extend_from_slice(message);
        }
        let taken = client.socket.write(&client.waiting);
        client.waiting.drain(..taken);
        true
    });
}

/// Writes what waits and the message each on its own, and again as long as there is room: right, too.
fn writes_again(message: &[u8], clients: &mut Vec<Client>, limit: usize) {
    clients.retain_mut(|client| {
        let mut rest = message;
        while !client.waiting.is_empty() {
            match client.socket.write(&client.waiting) {
                0 => break,
                taken => drop(client.waiting.drain(..taken)),
            }
        }
        if client.waiting.is_empty() {
            rest = &message[client.socket.write(message)..];
        }
        client.waiting.extend_from_slice(rest);
        if client.waiting.len() > limit {
            client.socket.close(1008);
        }
        client.waiting.len() <= limit
    });
}

#[test]
fn a_message_that_is_lost_is_not_taken_for_one_that_came_too_early() {
    let failure = ex08_backlog::check(leaves_messages_out).unwrap_err();
    assert_eq!(failure.mistake, Some("drops_message"));
    assert!(ex08_backlog::check(writes_again).is_ok());
}

/// Writes to each that was writable, also if it has been closed since.
fn writes_to_closed(world: &mut World) {
    let mut clients: BTreeMap<Socket, Vec<u8>> = BTreeMap::new();
    loop {
        let to_read: Vec<Socket> = clients.keys().copied().chain([LISTENER]).collect();
        let to_write: Vec<Socket> =
            to_read.iter().copied().filter(|it| clients.get(it).is_some_and(|it| !it.is_empty())).collect();
        let Some(ready) = world.select(&to_read, &to_write) else { return };
        for socket in ready.readable {
            if socket == LISTENER {
                clients.insert(world.accept(), Vec::new());
            } else if let Read::Bytes(bytes) = world.read(socket) {
                clients.entry(socket).or_default().extend(bytes);
            } else {
                world.close(socket);
                clients.remove(&socket);
            }
        }
        for socket in ready.writable {
            let taken = world.write(socket, clients.get(&socket).map_or(b"", |waiting| waiting));
            clients.entry(socket).or_default().drain(..taken);
        }
    }
}

#[test]
fn a_write_to_one_that_was_closed_as_readable_is_known() {
    let failure = ex07_select_loop::check(writes_to_closed).unwrap_err();
    assert_eq!(failure.mistake, Some("in_both_lists"));
    assert!(failure.message.starts_with("client 1 is closed already"), "{}", failure.message);
}
