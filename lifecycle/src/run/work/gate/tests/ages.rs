//! The age that is told for the oldest entry, against a list of all entries and their times.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::super::ages::{Ages, GENERATIONS};
use super::super::{Busy, Gates, Pass};

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn busy(name: &'static str, count: usize, oldest: u64) -> Busy {
    Busy { name, count, oldest: seconds(oldest) }
}

#[test]
fn an_entry_that_a_look_has_seen_is_at_least_as_old_as_the_look() {
    let gates = Gates::new();
    let _first = gates.enter("http");
    assert_eq!(gates.busy(|| seconds(3)), [busy("http", 1, 0)]);
    let _second = gates.enter("grpc");
    assert_eq!(gates.busy(|| seconds(10)), [busy("http", 1, 7), busy("grpc", 1, 0)]);
    assert_eq!(gates.busy(|| seconds(11)), [busy("http", 1, 8), busy("grpc", 1, 1)]);
}

#[test]
fn when_the_oldest_goes_the_next_one_is_the_oldest() {
    let gates = Gates::new();
    let first = gates.enter("http");
    gates.look(|| seconds(1));
    let _second = gates.enter("http");
    gates.look(|| seconds(2));
    assert_eq!(gates.busy(|| seconds(9)), [busy("http", 2, 8)]);
    drop(first);
    assert_eq!(gates.busy(|| seconds(9)), [busy("http", 1, 7)]);
}

#[test]
fn a_generation_that_is_used_again_knows_nothing_of_the_last_time() {
    let gates = Gates::new();
    for turn in 0..1_000 {
        let pass = gates.enter("http");
        gates.look(|| seconds(10 * turn));
        assert_eq!(gates.busy(|| seconds(10 * turn + 3)), [busy("http", 1, 3)]);
        drop(pass);
        assert_eq!(gates.busy(|| seconds(10 * turn + 4)), []);
    }
}

#[test]
fn looks_without_entries_use_up_no_generation_and_make_no_entry_older() {
    let gates = Gates::new();
    let _stays = gates.enter("upload");
    (0..500).for_each(|second| gates.look(|| seconds(second)));
    let _comes = gates.enter("http");
    assert_eq!(gates.busy(|| seconds(500)), [busy("upload", 1, 500), busy("http", 1, 0)]);
}

#[test]
fn an_entry_after_the_closing_is_no_older_than_the_closing() {
    let gates = Gates::new();
    let accepted = gates.enter("http");
    gates.close(|| seconds(5));
    let _late = gates.enter("http");
    assert_eq!(gates.busy(|| seconds(8)), [busy("http", 2, 3)]);
    drop(accepted);
    assert_eq!(gates.busy(|| seconds(9)), [busy("http", 1, 1)]);
}

#[test]
fn the_oldest_of_all_names_is_the_first_of_equally_old_ones() {
    assert_eq!(Busy::oldest(&[]), None);
    let all = [busy("a", 1, 3), busy("b", 1, 7), busy("c", 1, 7)];
    assert_eq!(Busy::oldest(&all), Some(all[1]));
}

#[test]
fn with_all_generations_taken_the_present_one_goes_on() {
    let mut ages = Ages::new();
    assert_eq!(ages.next(seconds(1_000), &[true; GENERATIONS]), None);
    assert_eq!(ages.at_least(ages.present(), seconds(1_000)), Duration::ZERO);
    let mut occupied = [true; GENERATIONS];
    occupied[77] = false;
    assert_eq!(ages.next(seconds(1_001), &occupied), Some(77));
}

/// The moment at which a generation is over counts, and not one just before it.
#[test]
fn an_entry_just_after_the_clock_was_read_is_not_taken_for_older() {
    let (gates, now, inside) = (Gates::new(), Cell::new(Duration::ZERO), RefCell::new(Vec::new()));
    let clock = || {
        let read = now.replace(now.get() + seconds(1));
        inside.borrow_mut().push((now.get(), gates.enter("http")));
        read
    };
    for _ in 0..20 {
        clock();
        gates.look(clock);
        // One after the other, so that each is the oldest once.
        while !inside.borrow().is_empty() {
            let (oldest, _) = inside.borrow()[0];
            let said = gates.busy(|| now.get())[0].oldest;
            assert!(said <= now.get() - oldest, "{said:?} at {:?}, and it came in at {oldest:?}", now.get());
            inside.borrow_mut().remove(0);
        }
    }
}

/// Numbers that look random and are the same in every run.
struct Dice(Cell<u64>);

impl Dice {
    fn below(&self, end: u64) -> u64 {
        let mut state = self.0.get();
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        self.0.set(state);
        state % end
    }
}

/// The gates, and beside them a list of the entries with their times, and of all looks.
struct Model {
    gates: Gates,
    now: Duration,
    inside: RefCell<Vec<(&'static str, Duration, Pass)>>,
    looks: Vec<Duration>,
    closed: bool,
    /// The greatest age that an entry has reached.
    greatest: Duration,
}

impl Model {
    fn new() -> Model {
        Model {
            gates: Gates::new(),
            now: Duration::ZERO,
            inside: RefCell::default(),
            looks: vec![Duration::ZERO],
            closed: false,
            greatest: Duration::ZERO,
        }
    }

    fn enter(&self, name: &'static str, accepted: bool) {
        let pass = if accepted { Some(self.gates.enter(name)) } else { self.gates.try_enter(name) };
        assert_eq!(pass.is_some(), accepted || !self.closed);
        self.inside.borrow_mut().extend(pass.map(|pass| (name, self.now, pass)));
    }

    fn close(&mut self) {
        self.gates.close(|| self.now);
        self.closed = true;
    }

    fn look(&mut self) {
        self.gates.look(|| self.now);
        self.looks.push(self.now);
    }

    /// Compares what is said with the list. `slack`: what part of the greatest age may be missing besides.
    fn read(&mut self, slack: f64) {
        let said = self.gates.busy(|| self.now);
        self.looks.push(self.now);
        let mut names: HashMap<&str, (usize, Duration)> = HashMap::new();
        for (name, start, _) in self.inside.borrow().iter() {
            let (count, oldest) = names.entry(name).or_insert((0, *start));
            *count += 1;
            *oldest = (*oldest).min(*start);
        }
        assert_eq!(said.len(), names.len());
        for busy in said {
            let (count, start) = names[busy.name];
            assert_eq!(busy.count, count);
            let age = self.now - start;
            self.greatest = self.greatest.max(age);
            let missing = self.gap(start) + self.greatest.mul_f64(slack);
            assert!(busy.oldest <= age, "{} is {age:?} old, and not {:?}", busy.name, busy.oldest);
            assert!(busy.oldest + missing >= age, "{} is {age:?} old, and not only {:?}", busy.name, busy.oldest);
        }
    }

    /// The time between the last look before that moment and the first one after it.
    fn gap(&self, start: Duration) -> Duration {
        let after = self.looks.partition_point(|&look| look < start);
        let before = self.looks[after.saturating_sub(1)];
        // An entry at the moment of a look may have come before it or after it.
        let behind = self.looks.partition_point(|&look| look <= start);
        self.looks.get(behind).copied().unwrap_or(self.now) - before
    }
}

const NAMES: [&str; 3] = ["http", "grpc", "upload"];

/// As long as there are free generations, what is missing is only the time between two looks.
#[test]
fn the_age_is_never_too_high_and_never_too_low_by_more_than_the_time_between_two_looks() {
    for seed in 1_u64..=50 {
        let dice = Dice(Cell::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        let mut model = Model::new();
        for _ in 0..400 {
            model.now += Duration::from_millis(dice.below(3) * dice.below(900));
            let name = NAMES[dice.below(3) as usize];
            let inside = model.inside.borrow().len() as u64;
            match dice.below(12) {
                0..4 if inside < 60 => model.enter(name, dice.below(3) == 0),
                4..7 if inside > 0 => drop(model.inside.borrow_mut().swap_remove(dice.below(inside) as usize)),
                7..9 => model.look(),
                9 if dice.below(60) == 0 => model.close(),
                _ => model.read(0.0),
            }
        }
    }
}

/// An entry every ten seconds for a day; for hours none leaves, and then mostly the oldest do.
#[test]
fn with_work_that_hardly_ever_ends_ages_are_an_eighth_too_low_at_most() {
    let dice = Dice(Cell::new(7));
    let mut model = Model::new();
    for turn in 0..8_640 {
        model.now = seconds(10 * turn);
        model.enter(NAMES[dice.below(3) as usize], false);
        let inside = model.inside.borrow().len() as u64;
        if turn > 2_000 && dice.below(10) < 9 {
            // Mostly an old one.
            let oldest = dice.below(inside).min(dice.below(inside)) as usize;
            drop(model.inside.borrow_mut().remove(oldest));
        }
        if turn % 10 == 5 { model.read(0.125) } else { model.look() }
    }
}

/// When an entry was inside: the moments before it entered and after it had left.
type Visits = Vec<(Duration, Duration)>;

/// Every age that is told while threads enter and leave belongs to an entry that was inside then and at least that old.
#[test]
fn an_age_told_while_threads_enter_and_leave_is_that_of_some_entry() {
    let (gates, began, over) = (Gates::new(), Instant::now(), AtomicBool::new(false));
    let visits = |seed: u64| -> Visits {
        let dice = Dice(Cell::new(seed));
        let (mut held, mut visits) = (Vec::new(), Vec::new());
        while !over.load(Ordering::Relaxed) && visits.len() < 50_000 {
            held.push((began.elapsed(), gates.enter("http")));
            while dice.below(held.len() as u64 + 4) >= 4 {
                let (start, pass) = held.swap_remove(dice.below(held.len() as u64) as usize);
                drop(pass);
                visits.push((start, began.elapsed()));
            }
        }
        visits.extend(held.into_iter().map(|(start, pass)| {
            drop(pass);
            (start, began.elapsed())
        }));
        visits
    };
    let (said, visits) = thread::scope(|scope| {
        let threads = [1, 2].map(|seed| scope.spawn(move || visits(seed)));
        let mut said = Vec::new();
        for _ in 0..1_000 {
            let before = began.elapsed();
            let oldest = gates.busy(|| began.elapsed()).first().map(|busy| busy.oldest);
            said.extend(oldest.map(|oldest| (before, oldest, began.elapsed())));
        }
        over.store(true, Ordering::Relaxed);
        (said, threads.map(|thread| thread.join().unwrap()))
    });
    for (before, oldest, after) in said {
        // They are in the order in which they ended.
        let inside = |visits: &Visits| visits.partition_point(|&(_, end)| end < before);
        let is_true = |visits: &Visits| visits[inside(visits)..].iter().any(|&(start, _)| start + oldest <= after);
        assert!(visits.iter().any(is_true), "no entry was {oldest:?} old at {after:?}");
    }
    assert_eq!(gates.total(), 0);
}
