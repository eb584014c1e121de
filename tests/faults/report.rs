//! What came of each fault: on the terminal at once, and as a page in Markdown at the end.

use std::fmt::Write as _;

use crate::{Fault, Outcome, machine};

pub struct Report {
    text: String,
    withstood: usize,
    failed: usize,
    skipped: usize,
}

impl Report {
    /// Begins with the machine as it is before the first fault.
    pub fn begin(scale: &str, seed: u64) -> Self {
        let head = machine::head("Faults", &std::env::temp_dir());
        let mut text = format!("{head}- `FAULTS_SEED={seed} sh tests/faults.sh {scale}`\n");
        text.push_str("\nEach fault was met, and then met once more with sabotage, which must be noticed.\n\n");
        text.push_str(
            "| fault | what it is | withstood | sabotage that was noticed | seconds |\n|---|---|---|---|---|\n",
        );
        Self { text, withstood: 0, failed: 0, skipped: 0 }
    }

    pub fn add(&mut self, fault: &Fault, seconds: f32, withstood: &Outcome, control: &Outcome) {
        let (name, about) = (fault.name, fault.about);
        let (figures, noticed) = match (withstood, control) {
            (Ok(skipped), _) if skipped.starts_with("skipped") => {
                println!("--     {name:<18} {skipped}");
                self.skipped += 1;
                (format!("**{}**", first_line(skipped)), String::new())
            }
            (Ok(figures), Err(noticed)) => {
                println!("ok     {name:<18} {seconds:>5.1} s  {figures}");
                println!("       {:<18}          sabotage noticed: {}", "", first_line(noticed));
                self.withstood += 1;
                (first_line(figures), first_line(noticed))
            }
            (Ok(figures), Ok(unnoticed)) => {
                println!("FAILED {name:<18} its sabotage went unnoticed: {unnoticed}");
                self.failed += 1;
                (first_line(figures), format!("**unnoticed: {}**", first_line(unnoticed)))
            }
            (Err(what), _) => {
                println!("FAILED {name:<18} {what}");
                self.failed += 1;
                (format!("**failed: {}**", first_line(what)), String::new())
            }
        };
        let _ = writeln!(self.text, "| {name} | {about} | {figures} | {noticed} | {seconds:.0} |");
    }

    pub fn failed(&self) -> usize {
        self.failed
    }

    /// The whole page.
    pub fn finish(self) -> String {
        let Self { mut text, withstood, failed, skipped } = self;
        let _ = write!(text, "\n{withstood} withstood, {failed} failed, {skipped} skipped.\n");
        text
    }
}

/// As much as a cell of a table takes.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().replace('|', "\\|")
}
