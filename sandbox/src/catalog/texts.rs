//! Terms, descriptions and instructions: HTML as the supplier sends it, including hostile markup.

use super::Brand;

/// What a careless or compromised text may contain. None of it may run, load or navigate.
pub(crate) const HOSTILE: &str = concat!(
    "<script>window.__cr_xss=1</script>",
    "<img src=x onerror=\"window.__cr_xss=1\">",
    "<a href=\"javascript:window.__cr_xss=1\">Click for a bonus</a>",
    "<a href=\"data:text/html,<script>window.__cr_xss=1</script>\">More</a>",
    "<a href=\"https://redeem.sandbox.example/help\" onclick=\"window.__cr_xss=1\">Help</a>",
    "<iframe src=\"https://evil.example/\"></iframe>",
    "<svg onload=\"window.__cr_xss=1\"><circle r=\"9\"/></svg>",
    "<style>*{display:none!important}</style>",
    "<form action=\"https://evil.example/\"><input name=\"code\"></form>",
    "<p style=\"position:fixed;inset:0\" onmouseover=\"window.__cr_xss=1\">Over <b>everything</b></p>",
    "<p>Unclosed <b>bold &amp; a stray &lt;tag&gt; &nbsp;&#39;quoted&#39;",
);

/// The sentences of one language. `{name}` stands for the brand, `{link}` for the start of a link to its page.
#[derive(Debug)]
pub(crate) struct Words {
    /// The value of the field `locale`.
    pub(crate) locale: &'static str,
    description: &'static str,
    redeem: &'static str,
    redeem_esim: &'static str,
    redeem_mobile: &'static str,
    terms: &'static str,
}

/// The languages. English comes first: every other language falls back to it.
const LANGUAGES: &[Words] = &[
    Words {
        locale: "en",
        description: "<p><strong>{name}</strong> is good for {what}.</p><ul><li>Arrives within a minute of your payment</li>\
            <li>Valid for 24 months</li><li>Can be used in parts</li></ul>",
        redeem: "<ol><li>Go to <a href=\"{link}\">the redemption page</a>.</li><li>Sign in or make an account.</li>\
            <li>Enter the code as it is written, dashes included.</li></ol>",
        redeem_esim: "<ol><li>Open <em>Settings → Mobile data → Add eSIM</em>.</li><li>Scan the QR code or type the activation \
            code.</li><li>Switch data roaming on for the new line when you arrive.</li></ol><p>Install once: the code works a \
            single time.</p>",
        redeem_mobile: "<p>Credit is added to the number by itself. For a PIN dial <code>*123*PIN#</code> and press call.</p>",
        terms: "<h3>Terms</h3><p>{name} is an invented brand of a simulated supplier. Cards cannot be exchanged for cash, are not \
            refundable and may be combined.</p><p>Lost codes cannot be replaced.</p>",
    },
    Words {
        locale: "it",
        description: "<p><strong>{name}</strong>: un regalo che arriva subito.</p><ul><li>Arriva entro un minuto dal pagamento</li>\
            <li>Vale 24 mesi</li><li>Si può usare in più volte</li></ul>",
        redeem: "<ol><li>Vai alla <a href=\"{link}\">pagina di riscatto</a>.</li><li>Accedi o crea un account.</li>\
            <li>Inserisci il codice così com'è, trattini compresi.</li></ol>",
        redeem_esim: "<ol><li>Apri <em>Impostazioni → Dati mobili → Aggiungi eSIM</em>.</li><li>Inquadra il codice QR o digita il \
            codice di attivazione.</li><li>All'arrivo attiva il roaming dati sulla nuova linea.</li></ol><p>Si installa una volta \
            sola.</p>",
        redeem_mobile: "<p>Il credito arriva da solo sul numero. Per un PIN digita <code>*123*PIN#</code> e chiama.</p>",
        terms: "<h3>Condizioni</h3><p>{name} è un marchio inventato di un fornitore simulato. Le carte non si cambiano in denaro e \
            non sono rimborsabili.</p><p>I codici persi non si sostituiscono.</p>",
    },
    Words {
        locale: "es",
        description: "<p><strong>{name}</strong>: un regalo que llega al momento.</p><ul><li>Llega en un minuto desde el pago</li>\
            <li>Válida durante 24 meses</li><li>Se puede usar por partes</li></ul>",
        redeem: "<ol><li>Ve a la <a href=\"{link}\">página de canje</a>.</li><li>Inicia sesión o crea una cuenta.</li>\
            <li>Escribe el código tal cual, guiones incluidos.</li></ol>",
        redeem_esim: "<ol><li>Abre <em>Ajustes → Datos móviles → Añadir eSIM</em>.</li><li>Escanea el código QR o escribe el código \
            de activación.</li><li>Al llegar, activa la itinerancia de datos en la nueva línea.</li></ol><p>Solo se instala una \
            vez.</p>",
        redeem_mobile: "<p>El saldo llega solo al número. Para un PIN marca <code>*123*PIN#</code> y llama.</p>",
        terms: "<h3>Condiciones</h3><p>{name} es una marca inventada de un proveedor simulado. Las tarjetas no se cambian por dinero \
            ni se reembolsan.</p><p>Los códigos perdidos no se reponen.</p>",
    },
    Words {
        locale: "fr",
        description: "<p><strong>{name}</strong> : un cadeau qui arrive tout de suite.</p><ul><li>Arrive dans la minute qui suit le \
            paiement</li><li>Valable 24 mois</li><li>Utilisable en plusieurs fois</li></ul>",
        redeem: "<ol><li>Allez sur <a href=\"{link}\">la page d'utilisation</a>.</li><li>Connectez-vous ou créez un compte.</li>\
            <li>Saisissez le code tel quel, tirets compris.</li></ol>",
        redeem_esim: "<ol><li>Ouvrez <em>Réglages → Données mobiles → Ajouter une eSIM</em>.</li><li>Scannez le code QR ou saisissez \
            le code d'activation.</li><li>À l'arrivée, activez l'itinérance des données sur la nouvelle ligne.</li></ol><p>Elle ne \
            s'installe qu'une fois.</p>",
        redeem_mobile: "<p>Le crédit arrive seul sur le numéro. Pour un PIN, composez <code>*123*PIN#</code> et appelez.</p>",
        terms: "<h3>Conditions</h3><p>{name} est une marque inventée d'un fournisseur simulé. Les cartes ne sont ni échangeables \
            contre de l'argent ni remboursables.</p><p>Un code perdu n'est pas remplacé.</p>",
    },
    Words {
        locale: "de",
        description: "<p><strong>{name}</strong>: ein Geschenk, das sofort ankommt.</p><ul><li>Kommt binnen einer Minute nach der \
            Zahlung</li><li>24 Monate gültig</li><li>In Teilen einlösbar</li></ul>",
        redeem: "<ol><li>Öffnen Sie <a href=\"{link}\">die Einlöseseite</a>.</li><li>Melden Sie sich an oder legen Sie ein Konto \
            an.</li><li>Geben Sie den Code genau so ein, mit Strichen.</li></ol>",
        redeem_esim: "<ol><li>Öffnen Sie <em>Einstellungen → Mobilfunk → eSIM hinzufügen</em>.</li><li>Scannen Sie den QR-Code oder \
            tippen Sie den Aktivierungscode.</li><li>Schalten Sie bei der Ankunft das Datenroaming der neuen Leitung ein.</li></ol>\
            <p>Die Installation geht nur einmal.</p>",
        redeem_mobile: "<p>Das Guthaben kommt von selbst auf die Nummer. Für eine PIN wählen Sie <code>*123*PIN#</code>.</p>",
        terms: "<h3>Bedingungen</h3><p>{name} ist eine erfundene Marke eines simulierten Anbieters. Karten werden weder ausgezahlt \
            noch erstattet.</p><p>Verlorene Codes werden nicht ersetzt.</p>",
    },
];

/// Returns the sentences of a language, or the English ones.
pub(crate) fn words(lang: &str) -> &'static Words {
    let lang = lang.split(['-', '_']).next().unwrap_or_default();
    LANGUAGES.iter().find(|words| words.locale.eq_ignore_ascii_case(lang)).unwrap_or(&LANGUAGES[0])
}

/// Returns the description of a brand.
pub(crate) fn description(brand: &Brand, words: &Words) -> String {
    let what = match brand.category {
        "food" => "a meal, a coffee or a whole evening out",
        "groceries" => "the weekly shop or a late pint of milk",
        "games" => "in-game currency, items and seasons",
        "streaming" | "entertainment" => "an evening on the sofa or in the front row",
        "travel_flights" => "rooms, seats and the odd detour",
        "e-sim" => "mobile data the moment you land",
        "mobile_talk_time" | "mobile_credits" | "mobile_bundle" => "calls, texts and data on a prepaid number",
        "charity_donations" => "help that arrives within days",
        "books_learning" => "books, courses and quiet hours",
        "home" => "things that make a house yours",
        "health_beauty" => "care products and treatments",
        "sports_fitness" => "gear for the next session",
        "apparel_clothing" => "clothes for every season",
        "electronics" => "devices, parts and repairs",
        _ => "whatever you like from the shelves",
    };
    let mut out = words.description.replace("{what}", what).replace("{name}", &escaped(&brand.name));
    if brand.has_hostile_texts {
        out.push_str(HOSTILE);
    }
    out
}

/// Returns the text that says how to use what was bought.
pub(crate) fn how_to_redeem(brand: &Brand, words: &Words) -> String {
    match brand.category {
        "e-sim" => words.redeem_esim.to_owned(),
        "mobile_talk_time" | "mobile_credits" | "mobile_bundle" => words.redeem_mobile.to_owned(),
        _ => words.redeem.replace("{link}", &format!("https://redeem.sandbox.example/{}", brand.slug)),
    }
}

/// Returns the terms as HTML.
pub(crate) fn terms(brand: &Brand, words: &Words) -> String {
    words.terms.replace("{name}", &escaped(&brand.name))
}

/// Returns the terms as plain text.
pub(crate) fn terms_plain(brand: &Brand) -> String {
    format!(
        "{} is an invented brand of a simulated supplier.\nCards cannot be exchanged for cash and are not refundable.\nLost \
         codes cannot be replaced.",
        brand.name
    )
}

/// Returns the instructions for a delivered line.
pub(crate) fn redeem_instructions(brand: &Brand, words: &Words) -> String {
    let mut out = how_to_redeem(brand, words);
    if brand.has_hostile_texts {
        out.push_str(HOSTILE);
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
