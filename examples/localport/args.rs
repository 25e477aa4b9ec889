//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

pub(crate) const USAGE: &str = "\
usage: localport [--config PATH]
       localport --demo

  --config PATH   the forwards; default: localport.toml if there is one here,
                  else one forward to an upstream that localport brings along
  --demo          sends real traffic through a localport of its own, stops it in the
                  middle with SIGTERM, and shows what became of the transfers
  --help          this text

The file:
  [[forward]]
  name = \"web\"                              # default: forward-1, forward-2, …
  listen = \"127.0.0.1:8080\"                 # default: 127.0.0.1:0, any free port
  upstream = \"example.org:80\"               # or \"demo\"

  [cluster]
  command = [\"kubectl\", \"get\", \"nodes\"]     # every 4 minutes; default: none

  [journal]
  path = \"localport.sqlite\"                 # an SQLite file
  keep_days = 7

RUST_LOG=debug says more, LIFECYCLE_REPORT=stderr shows the report of every shutdown.
";

/// What the command line asks for.
#[derive(Debug, PartialEq)]
pub(crate) enum Wish {
    Serve { config: Option<PathBuf> },
    Demo,
    Help,
}

/// Reads the arguments after the program's name.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Wish, String> {
    let mut arguments = arguments.into_iter();
    let mut config = None;
    let mut demo = false;
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--help" | "-h") => return Ok(Wish::Help),
            Some("--demo") => demo = true,
            Some("--config") if config.is_some() => return Err("--config is given twice".to_owned()),
            Some("--config") => match arguments.next() {
                Some(path) => config = Some(PathBuf::from(path)),
                None => return Err("--config needs a path".to_owned()),
            },
            _ => return Err(format!("{argument:?} is not an option of localport")),
        }
    }
    match (demo, config) {
        (true, Some(_)) => Err("--demo brings its own configuration; leave out --config".to_owned()),
        (true, None) => Ok(Wish::Demo),
        (false, config) => Ok(Wish::Serve { config }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Wish, String> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn every_wish_has_its_words() {
        assert_eq!(parsed(""), Ok(Wish::Serve { config: None }));
        assert_eq!(parsed("--config a.toml"), Ok(Wish::Serve { config: Some("a.toml".into()) }));
        assert_eq!(parsed("--demo"), Ok(Wish::Demo));
        assert_eq!(parsed("--demo --help"), Ok(Wish::Help));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (line, part) in [
            ("--confg a", "--confg"),
            ("--config", "needs a path"),
            ("--config a --config b", "twice"),
            ("--demo --config a", "--demo"),
        ] {
            let error = parsed(line).unwrap_err();
            assert!(error.contains(part), "{line}: {error}");
        }
    }
}
