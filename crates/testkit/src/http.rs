//! A small HTTP client on one connection that stays open, for tests and benchmarks of a real
//! server.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long a client waits for an answer before it gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A client with a connection of its own (HTTP/1.1), kept open between requests.
#[derive(Debug)]
pub struct HttpClient {
    address: String,
    headers: String,
    connection: Option<BufReader<TcpStream>>,
}

/// What a server answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpAnswer {
    /// The status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl HttpClient {
    /// A client of the server at this address and port. It connects with its first request.
    #[must_use]
    pub fn new(address: &str) -> Self {
        Self { address: address.to_owned(), headers: String::new(), connection: None }
    }

    /// Sends this header with every request.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers += &format!("{name}: {value}\r\n");
        self
    }

    /// Sends a request without a body.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub fn get(&mut self, path: &str) -> io::Result<HttpAnswer> {
        self.send("GET", path, &[], "")
    }

    /// Sends a request. A body is JSON unless a header says otherwise.
    ///
    /// # Errors
    /// If the server cannot be reached or ends the connection before it has answered: whether it
    /// did what was asked is not known then.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<HttpAnswer> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.address);
        head += &self.headers;
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() && headers.iter().all(|(name, _)| *name != "content-type") {
            head += "content-type: application/json\r\n";
        }
        head += &format!("content-length: {}\r\n\r\n{body}", body.len());
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect()?,
        };
        connection.get_mut().write_all(head.as_bytes())?;
        let answer = read(&mut connection)?;
        if answer.header("connection") != "close" {
            self.connection = Some(connection);
        }
        Ok(answer)
    }

    fn connect(&self) -> io::Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(BufReader::new(stream))
    }
}

impl HttpAnswer {
    /// The value of a header; empty without.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(had, _)| had == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}

fn read(from: &mut BufReader<TcpStream>) -> io::Result<HttpAnswer> {
    let mut answer = HttpAnswer::default();
    let first = line(from)?;
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    answer.status = status.ok_or(io::ErrorKind::InvalidData)?;
    loop {
        let line = line(from)?;
        let Some((name, value)) = line.split_once(':') else { break };
        answer.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut body = Vec::new();
    if answer.header("transfer-encoding") == "chunked" {
        loop {
            let size = usize::from_str_radix(&line(from)?, 16);
            let size = size.map_err(|_| io::ErrorKind::InvalidData)?;
            take(from, size, &mut body)?;
            line(from)?;
            if size == 0 {
                break;
            }
        }
    } else if let Ok(size) = answer.header("content-length").parse() {
        take(from, size, &mut body)?;
    }
    answer.body = String::from_utf8_lossy(&body).into_owned();
    Ok(answer)
}

/// The next line without its end.
fn line(from: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    if from.read_line(&mut line)? == 0 || !line.ends_with('\n') {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    line.truncate(line.trim_end().len());
    Ok(line)
}

fn take(from: &mut BufReader<TcpStream>, size: usize, into: &mut Vec<u8>) -> io::Result<()> {
    let start = into.len();
    into.resize(start + size, 0);
    from.read_exact(&mut into[start..])
}
