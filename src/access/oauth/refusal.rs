//! The words of RFC 6749 for what an application did wrong.

/// Why an application gets nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Something is missing, twice there, or not what the protocol takes.
    InvalidRequest(&'static str),
    /// Nobody knows the client, or its secret is wrong.
    InvalidClient,
    /// The code or refresh token is unknown, expired, spent, or another client's.
    InvalidGrant(&'static str),
    /// This client may not ask in this way.
    UnauthorizedClient(&'static str),
    /// Only three kinds of grant are taken.
    UnsupportedGrantType,
    /// Only codes are given.
    UnsupportedResponseType,
    /// An unknown scope, or one too many.
    InvalidScope(&'static str),
    /// The person said no.
    AccessDenied,
}

impl Refusal {
    /// The code of RFC 6749, sections 4.1.2.1 and 5.2.
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant(_) => "invalid_grant",
            Self::UnauthorizedClient(_) => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope(_) => "invalid_scope",
            Self::AccessDenied => "access_denied",
        }
    }

    /// For whoever writes the application: what was wrong. ASCII without quotes or backslashes, as the RFC asks.
    pub fn why(self) -> &'static str {
        match self {
            Self::InvalidRequest(why)
            | Self::InvalidGrant(why)
            | Self::UnauthorizedClient(why)
            | Self::InvalidScope(why) => why,
            Self::InvalidClient => "There is no such client, or this is not its secret.",
            Self::UnsupportedGrantType => {
                "The grant_type must be authorization_code, refresh_token or client_credentials."
            }
            Self::UnsupportedResponseType => "The response_type must be code.",
            Self::AccessDenied => "The user refused.",
        }
    }
}
