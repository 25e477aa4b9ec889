#[allow(dead_code)]
fn sweep<T>(db: &Res<Database>) {}
::core::compile_error! {
    "task `sweep`: unknown option `prioritiy` for #[cooperative_task]; did you mean `priority`? legal: name, priority, interval, initial_delay, jitter, missed, timeout, on_shutdown, stop_timeout, restart, backoff, max_restarts, critical, failure_threshold, on_failure, on_recovery, blocking, local, instances, tags, unstoppable, traced, crate"
}
::core::compile_error! {
    "task `sweep`: `interval` is zero; leave it out for a task that runs once"
}
::core::compile_error! {
    "task `sweep`: `restart` has no meaning with `interval`, since a failed tick is followed by the next one; remove it"
}
::core::compile_error! {
    "task `sweep`: it cannot be generic, since there is no caller to choose the types; write one function per type, which calls a generic one"
}
::core::compile_error! {
    "task `sweep`: parameters are handed over by value, not as `&Res<Database>`; write `Res<Database>`"
}
::core::compile_error! {
    "task `sweep`: it is not async; add `async`, and `.await` what takes time in it"
}
