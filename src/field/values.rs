//! What one ticket, contact or company has in its custom fields.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Defined, Definition, kind};
use crate::base::{Actor, Error, Fields, Result};

/// On whose behalf values are shown and set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Staff, or a key of theirs: everything.
    Staff,
    /// Anybody else: what customers may.
    Customer,
}

impl By {
    /// What an actor is to custom fields.
    pub fn of(actor: &Actor) -> Self {
        if actor.is_staff() { Self::Staff } else { Self::Customer }
    }

    fn may_view(self, definition: &Definition) -> bool {
        self == Self::Staff || definition.customer_can_view
    }

    fn may_edit(self, definition: &Definition) -> bool {
        self == Self::Staff || definition.customer_can_edit
    }
}

/// Values by the number of their definition. Those of fields that are out of use stay, and are hidden.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<i64, Value>);

/// A value that became another, for the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The field's name.
    pub name: String,
    /// As text; none where there was none.
    pub from: Option<String>,
    /// As text; none where there is none now.
    pub to: Option<String>,
    /// Whether customers may see the field.
    pub customer_can_view: bool,
}

impl Values {
    /// Reads the JSON of a row.
    pub fn parse(text: &str) -> Result<Self> {
        // Most rows have none.
        if text == "{}" {
            return Ok(Self::default());
        }
        serde_json::from_str(text).map(Self).map_err(Error::internal)
    }

    /// The JSON for a row.
    pub fn to_text(&self) -> String {
        let by_number = self.0.iter().map(|(number, value)| (number.to_string(), value.clone()));
        Value::Object(by_number.collect()).to_string()
    }

    /// The value of a field, where there is one that fits its type.
    pub fn get(&self, definition: &Definition) -> Option<&Value> {
        self.0.get(&definition.number).filter(|value| definition.kind.holds(value))
    }

    /// Sets the value of a field unchecked, for what is only imagined; null is none.
    pub fn put(&mut self, definition: &Definition, value: Value) {
        if value.is_null() {
            self.0.remove(&definition.number)
        } else {
            self.0.insert(definition.number, value)
        };
    }

    /// The value of a field as one text, for tables: empty for none.
    pub fn text(&self, definition: &Definition) -> String {
        self.get(definition).map(kind::write).unwrap_or_default()
    }

    /// Values by name, as far as they may be seen.
    pub fn show(&self, defined: &Defined, by: By) -> Map<String, Value> {
        let seen = defined.iter().filter(|definition| by.may_view(definition));
        seen.filter_map(|definition| Some((definition.name.clone(), self.get(definition)?.clone()))).collect()
    }

    /// The fields whose values may be seen, in their order, each with its value and whether that may be set.
    pub fn seen<'d>(
        &'d self,
        defined: &'d Defined,
        by: By,
    ) -> impl Iterator<Item = (&'d Definition, Option<&'d Value>, bool)> {
        let seen = defined.iter().filter(move |definition| by.may_view(definition));
        seen.map(move |definition| (definition, self.get(definition), by.may_edit(definition)))
    }

    /// The values of something new. A required field that the caller can supply is missing where it is empty; errors are
    /// of `customFields.NAME`.
    pub fn begin(given: &Map<String, Value>, defined: &Defined, by: By) -> Result<Self> {
        let (values, mut wrong) = Self::default().take(given, defined, by);
        for definition in defined.iter().filter(|definition| definition.is_required && by.may_edit(definition)) {
            if values.get(definition).is_none() {
                note(&mut wrong, &definition.name, || format!("{} is required.", definition.label));
            }
        }
        finish(values, wrong)
    }

    /// These values with others put over them: null clears, what is not named stays. Errors are of `customFields.NAME`:
    /// a name that is not defined (or not for this caller), a value that does not fit, a required one cleared.
    pub fn merge(&self, given: &Map<String, Value>, defined: &Defined, by: By) -> Result<Self> {
        let (values, mut wrong) = self.take(given, defined, by);
        for definition in given.keys().filter_map(|name| defined.named(name)).filter(|d| d.is_required) {
            if values.get(definition).is_none() {
                note(&mut wrong, &definition.name, || format!("{} is required.", definition.label));
            }
        }
        finish(values, wrong)
    }

    /// [`Values::merge`] of the texts of a table's row; a blank cell leaves the value as it is.
    pub fn merge_texts<'t>(
        &self,
        given: impl IntoIterator<Item = (&'t str, &'t str)>,
        defined: &Defined,
        by: By,
    ) -> Result<Self> {
        let (mut read, mut wrong) = (Map::new(), Fields::new());
        for (name, text) in given {
            match defined.named(name).map(|definition| kind::read(definition, text)) {
                Some(Ok(None)) => {}
                Some(Ok(Some(value))) => drop(read.insert(name.to_owned(), value)),
                Some(Err(text)) => note(&mut wrong, name, || text),
                None => drop(read.insert(name.to_owned(), Value::Null)),
            }
        }
        let (values, others) = self.take(&read, defined, by);
        wrong.extend(others);
        finish(values, wrong)
    }

    fn take(&self, given: &Map<String, Value>, defined: &Defined, by: By) -> (Self, Fields) {
        let (mut values, mut wrong) = (self.clone(), Fields::new());
        for (name, value) in given {
            let definition = defined.named(name).filter(|d| by.may_view(d) || by.may_edit(d));
            let checked = match definition {
                None => Err("There is no such field.".to_owned()),
                Some(definition) if !by.may_edit(definition) => Err("Only staff may change this.".to_owned()),
                Some(definition) => kind::check(definition, value).map(|value| (definition.number, value)),
            };
            match checked {
                Ok((number, Some(value))) => drop(values.0.insert(number, value)),
                Ok((number, None)) => drop(values.0.remove(&number)),
                Err(text) => note(&mut wrong, name, || text),
            }
        }
        (values, wrong)
    }

    /// An error that names each field without which staff may not close a ticket, and that is empty.
    pub fn must_allow_closing(&self, defined: &Defined) -> Result<()> {
        let mut missing = Fields::new();
        for definition in defined.iter().filter(|definition| definition.required_on_close) {
            if self.get(definition).is_none() {
                note(&mut missing, &definition.name, || format!("{} is required to close a ticket.", definition.label));
            }
        }
        finish((), missing)
    }

    /// What differs from these values in others, in the order of the fields.
    pub fn changes(&self, after: &Self, defined: &Defined) -> Vec<Changed> {
        let differing = defined.iter().filter(|definition| self.get(definition) != after.get(definition));
        let text = |values: &Self, definition: &Definition| values.get(definition).map(kind::write);
        let changed = differing.map(|definition| Changed {
            name: definition.name.clone(),
            from: text(self, definition),
            to: text(after, definition),
            customer_can_view: definition.customer_can_view,
        });
        changed.collect()
    }
}

/// Notes what is wrong with a field; the first thing counts.
fn note(wrong: &mut Fields, name: &str, text: impl FnOnce() -> String) {
    wrong.entry(Cow::Owned(format!("customFields.{name}"))).or_insert_with(|| vec![text()]);
}

fn finish<T>(values: T, wrong: Fields) -> Result<T> {
    if wrong.is_empty() { Ok(values) } else { Err(Error::invalid(wrong)) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Entity, Kind};
    use super::*;
    use crate::base::Time;

    fn field(number: i64, name: &str, kind: Kind) -> Definition {
        Definition {
            number,
            uuid: String::new(),
            entity: Entity::Ticket,
            name: name.into(),
            label: name.to_uppercase(),
            kind,
            options: vec!["red".into(), "green".into()],
            is_required: false,
            required_on_close: false,
            customer_can_view: false,
            customer_can_edit: false,
            placeholder: None,
            help_text: None,
            position: 0,
            is_active: true,
            created_at: Time(0),
        }
    }

    fn all() -> Defined {
        Defined::new((1..).zip(Kind::ALL).map(|(number, kind)| field(number, kind.as_str(), kind)))
    }

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    fn wrong<T: std::fmt::Debug>(result: Result<T>) -> Vec<String> {
        result.unwrap_err().fields.keys().map(|name| name.to_string()).collect()
    }

    fn every() -> Map<String, Value> {
        object(json!({"text": "a b", "textarea": "a\nb", "number": -7, "decimal": 1.5, "dropdown": "red",
            "multiselect": ["green", "red"], "date": "2026-02-28", "checkbox": false}))
    }

    #[test]
    fn a_value_of_each_type_comes_back_as_it_was_given() {
        let values = Values::begin(&every(), &all(), By::Staff).unwrap();
        assert_eq!(values.show(&all(), By::Staff), every());
        assert_eq!(Values::parse(&values.to_text()).unwrap(), values);
    }

    #[test]
    fn a_value_of_each_type_survives_a_table() {
        let values = Values::begin(&every(), &all(), By::Staff).unwrap();
        let texts: Vec<(String, String)> = all().iter().map(|d| (d.name.clone(), values.text(d))).collect();
        let texts = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        assert_eq!(Values::default().merge_texts(texts, &all(), By::Staff).unwrap(), values);
    }

    #[test]
    fn what_does_not_fit_its_type_is_an_error_of_its_field() {
        let cases = [
            ("text", json!("a\nb")),
            ("text", json!(5)),
            ("textarea", json!(["a"])),
            ("number", json!("5")),
            ("number", json!(1.5)),
            ("decimal", json!("1.5")),
            ("dropdown", json!("blue")),
            ("multiselect", json!("red")),
            ("multiselect", json!(["red", "blue"])),
            ("date", json!("2026-02-29")),
            ("date", json!("28.02.2026")),
            ("checkbox", json!("true")),
            ("nobody", json!(1)),
        ];
        for (name, value) in cases {
            let given = Map::from_iter([(name.to_owned(), value.clone())]);
            let result = Values::default().merge(&given, &all(), By::Staff);
            assert_eq!(wrong(result), [format!("customFields.{name}")], "{value}");
        }
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let given = object(json!({"number": "x", "date": "x", "other": null}));
        let told = wrong(Values::default().merge(&given, &all(), By::Staff));
        assert_eq!(told, ["customFields.date", "customFields.number", "customFields.other"]);
    }

    #[test]
    fn what_is_not_named_stays_and_null_clears() {
        let before = Values::begin(&every(), &all(), By::Staff).unwrap();
        let given = object(json!({"text": null, "textarea": " ", "multiselect": [], "number": 8.0}));
        let after = before.merge(&given, &all(), By::Staff).unwrap().show(&all(), By::Staff);
        let expected = json!({"number": 8, "decimal": 1.5, "dropdown": "red", "date": "2026-02-28", "checkbox": false});
        assert_eq!(Value::Object(after), expected);
    }

    #[test]
    fn a_required_value_must_be_there_at_the_beginning_and_cannot_be_cleared() {
        let required = Definition { is_required: true, ..field(1, "order", Kind::Text) };
        let defined = Defined::new([required, field(2, "other", Kind::Text)]);
        assert_eq!(wrong(Values::begin(&Map::new(), &defined, By::Staff)), ["customFields.order"]);
        // A customer cannot supply it.
        Values::begin(&Map::new(), &defined, By::Customer).unwrap();
        let old = Values::default();
        old.merge(&object(json!({"other": "x"})), &defined, By::Staff).unwrap();
        assert_eq!(wrong(old.merge(&object(json!({"order": null})), &defined, By::Staff)), ["customFields.order"]);
    }

    #[test]
    fn customers_see_and_set_what_is_theirs_and_learn_of_nothing_else() {
        let seen = Definition { customer_can_view: true, ..field(1, "seen", Kind::Text) };
        let own = Definition { customer_can_view: true, customer_can_edit: true, ..field(2, "own", Kind::Text) };
        let defined = Defined::new([seen, own, field(3, "hidden", Kind::Text)]);
        let given = object(json!({"seen": "a", "own": "b", "hidden": "c"}));
        let values = Values::begin(&given, &defined, By::Staff).unwrap();
        assert_eq!(Value::Object(values.show(&defined, By::Customer)), json!({"seen": "a", "own": "b"}));
        let error = Values::default().merge(&given, &defined, By::Customer).unwrap_err();
        assert_eq!(error.fields["customFields.seen"], ["Only staff may change this."]);
        let unknown = Values::default().merge(&object(json!({"nobody": 1})), &defined, By::Customer).unwrap_err();
        assert_eq!(error.fields["customFields.hidden"], unknown.fields["customFields.nobody"]);
        assert_eq!(error.fields.len(), 2);
        let kept = values.merge(&object(json!({"own": "d"})), &defined, By::Customer).unwrap();
        assert_eq!(Value::Object(kept.show(&defined, By::Staff)), json!({"seen": "a", "own": "d", "hidden": "c"}));
    }

    #[test]
    fn closing_names_every_field_that_is_missing() {
        let needed = |number, name| Definition { required_on_close: true, ..field(number, name, Kind::Checkbox) };
        let defined = Defined::new([needed(1, "cause"), needed(2, "done"), field(3, "other", Kind::Text)]);
        let values = Values::begin(&object(json!({"done": false})), &defined, By::Staff).unwrap();
        assert_eq!(wrong(values.must_allow_closing(&defined)), ["customFields.cause"]);
        values
            .merge(&object(json!({"cause": true})), &defined, By::Staff)
            .unwrap()
            .must_allow_closing(&defined)
            .unwrap();
    }

    #[test]
    fn values_of_a_field_out_of_use_or_of_another_type_are_hidden_and_kept() {
        let text = field(1, "a", Kind::Text);
        let values = Values::begin(&object(json!({"a": "x"})), &Defined::new([text.clone()]), By::Staff).unwrap();
        let unused = Defined::new([Definition { is_active: false, ..text.clone() }]);
        let retyped = Defined::new([Definition { kind: Kind::Number, ..text.clone() }]);
        for defined in [unused, retyped] {
            let after = values.merge(&Map::new(), &defined, By::Staff).unwrap();
            assert!(after.show(&defined, By::Staff).is_empty());
            assert_eq!(after.show(&Defined::new([text.clone()]), By::Staff)["a"], "x");
        }
    }

    #[test]
    fn the_trail_hears_of_what_differs() {
        let before = Values::begin(&object(json!({"text": "a", "number": 1})), &all(), By::Staff).unwrap();
        let given = object(json!({"text": null, "number": 1, "multiselect": ["red", "green"]}));
        let after = before.merge(&given, &all(), By::Staff).unwrap();
        let changed: Vec<_> = before.changes(&after, &all()).into_iter().map(|c| (c.name, c.from, c.to)).collect();
        let expected = [
            ("text".to_owned(), Some("a".to_owned()), None),
            ("multiselect".to_owned(), None, Some("red; green".to_owned())),
        ];
        assert_eq!(changed, expected);
    }
}
