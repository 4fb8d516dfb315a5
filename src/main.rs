//! What ships: sets up and waits. The shell calls the exported `mount`.

fn main() {
    cr_widget::embed::start();
}
