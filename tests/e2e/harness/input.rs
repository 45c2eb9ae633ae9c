//! What a reader's hands do: typing, keys, mouse, fingers.

use super::Page;
use super::engine::{Engine, Feature};
use serde_json::{Value, json};
use thirtyfour::common::command::Command;
use thirtyfour::prelude::*;

/// Corner, size and centre of an element, in CSS pixels of the window.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    pub fn centre(self) -> (f64, f64) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }
}

/// Phases of a finger on the screen.
#[derive(Clone, Copy, Debug)]
enum Touch {
    Start,
    Move,
    End,
}

/// WebDriver knows whole pixels of the window.
fn move_to(x: f64, y: f64) -> Value {
    json!({ "type": "pointerMove", "duration": 0, "origin": "viewport", "x": x.round() as i64, "y": y.round() as i64 })
}

impl Page {
    /// The element, waited for: some come with code that is fetched later.
    async fn element(&self, id: &str) -> WebElement {
        self.wait(id, || async {
            self.js::<bool>("return $(arguments[0]) !== null", &[json!(id)])
                .await
        })
        .await;
        self.driver
            .find(By::Css(format!("[data-testid=\"{id}\"]")))
            .await
            .unwrap_or_else(|_| panic!("there is no {id}"))
    }

    pub async fn rect(&self, id: &str) -> Rect {
        self.js(
            "const r = $(arguments[0]).getBoundingClientRect(); return { x: r.x, y: r.y, width: r.width, height: r.height }",
            &[json!(id)],
        )
        .await
    }

    /// Clicks what can be seen of an element, as a mouse does.
    pub async fn click(&self, id: &str) {
        if self.engine == Engine::WebKit {
            // Its driver does not scroll to what stands below the window.
            self.element(id).await;
            self.bring_into_view(id).await;
        }
        self.element(id)
            .await
            .click()
            .await
            .unwrap_or_else(|why| panic!("clicking {id}: {why}"));
    }

    /// Scrolls an element to the middle of the window.
    pub async fn bring_into_view(&self, id: &str) {
        self.js::<Value>(
            "$(arguments[0]).scrollIntoView({ block: 'center', behavior: 'instant' })",
            &[json!(id)],
        )
        .await;
    }

    /// Replaces a field's text by typing.
    pub async fn set_field(&self, id: &str, text: &str) {
        self.js::<Value>("$(arguments[0]).select()", &[json!(id)])
            .await;
        if self.engine == Engine::WebKit {
            // Its driver finds nothing to type into inside a frame; this is what a field hears of a key.
            self.js::<Value>(
                "const field = $(arguments[0]); field.value = arguments[1];
                 field.dispatchEvent(new InputEvent('input', { bubbles: true })); return null",
                &[json!(id), json!(text)],
            )
            .await;
            return;
        }
        self.element(id).await.send_keys(text).await.unwrap();
    }

    pub async fn focus(&self, id: &str) {
        self.js::<Value>("$(arguments[0]).focus()", &[json!(id)])
            .await;
    }

    /// Keys to whatever has the focus. Modifiers hold until the end of the text.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        if self.engine == Engine::WebKit {
            // Its driver ends when a key takes away the element that it was sent to.
            return self.press_as_actions(&keys.into()).await;
        }
        let focused = self.driver.active_element().await.unwrap();
        focused.send_keys(keys).await.unwrap();
    }

    async fn press_as_actions(&self, keys: &TypingData) {
        let act = |kind: &str, key: char| json!({ "type": kind, "value": key });
        let mut actions = Vec::new();
        let mut held = Vec::new();
        for key in keys.as_vec() {
            actions.push(act("keyDown", key));
            // Shift, Control, Alt, Meta.
            if ('\u{e008}'..='\u{e00a}').contains(&key) || key == '\u{e03d}' {
                held.push(key);
            } else {
                actions.push(act("keyUp", key));
            }
        }
        actions.extend(held.into_iter().rev().map(|key| act("keyUp", key)));
        let presses = json!([{ "type": "key", "id": "keys", "actions": actions }]);
        self.perform(presses).await;
    }

    /// The Tab key itself; WebDriver's keys to an element would be a file's name where that takes files.
    pub async fn tab(&self) {
        if self.engine != Engine::Chromium {
            let presses = json!([{ "type": "key", "id": "keys", "actions": [
                { "type": "keyDown", "value": "\u{e004}" },
                { "type": "keyUp", "value": "\u{e004}" },
            ] }]);
            self.perform(presses).await;
            return;
        }
        for kind in ["rawKeyDown", "keyUp"] {
            self.cdp(
                "Input.dispatchKeyEvent",
                json!({ "type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9 }),
            )
            .await;
        }
    }

    /// Test id of what has the focus.
    pub async fn focused(&self) -> Option<String> {
        self.js("return document.activeElement?.dataset.testid ?? null", &[])
            .await
    }

    /// One action of WebDriver's mouse or finger. What it holds it goes on holding.
    async fn act(&self, pointer: &str, action: Value) {
        let actions = json!([{
            "type": "pointer", "id": pointer, "parameters": { "pointerType": pointer }, "actions": [action],
        }]);
        self.perform(actions).await;
    }

    /// A list of what each device does.
    async fn perform(&self, actions: Value) {
        self.driver
            .cmd(Command::PerformActions(actions.into()))
            .await
            .unwrap_or_else(|why| panic!("acting: {why}"));
    }

    async fn mouse(&self, kind: &str, x: f64, y: f64, buttons: u32) {
        if self.engine != Engine::Chromium {
            let act = match kind {
                "mousePressed" => json!({ "type": "pointerDown", "button": 0 }),
                "mouseReleased" => json!({ "type": "pointerUp", "button": 0 }),
                _ => move_to(x, y),
            };
            self.act("mouse", act).await;
            return;
        }
        self.cdp(
            "Input.dispatchMouseEvent",
            json!({ "type": kind, "x": x, "y": y, "button": if kind == "mouseMoved" && buttons == 0 { "none" } else { "left" }, "buttons": buttons, "clickCount": 1 }),
        )
        .await;
    }

    pub async fn hover(&self, x: f64, y: f64) {
        self.mouse("mouseMoved", x, y, 0).await;
    }

    pub async fn click_at(&self, x: f64, y: f64) {
        self.mouse("mouseMoved", x, y, 0).await;
        self.mouse("mousePressed", x, y, 1).await;
        self.let_go((x, y)).await;
    }

    /// Chooses from a list by the value of the option.
    pub async fn choose(&self, id: &str, value: &str) {
        self.js::<Value>(
            "const list = $(arguments[0]);
             list.selectedIndex = [...list.options].findIndex(option => option.value === arguments[1]);
             if (list.selectedIndex < 0) throw new Error('no option ' + arguments[1]);
             list.dispatchEvent(new Event('change', { bubbles: true }))",
            &[json!(id), json!(value)],
        )
        .await;
    }

    /// Presses the mouse on the middle of an element and moves it, without letting go.
    pub async fn drag(&self, id: &str, dx: f64, dy: f64) -> (f64, f64) {
        let (x, y) = self.rect(id).await.centre();
        self.mouse("mouseMoved", x, y, 0).await;
        self.mouse("mousePressed", x, y, 1).await;
        for i in 1..=10 {
            let t = f64::from(i) / 10.0;
            self.mouse("mouseMoved", x + dx * t, y + dy * t, 1).await;
        }
        (x + dx, y + dy)
    }

    pub async fn let_go(&self, (x, y): (f64, f64)) {
        self.mouse("mouseReleased", x, y, 0).await;
    }

    async fn finger(&self, phase: Touch, x: f64, y: f64) {
        if self.engine != Engine::Chromium {
            self.needs(Feature::Touch);
            match phase {
                Touch::Start => {
                    self.act("touch", move_to(x, y)).await;
                    self.act("touch", json!({ "type": "pointerDown", "button": 0 }))
                        .await;
                }
                Touch::Move => self.act("touch", move_to(x, y)).await,
                Touch::End => {
                    self.act("touch", json!({ "type": "pointerUp", "button": 0 }))
                        .await;
                }
            }
            return;
        }
        let (kind, points) = match phase {
            Touch::Start => ("touchStart", json!([{ "x": x, "y": y }])),
            Touch::Move => ("touchMove", json!([{ "x": x, "y": y }])),
            Touch::End => ("touchEnd", json!([])),
        };
        self.cdp(
            "Input.dispatchTouchEvent",
            json!({ "type": kind, "touchPoints": points }),
        )
        .await;
    }

    /// A finger from one place to another.
    pub async fn swipe(&self, from: (f64, f64), by: (f64, f64)) {
        self.finger(Touch::Start, from.0, from.1).await;
        for i in 1..=12 {
            let t = f64::from(i) / 12.0;
            self.finger(Touch::Move, from.0 + by.0 * t, from.1 + by.1 * t)
                .await;
        }
        self.finger(Touch::End, from.0 + by.0, from.1 + by.1).await;
    }
}
