//! Plots: lines on logarithmic axes, as SVG in colours for light pages and for dark ones.
//!
//! Written out by hand: a library for plots writes its colours into every element, where no page can change them.

use std::fmt::Write as _;

use super::report::{as_it_is, digits};
use super::scale::Scale;

/// Panels with the same axes, side by side.
pub struct Plot {
    /// Of the whole.
    pub title: String,
    /// What the axis says, with its unit.
    pub x: String,
    /// What the axis says, with its unit.
    pub y: String,
    /// Of the lines, four at most.
    pub names: Vec<String>,
    /// What there is to see.
    pub panels: Vec<Panel>,
}

/// Lines in a frame.
pub struct Panel {
    /// Nothing where there is only one.
    pub title: String,
    /// The points of each line, in the order of the names.
    pub lines: Vec<Vec<(f64, f64)>>,
}

/// Of a frame, in pixels: one of several, the only one.
const WIDTHS: [f64; 2] = [320.0, 456.0];
const HEIGHT: f64 = 220.0;
/// Around a frame: titles and what the ticks say.
const LEFT: f64 = 100.0;
const RIGHT: f64 = 36.0;
const ABOVE: f64 = 30.0;
const BELOW: f64 = 56.0;
/// Of the title and the legend.
const HEAD: f64 = 62.0;
/// Room of a name in the legend.
const NAME: f64 = 130.0;
/// Around a point: each line has a form of its own, for those who see no difference in the colours.
const MARKS: [&str; 4] =
    ["m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", "m-3.5-3.5h7v7h-7z", "m0-5l4.5 8h-9z", "m0-5l5 5l-5 5l-5-5z"];
const STYLE: &str = "\
text{font:12px system-ui,sans-serif;fill:#1f2328}
text.title{font-size:16px;font-weight:600}
text.panel{font-weight:600}
.page{fill:#ffffff}
.grid{stroke:#d1d9e0;fill:none}
.line{stroke-width:2}
.c0{stroke:#0969da;fill:#0969da}
.c1{stroke:#bc4c00;fill:#bc4c00}
.c2{stroke:#1a7f37;fill:#1a7f37}
.c3{stroke:#8250df;fill:#8250df}
polyline.line{fill:none}
@media(prefers-color-scheme:dark){
text{fill:#f0f6fc}
.page{fill:#0d1117}
.grid{stroke:#3d444d}
.c0{stroke:#4493f8;fill:#4493f8}
.c1{stroke:#f0883e;fill:#f0883e}
.c2{stroke:#3fb950;fill:#3fb950}
.c3{stroke:#ab7df8;fill:#ab7df8}
}";

/// What the frames of a plot share.
struct Axes {
    across: Scale,
    up: Scale,
    width: f64,
}

impl Axes {
    fn of(plot: &Plot) -> Self {
        let points = || plot.panels.iter().flat_map(|panel| panel.lines.iter().flatten());
        let (across, up) = (Scale::through(points().map(|(x, _)| *x)), Scale::around(points().map(|(_, y)| *y)));
        Self { across, up, width: WIDTHS[usize::from(plot.panels.len() == 1)] }
    }

    /// From the left.
    fn x(&self, value: f64) -> Option<f64> {
        Some(self.across.place(value)? * self.width)
    }

    /// From above.
    fn y(&self, value: f64) -> Option<f64> {
        Some((1.0 - self.up.place(value)?) * HEIGHT)
    }
}

/// Draws it. Titles and names are our own words: nothing in them needs escaping.
pub fn draw(plot: &Plot) -> String {
    let axes = Axes::of(plot);
    let columns = plot.panels.len().min(2);
    let (across, down) = (LEFT + axes.width + RIGHT, ABOVE + HEIGHT + BELOW);
    let (width, height) = (across * columns as f64, HEAD + down * plot.panels.len().div_ceil(columns) as f64);
    let size = format!(r#"width="{width}" height="{height}""#);
    let title = &plot.title;
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}" role="img" aria-label="{title}">
<style>
{STYLE}
</style>
<rect class="page" {size}/>
<text class="title" x="16" y="28">{title}</text>
"#
    );
    for (line, name) in plot.names.iter().enumerate() {
        let x = 22.0 + NAME * line as f64;
        mark(&mut svg, line, (x, 48.0), name);
        let _ = writeln!(svg, r#"<text x="{}" y="52">{name}</text>"#, x + 12.0);
    }
    for (number, panel) in plot.panels.iter().enumerate() {
        let (x, y) = (LEFT + across * (number % columns) as f64, HEAD + ABOVE + down * (number / columns) as f64);
        let _ = writeln!(svg, r#"<g transform="translate({x} {y})">"#);
        frame(&mut svg, plot, panel, &axes);
        lines(&mut svg, plot, panel, &axes);
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

/// The grid, ticks and titles of both axes.
fn frame(svg: &mut String, plot: &Plot, panel: &Panel, axes: &Axes) {
    let (width, middle, half) = (axes.width, axes.width / 2.0, HEIGHT / 2.0);
    let _ = writeln!(svg, r#"<text class="panel" y="-12">{}</text>"#, panel.title);
    for tick in axes.across.ticks() {
        let (x, y) = (axes.x(*tick).unwrap(), HEIGHT + 18.0);
        let _ = writeln!(svg, r#"<path class="grid" d="M{x:.1} 0V{HEIGHT}"/>"#);
        let _ = writeln!(svg, r#"<text x="{x:.1}" y="{y}" text-anchor="middle">{}</text>"#, as_it_is(*tick));
    }
    for tick in axes.up.ticks() {
        let y = axes.y(*tick).unwrap();
        let _ = writeln!(svg, r#"<path class="grid" d="M0 {y:.1}H{width}"/>"#);
        let _ = writeln!(svg, r#"<text x="-8" y="{:.1}" text-anchor="end">{}</text>"#, y + 4.0, as_it_is(*tick));
    }
    for (title, place) in [
        (&plot.x, format!("translate({middle} {})", HEIGHT + 38.0)),
        (&plot.y, format!("translate(-80 {half}) rotate(-90)")),
    ] {
        let _ = writeln!(svg, r#"<text transform="{place}" text-anchor="middle">{title} (logarithmic)</text>"#);
    }
}

fn lines(svg: &mut String, plot: &Plot, panel: &Panel, axes: &Axes) {
    for (line, (name, points)) in plot.names.iter().zip(&panel.lines).enumerate() {
        let placed = points.iter().filter_map(|(x, y)| Some(((axes.x(*x)?, axes.y(*y)?), (*x, *y))));
        let placed: Vec<_> = placed.collect();
        let path: Vec<String> = placed.iter().map(|((x, y), _)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(svg, r#"<polyline class="line c{line}" points="{}"/>"#, path.join(" "));
        for (at, (x, y)) in placed {
            mark(svg, line, at, &format!("{name}, {} {}: {} {}", as_it_is(x), plot.x, digits(y), plot.y));
        }
    }
}

fn mark(svg: &mut String, line: usize, (x, y): (f64, f64), words: &str) {
    let form = MARKS[line];
    let _ = writeln!(svg, r#"<path class="c{line}" d="M{x:.1} {y:.1}{form}"><title>{words}</title></path>"#);
}
