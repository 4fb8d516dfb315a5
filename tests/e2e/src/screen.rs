//! Reading and using the widget: everything is found by role and accessible name inside its shadow root.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::{Key, TypingData, WebDriver, WebElement};

const PATIENCE: Duration = Duration::from_secs(20);

/// The widget on screen.
#[derive(Clone)]
pub struct Screen {
    driver: WebDriver,
}

impl Screen {
    /// Returns the first widget of the page that `driver` shows.
    pub fn new(driver: WebDriver) -> Self {
        Self { driver }
    }

    /// Returns every visible element with this role whose name is or starts with `name`.
    pub async fn all(&self, role: &str, name: Option<&str>) -> Vec<WebElement> {
        match self.driver.execute(include_str!("find.js"), vec![json!(role), json!(name)]).await {
            Ok(found) => found.elements().unwrap_or_default(),
            Err(_) => Vec::new(),
        }
    }

    /// Waits for the first element with this role whose name is or starts with `name`.
    ///
    /// # Panics
    /// Panics if none appears in 20 s; the message holds what is on screen.
    pub async fn find(&self, role: &str, name: &str) -> WebElement {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(element) = self.all(role, Some(name)).await.into_iter().next() {
                return element;
            }
            if Instant::now() > until {
                panic!("no {role} {name:?} on screen. What is there:\n{}", self.text().await);
            }
            tokio::time::sleep(Duration::from_millis(80)).await;
        }
    }

    /// Presses the button that agrees to another price, as somebody does who has read the question: a press in its first
    /// half second does not count.
    ///
    /// # Panics
    /// Panics if it does not appear or can never be pressed.
    pub async fn agree(&self, name: &str) {
        self.find("button", name).await;
        tokio::time::sleep(Duration::from_millis(600)).await;
        self.press("button", name).await;
    }

    /// Presses the element with this role and name.
    ///
    /// # Panics
    /// Panics if it does not appear or can never be pressed.
    pub async fn press(&self, role: &str, name: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            let element = self.find(role, name).await;
            let _ = self
                .driver
                .execute(
                    "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})",
                    vec![element.to_json().expect("an element")],
                )
                .await;
            match element.click().await {
                Ok(()) => return,
                // The element was rendered again or covered for a moment, so the loop tries again.
                Err(error) if Instant::now() > until => panic!("cannot press {role} {name:?}: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(80)).await,
            }
        }
    }

    /// Chooses the radio or checkbox whose label is or starts with `name`, through its label, as a finger would.
    ///
    /// # Panics
    /// Panics if there is none.
    pub async fn choose(&self, role: &str, name: &str) {
        let element = self.find(role, name).await;
        let script = "const e = arguments[0]; e.scrollIntoView({block: 'center', behavior: 'instant'}); (e.labels?.[0] ?? e).click();";
        self.driver.execute(script, vec![element.to_json().expect("an element")]).await.expect("a click");
    }

    /// Replaces the text of the field called `name`.
    ///
    /// # Panics
    /// Panics if there is no such field.
    pub async fn fill(&self, role: &str, name: &str, text: &str) {
        let field = self.find(role, name).await;
        let script = "arguments[0].focus(); arguments[0].select();";
        self.driver.execute(script, vec![field.to_json().expect("an element")]).await.expect("a selection");
        // The element's own "send keys" is not used: for a field in a shadow root it moves the caret, and nothing is
        // replaced.
        self.type_keys(Key::Backspace + text).await;
    }

    /// Picks the option whose value is `value` in the select called `name`.
    ///
    /// # Panics
    /// Panics if there is no such select.
    pub async fn select(&self, name: &str, value: &str) {
        let field = self.find("combobox", name).await;
        let script = "const [s, v] = arguments; s.value = v; s.dispatchEvent(new Event('input', {bubbles: true}));\
                      s.dispatchEvent(new Event('change', {bubbles: true})); return s.value;";
        let args = vec![field.to_json().expect("an element"), json!(value)];
        let now: Value = self.driver.execute(script, args).await.expect("a choice").json().clone();
        assert_eq!(now, json!(value), "the select {name:?} has no option {value:?}");
    }

    /// Returns the visible text of the widget.
    pub async fn text(&self) -> String {
        let script = "const r = document.querySelector('cr-widget')?.shadowRoot; if (!r) return '(no widget)';\
                      const lists = [...r.querySelectorAll('select')]; lists.forEach((l) => { l.hidden = true; });\
                      const text = [...r.children].map((e) => e.innerText ?? '').join('\\n');\
                      lists.forEach((l) => { l.hidden = false; }); return text;";
        match self.driver.execute(script, Vec::<Value>::new()).await {
            Ok(text) => {
                text.json().as_str().unwrap_or_default().replace(['\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'], "")
            }
            Err(error) => format!("({error})"),
        }
    }

    /// Waits until the visible text holds `part`.
    ///
    /// # Panics
    /// Panics if it does not within 20 s.
    pub async fn shows(&self, part: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            let text = self.text().await;
            if text.contains(part) {
                return;
            }
            assert!(Instant::now() < until, "{part:?} does not appear. What is there:\n{text}");
            tokio::time::sleep(Duration::from_millis(80)).await;
        }
    }

    /// Waits until the line that shows how the order is followed is in this state: `live`, `catching-up`, ….
    ///
    /// # Panics
    /// Panics if it is not within 20 s.
    pub async fn has_health(&self, state: &str) {
        let until = Instant::now() + PATIENCE;
        let now = "return root.querySelector('[data-testid=health]')?.dataset.health ?? '';";
        loop {
            let health = self.script(now).await;
            if health == state {
                return;
            }
            assert!(Instant::now() < until, "health is {health}, and not {state:?}:\n{}", self.text().await);
            tokio::time::sleep(Duration::from_millis(80)).await;
        }
    }

    /// Waits until the visible text does not hold `part` any more.
    ///
    /// # Panics
    /// Panics if it still does after 20 s.
    pub async fn hides(&self, part: &str) {
        let until = Instant::now() + PATIENCE;
        while self.text().await.contains(part) {
            assert!(Instant::now() < until, "{part:?} does not go away");
            tokio::time::sleep(Duration::from_millis(80)).await;
        }
    }

    /// Waits for the part marked `data-testid={id}` and returns its text: for what has no role of its own, such as an
    /// address.
    ///
    /// # Panics
    /// Panics if it does not appear in 20 s.
    pub async fn part(&self, id: &str) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let text =
                self.script(&format!("return root.querySelector('[data-testid={id}]')?.textContent ?? null;")).await;
            if let Some(text) = text.as_str() {
                return text.to_owned();
            }
            assert!(Instant::now() < until, "no part {id:?} on screen. What is there:\n{}", self.text().await);
            tokio::time::sleep(Duration::from_millis(80)).await;
        }
    }

    /// Runs a script whose first argument is the widget's shadow root.
    ///
    /// # Panics
    /// Panics if the script throws.
    pub async fn script(&self, body: &str) -> Value {
        let script = format!("const root = document.querySelector('cr-widget').shadowRoot; {body}");
        self.driver.execute(script, Vec::<Value>::new()).await.expect("a script that runs").json().clone()
    }

    /// Sends keys to whatever has the focus.
    ///
    /// # Panics
    /// Panics if the browser refuses.
    pub async fn type_keys(&self, keys: impl Into<TypingData>) {
        self.driver.action_chain().send_keys(keys).perform().await.expect("keys");
    }

    /// Returns the accessible name of what has the focus inside the widget.
    pub async fn focused(&self) -> String {
        match self.driver.execute(include_str!("find.js"), vec![json!("focus"), Value::Null]).await {
            Ok(name) => name.json().as_str().unwrap_or_default().to_owned(),
            Err(_) => String::new(),
        }
    }
}
