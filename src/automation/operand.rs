//! What a condition compares with: a value of the field's own type, read strictly.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::action::{id, is_blank, words};
use super::facts::fold;
use super::names::{Names, Noun};
use super::{Field, Operator};
use crate::base::clock::HOUR;
use crate::base::{Priority, Result, Source, Status, check};
use crate::field::{Definition, Kind};

/// Longest text to compare with, in characters.
const LONGEST: usize = 1_000;
/// Most tags or options to compare with.
const MOST: usize = 50;
/// A hundred years.
const MOST_HOURS: f64 = 876_000.0;

/// The value of a condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// Whether there is anything at all.
    Nothing,
    /// A status.
    Status(Status),
    /// A priority.
    Priority(Priority),
    /// A way in.
    Source(Source),
    /// A text, compared without case.
    Text {
        /// As it was given.
        shown: String,
        /// As it is compared.
        folded: String,
    },
    /// Tags or options, as they were given.
    Texts(Vec<String>),
    /// Somebody or something: the id that is shown, and its number while it is there.
    Id {
        /// The id.
        uuid: String,
        /// The number.
        number: Option<i64>,
    },
    /// Any number.
    Number(f64),
    /// Hours, as milliseconds; and as they were given.
    Hours {
        /// Milliseconds.
        ms: i64,
        /// As they were given.
        shown: f64,
    },
    /// Yes or no.
    Flag(bool),
}

/// What a field takes: how it compares, and what it compares with.
enum Shape {
    Status,
    Priority,
    Source,
    Text { is_slug: bool, may_lack: bool },
    Texts,
    Id(Noun, bool),
    Hours { below_zero: bool },
    Number,
    Date,
    Choice,
    Flag,
}

impl Shape {
    fn of(field: Field, own: Option<&Definition>) -> Self {
        match field {
            Field::Status => Self::Status,
            Field::Priority => Self::Priority,
            Field::Source => Self::Source,
            Field::Category => Self::Text { is_slug: true, may_lack: true },
            Field::Subject | Field::Description => Self::Text { is_slug: false, may_lack: false },
            Field::CustomerEmail => Self::Text { is_slug: false, may_lack: true },
            Field::Tags => Self::Texts,
            Field::Assignee => Self::Id(Noun::User, true),
            Field::Group => Self::Id(Noun::Group, true),
            Field::Project => Self::Id(Noun::Project, false),
            Field::HoursSinceCreated | Field::HoursSinceUpdated => Self::Hours { below_zero: false },
            Field::HoursUntilDue => Self::Hours { below_zero: true },
            Field::Custom => match own.map(|own| own.kind) {
                Some(Kind::Number | Kind::Decimal) => Self::Number,
                Some(Kind::Date) => Self::Date,
                Some(Kind::Dropdown) => Self::Choice,
                Some(Kind::Multiselect) => Self::Texts,
                Some(Kind::Checkbox) => Self::Flag,
                Some(Kind::Text | Kind::Textarea) | None => Self::Text { is_slug: false, may_lack: true },
            },
        }
    }

    fn operators(&self) -> &'static [Operator] {
        use Operator::{Contains, GreaterThan, Is, IsNot, LessThan};
        match self {
            Self::Status | Self::Source | Self::Id(..) | Self::Flag => &[Is, IsNot],
            Self::Text { .. } | Self::Texts | Self::Choice => &[Is, IsNot, Contains],
            Self::Priority | Self::Hours { .. } | Self::Number | Self::Date => &[Is, IsNot, GreaterThan, LessThan],
        }
    }

    /// Whether a ticket may have nothing there, so that null can be compared with.
    fn may_lack(&self, field: Field) -> bool {
        match self {
            Self::Text { may_lack, .. } | Self::Id(_, may_lack) => *may_lack,
            Self::Texts => true,
            Self::Number | Self::Date | Self::Choice | Self::Flag => field == Field::Custom,
            Self::Status | Self::Priority | Self::Source | Self::Hours { .. } => false,
        }
    }
}

/// Why an operator does not suit a field, for people; `None` where it does.
pub(super) fn misfit(field: Field, own: Option<&Definition>, operator: Operator) -> Option<String> {
    let operators = Shape::of(field, own).operators();
    let names: Vec<&str> = operators.iter().map(|operator| operator.as_str()).collect();
    (!operators.contains(&operator)).then(|| format!("This field takes the operators {}.", words(&names)))
}

/// Reads the value of a condition; else what would be right, for people.
pub(super) fn read(
    field: Field,
    own: Option<&Definition>,
    operator: Operator,
    value: &Value,
    names: &dyn Names,
    lenient: bool,
) -> Result<std::result::Result<Operand, String>> {
    let shape = Shape::of(field, own);
    let has_none = is_blank(value) || value.as_array().is_some_and(Vec::is_empty);
    if has_none && shape.may_lack(field) && matches!(operator, Operator::Is | Operator::IsNot) {
        return Ok(Ok(Operand::Nothing));
    }
    if let Shape::Id(noun, _) = shape {
        let Some(id) = id(value) else { return Ok(Err(format!("The value must be the id of one {}.", noun.as_str()))) };
        return Ok(match names.find(noun, &id)? {
            Some(named) => Ok(Operand::Id { uuid: named.uuid, number: Some(named.number) }),
            None if lenient => Ok(Operand::Id { uuid: id, number: None }),
            None => Err(format!("There is no {} with this id.", noun.as_str())),
        });
    }
    let options = own.filter(|_| !lenient && operator != Operator::Contains).map(|own| own.options.as_slice());
    Ok(plain(&shape, operator, value, options))
}

fn plain(
    shape: &Shape,
    operator: Operator,
    value: &Value,
    options: Option<&[String]>,
) -> std::result::Result<Operand, String> {
    let text = value.as_str().map(str::trim).filter(|text| !text.is_empty() && text.chars().count() <= LONGEST);
    let folded = |text: &str| Operand::Text { shown: text.to_owned(), folded: fold(text) };
    match shape {
        Shape::Status => text
            .and_then(|text| Status::parse(&text.to_lowercase()))
            .map(Operand::Status)
            .ok_or_else(|| format!("The status must be one of {}.", words(&Status::ALL.map(Status::as_str)))),
        Shape::Priority => text
            .and_then(|text| Priority::parse(&text.to_lowercase()))
            .map(Operand::Priority)
            .ok_or_else(|| format!("The priority must be one of {}.", words(&Priority::ALL.map(Priority::as_str)))),
        Shape::Source => text
            .and_then(|text| Source::parse(&text.to_lowercase()))
            .map(Operand::Source)
            .ok_or_else(|| "The source must be one of portal, api, email.".to_owned()),
        Shape::Text { is_slug: false, .. } => {
            text.map(folded).ok_or_else(|| format!("The value must be a text of 1 to {LONGEST} characters."))
        }
        Shape::Text { is_slug: true, .. } => text
            .map(check::slug)
            .filter(|slug| !slug.is_empty())
            .map(|slug| folded(&slug))
            .ok_or_else(|| "The category must be a slug, such as technical.".to_owned()),
        Shape::Choice => text
            .filter(|text| options.is_none_or(|options| options.iter().any(|option| fold(option) == fold(text))))
            .map(folded)
            .ok_or_else(|| format!("The value must be one of {}.", words_of(options))),
        Shape::Texts => texts(value, options),
        Shape::Date => text
            .filter(|text| text.len() == 10 && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok())
            .map(folded)
            .ok_or_else(|| "The value must be a date such as 2026-12-31.".to_owned()),
        Shape::Flag => value
            .as_bool()
            .or_else(|| text.and_then(|text| fold(text).parse().ok()))
            .map(Operand::Flag)
            .ok_or_else(|| "The value must be true or false.".to_owned()),
        Shape::Number => number(value).map(Operand::Number).ok_or_else(|| "The value must be a number.".to_owned()),
        Shape::Hours { below_zero } => hours(operator, value, *below_zero),
        Shape::Id(..) => Err("It must be an id.".to_owned()),
    }
}

fn words_of(options: Option<&[String]>) -> String {
    options.map(|options| options.join(", ")).unwrap_or_default()
}

fn texts(value: &Value, options: Option<&[String]>) -> std::result::Result<Operand, String> {
    let one = |value: &Value| {
        let text = value.as_str().map(str::trim).filter(|text| !text.is_empty() && text.chars().count() <= LONGEST)?;
        let known = options.is_none_or(|options| options.iter().any(|option| fold(option) == fold(text)));
        known.then(|| text.to_owned())
    };
    let all: Option<Vec<String>> = match value {
        Value::Array(all) if (1..=MOST).contains(&all.len()) => all.iter().map(one).collect(),
        other => one(other).map(|text| vec![text]),
    };
    let wrong = || match options.filter(|options| !options.is_empty()) {
        Some(options) => format!("The value must be one or some of {}.", options.join(", ")),
        None => format!("The value must be a word, or a list of up to {MOST} words."),
    };
    all.map(Operand::Texts).ok_or_else(wrong)
}

fn number(value: &Value) -> Option<f64> {
    let number = value.as_f64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()));
    number.filter(|number| number.is_finite())
}

fn hours(operator: Operator, value: &Value, below_zero: bool) -> std::result::Result<Operand, String> {
    let lowest = if below_zero { -MOST_HOURS } else { 0.0 };
    let Some(shown) = number(value).filter(|hours| (lowest..=MOST_HOURS).contains(hours)) else {
        return Err(format!("The value must be a number of hours from {lowest} to {MOST_HOURS}."));
    };
    if matches!(operator, Operator::Is | Operator::IsNot) && shown.fract() != 0.0 {
        return Err("Compare with is only whole hours, or use greater_than or less_than.".to_owned());
    }
    #[expect(clippy::cast_possible_truncation, reason = "at most a hundred years, in milliseconds")]
    let ms = (shown * HOUR as f64).round() as i64;
    Ok(Operand::Hours { ms, shown })
}

impl Operand {
    /// As it is kept and shown.
    pub fn write(&self) -> Value {
        let whole = |number: f64| {
            #[expect(clippy::cast_possible_truncation, reason = "it is whole and small")]
            let integer = number as i64;
            if number.fract() == 0.0 && number.abs() < 1e15 { json!(integer) } else { json!(number) }
        };
        match self {
            Self::Nothing => Value::Null,
            Self::Status(status) => json!(status.as_str()),
            Self::Priority(priority) => json!(priority.as_str()),
            Self::Source(source) => json!(source.as_str()),
            Self::Text { shown, .. } => json!(shown),
            Self::Texts(all) => match all.as_slice() {
                [one] => json!(one),
                all => json!(all),
            },
            Self::Id { uuid, .. } => json!(uuid),
            Self::Number(number) => whole(*number),
            Self::Hours { shown, .. } => whole(*shown),
            Self::Flag(flag) => json!(flag),
        }
    }
}
