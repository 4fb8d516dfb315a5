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
mod origin;
mod package;
mod pages;
mod probe;
mod weight;
