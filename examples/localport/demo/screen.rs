//! What the demo shows: steps, and on a terminal a bar that moves.

use std::io::{IsTerminal, Write, stdout};

const BAR: usize = 20;
/// Where the text of a step begins.
const INDENT: &str = "            ";
/// Where a quotation begins: further to the left, since its lines are long.
const QUOTE: &str = "    | ";

pub(crate) struct Screen {
    terminal: bool,
    colours: bool,
}

/// What a part of the text is, for its colour.
#[derive(Clone, Copy)]
enum Tone {
    Label,
    Faint,
    Good,
    Bad,
}

impl Tone {
    const fn code(self) -> &'static str {
        match self {
            Tone::Label => "1;36",
            Tone::Faint => "2",
            Tone::Good => "1;32",
            Tone::Bad => "1;31",
        }
    }
}

impl Screen {
    /// No colours and no moving bar when stdout is no terminal; no colours when `NO_COLOR` is set.
    pub(crate) fn new() -> Self {
        let terminal = stdout().is_terminal();
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self { terminal, colours: terminal && !refused }
    }

    pub(crate) fn title(&self, text: &str) {
        write(&format!("\n{}\n\n", self.paint(Tone::Label, text)));
    }

    /// A line with a label.
    pub(crate) fn step(&self, label: &str, text: &str) {
        let label = self.paint(Tone::Label, &format!("{label:<8}"));
        write(&format!("  {label}  {text}\n"));
    }

    /// Draws the bar, in the place of the one before; nothing where nothing can move.
    pub(crate) fn live(&mut self, progress: &(f64, String)) {
        if self.terminal {
            write(&format!("\r{}\x1b[K", bar(progress)));
        }
    }

    /// Draws the bar for the last time.
    pub(crate) fn settle(&mut self, progress: &(f64, String)) {
        self.live(progress);
        write(&if self.terminal { "\n".to_owned() } else { format!("{}\n", bar(progress)) });
    }

    /// What another program printed.
    pub(crate) fn quote(&self, text: &str) {
        for line in text.lines() {
            write(&format!("{}\n", self.paint(Tone::Faint, &format!("{QUOTE}{}", line.trim_end()))));
        }
    }

    pub(crate) fn verdict(&self, good: bool, text: &str) {
        write(&format!("\n  {}\n\n", self.paint(if good { Tone::Good } else { Tone::Bad }, text)));
    }

    fn paint(&self, tone: Tone, text: &str) -> String {
        if self.colours { format!("\x1b[{}m{text}\x1b[0m", tone.code()) } else { text.to_owned() }
    }
}

fn bar((part, text): &(f64, String)) -> String {
    let full = ((part * BAR as f64) as usize).min(BAR);
    format!("{INDENT}[{}{}] {text}", "#".repeat(full), "-".repeat(BAR - full))
}

/// A reader that went away is no reason to stop.
fn write(text: &str) {
    let mut stdout = stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

/// Bytes, for people.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{:.0} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (bytes, text) in [(0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (3 << 19, "1.5 MiB")] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn the_bar_is_as_long_at_any_moment() {
        let lengths = [0.0, 0.5, 1.0, 1.1].map(|part| bar(&(part, String::new())).len());
        assert_eq!(lengths, [lengths[0]; 4]);
    }
}
