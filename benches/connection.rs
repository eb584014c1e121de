//! One connection of a client, and requests as they go over the wire.
//!
//! Written out by hand: a client library takes as much of the two cores as the server that is measured.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Room of one read: a whole answer, mostly.
const BUFFER: usize = 64 * 1024;

/// One HTTP/1.1 connection.
pub struct Connection {
    stream: BufReader<TcpStream>,
    line: Vec<u8>,
    /// Of the last answer.
    pub body: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let stream = BufReader::with_capacity(BUFFER, stream);
        Ok(Self { stream, line: Vec::new(), body: Vec::new() })
    }

    /// Sends a whole request and reads the whole answer; answers its status.
    pub async fn send(&mut self, request: &[u8]) -> io::Result<u16> {
        self.stream.write_all(request).await?;
        self.read_line().await?;
        let status = std::str::from_utf8(&self.line).ok().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let status = status.ok_or_else(|| broken("no status line"))?;
        let (mut length, mut is_chunked) = (0, false);
        loop {
            self.read_line().await?;
            let Some(colon) = self.line.iter().position(|byte| *byte == b':') else { break };
            let (name, value) = (&self.line[..colon], self.line[colon + 1..].trim_ascii());
            if name.eq_ignore_ascii_case(b"content-length") {
                length = number(value, 10)?;
            }
            is_chunked |= name.eq_ignore_ascii_case(b"transfer-encoding") && value.eq_ignore_ascii_case(b"chunked");
        }
        self.body.clear();
        if !is_chunked {
            self.read_body(length).await?;
            return Ok(status);
        }
        loop {
            self.read_line().await?;
            let length = number(&self.line, 16)?;
            self.read_body(length).await?;
            self.read_line().await?;
            if length == 0 {
                return Ok(status);
            }
        }
    }

    async fn read_line(&mut self) -> io::Result<()> {
        self.line.clear();
        self.stream.read_until(b'\n', &mut self.line).await?;
        let Some(line) = self.line.strip_suffix(b"\r\n") else { return Err(broken("the connection ended")) };
        self.line.truncate(line.len());
        Ok(())
    }

    async fn read_body(&mut self, length: usize) -> io::Result<()> {
        let read = (&mut self.stream).take(length as u64).read_to_end(&mut self.body).await?;
        if read == length { Ok(()) } else { Err(broken("the connection ended within a body")) }
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn number(text: &[u8], radix: u32) -> io::Result<usize> {
    let text = std::str::from_utf8(text).map_err(|_| broken("a length that is not text"))?;
    usize::from_str_radix(text.trim(), radix).map_err(|_| broken("a length that is not a number"))
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
