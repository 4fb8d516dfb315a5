//! The endpoints for orders, with the faults that e-mail tags ask for.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Sandbox;
use super::catalog::texts;
use super::invoices::Length;
use super::money::CoinAmount;
use super::orders::{Line, Order, Place, Quote, Slot, Wanted, order_json, quote, validation_json};
use super::outcomes::{Envelope, Fault, Twist, Wishes};
use super::problems::{Problem, answer_instead, e1, e3, e4, e5, e6, e7, list, order_not_found, too_many};
use super::rng::Rng;
use super::script::ReadFault;

/// The pause between the first half of a response and the end of its connection.
const CUT_AFTER: Duration = Duration::from_millis(50);
/// How long a response that never comes is kept open.
const SILENCE: Duration = Duration::from_secs(300);

/// Which of the two calls a fault belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Call {
    Validation,
    Creation,
}

/// Responds to any other method on an order, and to any unknown path.
pub(super) async fn unknown() -> Response {
    e6(StatusCode::NOT_FOUND, "Not Found")
}

fn read_body(body: &[u8]) -> Result<Wanted, Box<Response>> {
    let bad = |what: &str| Box::new(e6(StatusCode::BAD_REQUEST, what));
    let value: Value = serde_json::from_slice(body).map_err(|_| bad("the body is no JSON"))?;
    Wanted::read(&value).map_err(|field| bad(&format!("{field} is missing or wrong")))
}

fn wishes_of(wanted: &Wanted) -> Wishes {
    let beneficiaries = wanted.lines.iter().map(|line| line.beneficiary.as_str());
    Wishes::of(wanted.email.as_deref().into_iter().chain(beneficiaries))
}

/// Handles `POST /v5/orders/validations`.
pub(super) async fn validate(State(sandbox): State<Arc<Sandbox>>, body: Bytes) -> Response {
    let wanted = match read_body(&body) {
        Ok(wanted) => wanted,
        Err(response) => return *response,
    };
    let wishes = wishes_of(&wanted);
    let quote = quote(&sandbox.catalog, &sandbox.market(), &wanted);
    if let Some(response) = sandbox.faulty(&wishes.validation, Call::Validation, &quote).await {
        return response;
    }
    if let Some(problem) = &quote.suspension {
        return e4(StatusCode::UNPROCESSABLE_ENTITY, problem);
    }
    Json(validation_json(&quote, &quote.problems, sandbox.worth(&quote))).into_response()
}

/// Handles `POST /v5/orders`.
pub(super) async fn create(State(sandbox): State<Arc<Sandbox>>, body: Bytes) -> Response {
    let wanted = match read_body(&body) {
        Ok(wanted) => wanted,
        Err(response) => return *response,
    };
    let wishes = wishes_of(&wanted);
    let mut quote = quote(&sandbox.catalog, &sandbox.market(), &wanted);
    if let Some(response) = sandbox.faulty(&wishes.creation, Call::Creation, &quote).await {
        return response;
    }
    if let Some(problem) = &quote.suspension {
        return e4(StatusCode::UNPROCESSABLE_ENTITY, problem);
    }
    if quote.has_emoney {
        return e5(StatusCode::UNPROCESSABLE_ENTITY, "LOGIN_REQUIRED");
    }
    if quote.network.is_none() && quote.problems.is_empty() {
        quote.problems.push(Problem::new("UNSUPPORTED_PROTOCOL_COIN_COMBINATION"));
    }
    if !quote.problems.is_empty() {
        return e3(&quote.problems);
    }
    let faults = wishes.creation.clone();
    let Some(slot) = sandbox.make(&wanted, quote, wishes) else {
        return e6(StatusCode::UNPROCESSABLE_ENTITY, "the order cannot be priced");
    };
    sandbox.begin(&slot);
    let body = order_json(&slot.lock(), Place::Created);
    for fault in faults {
        match fault {
            Fault::MadeThenSilence => {
                tokio::select! {
                    () = tokio::time::sleep(SILENCE) => {}
                    () = sandbox.stop.cancelled() => {}
                }
                return e7(StatusCode::GATEWAY_TIMEOUT);
            }
            Fault::MadeThenCut => return cut(&body.to_string()),
            Fault::MadeThenGateway => return e7(StatusCode::GATEWAY_TIMEOUT),
            Fault::MadeWithProblems => {
                let mut body = body;
                body["problems"] = list(&[Problem::new("VERIFICATION_REQUIRED")]);
                return Json(body).into_response();
            }
            Fault::Problems(_)
            | Fault::Envelope(_)
            | Fault::Http(_)
            | Fault::Slow(_)
            | Fault::EmptyBody
            | Fault::TruncatedBody => {}
        }
    }
    (StatusCode::CREATED, Json(body)).into_response()
}

/// Handles `GET /v5/orders/{order_id}`.
pub(super) async fn read(State(sandbox): State<Arc<Sandbox>>, Path(id): Path<String>) -> Response {
    let Some(slot) = sandbox.store.get(&id) else { return order_not_found() };
    match slot.script.at_read(tokio::time::Instant::now()) {
        Some(ReadFault::Answer(answer)) => return answer_instead(&answer, &format!("/v5/orders/{id}")),
        Some(ReadFault::Slow(late)) => tokio::time::sleep(late).await,
        None => {}
    }
    let slow = slot.lock().wishes.slow_reads;
    tokio::time::sleep(sandbox.options.step * slow).await;
    let body = order_json(&slot.lock(), Place::Read);
    Json(body).into_response()
}

/// Returns a response that sends half of its body and then breaks the connection.
fn cut(text: &str) -> Response {
    let half = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
    let first = futures::stream::once(std::future::ready(Ok::<_, std::io::Error>(half)));
    let broken = futures::stream::once(async {
        // The pause is long enough for the first half to be sent.
        tokio::time::sleep(CUT_AFTER).await;
        Err(std::io::ErrorKind::ConnectionReset.into())
    });
    let mut response = Body::from_stream(first.chain(broken)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(text.len()));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

impl Sandbox {
    fn worth(&self, quote: &Quote) -> Decimal {
        match (quote.coin, quote.total) {
            (Some(coin), Some(total)) => self.market().worth_usd(coin, total),
            _ => Decimal::ZERO,
        }
    }

    /// Returns the response that a fault puts in place of the true one, after any delay that the faults ask for.
    async fn faulty(&self, faults: &[Fault], call: Call, quote: &Quote) -> Option<Response> {
        for fault in faults {
            match fault {
                Fault::Slow(steps) => tokio::time::sleep(self.options.step * *steps).await,
                Fault::Problems(codes) => {
                    let problems: Vec<Problem> = codes.iter().map(|code| Problem::new(code)).collect();
                    return Some(self.refusal(&problems, call, quote));
                }
                Fault::Envelope(envelope) => return Some(self.envelope(*envelope, quote)),
                Fault::Http(429) => return Some(too_many(3, 30, self.now_s() + 3)),
                Fault::Http(status) => {
                    let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                    return Some(e7(status));
                }
                Fault::EmptyBody => return Some(StatusCode::OK.into_response()),
                Fault::TruncatedBody => {
                    let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
                    return Some((json, "{\"coin\":\"USDC\",\"coin_amo").into_response());
                }
                Fault::MadeThenSilence | Fault::MadeThenCut | Fault::MadeThenGateway | Fault::MadeWithProblems => {}
            }
        }
        None
    }

    /// Returns problems in the envelope that belongs to the call and the code.
    fn refusal(&self, problems: &[Problem], call: Call, quote: &Quote) -> Response {
        match problems {
            [only] if matches!(only.code, "SUSPENDED_COIN" | "SUSPENDED_NETWORK") => {
                e4(StatusCode::UNPROCESSABLE_ENTITY, only)
            }
            [only] if only.code == "LOGIN_REQUIRED" && call == Call::Creation => {
                e5(StatusCode::UNPROCESSABLE_ENTITY, only.code)
            }
            _ if call == Call::Creation => e3(problems),
            _ => Json(validation_json(quote, problems, self.worth(quote))).into_response(),
        }
    }

    fn envelope(&self, envelope: Envelope, quote: &Quote) -> Response {
        let problem = Problem::new("OUT_OF_STOCK");
        let problems = std::slice::from_ref(&problem);
        let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
        match envelope {
            Envelope::E1 => e1(&[problem, Problem::new("NOT_ALLOWED_PAYMENT_VIA")]),
            Envelope::E2 => Json(validation_json(quote, problems, self.worth(quote))).into_response(),
            Envelope::E3 => e3(problems),
            Envelope::E4 => e4(unprocessable, &problem),
            Envelope::E5 => e5(unprocessable, problem.code),
            Envelope::E6Message => e6(StatusCode::BAD_REQUEST, "Something about <b>this</b> request was wrong"),
            Envelope::E6Error => {
                let body = json!({ "error": problem.code, "detail": "no stock at provider 7" });
                (StatusCode::BAD_REQUEST, Json(body)).into_response()
            }
            Envelope::E6ErrorCode => (unprocessable, Json(json!({ "error_code": problem.code }))).into_response(),
            Envelope::E7Html => e7(StatusCode::BAD_GATEWAY),
            Envelope::E7Empty => StatusCode::BAD_GATEWAY.into_response(),
        }
    }

    /// Makes the order of a quote that has no problems.
    fn make(&self, wanted: &Wanted, quote: Quote, wishes: Wishes) -> Option<Arc<Slot>> {
        let (coin, network, total) = (quote.coin?, quote.network?, quote.total?);
        let price = wishes.twists.iter().find_map(|twist| match twist {
            Twist::PriceUp(thousandths) => Some(1_000 + *thousandths),
            Twist::PriceDown(thousandths) => Some(1_000 - *thousandths),
            Twist::WrongCoin
            | Twist::WrongNetwork
            | Twist::WrongBrand
            | Twist::WrongValue
            | Twist::NoNetwork
            | Twist::AddressChanges
            | Twist::BadAddress
            | Twist::Memo
            | Twist::NumberAmounts
            | Twist::OldNames
            | Twist::WrongQr
            | Twist::TwoMemos
            | Twist::UnreadableSent
            | Twist::LongInvoice => None,
        });
        let due = CoinAmount(total.0 * Decimal::new(price.unwrap_or(1_000), 3)).round_up(coin.digits);
        let id = Uuid::new_v4().to_string();
        let now_s = self.now_s();
        let (order_state, has_address) = match wishes.path {
            Some(("Created", path)) => ("Created", path.is_empty()),
            Some((first, _)) => (first, true),
            None => ("WaitingForPayment", true),
        };
        let worth_usd = self.worth(&quote);
        let lines = quote
            .lines
            .into_iter()
            .enumerate()
            .map(|(index, priced)| Line {
                id: Rng::new(index as u64, &format!("line/{id}")).uuid(),
                shape: wishes.shape.unwrap_or(if priced.delivery_type == "by_email" {
                    priced.brand.shape.by_email()
                } else {
                    priced.brand.shape
                }),
                words: texts::words(wanted.lang.as_deref().unwrap_or("en")),
                delivery_state: "WaitingForPayment",
                has_failed: false,
                secrets: None,
                priced,
            })
            .collect();
        let first_beneficiary = wanted.lines.first().map(|line| line.beneficiary.clone());
        let length = if wishes.has(Twist::LongInvoice) { Length::Long } else { Length::Usual };
        let order = Order {
            address: if has_address { self.address_for(network, &id, due, length) } else { String::new() },
            created_s: now_s,
            updated_s: now_s,
            order_state,
            payment_state: "WalletCreated",
            coin,
            network,
            due,
            sent: CoinAmount::ZERO,
            email: wanted.email.clone().or(first_beneficiary).unwrap_or_default(),
            refund_address: wanted.refund_address.clone(),
            worth_usd,
            lines,
            wishes,
            walk: 0,
            id,
        };
        Some(self.store.insert(order))
    }
}
