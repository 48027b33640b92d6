//! Counts the bytes that live: an allocator that hands everything on to the system's.
//!
//! libFuzzer has limits of its own, but in whole MiB: too coarse to see that a connection keeps a few KiB too many.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Bytes of this thread that live.
pub fn live() -> usize {
    usize::try_from(LIVE.get()).expect("what is given back was taken")
}

/// The most bytes that live at once while it runs, beyond those that lived before.
pub fn peak_while(run: impl FnOnce()) -> usize {
    let before = LIVE.get();
    PEAK.set(before);
    run();
    usize::try_from(PEAK.get() - before).expect("the peak starts at what lived before")
}

thread_local! {
    // Neither needs memory to come into being, nor does anything when the thread ends: an allocator may use both.
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// The system's allocator, which counts. A target that wants to know makes it its `#[global_allocator]`.
pub struct Counting;

// `realloc` stays what the trait makes of it, alloc and dealloc: so the peak has both, as it may be in truth.
// SAFETY: each call goes to `System` as it came, which keeps the contract; counting touches no memory of theirs.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.get() + layout.size() as isize;
        LIVE.set(live);
        PEAK.set(PEAK.get().max(live));
        // SAFETY: the caller keeps the contract of `alloc`, which is the same here.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.set(LIVE.get() - layout.size() as isize);
        // SAFETY: `pointer` came from `System`, since `alloc` above takes all from there, and with that layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}
