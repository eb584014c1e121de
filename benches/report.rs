//! The report: Markdown tables of what was measured, its goal, and whether it is met.

use std::fmt::Write as _;

use super::rounds::Series;

/// What a figure should be.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// Not less than this.
    AtLeast(f64),
    /// Not more than this.
    AtMost(f64),
    /// Shown for comparison.
    None,
}

/// Sections in the order in which they were measured.
#[derive(Default)]
pub struct Report {
    text: String,
    goals: usize,
    missed: Vec<String>,
}

impl Report {
    /// Begins a table; the words say how it was measured.
    pub fn section(&mut self, title: &str, words: &str) {
        eprintln!("-- {title}");
        let _ = write!(self.text, "\n## {title}\n\n{words}\n\n");
        self.text.push_str("| measured | figure | goal | verdict | beside it |\n|---|---|---|---|---|\n");
    }

    /// A row whose figure is in this unit.
    pub fn row(&mut self, what: &str, figure: f64, unit: &str, goal: Goal, beside: &str) {
        let (goal, verdict) = match goal {
            Goal::None => (String::new(), None),
            Goal::AtLeast(least) => (format!("≥ {}", with_unit(least, unit)), Some(figure >= least)),
            Goal::AtMost(most) => (format!("≤ {}", with_unit(most, unit)), Some(figure <= most)),
        };
        let figure = with_unit(figure, unit);
        let verdict = match verdict {
            None => "",
            Some(true) => "met",
            Some(false) => "**missed**",
        };
        if !goal.is_empty() {
            self.goals += 1;
        }
        if verdict == "**missed**" {
            self.missed.push(format!("{what}: {figure}, goal {goal}"));
        }
        self.line(what, &figure, &goal, verdict, beside);
    }

    /// A row of something that this machine cannot measure.
    pub fn skipped(&mut self, what: &str, why: &str) {
        self.line(what, "", "", "not measured", why);
    }

    fn line(&mut self, what: &str, figure: &str, goal: &str, verdict: &str, beside: &str) {
        eprintln!("   {what}: {figure} {goal} {verdict} {beside}");
        let _ = writeln!(self.text, "| {what} | {figure} | {goal} | {verdict} | {beside} |");
    }

    /// The whole, under this head.
    pub fn finish(self, head: &str) -> String {
        let met = self.goals - self.missed.len();
        let missed: String = self.missed.iter().map(|line| format!("- missed: {line}\n")).collect();
        format!("{head}\n{met} of {} goals met.\n\n{missed}{}", self.goals, self.text)
    }
}

fn with_unit(figure: f64, unit: &str) -> String {
    format!("{} {unit}", digits(figure)).trim_end().to_owned()
}

/// A number for people: three digits that count, thousands apart.
pub fn digits(figure: f64) -> String {
    let places = match figure.abs() {
        0.0 => 0,
        size if size < 0.1 => 4,
        size if size < 1.0 => 3,
        size if size < 10.0 => 2,
        size if size < 100.0 => 1,
        _ => 0,
    };
    let text = format!("{figure:.places$}");
    if places > 0 || text.len() < 4 {
        return text;
    }
    let mut apart = String::new();
    for (index, digit) in text.chars().enumerate() {
        if index > 0 && (text.len() - index).is_multiple_of(3) {
            apart.push(',');
        }
        apart.push(digit);
    }
    apart
}

/// Smallest and largest of a series.
pub fn range(series: &Series) -> String {
    let (low, high) = series.range();
    format!("{}–{}", digits(low), digits(high))
}
