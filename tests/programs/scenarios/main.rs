//! Scenarios made with the builder; the first argument says which.

mod calls;
mod closing;
mod drain;
mod forged;
mod forks;
mod groups;
mod handlers;
mod last_closes;
mod leaks;
mod limits;
mod opening;
mod shapes;
mod signals;
mod stuck;
mod tasks;
mod terminal;

fn main() {
    let name = std::env::args().nth(1).unwrap_or_default();
    match name.as_str() {
        "two_apps" => signals::two_apps(),
        "handler_before" => handlers::before(),
        "asked_before" => opening::asked_before(),
        "own_runtime" => signals::own_runtime(),
        "daemon_in_time" => forks::daemon_in_time(),
        "no_more_threads" => limits::no_more_threads(),
        "limited" => limits::limited(),
        _ => {}
    }
    let themes = [
        calls::app,
        tasks::app,
        groups::app,
        drain::app,
        forged::app,
        last_closes::app,
        forks::app,
        leaks::app,
        stuck::app,
        opening::app,
        closing::app,
        shapes::app,
        signals::app,
        handlers::app,
        terminal::app,
    ];
    match themes.iter().find_map(|theme| theme(&name)) {
        Some(app) => lifecycle_tests::stage::run(app),
        None => panic!("there is no scenario `{name}`"),
    }
}
