//! The program of the wasm module that ships. Its `main` only sets the panic hook of debug builds; the shell calls what
//! the library exports.

// The linker keeps the exports of a crate only if the crate is named.
use cr_widget as _;

fn main() {
    #[cfg(debug_assertions)]
    cr_widget::embed::start();
}
