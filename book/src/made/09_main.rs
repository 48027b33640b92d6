fn main() -> io::Result<()> {
    let (stage, options) = Stage::open_with::<Options>(Level::Full, demos::epoll);
    let process = if options.broadcast { send_all } else { echo };
    match options.threads {
        1 => options.serving.serve(stage, Kind::Epoll, process),
        // The threads share nothing, so there is nothing to lock: the kernel deals new clients out to them. It also
        // means that a broadcast reaches only the clients of its own thread.
        threads => serve_in_threads(&options.serving, stage, threads, Kind::Epoll, process),
    }
}
