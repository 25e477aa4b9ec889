//! Requests that are not done, and what their clients are told.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// Why a request is not done. The codes are Azure Storage's, so that a client can tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    BlobNotFound,
    ContainerAlreadyExists,
    ContainerNotFound,
    InvalidBody,
    InvalidName,
    InvalidUri,
    MessageNotFound,
    OutOfRange,
    PopReceiptMismatch,
    QueueNotFound,
    /// The log says why.
    Internal,
}

impl Refusal {
    fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::BlobNotFound => (StatusCode::NOT_FOUND, "BlobNotFound", "there is no such blob"),
            Self::ContainerAlreadyExists => {
                (StatusCode::CONFLICT, "ContainerAlreadyExists", "there is a container of that name")
            }
            Self::ContainerNotFound => (StatusCode::NOT_FOUND, "ContainerNotFound", "there is no such container"),
            Self::InvalidBody => (StatusCode::BAD_REQUEST, "InvalidInput", "a message is text in UTF-8"),
            Self::InvalidName => (
                StatusCode::BAD_REQUEST,
                "InvalidResourceName",
                "a name has 3 to 63 lower-case letters, digits and single hyphens between them",
            ),
            Self::InvalidUri => (StatusCode::BAD_REQUEST, "InvalidUri", "there is nothing here but /blob and /queue"),
            Self::MessageNotFound => (StatusCode::NOT_FOUND, "MessageNotFound", "there is no such message"),
            Self::OutOfRange => {
                (StatusCode::BAD_REQUEST, "OutOfRangeQueryParameterValue", "a number is out of its range")
            }
            Self::PopReceiptMismatch => (
                StatusCode::BAD_REQUEST,
                "PopReceiptMismatch",
                "the message was not taken with this receipt, or its time is over",
            ),
            Self::QueueNotFound => (StatusCode::NOT_FOUND, "QueueNotFound", "there is no such queue"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "it is in the emulator's log"),
        }
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        tracing::error!(%error, "a request failed");
        Self::Internal
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, message) = self.parts();
        let body = serde_json::json!({ "code": code, "message": message });
        (status, [("x-ms-error-code", code)], Json(body)).into_response()
    }
}

/// Checks the name of a container or a queue.
pub(crate) fn check_name(name: &str) -> Result<(), Refusal> {
    let is_legal = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let has_hyphen_out_of_place = name.starts_with('-') || name.ends_with('-') || name.contains("--");
    match (3..=63).contains(&name.len()) && name.bytes().all(is_legal) && !has_hyphen_out_of_place {
        true => Ok(()),
        false => Err(Refusal::InvalidName),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_the_cloud_would_take() {
        for name in ["abc", "a-b-c", "0-9", &"x".repeat(63)] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        for name in ["", "ab", "Abc", "a_b", "-ab", "ab-", "a--b", "a/b", "ünïcode", &"x".repeat(64)] {
            assert_eq!(check_name(name), Err(Refusal::InvalidName), "{name}");
        }
    }
}
