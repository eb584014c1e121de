//! Facts about what business hours may look like.

use gatehouse::sla::stored::{read, write};
use gatehouse::sla::{BusinessHours, RawHours};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{desk_and_moment, weekdays};

fn refused(value: &Value) -> Vec<(String, String)> {
    let fields = read(value).unwrap_err().fields.into_iter();
    fields.map(|(field, messages)| (field.into_owned(), messages.join(" "))).collect()
}

/// The one field that is wrong, and why.
fn wrong(value: &Value) -> (String, String) {
    let all = refused(value);
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].clone()
}

fn with_monday(intervals: Value) -> Value {
    json!({"time_zone": "Europe/Berlin", "week": {"mon": intervals}})
}

proptest! {
    #[test]
    fn hours_read_back_as_they_were_written((desk, _) in desk_and_moment()) {
        let hours = desk.hours();
        prop_assert_eq!(&read(&write(&hours)).unwrap(), &hours);
        prop_assert_eq!(&hours.to_raw(), &desk.raw);
    }

    #[test]
    fn nothing_that_is_read_as_json_makes_it_panic(from in "[0-9:]{0,6}", to in "\\PC{0,6}", zone in "\\PC{0,12}") {
        _ = read(&json!({"time_zone": zone, "week": {"sun": [[from, to]]}, "holidays": [{"date": to, "name": from}]}));
    }
}

#[test]
fn what_is_written_is_plain() {
    let given = json!({
        "time_zone": "Europe/Berlin",
        "week": {"mon": [["09:00", "12:00"], ["13:00", "17:30"]], "fri": [["22:00", "06:00"]], "sun": [["00:00", "24:00"]]},
        "holidays": [{"date": "2026-12-25", "name": "Christmas"}, {"date": "2027-01-01"}],
    });
    assert_eq!(write(&read(&given).unwrap()), given);
}

#[test]
fn holidays_come_back_in_order_and_unknown_fields_are_ignored() {
    let mut given = with_monday(json!([[" 09:00", "17:00 "]]));
    given["holidays"] =
        json!([{"date": "2027-01-01", "name": " "}, {"date": "2026-12-25", "name": " Christmas ", "x": 1}]);
    given["colour"] = json!("red");
    let written = write(&read(&given).unwrap());
    assert_eq!(written["holidays"], json!([{"date": "2026-12-25", "name": "Christmas"}, {"date": "2027-01-01"}]));
    assert_eq!(written["week"], json!({"mon": [["09:00", "17:00"]]}));
}

#[test]
fn a_zone_is_needed_and_must_exist() {
    let open = json!({"mon": [["09:00", "17:00"]]});
    for (zone, word) in [(json!("Europe/Atlantis"), "no time zone"), (json!(" "), "required"), (json!(2), "a string")] {
        let (field, message) = wrong(&json!({"time_zone": zone, "week": open}));
        assert_eq!(field, "time_zone");
        assert!(message.contains(word), "{message}");
    }
    assert!(wrong(&json!({"week": open})).1.contains("required"));
}

#[test]
fn a_week_without_an_open_minute_is_refused() {
    for week in [json!({}), json!({"mon": [], "tue": null}), Value::Null] {
        let (field, message) = wrong(&json!({"time_zone": "UTC", "week": week}));
        assert_eq!(field, "week");
        assert!(message.contains("at least one open interval"), "{message}");
    }
}

#[test]
fn a_malformed_time_names_its_interval() {
    for time in ["9:00", "09.00", "24:01", "25:00", "09:60", "0900", "", "+9:00", "09:00:00", "nine", "٠٩:٠٠"] {
        for interval in [json!([time, "17:00"]), json!(["08:00", time])] {
            let (field, message) = wrong(&with_monday(json!([["06:00", "07:00"], interval])));
            assert_eq!(field, "week.mon.1");
            assert!(message.contains("HH:MM"), "{message}");
        }
    }
    assert_eq!(wrong(&with_monday(json!([["24:00", "06:00"]]))).0, "week.mon.0");
}

#[test]
fn an_interval_that_ends_when_it_begins_is_refused() {
    for time in ["00:00", "09:00"] {
        let (field, message) = wrong(&with_monday(json!([[time, time]])));
        assert_eq!(field, "week.mon.0");
        assert!(message.contains("00:00 to 24:00"), "{message}");
    }
}

#[test]
fn intervals_that_overlap_are_refused_across_days_and_across_the_week() {
    let of = |week: Value| json!({"time_zone": "UTC", "week": week});
    for (week, field, other) in [
        (json!({"mon": [["13:00", "17:00"], ["09:00", "13:01"]]}), "week.mon.0", "09:00 to 13:01 of mon"),
        (json!({"mon": [["09:00", "17:00"], ["09:00", "17:00"]]}), "week.mon.1", "09:00 to 17:00 of mon"),
        (json!({"mon": [["22:00", "06:00"]], "tue": [["05:59", "12:00"]]}), "week.tue.0", "22:00 to 06:00 of mon"),
        (json!({"sun": [["22:00", "06:00"]], "mon": [["05:00", "12:00"]]}), "week.mon.0", "22:00 to 06:00 of sun"),
    ] {
        let (named, message) = wrong(&of(week));
        assert_eq!(named, field);
        assert!(message.contains(other), "{message}");
    }
    for week in [
        json!({"mon": [["09:00", "12:00"], ["12:00", "17:00"]]}),
        json!({"sun": [["22:00", "06:00"]], "mon": [["06:00", "12:00"]]}),
        json!({"sun": [["22:00", "21:59"]]}),
        json!({"sun": [["18:00", "00:00"]], "mon": [["00:00", "24:00"]]}),
    ] {
        assert!(read(&of(week.clone())).is_ok(), "{week}");
    }
}

#[test]
fn a_holiday_must_be_a_date_once() {
    for date in ["2026-02-30", "2026-1-5", "25.12.2026", "", "1969-12-31", "2100-01-01", "2026-12-25T00:00:00Z"] {
        let mut given = with_monday(json!([["09:00", "17:00"]]));
        given["holidays"] = json!([{"date": "2026-12-24"}, {"date": date}]);
        assert_eq!(wrong(&given).0, "holidays.1.date", "{date}");
    }
    let mut given = with_monday(json!([["09:00", "17:00"]]));
    given["holidays"] = json!([{"date": "2026-12-24"}, {"date": "2026-12-24", "name": "Eve"}]);
    assert!(wrong(&given).1.contains("twice"));
    given["holidays"] = json!([{"date": "2026-12-24", "name": "a\u{0}b"}]);
    assert_eq!(wrong(&given).0, "holidays.0.name");
    given["holidays"] = json!(["2026-12-24"]);
    assert_eq!(wrong(&given).0, "holidays.0");
    given["holidays"] = Value::from(vec![json!({"date": "2026-12-24"}); 1_001]);
    assert_eq!(wrong(&given), ("holidays".into(), "At most 1000 holidays.".into()));
}

#[test]
fn a_day_that_does_not_exist_is_refused_rather_than_closed() {
    let (field, message) = wrong(&json!({"time_zone": "UTC", "week": {"mon": [["09:00", "17:00"]], "monday": []}}));
    assert_eq!(field, "week");
    assert!(message.contains("mon, tue"), "{message}");
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let raw = RawHours { time_zone: "Moon/Tranquility".into(), ..weekdays("", &[("9", "10")]) };
    let fields = BusinessHours::parse(&raw).unwrap_err().fields;
    let named: Vec<&str> = fields.keys().map(AsRef::as_ref).collect();
    assert_eq!(named, ["time_zone", "week.fri.0", "week.mon.0", "week.thu.0", "week.tue.0", "week.wed.0"]);
}

#[test]
fn what_has_the_wrong_shape_is_named() {
    assert_eq!(wrong(&json!([])).0, "business_hours");
    let given =
        json!({"time_zone": "UTC", "week": {"mon": "09:00", "tue": [["09:00"]], "wed": [[9, 17]]}, "holidays": 3});
    let named: Vec<String> = refused(&given).into_iter().map(|(field, _)| field).collect();
    assert_eq!(named, ["holidays", "week.mon", "week.tue", "week.wed"]);
    assert_eq!(wrong(&with_monday(json!(vec![("09:00", "09:01"); 25]))).1, "At most 24 intervals a day.");
}
