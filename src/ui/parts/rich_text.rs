//! Safe rich text: nodes of [`cr_core::text::Rich`] built as elements, never as markup.

use cr_core::text::Rich;
use leptos::prelude::*;

/// Text with paragraphs, lists, emphasis and links. Links open beside the page, and do not tell their target where the
/// shopper comes from.
#[component]
pub fn RichText(
    /// The nodes to draw.
    nodes: Vec<Rich>,
) -> impl IntoView {
    view! {
        <div class="rich-text" dir="auto">
            {all(nodes)}
        </div>
    }
}

fn all(nodes: Vec<Rich>) -> Vec<AnyView> {
    nodes.into_iter().map(one).collect()
}

fn one(node: Rich) -> AnyView {
    match node {
        Rich::Text(text) => text.into_any(),
        Rich::Paragraph(content) => view! { <p>{all(content)}</p> }.into_any(),
        Rich::List { ordered, items } => {
            let items: Vec<_> = items.into_iter().map(|item| view! { <li>{all(item)}</li> }).collect();
            if ordered { view! { <ol>{items}</ol> }.into_any() } else { view! { <ul>{items}</ul> }.into_any() }
        }
        Rich::Strong(content) => view! { <strong>{all(content)}</strong> }.into_any(),
        Rich::Emphasis(content) => view! { <em>{all(content)}</em> }.into_any(),
        Rich::Break => view! { <br /> }.into_any(),
        Rich::Link { href, content } => view! {
            <a href=href target="_blank" rel="noopener noreferrer nofollow">
                {all(content)}
            </a>
        }
        .into_any(),
    }
}
