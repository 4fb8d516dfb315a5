//! The few primitives of the binary format of wasm: sections, numbers and strings
//! (<https://webassembly.github.io/spec/core/binary/modules.html>).

/// Returns the sections, each with its id.
pub(crate) fn sections(wasm: &[u8]) -> Option<Vec<(u8, Reader<'_>)>> {
    let mut module = Reader(wasm.strip_prefix(b"\0asm\x01\0\0\0")?);
    let mut sections = Vec::new();
    while let Some(id) = module.byte() {
        let size = module.number()?;
        sections.push((id, Reader(module.take(size)?)));
    }
    Some(sections)
}

/// Reads the few primitives of the binary format.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Makes a reader of these bytes.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Returns what has not been read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// Reads the next byte.
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// Reads an unsigned LEB128 number of at most 32 bits.
    pub(crate) fn number(&mut self) -> Option<usize> {
        let mut value = 0_usize;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// Reads this many bytes.
    pub(crate) fn take(&mut self, size: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(size)?;
        self.0 = rest;
        Some(taken)
    }

    /// Reads a string after its length.
    pub(crate) fn text(&mut self) -> Option<String> {
        let size = self.number()?;
        String::from_utf8(self.take(size)?.to_vec()).ok()
    }
}

/// Writes an unsigned LEB128 number.
pub(crate) fn put_number(bytes: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}

/// Writes a string after its length.
pub(crate) fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put_number(bytes, text.len());
    bytes.extend(text.as_bytes());
}
