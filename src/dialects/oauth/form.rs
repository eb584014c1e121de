//! Forms and queries, in which RFC 6749 has nothing twice.

use crate::access::oauth::{Parameters, Refusal};
use crate::base::Result;
use crate::dialects::given;

/// The fields of a form or query, each there once at most; blank is missing.
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads pairs; one that is there twice could be read in two ways, so it is refused.
    pub fn of(pairs: Vec<(String, String)>) -> std::result::Result<Self, Refusal> {
        let mut names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        if names.windows(2).any(|two| two[0] == two[1]) {
            return Err(Refusal::InvalidRequest("A parameter was sent twice."));
        }
        Ok(Self(pairs))
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// [`Form::get`] as text of its own.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }
}

/// Reads the query or form of an authorization request.
pub fn parameters(bytes: &[u8]) -> Result<std::result::Result<(Parameters, Form), Refusal>> {
    let form = match Form::of(given::pairs(bytes)?) {
        Ok(form) => form,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let parameters = Parameters {
        response_type: form.text("response_type"),
        client_id: form.text("client_id"),
        redirect_uri: form.text("redirect_uri"),
        scope: form.text("scope"),
        state: form.text("state"),
        code_challenge: form.text("code_challenge"),
        code_challenge_method: form.text("code_challenge_method"),
    };
    Ok(Ok((parameters, form)))
}
