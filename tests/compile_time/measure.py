#!/usr/bin/env python3
"""What annotated components cost the compiler.

Generates programs with so many components, half of them resources that need each other and half of them tasks, in
three ways: with the attributes, with the same registered by hand through the builder, and as a plain tokio program
without lifecycle. Builds each several times, taking turns, and prints the medians of the processor time that the
compiler used for that crate alone, over what it uses for one without components.

    tests/compile_time/measure.py [--counts 50,100,200] [--runs 5] [--dir DIR] [--only check]
"""

import argparse
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
WAYS = ["attributes", "by hand", "plain tokio"]
MANIFEST = """[package]
name = "{name}"
version = "0.0.0"
edition = "2024"

[dependencies]
lifecycle = {{ path = "{root}/lifecycle" }}
tokio = {{ version = "1", features = ["macros", "rt-multi-thread", "signal", "sync", "time"] }}
tokio-util = {{ version = "0.7", features = ["rt"] }}

[workspace]

[profile.dev]
debug = "line-tables-only"
"""


def needs(at):
    """The resources that a resource takes: up to three, over paths of up to some twenty."""
    return sorted({parent for parent in (at - 5, at // 2, at // 3) if 0 <= parent < at})


def resources_and_tasks(count):
    return range(count // 2), range(count - count // 2)


def attributes(count):
    resources, tasks = resources_and_tasks(count)
    out = ["use lifecycle::{Res, Shutdown, cooperative_task, resource};", FOREIGN]
    for at in resources:
        out.append(f'#[resource(open = "open", close = "close", priority = 0)]\n{resource_item(at, "Res")}')
    for at in tasks:
        option = "#[cooperative_task(interval = \"30s\")]" if at % 2 else "#[cooperative_task(priority = 5)]"
        out.append(f"{option}\n{task_item(at, len(resources), 'Res')}")
    out.append(
        '#[lifecycle::main(timeout = "30s")]\nasync fn main(shutdown: Shutdown) { shutdown.requested().await; }'
    )
    return "\n".join(out)


def by_hand(count):
    resources, tasks = resources_and_tasks(count)
    out = ["use lifecycle::{App, Res, Resource, ResourceSpec, Shutdown, TaskSpec};", FOREIGN]
    for at in resources:
        out.append(f"{resource_item(at, 'Res')}\nimpl Resource for R{at} {{}}")
    for at in tasks:
        out.append(task_item(at, len(resources), "Res"))
    out.append("fn main() {\n    App::builder()")
    for at in resources:
        close = f"|it: R{at}| async move {{ it.close().await }}"
        out.append(f'        .resource(ResourceSpec::new("r{at}", R{at}::open).close({close}).priority(0))')
    for at in tasks:
        option = ".interval(std::time::Duration::from_secs(30))" if at % 2 else ".priority(5)"
        out.append(f'        .task(TaskSpec::new("t{at}", t{at}){option})')
    out.append('        .task(TaskSpec::new("main", |shutdown: Shutdown| async move { shutdown.requested().await }))')
    out.append("        .run_process()\n}")
    return "\n".join(out)


def plain_tokio(count):
    resources, tasks = resources_and_tasks(count)
    out = ["use std::sync::Arc;\nuse tokio_util::sync::CancellationToken as Shutdown;", FOREIGN]
    for at in resources:
        out.append(resource_item(at, "Arc"))
    for at in tasks:
        out.append(task_item(at, len(resources), "Arc"))
    out.append("#[tokio::main]\nasync fn main() {\n    let token = Shutdown::new();\n    let mut all: Vec<tokio::task::JoinHandle<Result<(), String>>> = Vec::new();")
    for at in resources:
        arguments = ", ".join(f"r{need}.clone()" for need in needs(at))
        out.append(f'    let r{at} = Arc::new(R{at}::open({arguments}).await.expect("r{at}"));')
    for at in tasks:
        takes = [f"r{need}.clone()" for need in task_needs(at, len(resources))]
        loop = PERIODIC if at % 2 else PLAIN
        arguments = ", ".join(["token.clone()"] * (not at % 2) + takes)
        out.append(loop.format(at=at, arguments=arguments))
    out.append("    let _ = tokio::signal::ctrl_c().await;\n    token.cancel();")
    out.append("    for task in all { let _ = task.await; }")
    for at in reversed(resources):
        out.append(f"    if let Some(it) = Arc::into_inner(r{at}) {{ let _ = it.close().await; }}")
    out.append("}")
    return "\n".join(out)


PLAIN = "    all.push(tokio::spawn(t{at}({arguments})));"
PERIODIC = """    all.push({{
        let (token, mut ticks) = (token.clone(), tokio::time::interval(std::time::Duration::from_secs(30)));
        let task = {{ let args = ({arguments},); move || args.clone() }};
        tokio::spawn(async move {{
            loop {{
                tokio::select! {{
                    () = token.cancelled() => break,
                    _ = ticks.tick() => {{}}
                }}
                let args = task();
                let _ = run{at}(args).await;
            }}
            Ok(())
        }})
    }});"""
FOREIGN = "pub async fn work(input: usize) -> Result<usize, String> { tokio::task::yield_now().await; Ok(input + 1) }"


def resource_item(at, handle):
    takes = [f"a{need}: {handle}<R{need}>" for need in needs(at)]
    sums = " + ".join([f"a{need}.value" for need in needs(at)] or ["1"])
    fields = "".join(f"    pub a{need}: {handle}<R{need}>,\n" for need in needs(at))
    given = "".join(f"a{need}, " for need in needs(at))
    return f"""pub struct R{at} {{
    pub value: usize,
{fields}}}
impl R{at} {{
    async fn open({", ".join(takes)}) -> Result<Self, String> {{
        let value = work({sums}).await?;
        Ok(Self {{ value, {given}}})
    }}
    async fn close(self) -> Result<(), String> {{
        work(self.value).await?;
        Ok(())
    }}
}}"""


def task_needs(at, resources):
    return sorted({at % resources, at * 7 % resources})


def task_item(at, resources, handle):
    takes = [f"a{need}: {handle}<R{need}>" for need in task_needs(at, resources)]
    sums = " + ".join(f"a{need}.value" for need in task_needs(at, resources))
    if at % 2:
        extra = ""
        if handle == "Arc":
            types = ", ".join(f"Arc<R{need}>" for need in task_needs(at, resources))
            fields = ", ".join(f"args.{field}" for field in range(len(takes)))
            extra = f"\nasync fn run{at}(args: ({types},)) -> Result<(), String> {{ t{at}({fields}).await }}"
        return f"async fn t{at}({', '.join(takes)}) -> Result<(), String> {{ work({sums}).await?; Ok(()) }}{extra}"
    until = (
        "while shutdown.until_draining(work(1)).await.is_some()"
        if handle == "Res"
        else "while shutdown.run_until_cancelled(work(1)).await.is_some()"
    )
    takes = ", ".join(["shutdown: Shutdown"] + takes)
    return f"""async fn t{at}({takes}) -> Result<(), String> {{
    {until} {{ work({sums}).await?; }}
    Ok(())
}}"""


GENERATE = {"attributes": attributes, "by hand": by_hand, "plain tokio": plain_tokio}


class Program:
    """A generated crate. All share one target folder, so that dependencies are built once."""

    def __init__(self, folder, way, count):
        self.way, self.count = way, count
        name = f"{way.replace(' ', '_')}_{count}"
        self.path = folder / name
        (self.path / "src").mkdir(parents=True, exist_ok=True)
        (self.path / "Cargo.toml").write_text(MANIFEST.format(name=name, root=ROOT))
        lock = self.path / "Cargo.lock"
        if not lock.exists():
            lock.write_bytes((ROOT / "Cargo.lock").read_bytes())
        self.main = self.path / "src" / "main.rs"
        self.main.write_text("#![allow(unused)]\n" + GENERATE[way](count) + "\n")

    def cost(self, command, target):
        """Processor seconds, user and system, of one build of this crate from scratch."""
        os.utime(self.main)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        environment = dict(os.environ, CARGO_TARGET_DIR=str(target), CARGO_INCREMENTAL="0")
        subprocess.run(
            ["cargo", command, "--quiet", "--jobs", "1"], cwd=self.path, env=environment, check=True
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(programs, command, runs, target):
    for program in programs:
        program.cost(command, target)
    costs = {program: [] for program in programs}
    for _ in range(runs):
        for program in programs:
            costs[program].append(program.cost(command, target))
    return {(program.way, program.count): statistics.median(costs[program]) for program in programs}


def table(command, counts, medians):
    print(f"\n`cargo {command}`, processor seconds over an empty program:\n")
    print("| components | attributes | by hand | attributes / by hand | plain tokio |")
    print("|---|---|---|---|---|")
    for count in counts:
        ours, hand, plain = (medians[way, count] - medians[way, 0] for way in WAYS)
        print(f"| {count} | {ours:.2f} | {hand:.2f} | {ours / hand:.2f} | {plain:.2f} |")
    empty = ", ".join(f"{way} {medians[way, 0]:.2f}" for way in WAYS)
    print(f"\nEmpty: {empty}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", default="50,100,200")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--dir", type=pathlib.Path)
    parser.add_argument("--only", choices=["check", "build"])
    arguments = parser.parse_args()
    counts = [int(count) for count in arguments.counts.split(",")]
    folder = arguments.dir or pathlib.Path(tempfile.mkdtemp(prefix="compile-time-"))
    programs = [Program(folder, way, count) for count in [0, *counts] for way in WAYS]
    for command in [arguments.only] if arguments.only else ["check", "build"]:
        table(command, counts, measure(programs, command, arguments.runs, folder / "target"))
        sys.stdout.flush()


main()
