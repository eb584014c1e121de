//! The scales of the plots in reports of benchmarks.

use proptest::prelude::*;

#[path = "../../benches/scale.rs"]
mod scale;

use scale::Scale;

proptest! {
    #[test]
    fn what_was_measured_lies_on_its_scale_in_order(values in prop::collection::vec(1e-6..1e9_f64, 1..8)) {
        let scale = Scale::around(values.clone());
        let mut sorted = values;
        sorted.sort_by(f64::total_cmp);
        let places: Vec<f64> = sorted.iter().map(|value| scale.place(*value).unwrap()).collect();
        prop_assert!(places.is_sorted(), "{places:?}");
        prop_assert!(places.iter().all(|place| (-1e-9..=1.0 + 1e-9).contains(place)), "{places:?}");
    }

    #[test]
    fn a_scale_has_a_decade_at_least_and_ends_near_what_was_measured(low in 1e-6..1e9_f64, more in 1.0..1e4_f64) {
        let scale = Scale::around([low, low * more]);
        let decades = 1.0 / (scale.place(10.0).unwrap() - scale.place(1.0).unwrap());
        prop_assert!(decades > 1.0 - 1e-9, "{decades}");
        // A step at each end, and no more than a decade for what needs less.
        prop_assert!(decades < (more.log10() + 0.8).max(1.0 + 1e-9), "{decades} for {}", more.log10());
    }

    #[test]
    fn ticks_rise_and_are_few(low in 1e-6..1e9_f64, more in 1.0..1e8_f64) {
        let scale = Scale::around([low, low * more]);
        let ticks = scale.ticks();
        prop_assert!(ticks.is_sorted() && (3..=11).contains(&ticks.len()), "{ticks:?}");
        prop_assert!(ticks.iter().all(|tick| (-1e-9..=1.0 + 1e-9).contains(&scale.place(*tick).unwrap())), "{ticks:?}");
    }
}

#[test]
fn ticks_are_round_numbers() {
    assert_eq!(Scale::around([0.3, 7.0]).ticks(), [0.2, 0.5, 1.0, 2.0, 5.0, 10.0]);
    assert_eq!(Scale::around([0.06]).ticks(), [0.02, 0.05, 0.1, 0.2]);
    assert_eq!(Scale::around([3.0, 90_000.0]).ticks(), [10.0, 100.0, 1_000.0, 10_000.0, 100_000.0]);
}

#[test]
fn what_was_chosen_has_a_tick_each() {
    let scale = Scale::through([64.0, 1.0, 256.0, 64.0, 16.0]);
    assert_eq!(scale.ticks(), [1.0, 16.0, 64.0, 256.0]);
    assert_eq!(scale.place(16.0), Some(0.5));
    assert_eq!(Scale::through([10_000.0]).place(10_000.0), Some(0.5));
}

#[test]
fn nothing_and_less_have_no_place_on_a_logarithmic_scale() {
    let scale = Scale::around([0.0, 5.0]);
    assert_eq!((scale.place(0.0), scale.place(-1.0)), (None, None));
    assert!(Scale::around([]).place(1.0).is_some_and(|place| (0.0..=1.0).contains(&place)));
}
