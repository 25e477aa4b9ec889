//! What the operator wants: read and checked before anything opens, every fault with its line.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::path::{Path, PathBuf};

use lifecycle::Resource;
use serde::Deserialize;
use toml::Spanned;

/// The name of the file that is read when none is given.
pub(crate) const USUAL_FILE: &str = "localport.toml";

/// The whole configuration. It exists before the program starts, so it is handed to the builder as a value.
#[derive(Debug, PartialEq)]
pub(crate) struct Config {
    pub(crate) forwards: Vec<Forward>,
    /// The command of the cluster-health task, and its arguments.
    pub(crate) cluster: Option<Vec<String>>,
    pub(crate) journal: PathBuf,
    pub(crate) keep_days: u32,
}

impl Resource for Config {}

/// One `[[forward]]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Forward {
    pub(crate) name: String,
    pub(crate) listen: SocketAddr,
    pub(crate) upstream: Upstream,
}

/// Where a forward leads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Upstream {
    /// To the server that localport brings along.
    Demo,
    /// To `host:port`.
    Address(String),
}

impl Config {
    /// Reads the file at `path`; without one the usual file, or, if that does not exist either, what the demo
    /// needs.
    pub(crate) fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        let (path, required) = (path.unwrap_or(Path::new(USUAL_FILE)), path.is_some());
        match std::fs::read_to_string(path) {
            Ok(text) => parse(&text).map_err(|faults| ConfigError::Faults { path: path.to_owned(), faults }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !required => Ok(Self::of_demo()),
            Err(error) => Err(ConfigError::Unreadable { path: path.to_owned(), error }),
        }
    }

    fn of_demo() -> Self {
        Self {
            forwards: vec![Forward { name: "demo".to_owned(), listen: any_port(), upstream: Upstream::Demo }],
            cluster: Some(vec!["uname".to_owned(), "-sr".to_owned()]),
            journal: usual_journal(),
            keep_days: usual_days(),
        }
    }
}

/// Why there is no configuration.
#[derive(Debug)]
pub(crate) enum ConfigError {
    Unreadable { path: PathBuf, error: std::io::Error },
    Faults { path: PathBuf, faults: Vec<Fault> },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, error } => writeln!(f, "{}: {error}", path.display()),
            Self::Faults { path, faults } => faults.iter().try_for_each(|fault| {
                let Fault { line, column, text } = fault;
                writeln!(f, "{}:{line}:{column}: {text}", path.display())
            }),
        }
    }
}

/// One thing that is wrong in the file; line and column count from 1.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) text: String,
}

/// The file as it stands, before its values are looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    forward: Vec<RawForward>,
    cluster: Option<Cluster>,
    journal: Option<Journal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawForward {
    name: Option<Spanned<String>>,
    listen: Option<Spanned<String>>,
    upstream: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cluster {
    command: Spanned<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Journal {
    #[serde(default = "usual_journal")]
    path: PathBuf,
    #[serde(default = "usual_days")]
    keep_days: u32,
}

fn usual_journal() -> PathBuf {
    "localport.sqlite".into()
}

fn usual_days() -> u32 {
    7
}

fn any_port() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

fn parse(text: &str) -> Result<Config, Vec<Fault>> {
    let mut faults = Faults { text, list: Vec::new() };
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            faults.push(error.span().unwrap_or(0..0), error.message().to_owned());
            return Err(faults.list);
        }
    };
    if file.forward.is_empty() {
        faults.push(0..0, "there is no [[forward]] in it, so there is nothing to do".to_owned());
    }
    let mut forwards = Vec::new();
    for (index, raw) in file.forward.into_iter().enumerate() {
        let forward = check_forward(index, raw, &forwards, &mut faults);
        forwards.push(forward);
    }
    let journal = file.journal.unwrap_or_else(|| Journal { path: usual_journal(), keep_days: usual_days() });
    let cluster = file.cluster.map(|cluster| check_command(cluster.command, &mut faults));
    let config = Config { forwards, cluster, journal: journal.path, keep_days: journal.keep_days };
    if faults.list.is_empty() { Ok(config) } else { Err(faults.list) }
}

/// Gives a forward in any case, so that the ones after it are looked at as well.
fn check_forward(index: usize, raw: RawForward, before: &[Forward], faults: &mut Faults<'_>) -> Forward {
    let name = match raw.name {
        Some(name) => check_name(name, before, faults),
        None => format!("forward-{}", index + 1),
    };
    let listen = match raw.listen {
        Some(listen) => check_listen(&listen, before, faults),
        None => any_port(),
    };
    Forward { name, listen, upstream: check_upstream(raw.upstream, faults) }
}

fn check_name(name: Spanned<String>, before: &[Forward], faults: &mut Faults<'_>) -> String {
    let span = name.span();
    let name = name.into_inner();
    if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c.is_control()) {
        faults.push(span, format!("{name:?} cannot be a name; use a word such as \"web\""));
    } else if before.iter().any(|forward| forward.name == name) {
        faults.push(span, format!("there is a forward {name:?} already; each needs a name of its own"));
    }
    name
}

fn check_listen(listen: &Spanned<String>, before: &[Forward], faults: &mut Faults<'_>) -> SocketAddr {
    let Ok(address) = listen.get_ref().parse::<SocketAddr>() else {
        let text =
            format!("{:?} is not an address and a port, such as \"127.0.0.1:8080\" or \"[::1]:0\"", listen.get_ref());
        faults.push(listen.span(), text);
        return any_port();
    };
    if let Some(other) = before.iter().find(|forward| address.port() != 0 && forward.listen == address) {
        faults.push(listen.span(), format!("forward {:?} listens on {address} already", other.name));
    }
    address
}

fn check_upstream(upstream: Spanned<String>, faults: &mut Faults<'_>) -> Upstream {
    let span = upstream.span();
    let upstream = upstream.into_inner();
    if upstream == "demo" {
        return Upstream::Demo;
    }
    let port = upstream.rsplit_once(':').filter(|(host, _)| !host.is_empty()).map(|(_, port)| port.parse::<u16>());
    if !matches!(port, Some(Ok(1..))) {
        faults.push(span, format!("{upstream:?} is not \"host:port\", nor \"demo\""));
    }
    Upstream::Address(upstream)
}

fn check_command(command: Spanned<Vec<String>>, faults: &mut Faults<'_>) -> Vec<String> {
    if command.get_ref().first().is_none_or(String::is_empty) {
        faults.push(command.span(), "the command is empty; name a program, or leave out [cluster]".to_owned());
    }
    command.into_inner()
}

struct Faults<'t> {
    text: &'t str,
    list: Vec<Fault>,
}

impl Faults<'_> {
    fn push(&mut self, span: Range<usize>, text: String) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
        self.list.push(Fault { line, column, text });
    }
}

#[cfg(test)]
mod tests;
