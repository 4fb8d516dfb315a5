//! The widget on the pages of partners: every demonstration page, what it leaves of the page around it, and how it survives
//! the end of its own instance.

mod appearance;
mod attributes;
mod colours;
mod crash;
mod elsewhere;
mod events;
mod isolation;
mod mounting;
mod odd_pages;
pub(crate) mod origin;
mod package;
mod pages;
mod probe;
mod weight;

use cr_e2e::harness::Test;

pub(crate) fn tests() -> Vec<Test> {
    [
        appearance::tests(),
        attributes::tests(),
        colours::tests(),
        crash::tests(),
        elsewhere::tests(),
        events::tests(),
        isolation::tests(),
        mounting::tests(),
        odd_pages::tests(),
        package::tests(),
        pages::tests(),
        weight::tests(),
    ]
    .concat()
}
