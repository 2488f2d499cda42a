//! Places where a test may end this process, to see what a death there costs: before and after every commit, and before and
//! after every call to a payment provider. Release builds have none of it.
//!
//! `BUY4ME_CRASH_FILE` names a file. While it exists it holds a number, how many places are still passed; at 1 the file is
//! removed and the process is gone, as by `kill -9`: nothing is flushed, dropped or answered.

/// A place to die.
#[cfg(not(debug_assertions))]
pub(crate) fn point(_: &'static str) {}

/// A place to die.
#[cfg(debug_assertions)]
pub(crate) fn point(place: &'static str) {
    use std::path::PathBuf;
    use std::sync::{LazyLock, Mutex, PoisonError};
    static FILE: LazyLock<Option<Mutex<PathBuf>>> =
        LazyLock::new(|| std::env::var_os("BUY4ME_CRASH_FILE").map(PathBuf::from).map(Mutex::new));
    let Some(file) = &*FILE else { return };
    let file = file.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(left) = std::fs::read_to_string(&*file).ok().and_then(|text| text.trim().parse::<u32>().ok()) else { return };
    if left > 1 {
        let _ = std::fs::write(&*file, (left - 1).to_string());
        return;
    }
    tracing::error!(place, "dying here, as a test wishes");
    let _ = std::fs::remove_file(&*file);
    std::process::abort();
}
