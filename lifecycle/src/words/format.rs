//! The forms in which a program describes itself.

use std::fmt;
use std::str::FromStr;

/// A form in which a program describes its wiring and its stop plan.
///
/// Its name is what `LIFECYCLE_DESCRIBE` takes: `text`, `json`, `mermaid` or `dot`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// For a terminal: a line per component, then the start and the stop in their order.
    Text,
    /// For programs. Durations are seconds.
    Json,
    /// A flowchart for <https://mermaid.js.org>, which many places that show Markdown draw by themselves.
    Mermaid,
    /// A graph for Graphviz.
    Dot,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 4] = [Format::Text, Format::Json, Format::Mermaid, Format::Dot];

    /// The name that the environment variable takes.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
            Format::Mermaid => "mermaid",
            Format::Dot => "dot",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no [`Format`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFormat(String);

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let legal = Format::ALL.map(Format::name);
        write!(f, "there is no format `{}`; the formats are {}", self.0, legal.join(", "))
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Format::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| UnknownFormat(text.to_owned()))
    }
}
