//! Tests of programs as processes: what the programs under test are made with ([`stage`]), and what starts,
//! signals and judges them from outside ([`driver`]).

pub mod driver;
pub mod stage;
