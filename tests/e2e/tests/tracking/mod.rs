//! Following an order through every fault of the line, in Chromium and Firefox, against the real proxy and the simulated supplier.
//!
//! What is asserted is what ends up on screen, and how often was asked. How long it took is told, and held only against limits that
//! docs/tracking.md promises; it has the cases too, and how to play them.

mod forget;
mod line;
mod page;
mod raw;
mod router;

use cr_e2e::harness::Test;

pub(crate) fn tests() -> Vec<Test> {
    [router::cases(), page::cases(), raw::cases(), line::cases(), forget::cases()].concat()
}

/// Tests by the names of their functions, each with a stack of its own: `cases![s01_drop, long s09_watchdog, chromium t07_freeze]`.
/// Without `chromium` before it, a case runs in each browser; a long one runs only if it is asked for, and a busy one does not mostly wait.
macro_rules! cases {
    (@case $name:ident) => { $crate::tracking::cases!(@one Waiting $name Each) };
    (@case busy $name:ident) => { $crate::tracking::cases!(@one Busy $name Each) };
    (@case long $name:ident) => { $crate::tracking::cases!(@one Asked $name Each) };
    (@case chromium $name:ident) => {
        $crate::tracking::cases!(@one Waiting $name In cr_e2e::browser::Browser::Chromium,)
    };
    (@one $place:ident $name:ident $kind:ident $($only:tt)*) => {
        cr_e2e::harness::Test {
            module: module_path!(),
            name: stringify!($name),
            run: cr_e2e::harness::Kind::$kind($($only)* |browser| Box::pin(async move {
                let stack = Arc::new(FaultyStack::open(browser).await);
                $name(Arc::clone(&stack)).await;
                stack.close().await;
            })),
            place: cr_e2e::harness::Place::$place,
        }
    };
    ($($($word:ident)+),* $(,)?) => { vec![$($crate::tracking::cases!(@case $($word)+)),*] };
}
pub(crate) use cases;
