//! The report: Markdown tables of what was measured, its goal, and whether it is met.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

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
pub struct Report {
    text: String,
    goals: usize,
    missed: Vec<String>,
    /// Where pictures go.
    folder: Option<PathBuf>,
}

impl Report {
    /// One that will be written to this file: its pictures lie beside it. Without a file it has none.
    pub fn new(file: Option<&Path>) -> Self {
        let folder = file.map(|file| file.parent().unwrap().to_owned());
        if let Some(folder) = &folder {
            fs::create_dir_all(folder).unwrap();
        }
        Self { text: String::new(), goals: 0, missed: Vec::new(), folder }
    }

    /// Begins a section; the words say how it was measured.
    pub fn part(&mut self, title: &str, words: &str) {
        eprintln!("-- {title}");
        let _ = write!(self.text, "\n## {title}\n\n{words}\n");
    }

    /// Begins a section that is a table of figures with goals.
    pub fn section(&mut self, title: &str, words: &str) {
        self.part(title, words);
        self.text.push_str("\n| measured | figure | goal | verdict | beside it |\n|---|---|---|---|---|\n");
    }

    /// A table of numbers, under this head.
    pub fn table(&mut self, title: &str, head: &[&str], rows: &[Vec<String>]) {
        let (names, line) = (head.join(" | "), "---:|".repeat(head.len()));
        let _ = write!(self.text, "\n### {title}\n\n| {names} |\n|{line}\n");
        for row in rows {
            let _ = writeln!(self.text, "| {} |", row.join(" | "));
        }
    }

    /// A picture, SVG, in a file of this name.
    pub fn picture(&mut self, name: &str, title: &str, svg: &str) {
        let Some(folder) = &self.folder else { return };
        fs::write(folder.join(format!("{name}.svg")), svg).unwrap();
        let _ = write!(self.text, "\n![{title}]({name}.svg)\n");
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

/// A number that was chosen, not measured: every digit counts.
pub fn as_it_is(number: f64) -> String {
    if number < 1_000.0 { number.to_string() } else { digits(number) }
}

/// Smallest and largest of a series.
pub fn range(series: &Series) -> String {
    let (low, high) = series.range();
    format!("{}–{}", digits(low), digits(high))
}
