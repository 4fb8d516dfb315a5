//! The browsers that wait for a test. A start costs more than most tests, so that a browser is kept for the next one,
//! which gets it with an empty profile ([`crate::browser::Session`]).

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::browser::{Browser, Running};

static IDLE: Mutex<Vec<Running>> = Mutex::new(Vec::new());

/// Takes a browser that waits.
pub(crate) fn take(browser: Browser) -> Option<Running> {
    let mut idle = idle();
    let at = idle.iter().rposition(|running| running.browser == browser)?;
    Some(idle.swap_remove(at))
}

/// Keeps a browser for the next test.
pub(crate) fn give(running: Option<Running>) {
    idle().extend(running);
}

/// Ends all browsers that wait. Those of a program that ends without this are killed.
pub async fn end() {
    let all = core::mem::take(&mut *idle());
    for running in all {
        running.quit().await;
    }
}

fn idle() -> MutexGuard<'static, Vec<Running>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}
