//! The command line.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use localzure::hooks::{Hooks, When};
use localzure::{Config, Service};

pub(crate) const USAGE: &str = "\
usage: localzure [--port N] [--admin-port N] [--data DIR] [--hook WHEN=COMMAND]… [--fail SERVICE]
       localzure --demo

  --port N             where blobs and queues are served; 0 is any free port; default: 10000
  --admin-port N       a further port, for probes only, which answers to the end of a shutdown
  --data DIR           where everything is kept; default: localzure-data
  --hook WHEN=COMMAND  a command for the shell, to be run when the emulator is `ready`, or when a phase
                       of its shutdown begins: announce (in which it still takes requests, for a second),
                       stop_new_work, complete_current, cancel_tasks, force_cleanup. It finds
                       LOCALZURE_URL, LOCALZURE_WHEN and LOCALZURE_REASON
  --fail SERVICE       lets store, blobs, queues or gateway fail while it opens
  --demo               stops an emulator under load, once by SIGTERM and once by SIGKILL, and shows
                       that all is there that it said it had kept
  --help               this text

For example:
  curl -X PUT localhost:10000/blob/photos
  curl -X PUT localhost:10000/blob/photos/cat.jpg --data-binary @cat.jpg
  curl -X PUT localhost:10000/queue/jobs
  curl localhost:10000/queue/jobs/messages -d 'scale cat.jpg'
  curl localhost:10000/queue/jobs/messages?visibilitytimeout=5
  curl localhost:10001/lifecycle              (with --admin-port 10001)

RUST_LOG=debug says more, LIFECYCLE_REPORT=stderr shows the report of every shutdown.
";

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Wish {
    Serve(Config, Hooks),
    Demo,
    Help,
}

/// Reads the arguments after the program's name.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Wish, String> {
    let mut arguments = arguments.into_iter();
    let (mut config, mut hooks) = (Config::default(), Hooks::new());
    while let Some(argument) = arguments.next() {
        let option = argument.to_str().unwrap_or_default();
        match option {
            "--help" | "-h" => return Ok(Wish::Help),
            "--demo" => return Ok(Wish::Demo),
            "--port" => config.listen = local(read(option, arguments.next())?),
            "--admin-port" => config.admin = Some(local(read(option, arguments.next())?)),
            "--data" => config.data = arguments.next().ok_or("--data needs a folder")?.into(),
            "--fail" => config.fail = Some(read::<Service>(option, arguments.next())?),
            "--hook" => {
                let hook: Hook = read(option, arguments.next())?;
                hooks = hooks.command(hook.when, hook.command);
            }
            _ => return Err(format!("{argument:?} is not an option of localzure")),
        }
    }
    Ok(Wish::Serve(config, hooks))
}

fn read<T: FromStr<Err: std::fmt::Display>>(option: &str, value: Option<OsString>) -> Result<T, String> {
    let value = value.ok_or_else(|| format!("{option} needs a value"))?;
    let text = value.to_str().ok_or_else(|| format!("{option}: {value:?} is not UTF-8"))?;
    text.parse().map_err(|error| format!("{option} {text}: {error}"))
}

fn local(port: u16) -> SocketAddr {
    (IpAddr::from(Ipv4Addr::LOCALHOST), port).into()
}

struct Hook {
    when: When,
    command: String,
}

impl FromStr for Hook {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (when, command) = text.split_once('=').ok_or("it has the form WHEN=COMMAND")?;
        let when = when.parse().map_err(|error| format!("{error}; or `ready`"))?;
        Ok(Self { when, command: command.to_owned() })
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
        let line = "--port 0 --admin-port 7 --data here --fail queues --hook ready=true --hook stop_new_work=a=b";
        let Ok(Wish::Serve(config, hooks)) = parsed(line) else { panic!("{line} is not understood") };
        assert_eq!((config.listen.port(), config.admin.unwrap().port()), (0, 7));
        assert_eq!((config.data.to_str(), config.fail), (Some("here"), Some(Service::Queues)));
        assert_eq!(format!("{hooks:?}"), r#"["ready hook: true", "stop_new_work hook: a=b"]"#);
        assert!(matches!(parsed("--demo"), Ok(Wish::Demo)));
        assert!(matches!(parsed("--port 1 --help"), Ok(Wish::Help)));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (line, part) in [
            ("--prot 1", "--prot"),
            ("--port", "--port needs"),
            ("--port 65536", "65536"),
            ("--data", "--data needs"),
            ("--fail tables", "there is no service `tables`"),
            ("--hook ready", "WHEN=COMMAND"),
            ("--hook steady=true", "there is no phase `steady`"),
        ] {
            let error = parsed(line).unwrap_err();
            assert!(error.contains(part), "{line}: {error}");
        }
    }
}
