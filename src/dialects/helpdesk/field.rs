//! The fields of the domain in this surface's spelling.

use crate::base::Error;

/// Spells the field that each message is about `firstResponseMinutes` instead of `first_response_minutes`. What lies inside
/// of a field keeps its own names: `businessHours.time_zone`.
pub fn camel(mut error: Error) -> Error {
    let fields = std::mem::take(&mut error.fields).into_iter();
    error.fields = fields.map(|(field, messages)| (spell(&field).into(), messages)).collect();
    error
}

fn spell(field: &str) -> String {
    let (outer, inner) = field.split_at(field.find('.').unwrap_or(field.len()));
    let mut spelt = String::with_capacity(field.len());
    let mut words = outer.split('_');
    spelt.push_str(words.next().unwrap_or_default());
    for word in words {
        let mut letters = word.chars();
        spelt.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        spelt.push_str(letters.as_str());
    }
    spelt.push_str(inner);
    spelt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_field_itself_is_spelt_anew() {
        for (field, spelt) in
            [("name", "name"), ("first_response_minutes", "firstResponseMinutes"), ("a_b.c_d.0", "aB.c_d.0")]
        {
            assert_eq!(spell(field), spelt);
        }
    }
}
