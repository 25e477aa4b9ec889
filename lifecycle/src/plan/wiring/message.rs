//! Messages put together while the program is compiled.

/// Longest message; what goes beyond it is cut.
const MOST: usize = 1024;

/// A text that grows, for constants.
#[derive(Clone, Copy)]
pub(super) struct Message {
    bytes: [u8; MOST],
    len: usize,
}

impl Message {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; MOST], len: 0 }
    }

    /// Adds a text, whole or not at all, so that no character is cut in two.
    pub(super) const fn text(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        if text.len() > MOST - self.len {
            return self;
        }
        let mut at = 0;
        while at < text.len() {
            self.bytes[self.len] = text[at];
            self.len += 1;
            at += 1;
        }
        self
    }

    pub(super) const fn number(self, number: i32) -> Self {
        let mut digits = [0_u8; 10];
        let (mut rest, mut count) = (number.unsigned_abs(), 0);
        while rest > 0 || count == 0 {
            digits[count] = b'0' + (rest % 10) as u8;
            rest /= 10;
            count += 1;
        }
        let mut this = if number < 0 { self.text("-") } else { self };
        while count > 0 && this.len < MOST {
            count -= 1;
            this.bytes[this.len] = digits[count];
            this.len += 1;
        }
        this
    }

    pub(super) const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "the wiring is at fault",
        }
    }

    /// Fails the compilation, with this text at the caller's place.
    #[track_caller]
    pub(super) const fn fail(&self) -> ! {
        panic!("{}", self.as_str())
    }
}
