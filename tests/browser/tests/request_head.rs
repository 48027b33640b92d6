//! The request that a browser really sends, kept in tests/data/ for the tests that have no browser.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Sender, channel};
use std::{env, fs, thread};

use browser::{Chromium, PATIENCE, Port7000, project_file};

const FIXTURE: &str = "tests/data/chromium-request-head.http";

#[test]
fn todays_chromium_sends_the_fields_of_the_kept_head_in_the_same_order() {
    let _port = Port7000::lock();
    let listener = TcpListener::bind("127.0.0.1:7000").expect("port 7000 is free");
    let (heads, upgrade) = channel();
    // Ends with the test binary. A thread for each connection: browsers open some that they never use.
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let heads = heads.clone();
            thread::spawn(move || serve(stream, &heads));
        }
    });
    let chromium = Chromium::start();
    let _page = chromium.open("http://localhost:7000/");
    let sent = upgrade.recv_timeout(PATIENCE).expect("the page asks for a WebSocket");

    let path = project_file(FIXTURE);
    let kept = fs::read(&path).unwrap_or_default();
    if field_names(&kept) == field_names(&sent) {
        return;
    }
    // Only then: the key is random, and a fixture that changes in each run would hide a change that matters.
    if env::var_os("BLESS").is_some_and(|value| value == "1") {
        return fs::write(&path, &sent).expect("the fixture can be written");
    }
    panic!(
        "this Chromium asks for a WebSocket in another way than {FIXTURE} has it.\nkept: {:?}\nsent: {:?}\n\
         If only the browser is newer, refresh it with `BLESS=1 cargo test -p browser --test request_head`, \
         and look at what else quotes it.",
        field_names(&kept),
        field_names(&sent),
    );
}

// Gives index.html to a plain request, and passes on the head of one that asks for more.
fn serve(mut stream: TcpStream, heads: &Sender<Vec<u8>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    if field_names(&head).iter().any(|name| name.eq_ignore_ascii_case("Sec-WebSocket-Key")) {
        let _ = heads.send(head);
        return;
    }
    let page = fs::read(project_file("index.html")).expect("the page is there");
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        page.len()
    );
    // The browser may have given up; what matters is the request that the page makes.
    let _ = stream.write_all(answer.as_bytes()).and_then(|()| stream.write_all(&page));
}

// The request line, then the names as they are spelt: "GET / HTTP/1.1", "Host", "Connection", …
fn field_names(head: &[u8]) -> Vec<String> {
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let request_line = lines.next().unwrap_or_default().to_owned();
    let names =
        lines.filter(|line| !line.is_empty()).map(|line| line.split(':').next().unwrap_or(line).to_owned());
    std::iter::once(request_line).chain(names).collect()
}
