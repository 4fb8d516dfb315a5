//! Events on the element. Their details carry no e-mail address, phone number, payment address, coin amount or code,
//! and an order id only if the partner configured that.

use core::cell::Cell;
use std::rc::Rc;

use cr_core::{catalog::Kind, checkout::Step};
use js_sys::Function;
use serde::{Serialize, Serializer, ser::SerializeMap};
use wasm_bindgen::prelude::*;
use web_sys::{CustomEvent, CustomEventInit, HtmlElement};

use crate::app::ports::{Host, HostEvent};

/// The host port: the element from which events are dispatched to the host page.
pub(super) struct ElementHost {
    element: HtmlElement,
    exposes_order_id: Rc<Cell<bool>>,
    /// The shell's function that keeps which order is on screen, so that the next wasm instance can go on with it when
    /// this one dies.
    shell: Option<Function>,
}

impl ElementHost {
    /// Dispatches events from `element`. `shell` is called with the reference and id of the order on screen, or without
    /// arguments. The id is `null` where an order may be on its way.
    pub(super) fn new(element: HtmlElement, exposes_order_id: Rc<Cell<bool>>, shell: Option<Function>) -> Self {
        Self { element, exposes_order_id, shell }
    }

    /// Reports to the shell, and to nothing else, which order is on screen.
    fn tell_shell(&self, event: &HostEvent) {
        let Some(shell) = &self.shell else { return };
        // The result does not matter: the function of the shell only notes the order.
        let _ = match event {
            HostEvent::OrderCreated { reference, order_id, .. }
            | HostEvent::OrderStatus { reference, order_id, .. } => {
                shell.call2(&JsValue::UNDEFINED, &reference.into(), &order_id.into())
            }
            HostEvent::Step(step) => match step {
                Step::Pay | Step::Track | Step::Receipt => return,
                // From the review on an order may be made, and whether it was is not known before the answer.
                Step::Review => shell.call2(&JsValue::UNDEFINED, &JsValue::UNDEFINED, &JsValue::NULL),
                Step::Browse | Step::Choose | Step::Recipient | Step::Method => shell.call0(&JsValue::UNDEFINED),
            },
            HostEvent::Ready
            | HostEvent::BrandSelect { .. }
            | HostEvent::OrderDone { .. }
            | HostEvent::Error { .. } => return,
        };
    }
}

impl Host for ElementHost {
    fn emit(&self, event: HostEvent) {
        self.tell_shell(&event);
        let (name, detail) = detail(event, self.exposes_order_id.get());
        let element = self.element.clone();
        // The event is dispatched after the code that is running now, since a listener may call the handle, and must
        // not find an action half done.
        leptos::task::spawn_local(async move { dispatch(&element, name, &detail) });
    }
}

/// The names and values of an event's detail; `None` becomes `null`.
#[derive(Debug, PartialEq)]
pub(super) struct Detail(pub(super) Vec<(&'static str, Option<String>)>);

impl Serialize for Detail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

fn dispatch(element: &HtmlElement, name: &str, detail: &Detail) {
    let Ok(detail) = detail.serialize(&serde_wasm_bindgen::Serializer::json_compatible()) else { return };
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    let detail: js_sys::Object = detail.unchecked_into();
    init.set_detail(&js_sys::Object::freeze(&detail));
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
        // A listener that throws is reported by the browser, not by this call.
        let _ = element.dispatch_event(&event);
    }
}

/// Returns the name of a kind of goods, as attributes and events spell it.
pub(super) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::GiftCard => "giftcard",
        Kind::TopUp => "topup",
        Kind::Esim => "esim",
        Kind::Unsupported => "other",
    }
}

/// Returns the name and the detail of the event that the host page receives.
pub(super) fn detail(event: HostEvent, exposes_order_id: bool) -> (&'static str, Detail) {
    let order_id = |id: String| exposes_order_id.then_some(("orderId", Some(id)));
    let (name, mut detail, id) = match event {
        HostEvent::Ready => ("cr-ready", vec![("version", Some(env!("CARGO_PKG_VERSION").to_owned()))], None),
        HostEvent::Step(step) => ("cr-step", vec![("step", Some(step.as_str().to_owned()))], None),
        HostEvent::BrandSelect { brand, kind, category, country } => (
            "cr-brand-select",
            vec![
                ("brand", Some(brand)),
                ("kind", Some(kind_name(kind).to_owned())),
                ("category", category),
                ("country", Some(country)),
            ],
            None,
        ),
        HostEvent::OrderCreated {
            reference,
            order_id: id,
            brand,
            kind,
            country,
            face_value,
            currency,
            coin,
            network,
        } => (
            "cr-order-created",
            vec![
                ("reference", Some(reference)),
                ("brand", Some(brand)),
                ("kind", Some(kind_name(kind).to_owned())),
                ("country", Some(country)),
                ("faceValue", face_value),
                ("currency", currency),
                ("coin", Some(coin)),
                ("network", Some(network)),
            ],
            order_id(id),
        ),
        HostEvent::OrderStatus { reference, order_id: id, state, payment_state } => (
            "cr-order-status",
            vec![("reference", Some(reference)), ("state", Some(state)), ("paymentState", payment_state)],
            order_id(id),
        ),
        HostEvent::OrderDone { reference, order_id: id } => {
            ("cr-order-done", vec![("reference", Some(reference))], order_id(id))
        }
        HostEvent::Error { code, at } => {
            ("cr-error", vec![("code", Some(code.as_str().to_owned())), ("where", Some(at.as_str().to_owned()))], None)
        }
    };
    detail.extend(id);
    (name, Detail(detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_id_is_told_only_to_pages_that_asked_for_it() {
        let done = || HostEvent::OrderDone { reference: "ABCD2345".to_owned(), order_id: "secret".to_owned() };
        let plain = detail(done(), false);
        assert_eq!(plain, ("cr-order-done", Detail(vec![("reference", Some("ABCD2345".to_owned()))])));
        let (_, exposed) = detail(done(), true);
        assert_eq!(exposed.0.last(), Some(&("orderId", Some("secret".to_owned()))));
    }
}
