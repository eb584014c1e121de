//! One connection of a client, and requests as they go over the wire.
//!
//! Written out by hand: a client library takes as much of the two cores as the server that is measured.

use std::io;
use std::net::SocketAddr;
use std::ops::Range;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Room of one read at first: a whole answer, mostly.
const ROOM: usize = 64 * 1024;
/// Fields that the head of an answer may have.
const FIELDS: usize = 32;

/// One HTTP/1.1 connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// What of the buffer has been read into.
    filled: usize,
    /// Of the last answer.
    body: Range<usize>,
}

/// How long a body is.
enum Length {
    Bytes(usize),
    Chunked,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; ROOM], filled: 0, body: 0..0 })
    }

    /// Of the last answer.
    pub fn body(&self) -> &[u8] {
        &self.buffer[self.body.clone()]
    }

    /// Sends a whole request and reads the whole answer; answers its status.
    pub async fn send(&mut self, request: &[u8]) -> io::Result<u16> {
        self.stream.write_all(request).await?;
        (self.filled, self.body) = (0, 0..0);
        let (status, begins, length) = loop {
            self.read().await?;
            if let Some(head) = head(&self.buffer[..self.filled])? {
                break head;
            }
        };
        self.body = match length {
            Length::Bytes(length) => {
                self.read_to(begins + length).await?;
                begins..begins + length
            }
            Length::Chunked => begins..self.join_chunks(begins).await?,
        };
        Ok(status)
    }

    /// Reads chunks and moves them together; answers where the last one ends then.
    async fn join_chunks(&mut self, begins: usize) -> io::Result<usize> {
        let (mut joined, mut at) = (begins, begins);
        loop {
            let size = loop {
                match httparse::parse_chunk_size(&self.buffer[at..self.filled]) {
                    Ok(httparse::Status::Complete(size)) => break size,
                    Ok(httparse::Status::Partial) => self.read().await?,
                    Err(_) => return Err(broken("a length that is not a number")),
                }
            };
            let (from, length) = (at + size.0, usize::try_from(size.1).map_err(io::Error::other)?);
            // With the end of its line; the last one is empty.
            at = from + length + 2;
            self.read_to(at).await?;
            if length == 0 {
                return Ok(joined);
            }
            self.buffer.copy_within(from..from + length, joined);
            joined += length;
        }
    }

    async fn read_to(&mut self, end: usize) -> io::Result<()> {
        while self.filled < end {
            self.read().await?;
        }
        Ok(())
    }

    async fn read(&mut self) -> io::Result<()> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(2 * self.filled, 0);
        }
        match self.stream.read(&mut self.buffer[self.filled..]).await? {
            0 => Err(broken("the connection ended")),
            read => {
                self.filled += read;
                Ok(())
            }
        }
    }
}

/// The status of an answer, where its body begins, and how long that is; nothing before the whole head is there.
fn head(bytes: &[u8]) -> io::Result<Option<(u16, usize, Length)>> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut answer = httparse::Response::new(&mut fields);
    let httparse::Status::Complete(begins) = answer.parse(bytes).map_err(io::Error::other)? else { return Ok(None) };
    let mut length = Length::Bytes(0);
    for field in answer.headers.iter() {
        if field.name.eq_ignore_ascii_case("content-length") {
            let bytes = std::str::from_utf8(field.value).ok().and_then(|text| text.parse().ok());
            length = Length::Bytes(bytes.ok_or_else(|| broken("a length that is not a number"))?);
        } else if field.name.eq_ignore_ascii_case("transfer-encoding") && field.value.eq_ignore_ascii_case(b"chunked") {
            length = Length::Chunked;
        }
    }
    Ok(Some((answer.code.unwrap_or_default(), begins, length)))
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// A request as it goes over the wire.
pub fn request(method: &str, path: &str, token: Option<&str>, body: &str) -> Vec<u8> {
    let authorization = token.map_or(String::new(), |token| format!("Authorization: Bearer {token}\r\n"));
    let content = match body {
        "" => String::new(),
        body => format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()),
    };
    format!("{method} {path} HTTP/1.1\r\nHost: gatehouse\r\n{authorization}{content}\r\n{body}").into_bytes()
}
