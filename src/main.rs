//! What ships: waits. The shell calls what the library exports.

// The linker keeps only what is named.
use cr_widget as _;

fn main() {
    #[cfg(debug_assertions)]
    cr_widget::embed::start();
}
