//! Reading a request's body: up to a size, within a time.

use axum::body::Body;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::{limits::Limits, problem::Problem};

/// Reads the whole body.
///
/// # Errors
/// [`Problem::BODY_TOO_LARGE`], [`Problem::BODY_TOO_SLOW`], or [`Problem::BODY_INVALID`] if the body broke off.
pub async fn read(body: Body, limits: &Limits) -> Result<Bytes, Problem> {
    let reading = Limited::new(body, limits.body_bytes).collect();
    match tokio::time::timeout(limits.body_read, reading).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Problem::BODY_TOO_LARGE),
        Ok(Err(_)) => Err(Problem::BODY_INVALID),
        Err(_) => Err(Problem::BODY_TOO_SLOW),
    }
}
