//! `cargo xtask serve`: the built site on loopback, with the headers that let a page share memory.
//!
//! A file that is not there is a 404, never the page: a worker that got HTML instead of its module
//! would hang without a word. Absent: TLS, compression, ranges; a static host has those.

use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use crate::{page, workspace};

const USUAL_PORT: u16 = 8080;
/// How many ports after the usual one are tried when it is taken.
const PORTS_TRIED: u16 = 20;
const CONNECTIONS: usize = 256;
const REQUEST_BYTES: u64 = 64 * 1024;
const IDLE: Duration = Duration::from_secs(60);

/// What every response says beside its type. `no-cache` makes the browser ask each time, so a
/// rebuilt site is never shown half old.
const ISOLATION: &str = "Cross-Origin-Opener-Policy: same-origin\r\n\
    Cross-Origin-Embedder-Policy: require-corp\r\n\
    Cross-Origin-Resource-Policy: same-origin\r\n";

struct Site {
    root: PathBuf,
    isolated: bool,
    connections: AtomicUsize,
}

/// `cargo xtask serve [--port N] [--no-isolation] [--no-build]`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let mut port = None;
    let mut isolated = true;
    let mut build = true;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--port" => {
                let value = rest.next().context("--port needs a number")?;
                port = Some(
                    value
                        .parse()
                        .with_context(|| format!("`{value}` is no port"))?,
                );
            }
            "--no-isolation" => isolated = false,
            "--no-build" => build = false,
            other => bail!("`serve` knows no `{other}`"),
        }
    }
    if build {
        page::build()?;
    }
    let site = Site {
        root: workspace::path("dist"),
        isolated,
        connections: AtomicUsize::new(0),
    };
    if !site.root.join("index.html").is_file() {
        bail!("dist/ holds no page; run `cargo xtask build` first");
    }
    serve(site, bind(port)?)
}

fn bind(port: Option<u16>) -> Result<TcpListener> {
    if let Some(port) = port {
        return TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .with_context(|| format!("port {port} cannot be had"));
    }
    (USUAL_PORT..USUAL_PORT + PORTS_TRIED)
        .find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok())
        .with_context(|| format!("no free port from {USUAL_PORT} on; give one with --port"))
}

fn serve(site: Site, listener: TcpListener) -> Result<()> {
    let threads = if site.isolated {
        "isolated: real threads"
    } else {
        "not isolated: one thread"
    };
    println!(
        "\nInterleave is at http://{}/  ({threads}; Ctrl+C ends it)",
        listener.local_addr()?
    );
    let site = Arc::new(site);
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        if site.connections.fetch_add(1, Ordering::Relaxed) >= CONNECTIONS {
            site.connections.fetch_sub(1, Ordering::Relaxed);
            continue;
        }
        let site = Arc::clone(&site);
        std::thread::spawn(move || {
            // A browser that hangs up in mid-answer is everyday, not an error.
            converse(&site, &stream).ok();
            site.connections.fetch_sub(1, Ordering::Relaxed);
        });
    }
    Ok(())
}

/// Answers requests on one connection until the browser closes it or falls silent.
fn converse(site: &Site, stream: &TcpStream) -> std::io::Result<()> {
    stream.set_read_timeout(Some(IDLE))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = Vec::new();
        let mut left = REQUEST_BYTES;
        loop {
            let read = std::io::Read::take(&mut reader, left).read_until(b'\n', &mut head)?;
            left = left.saturating_sub(read as u64);
            if read == 0 || left == 0 {
                return Ok(());
            }
            if head.ends_with(b"\r\n\r\n") || head.ends_with(b"\n\n") {
                break;
            }
        }
        let head = String::from_utf8_lossy(&head);
        let answer = answer(site, &head);
        let mut out = stream;
        out.write_all(answer.head.as_bytes())?;
        out.write_all(&answer.body)?;
        if answer.closes {
            return Ok(());
        }
    }
}

struct Answer {
    head: String,
    body: Vec<u8>,
    closes: bool,
}

fn answer(site: &Site, head: &str) -> Answer {
    let mut words = head.lines().next().unwrap_or_default().split_whitespace();
    let method = words.next().unwrap_or_default();
    let target = words.next().unwrap_or_default();
    let header = |name: &str| {
        head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    let closes = header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    let text = "text/plain; charset=utf-8";
    if method != "GET" && method != "HEAD" {
        // A body may follow that is not read, so the connection cannot go on.
        return respond(
            site,
            "405 Method Not Allowed",
            text,
            "",
            b"only GET and HEAD\n",
            false,
            true,
        );
    }
    let without_body = method == "HEAD";
    let found = local_path(site, target).and_then(|path| {
        let facts = fs::metadata(&path).ok().filter(fs::Metadata::is_file)?;
        let changed = facts
            .modified()
            .ok()?
            .duration_since(UNIX_EPOCH)
            .ok()?
            .as_nanos();
        Some((format!("\"{:x}-{changed:x}\"", facts.len()), path))
    });
    let Some((tag, path)) = found else {
        return respond(
            site,
            "404 Not Found",
            text,
            "",
            b"not found\n",
            without_body,
            closes,
        );
    };
    let tag_line = format!("ETag: {tag}\r\n");
    let kind = media_type(&path);
    if header("if-none-match") == Some(tag.as_str()) {
        return respond(site, "304 Not Modified", kind, &tag_line, b"", true, closes);
    }
    match fs::read(&path) {
        Ok(body) => respond(site, "200 OK", kind, &tag_line, &body, without_body, closes),
        Err(_) => respond(
            site,
            "404 Not Found",
            text,
            "",
            b"not found\n",
            without_body,
            closes,
        ),
    }
}

fn respond(
    site: &Site,
    status: &str,
    kind: &str,
    extra: &str,
    body: &[u8],
    without_body: bool,
    closes: bool,
) -> Answer {
    let isolation = if site.isolated { ISOLATION } else { "" };
    let connection = if closes { "close" } else { "keep-alive" };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\n\
         Connection: {connection}\r\n{isolation}{extra}\r\n",
        body.len(),
    );
    Answer {
        head,
        body: if without_body {
            Vec::new()
        } else {
            body.to_vec()
        },
        closes,
    }
}

/// The file that a request means; `None` for anything that would leave the site.
fn local_path(site: &Site, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?;
    let decoded = decode(path)?;
    let relative = decoded.strip_prefix('/')?;
    let relative = if relative.is_empty() {
        "index.html"
    } else {
        relative
    };
    let inside = Path::new(relative)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    inside.then(|| site.root.join(relative))
}

/// Undoes percent encoding; `None` if that is not text.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let value = digit(rest.next()?)? * 16 + digit(rest.next()?)?;
        bytes.push(u8::try_from(value).ok()?);
    }
    String::from_utf8(bytes).ok()
}

fn media_type(path: &Path) -> &'static str {
    match path
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "md" | "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(isolated: bool) -> Site {
        Site {
            root: workspace::path("xtask"),
            isolated,
            connections: AtomicUsize::new(0),
        }
    }

    #[test]
    fn a_request_cannot_leave_the_site() {
        let site = site(true);
        for target in [
            "/../Cargo.toml",
            "/%2e%2e/Cargo.toml",
            "/src/../../Cargo.toml",
            "//etc/passwd",
            "x",
            "/%zz",
        ] {
            assert!(
                answer(&site, &format!("GET {target} HTTP/1.1\r\n\r\n"))
                    .head
                    .starts_with("HTTP/1.1 404"),
                "{target}"
            );
        }
        assert!(
            answer(&site, "GET /Cargo.toml?x=1 HTTP/1.1\r\n\r\n")
                .head
                .starts_with("HTTP/1.1 200")
        );
    }

    #[test]
    fn every_answer_carries_the_isolation_headers_or_none_does() {
        for target in ["/Cargo.toml", "/absent.js"] {
            let request = format!("GET {target} HTTP/1.1\r\n\r\n");
            for name in [
                "Opener-Policy: same-origin",
                "Embedder-Policy: require-corp",
                "Resource-Policy: same-origin",
            ] {
                assert!(
                    answer(&site(true), &request).head.contains(name),
                    "{target} {name}"
                );
            }
            assert!(
                !answer(&site(false), &request).head.contains("Cross-Origin"),
                "{target}"
            );
        }
    }

    #[test]
    fn a_known_tag_saves_the_body() {
        let site = site(true);
        let first = answer(&site, "GET /Cargo.toml HTTP/1.1\r\n\r\n").head;
        let tag = first
            .lines()
            .find_map(|line| line.strip_prefix("ETag: "))
            .expect("has a tag");
        let again = answer(
            &site,
            &format!("GET /Cargo.toml HTTP/1.1\r\nIf-None-Match: {tag}\r\n\r\n"),
        );
        assert!(again.head.starts_with("HTTP/1.1 304") && again.body.is_empty());
    }
}
