//! Text from outside is harmless by the time it is shown.

use cr_core::text::{Rich, clean, fold, plain, rich, safe_image, safe_link};
use proptest::prelude::*;

#[test]
fn m07_names_lose_what_cannot_be_seen_or_deceives() {
    let table = [
        ("  Arcadia \t Games\n", "Arcadia Games"),
        ("abc\u{202E}fdp.exe", "abcfdp.exe"),
        ("a\u{200B}b\u{200D}c\u{FEFF}d\u{2066}e\u{2069}", "abcde"),
        ("nul\0 and \u{1B}[31m", "nul and [31m"),
        ("soft\u{AD}hyphen", "softhyphen"),
        ("lost \u{FFFD} half", "lost half"),
        ("\u{3164}\u{2800}", ""),
        ("tag\u{E0041}\u{E007F}", "tag"),
        ("\u{301}start", "start"),
        ("Pokémon", "Pokémon"),
        ("Tiếng Việt", "Tiếng Việt"),
        ("ポケモン カード", "ポケモン カード"),
        ("العربية", "العربية"),
        ("<b>not markup here</b>", "<b>not markup here</b>"),
    ];
    for (name, cleaned) in table {
        assert_eq!(clean(name), cleaned, "{name:?}");
    }
}

#[test]
fn m07_piles_of_marks_and_endless_names_are_cut() {
    let zalgo = format!("Z{}algo", "\u{301}".repeat(10_000));
    assert_eq!(clean(&zalgo), "Z\u{301}\u{301}\u{301}algo");
    let long = clean(&"é".repeat(100_000));
    assert_eq!(long.chars().count(), 161);
    assert!(long.ends_with('…'));
}

#[test]
fn folding_takes_case_diacritics_width_and_kana_away() {
    let table = [
        ("Pokémon", "pokemon"),
        ("POKE\u{301}MON", "pokemon"),
        ("Łódź, Øresund & Ærø", "lodz oresund aero"),
        ("Straße GROẞ", "strasse gross"),
        ("Tiếng Việt ĐỒNG", "tieng viet dong"),
        ("İstanbul ığdır ŞİŞ", "istanbul igdir sis"),
        ("Țară Ștefan", "tara stefan"),
        ("Ελλάδα ΣΊΣΥΦΟΣ Σίσυφος", "ελλαδα σισυφοσ σισυφοσ"),
        ("Ёлка Йод ЧАЙ Ї", "елка иод чаи ї"),
        ("ポケモン", "ぽけもん"),
        ("ＡＢＣ　１２３", "abc 123"),
        ("McDonald's McDonald’s", "mcdonalds mcdonalds"),
        ("H&M / A-B_c", "h m a b c"),
        ("Disney+", "disney+"),
        ("أمازون ١٢", "امازون 12"),
        ("  ...  ", ""),
        ("한국", "한국"),
    ];
    for (text, folded) in table {
        assert_eq!(fold(text), folded, "{text:?}");
        assert_eq!(fold(folded), folded, "folding twice changes nothing: {text:?}");
    }
}

#[test]
fn m09_only_plain_https_addresses_are_opened() {
    for link in [
        "https://shop.example/redeem?code=A%20B#top",
        "HTTPS://Shop.Example",
        "https://shop.example:8443/",
        "https://xn--bcher-kva.example/ü",
    ] {
        assert_eq!(safe_link(link), Some(link));
        assert_eq!(safe_link(&format!(" {link}\n")), Some(link));
    }
    let endless = format!("https://a.example/{}", "x".repeat(10_000));
    for link in [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https:evil.example",
        "https:/evil.example",
        "http://shop.example",
        "https://",
        "https:///path",
        "https://user@evil.example",
        "https://user:pass@evil.example/",
        "https://.example",
        "https://evil.example\\@good.example",
        "https://evil\u{202E}.example",
        "https://a b.example",
        "https://a.example/\u{0}",
        "https://a.example/\nx",
        "https://а.example",
        "https://a.example:port",
        "https://a.example:",
        "https://?",
        "vbscript:x",
        "ftp://a.example",
        "https://a.example/\"onerror=",
        "https://a.example/<script>",
        "/path",
        &endless,
    ] {
        assert_eq!(safe_link(link), None, "{link:?}");
    }
}

#[test]
fn m09_images_come_from_https_or_the_answering_origin() {
    for image in ["/sandbox/logos/a.webp", "https://cdn.example/a", "/"] {
        assert_eq!(safe_image(image), Some(image));
    }
    for image in [
        "//evil.example/a",
        "/\\evil.example",
        "a.webp",
        "http://cdn.example/a",
        "data:image/png;base64,x",
        "/a b",
        "/a\u{202E}",
        "",
    ] {
        assert_eq!(safe_image(image), None, "{image:?}");
    }
}

fn text(text: &str) -> Rich {
    Rich::Text(text.to_owned())
}

fn paragraph(content: &str) -> Rich {
    Rich::Paragraph(vec![text(content)])
}

fn list(ordered: bool, items: &[&str]) -> Rich {
    Rich::List { ordered, items: items.iter().map(|item| vec![text(item)]).collect() }
}

#[test]
fn html_becomes_a_few_kinds_of_nodes() {
    let strong = |inner: &str| Rich::Strong(vec![text(inner)]);
    let link = |href: &str, inner: &str| Rich::Link { href: href.to_owned(), content: vec![text(inner)] };
    let table: Vec<(&str, Vec<Rich>)> = vec![
        ("", vec![]),
        ("  \n ", vec![]),
        ("Just text.", vec![paragraph("Just text.")]),
        ("One.\n\nTwo.", vec![paragraph("One."), paragraph("Two.")]),
        ("One\ntwo", vec![Rich::Paragraph(vec![text("One"), Rich::Break, text("two")])]),
        ("<p>One\n two</p><p>Three", vec![paragraph("One two"), paragraph("Three")]),
        ("<div><p>A</p>B</div>", vec![paragraph("A"), paragraph("B")]),
        (
            "<p>Very <b>bold</b> and <em>so</em>.</p>",
            vec![Rich::Paragraph(vec![
                text("Very "),
                strong("bold"),
                text(" and "),
                Rich::Emphasis(vec![text("so")]),
                text("."),
            ])],
        ),
        ("<h2>Title</h2>Text", vec![Rich::Paragraph(vec![strong("Title")]), paragraph("Text")]),
        ("a<br><br/>b<br>", vec![Rich::Paragraph(vec![text("a"), Rich::Break, text("b")])]),
        ("<ul><li>One<li>Two</ul>", vec![list(false, &["One", "Two"])]),
        ("<ol>\n <li>One</li>\n <li>Two</li>\n</ol>after", vec![list(true, &["One", "Two"]), paragraph("after")]),
        ("<li>Loose</li><li>items</li>", vec![list(false, &["Loose", "items"])]),
        (
            "<ul><li>Outer<ol><li>Inner</li></ol></li></ul>",
            vec![Rich::List { ordered: false, items: vec![vec![text("Outer"), list(true, &["Inner"])]] }],
        ),
        (
            "<a href='https://shop.example/?a=1&amp;b=2'>shop</a>",
            vec![Rich::Paragraph(vec![link("https://shop.example/?a=1&b=2", "shop")])],
        ),
        (
            "&Ccedil;i&ccedil;ek &Scaron;koda x&sup2; &frac14;&frac34; &ETH;&thorn;&yuml; &not;&Ucirc;&nbsp;&euro;&#xA0; &ndash; &divide;&times;",
            vec![paragraph("Çiçek Škoda x² ¼¾ Ðþÿ ¬Û € – ÷×")],
        ),
        (
            "Caf&eacute; &lt;b&gt; &#8364;&#x20AC; &amp;amp; &nope; AT&T &",
            vec![paragraph("Café <b> €€ &amp; &nope; AT&T &")],
        ),
        ("1 < 2 and <3", vec![paragraph("1 < 2 and <3")]),
        ("<table><tr><td>A</td><td>B</td></tr><tr><td>C</td></tr></table>", vec![paragraph("A B"), paragraph("C")]),
    ];
    for (html, nodes) in table {
        assert_eq!(rich(html), nodes, "{html:?}");
    }
}

#[test]
fn m08_hostile_html_leaves_no_trace() {
    let table = [
        ("<script>alert(1)</script>Safe", "Safe"),
        ("Safe<script>alert(1)", "Safe"),
        ("<SCRIPT src=//evil></SCRIPT >Safe", "Safe"),
        ("<style>*{display:none}</style>Safe", "Safe"),
        ("<svg onload=alert(1)><script>x</script></svg>Safe", "Safe"),
        ("<math><mtext></math>Safe", "Safe"),
        ("<img src=x onerror=alert(1)>Safe", "Safe"),
        ("<iframe srcdoc='<script>x</script>'></iframe>Safe", "Safe"),
        ("<a href=\"javascript:alert(1)\">Safe</a>", "Safe"),
        ("<a href=' java\nscript:x'>Safe</a>", "Safe"),
        ("<a href='https://user@evil.example'>Safe</a>", "Safe"),
        ("<a href=\"https://a.example\" href='javascript:x' onclick=\"x>y\">Safe</a>", "Safe"),
        ("<!-- <script>x</script> -->Safe", "Safe"),
        ("<![CDATA[x]]>Safe", "Safe"),
        ("<?php echo 1 ?>Safe", "Safe"),
        ("Safe<img src=\"", "Safe"),
        ("<template><img src=x></template>Safe", "Safe"),
        ("<scr<script>x</script>ipt>Safe", "xipt>Safe"),
        ("Sa\u{202E}\u{200B}fe", "Safe"),
        ("<b><i><u><x-y z>Safe</b></i>", "Safe"),
    ];
    for (html, shown) in table {
        let nodes = rich(html);
        assert_eq!(plain(&nodes), shown, "{html:?}");
        let printed = format!("{nodes:?}");
        assert!(!printed.contains("javascript") && !printed.contains("alert"), "{html:?}: {printed}");
    }
}

#[test]
fn depth_and_size_are_bounded() {
    let deep = "<ul><li><b>".repeat(20_000) + "x";
    let levels = |nodes: &[Rich]| {
        fn depth(nodes: &[Rich]) -> usize {
            nodes
                .iter()
                .map(|node| match node {
                    Rich::Text(_) | Rich::Break => 1,
                    Rich::Paragraph(inner)
                    | Rich::Strong(inner)
                    | Rich::Emphasis(inner)
                    | Rich::Link { content: inner, .. } => 1 + depth(inner),
                    Rich::List { items, .. } => 1 + items.iter().map(|item| depth(item)).max().unwrap_or_default(),
                })
                .max()
                .unwrap_or_default()
        }
        depth(nodes)
    };
    assert!(levels(&rich(&deep)) < 40);
    let wide = "<p>x</p>".repeat(1 << 20);
    assert!(rich(&wide).len() <= 4001);
    assert!(plain(&rich(&"é".repeat(1 << 20))).len() < 1000);
}

proptest! {
    #[test]
    fn cleaning_never_panics_and_settles(name in any::<String>()) {
        let once = clean(&name);
        prop_assert_eq!(clean(&once), once.clone());
        prop_assert!(once.chars().count() <= 161);
        prop_assert!(!once.chars().any(char::is_control));
    }

    #[test]
    fn folding_never_panics_and_settles(text in "\\PC{0,40}|[ÀÉßŁĐ'+ァ＋　ｶ\u{300}a-zA-Z ]{0,20}") {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once.clone());
        prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
    }

    #[test]
    fn no_html_panics_or_links_anywhere_unsafe(parts in prop::collection::vec(prop_oneof![
        "\\PC{0,8}".boxed(),
        prop::sample::select(vec![
            "<", ">", "</", "<p>", "</p>", "<ul>", "<li>", "</ul>", "</li>", "<ol>", "<b>", "</b>", "<i>", "<a href=", "<a href='https://a.example'>", "</a>",
            "\"", "'", "javascript:x", "<script>", "</script>", "<!--", "-->", "&", "&lt;", "&#", "&#x0;", ";", "<br>", "\n", "=", "<h1>", "<td>",
        ]).prop_map(str::to_owned).boxed(),
    ], 0..40)) {
        fn check(nodes: &[Rich]) {
            for node in nodes {
                match node {
                    Rich::Text(text) => assert!(!text.is_empty()),
                    Rich::Break => {}
                    Rich::Paragraph(inner) | Rich::Strong(inner) | Rich::Emphasis(inner) => check(inner),
                    Rich::List { items, .. } => items.iter().for_each(|item| check(item)),
                    Rich::Link { href, content } => {
                        assert_eq!(safe_link(href), Some(href.as_str()));
                        check(content);
                    }
                }
            }
        }
        let nodes = rich(&parts.concat());
        let all_blocks = nodes.iter().all(|node| matches!(node, Rich::Paragraph(_) | Rich::List { .. }));
        prop_assert!(all_blocks);
        check(&nodes);
    }
}
