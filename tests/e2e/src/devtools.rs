//! The commands of Chromium that concern the whole browser and that chromedriver passes on to no page: profiles and
//! their tabs. They travel over the browser's own WebSocket (RFC 6455), one connection a command.

use std::io;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// The longest message in bytes that is read; the answers to our commands are far shorter.
const MESSAGE_MAX: u64 = 4 * 1024 * 1024;
/// The longest head of a response in bytes.
const HEAD_MAX: usize = 16 * 1024;

/// The address of one running Chromium: `host:port` and the path of its WebSocket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DevTools {
    authority: String,
    path: String,
}

impl DevTools {
    /// Asks the browser at `address` (`host:port`) for its WebSocket.
    ///
    /// # Errors
    /// If the browser does not respond, or not with such an address.
    pub(crate) async fn at(address: &str) -> io::Result<Self> {
        let version = reqwest::get(format!("http://{address}/json/version")).await.map_err(io::Error::other)?;
        let version: Value = version.json().await.map_err(io::Error::other)?;
        let url = version["webSocketDebuggerUrl"].as_str().and_then(|url| url.strip_prefix("ws://"));
        let (authority, path) =
            url.and_then(|url| url.split_once('/')).ok_or_else(|| io::Error::other("no address"))?;
        Ok(Self { authority: authority.to_owned(), path: format!("/{path}") })
    }

    /// Makes an empty profile and returns its id. It lives until [`DevTools::dispose`].
    ///
    /// # Errors
    /// If the browser refuses, or does not respond.
    pub(crate) async fn profile(&self) -> io::Result<String> {
        let made = self.command("Target.createBrowserContext", json!({})).await?;
        text(&made["browserContextId"])
    }

    /// Opens an empty tab, in a window of its own or beside the others, and returns its id, which is its WebDriver
    /// handle too.
    ///
    /// # Errors
    /// If the browser refuses, or does not respond.
    pub(crate) async fn tab(&self, profile: &str, is_window: bool) -> io::Result<String> {
        let params = json!({ "url": "about:blank", "browserContextId": profile, "newWindow": is_window });
        text(&self.command("Target.createTarget", params).await?["targetId"])
    }

    /// Closes all tabs of a profile and deletes the profile.
    ///
    /// # Errors
    /// If the browser refuses, or does not respond.
    pub(crate) async fn dispose(&self, profile: &str) -> io::Result<()> {
        self.command("Target.disposeBrowserContext", json!({ "browserContextId": profile })).await.map(|_| ())
    }

    async fn command(&self, method: &str, params: Value) -> io::Result<Value> {
        let mut line = TcpStream::connect(&self.authority).await?;
        // The browser compares no key, since this is no proxy's cache: the key of the standard's example will do.
        let head = format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
            self.path, self.authority
        );
        line.write_all(head.as_bytes()).await?;
        let mut response = Vec::new();
        while !response.ends_with(b"\r\n\r\n") {
            response.push(line.read_u8().await?);
            if response.len() > HEAD_MAX {
                return Err(io::Error::other("the head of the response has no end"));
            }
        }
        if !response.starts_with(b"HTTP/1.1 101") {
            return Err(io::Error::other(String::from_utf8_lossy(&response).into_owned()));
        }
        line.write_all(&frame(json!({ "id": 1, "method": method, "params": params }).to_string().as_bytes())).await?;
        loop {
            let message: Value = serde_json::from_slice(&message(&mut line).await?)?;
            if message["id"] != 1 {
                continue;
            }
            return match message.get("error") {
                Some(error) => Err(io::Error::other(format!("{method}: {error}"))),
                None => Ok(message["result"].clone()),
            };
        }
    }
}

fn text(value: &Value) -> io::Result<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| io::Error::other(format!("no id: {value}")))
}

/// Returns a whole text message as one frame, masked with zeros.
fn frame(payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x81];
    match u16::try_from(payload.len()) {
        Ok(length @ 0..126) => bytes.push(0x80 | length.to_be_bytes()[1]),
        Ok(length) => {
            bytes.push(0x80 | 126);
            bytes.extend(length.to_be_bytes());
        }
        Err(_) => {
            bytes.push(0x80 | 127);
            bytes.extend((payload.len() as u64).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

/// Reads one message; the browser sends each in one frame.
async fn message(line: &mut TcpStream) -> io::Result<Vec<u8>> {
    let (_, length) = (line.read_u8().await?, line.read_u8().await?);
    let length = match length & 0x7f {
        126 => u64::from(line.read_u16().await?),
        127 => line.read_u64().await?,
        length => u64::from(length),
    };
    if length > MESSAGE_MAX {
        return Err(io::Error::other(format!("a message of {length} bytes")));
    }
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    line.read_exact(&mut bytes).await?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_tells_its_length_in_the_shortest_form() {
        assert_eq!(frame(b"ab"), [0x81, 0x82, 0, 0, 0, 0, b'a', b'b']);
        assert_eq!(frame(&[7; 125])[..2], [0x81, 0x80 | 125]);
        assert_eq!(frame(&[7; 126])[..4], [0x81, 0x80 | 126, 0, 126]);
        assert_eq!(frame(&[7; 65_536])[..10], [0x81, 0x80 | 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }
}
