//! Rows of a CSV file, a stretch at a time: never more in memory than a stretch, whatever the file holds.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::sheet::{Sheet, custom, header};
use crate::base::{Error, Result};
use crate::dialects::cell::plain;
use crate::field::Defined;

/// Rows that are taken in one transaction, so that the writer is never held for long.
const AT_ONCE: usize = 200;
/// Bytes of one row, and of all rows of a stretch, at most; a quote that is never closed ends here.
const LARGEST: usize = 1 << 20;
/// Bytes at the beginning of a file by which its separator is told.
const GLANCE: usize = 64 * 1024;
/// What the reader may have read ahead of a row.
const AHEAD: usize = 64 * 1024;

/// Something wrong with a row.
#[derive(Clone, Debug)]
pub struct Wrong {
    /// The column; none where it is the row itself.
    pub field: Option<String>,
    /// For people.
    pub message: String,
}

impl Wrong {
    fn row(message: &str) -> Self {
        Self { field: None, message: message.to_owned() }
    }

    /// Every field that a failure tells, or the failure itself.
    pub fn of(error: Error) -> Vec<Self> {
        if error.fields.is_empty() {
            return vec![Self::row(&error.message)];
        }
        let each = |(field, messages): (std::borrow::Cow<'static, str>, Vec<String>)| {
            // In a table a custom field is a column like any other.
            let field = field.strip_prefix("customFields.").unwrap_or(&field).to_owned();
            messages.into_iter().map(move |message| Self { field: Some(field.clone()), message })
        };
        error.fields.into_iter().flat_map(each).collect()
    }
}

/// A row with its number, the header's being 1.
pub struct Numbered<R> {
    /// As spreadsheets count them, where no cell holds a line break.
    pub number: u64,
    /// What was read, or everything that is wrong with it.
    pub row: std::result::Result<R, Vec<Wrong>>,
}

/// A file that is being read.
pub struct Rows<S> {
    reader: csv::Reader<Bounded>,
    left: Arc<AtomicUsize>,
    /// For each column of the file the name of what it holds.
    columns: Vec<Option<String>>,
    /// Which of them are custom fields.
    custom: Vec<String>,
    /// What is wrong with the header.
    pub header: Vec<Wrong>,
    number: u64,
    is_over: bool,
    sheet: PhantomData<fn() -> S>,
}

/// Reads no further than a row may be long.
struct Bounded {
    file: File,
    left: Arc<AtomicUsize>,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Err(io::Error::other("a row is too long"));
        }
        let room = buffer.len().min(left);
        let read = self.file.read(buffer.get_mut(..room).unwrap_or_default())?;
        self.left.fetch_sub(read, Ordering::Relaxed);
        Ok(read)
    }
}

impl<S: Sheet> Rows<S> {
    /// Begins to read: the header must name the column by which rows are found again.
    pub fn open(mut file: File, defined: &Defined) -> Result<Self> {
        let left = Arc::new(AtomicUsize::new(LARGEST + AHEAD));
        let separator = separator(&mut file).map_err(Error::internal)?;
        let mut builder = csv::ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(separator);
        let reader = builder.from_reader(Bounded { file, left: left.clone() });
        let mut rows = Self {
            reader,
            left,
            columns: Vec::new(),
            custom: custom::<S>(defined).map(|definition| definition.name.clone()).collect(),
            header: Vec::new(),
            number: 0,
            is_over: false,
            sheet: PhantomData,
        };
        let (needed, columns) = (S::KEY, header::<S>(defined).join(","));
        let wrong =
            || Error::field("file", format!("The first row must name the columns: {columns}. {needed} is needed."));
        let first = rows.record().ok().flatten().ok_or_else(wrong)?;
        rows.number = 1;
        for cell in &first {
            let text = String::from_utf8_lossy(cell);
            let name = plain(text.trim_start_matches('\u{feff}').trim());
            let own = || S::COLUMNS.iter().chain(S::ALSO).find(|column| column.eq_ignore_ascii_case(name));
            let (exact, alike) =
                (|one: &&String| *one == name, |one: &&String| one.trim().to_lowercase() == name.to_lowercase());
            let known = own().map(|column| (*column).to_owned());
            let known = known.or_else(|| rows.custom.iter().find(exact).or(rows.custom.iter().find(alike)).cloned());
            let twice = known.is_some() && rows.columns.contains(&known);
            if twice || known.is_none() && !name.is_empty() {
                let message = if twice {
                    "This column is there twice. The second one was left out."
                } else {
                    "There is no such column. It was left out."
                };
                let field = Some(name.chars().filter(|c| !c.is_control()).take(64).collect());
                rows.header.push(Wrong { field, message: message.to_owned() });
            }
            rows.columns.push(known.filter(|_| !twice));
        }
        if rows.columns.contains(&Some(S::KEY.to_owned())) { Ok(rows) } else { Err(wrong()) }
    }

    /// The next rows; none when the file is over.
    pub fn stretch(&mut self) -> Vec<Numbered<S::Row>> {
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while !self.is_over && rows.len() < AT_ONCE && bytes < LARGEST {
            let row = match self.record() {
                Ok(None) => break,
                Ok(Some(record)) => {
                    bytes += record.as_slice().len();
                    self.read(&record)
                }
                Err(_) => {
                    self.is_over = true;
                    Err(vec![Wrong::row(
                        "This row is longer than 1 MiB: perhaps a quote is never closed. Nothing after it was read.",
                    )])
                }
            };
            rows.push(Numbered { number: self.number, row });
        }
        rows
    }

    fn record(&mut self) -> std::result::Result<Option<csv::ByteRecord>, csv::Error> {
        self.left.store(LARGEST + AHEAD, Ordering::Relaxed);
        self.number += 1;
        let (mut record, before) = (csv::ByteRecord::new(), self.reader.position().line());
        if !self.reader.read_byte_record(&mut record)? {
            return Ok(None);
        }
        // The reader passes over blank lines, which spreadsheets count.
        let breaks = record.as_slice().iter().filter(|b| **b == b'\n').count() as u64;
        self.number += (self.reader.position().line() - before).saturating_sub(1 + breaks);
        Ok(Some(record))
    }

    fn read(&self, record: &csv::ByteRecord) -> std::result::Result<S::Row, Vec<Wrong>> {
        let blank = |cell: &[u8]| cell.iter().all(u8::is_ascii_whitespace);
        if record.iter().skip(self.columns.len()).any(|cell| !blank(cell)) {
            return Err(vec![Wrong::row("This row has more cells than the header.")]);
        }
        if std::str::from_utf8(record.as_slice()).is_err() {
            return Err(vec![Wrong::row("This row is not UTF-8. Save the file as CSV in UTF-8.")]);
        }
        let cells = |column: &str| {
            let index = self.columns.iter().position(|known| known.as_deref() == Some(column))?;
            let cell = std::str::from_utf8(record.get(index)?).ok()?;
            let text = plain(cell);
            (!text.trim().is_empty()).then(|| text.to_owned())
        };
        let custom = self.custom.iter().filter_map(|name| Some((name.clone(), cells(name)?))).collect();
        S::read(&cells, custom).map_err(Wrong::of)
    }
}

/// The separator: whichever of comma, semicolon and tab the first line has most of. Spreadsheets write the semicolon where the
/// comma stands in numbers.
fn separator(file: &mut File) -> io::Result<u8> {
    let mut glance = Vec::new();
    file.take(GLANCE as u64).read_to_end(&mut glance)?;
    file.seek(SeekFrom::Start(0))?;
    let line = glance.split(|b| *b == b'\n').next().unwrap_or_default();
    let count = |separator: &u8| line.iter().filter(|b| *b == separator).count();
    // The first of those that are there equally often.
    Ok([b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b','))
}
