//! Tables and plots of what grows.

use super::figures::{Growth, Point};
use crate::CLIENTS;
use crate::plot::{Panel, Plot, draw};
use crate::report::{Report, as_it_is, digits, range};

/// Writes it into the report.
pub fn show(report: &mut Report, growth: &Growth) {
    for (work, words) in &growth.works {
        let head =
            ["clients", growth.of, "answers/s", "range", "p50, ms", "p99, ms", "processor, µs each", "answer, KB"];
        let rows = growth.points.iter().filter(|point| point.work == *work).map(|point| {
            vec![
                as_it_is(point.clients as f64),
                as_it_is(point.size as f64),
                digits(point.rate.median()),
                range(&point.rate),
                digits(point.p50),
                digits(point.p99),
                digits(point.processor),
                digits(point.body as f64 / 1_000.0),
            ]
        });
        report.table(words, &head, &rows.collect::<Vec<_>>());
    }
    takes(report, growth);
    let title = |what: &str| format!("{what} with {CLIENTS} clients");
    for (name, plot) in [
        ("throughput", throughput(growth)),
        ("p99", by_size(growth, title("99th percentile"), "time to the answer, ms", |point| point.p99)),
        ("processor", by_size(growth, title("Work of the server"), "processor time each, µs", |point| point.processor)),
        ("bytes", bytes(growth)),
    ] {
        report.picture(&format!("growth-{}-{name}", growth.of), &plot.title, &draw(&plot));
    }
}

/// What each size takes on disk and in memory.
fn takes(report: &mut Report, growth: &Growth) {
    let head = [growth.of, "on disk, MB", "bytes each", "bytes each further one", "resident, MB", "at most, MB"];
    let smaller = std::iter::once(None).chain(growth.sizes.iter().map(Some));
    let rows = growth.sizes.iter().zip(smaller).map(|(size, smaller)| {
        let further = smaller.map(|smaller| (size.disk - smaller.disk) as f64 / (size.size - smaller.size) as f64);
        vec![
            as_it_is(size.size as f64),
            digits(size.disk as f64 / 1e6),
            digits(size.disk as f64 / size.size as f64),
            further.map(digits).unwrap_or_default(),
            digits(size.resident / 1e6),
            digits(size.peak / 1e6),
        ]
    });
    report.table("On disk, and in memory under the load", &head, &rows.collect::<Vec<_>>());
}

/// Against clients: a panel for each work, in it a line for each size.
fn throughput(growth: &Growth) -> Plot {
    let line = |work: &str, size: u64| {
        let points = growth.points.iter().filter(|point| point.work == work && point.size == size);
        points.map(|point| (point.clients as f64, point.rate.median())).collect()
    };
    let panel = |(work, words): &(&str, &str)| Panel {
        title: (*words).to_owned(),
        lines: growth.sizes.iter().map(|size| line(work, size.size)).collect(),
    };
    Plot {
        title: "Throughput".to_owned(),
        x: "clients".to_owned(),
        y: "answers/s".to_owned(),
        names: growth.sizes.iter().map(|size| format!("{} {}", as_it_is(size.size as f64), growth.of)).collect(),
        panels: growth.works.iter().map(panel).collect(),
    }
}

/// A figure against size: a line for each work. Where there are not as many clients as usual, it is that of the most.
fn by_size(growth: &Growth, title: String, y: &str, figure: fn(&Point) -> f64) -> Plot {
    let line = |work: &str| {
        let most = growth.sizes.iter().filter_map(|size| {
            let points = growth.points.iter().filter(|point| point.work == work && point.size == size.size);
            points.filter(|point| point.clients <= CLIENTS).max_by_key(|point| point.clients)
        });
        most.map(|point| (point.size as f64, figure(point))).collect()
    };
    Plot {
        title,
        x: growth.of.to_owned(),
        y: y.to_owned(),
        names: growth.works.iter().map(|(work, _)| (*work).to_owned()).collect(),
        panels: vec![Panel { title: String::new(), lines: growth.works.iter().map(|(work, _)| line(work)).collect() }],
    }
}

/// On disk, against size.
fn bytes(growth: &Growth) -> Plot {
    let line = growth.sizes.iter().map(|size| (size.size as f64, size.disk as f64 / size.size as f64)).collect();
    Plot {
        title: "Database on disk".to_owned(),
        x: growth.of.to_owned(),
        y: "bytes each".to_owned(),
        names: vec!["the whole database, shared out".to_owned()],
        panels: vec![Panel { title: String::new(), lines: vec![line] }],
    }
}
