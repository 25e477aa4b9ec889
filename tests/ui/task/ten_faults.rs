#[lifecycle::cooperative_task(prioritiy = 5, interval = "0s", timeout = 5, missed = "skipp", tags = ["a", "a"], restart = 1)]
fn sweep<T>(_: &u32) -> ! {
    loop {}
}

fn main() {}
