//! Choosing a content coding and applying it: brotli, gzip or none. Streams are never compressed here.

use std::io::Write;

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, header};

/// Bodies shorter than this are not compressed: they fit one packet anyway.
pub const WORTH_IT: usize = 1_024;

/// A content coding that the proxy can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// No coding: the body as it is.
    Identity,
    /// Gzip, RFC 1952.
    Gzip,
    /// Brotli, RFC 7932.
    Brotli,
}

impl Coding {
    /// Returns the best coding that `Accept-Encoding` (RFC 9110 §12.5.3) allows.
    pub fn choose(headers: &HeaderMap) -> Self {
        let (mut gzip, mut brotli) = (false, false);
        let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
        for element in lines.flat_map(|line| line.split(',')) {
            let mut parts = element.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let wanted = !parts.any(|part| part.strip_prefix("q=").is_some_and(is_zero));
            match name.as_str() {
                "br" => brotli = wanted,
                "gzip" | "x-gzip" | "*" => gzip = wanted,
                _ => {}
            }
        }
        if brotli {
            Self::Brotli
        } else if gzip {
            Self::Gzip
        } else {
            Self::Identity
        }
    }

    /// Returns the token for `Content-Encoding`; `None` where that header is left out.
    pub fn token(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }

    /// Returns the body in this coding. This can take long: large bodies belong on a blocking thread.
    pub fn apply(self, body: &Bytes) -> Bytes {
        match self {
            Self::Identity => body.clone(),
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
                // Writing to memory cannot fail; if it ever did, the code below would notice that the coding is empty.
                let written = encoder.write_all(body).and_then(|()| encoder.finish());
                written.map(Bytes::from).unwrap_or_default()
            }
            Self::Brotli => {
                let mut encoder = brotli::CompressorWriter::new(Vec::new(), 16 * 1_024, 5, 20);
                match encoder.write_all(body) {
                    Ok(()) => encoder.into_inner().into(),
                    Err(_) => Bytes::new(),
                }
            }
        }
    }
}

fn is_zero(weight: &str) -> bool {
    weight.starts_with('0') && weight.bytes().all(|byte| matches!(byte, b'0' | b'.'))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_best_accepted_coding_is_chosen() {
        let table = [
            ("", Coding::Identity),
            ("identity", Coding::Identity),
            ("gzip", Coding::Gzip),
            ("gzip, deflate, br, zstd", Coding::Brotli),
            ("GZIP;q=0.5", Coding::Gzip),
            ("br;q=0, gzip", Coding::Gzip),
            ("br;q=0.000, gzip; q=0", Coding::Identity),
            ("br;q=0.001", Coding::Brotli),
            ("*", Coding::Gzip),
            ("brr", Coding::Identity),
        ];
        for (accepted, coding) in table {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
            assert_eq!(Coding::choose(&headers), coding, "{accepted}");
        }
    }

    #[test]
    fn what_is_coded_can_be_decoded() {
        let body = Bytes::from("a body, ".repeat(10_000));
        let mut gunzipped = Vec::new();
        flate2::read::GzDecoder::new(&Coding::Gzip.apply(&body)[..]).read_to_end(&mut gunzipped).unwrap();
        assert_eq!(gunzipped, body);
        let mut plain = Vec::new();
        brotli::Decompressor::new(&Coding::Brotli.apply(&body)[..], 4_096).read_to_end(&mut plain).unwrap();
        assert_eq!(plain, body);
    }
}
