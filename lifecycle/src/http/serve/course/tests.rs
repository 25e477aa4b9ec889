use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::coop;
use tokio::time::timeout;

use super::*;
use crate::App;
use crate::http::serve::link::Server;
use crate::http::serve::options::Options;
use crate::http::serve::stage::Stages;

fn server() -> Arc<Server> {
    let shutdown = App::builder().build().unwrap().shutdown();
    let options = Options::new("http");
    let requests = shutdown.requests().clone();
    let (is_draining, is_cut) = (AtomicBool::new(false), AtomicBool::new(false));
    Arc::new(Server { shutdown, requests, options, is_draining, is_cut })
}

/// Uses up what the task may still do before tokio has it yield; waits then, with no waker registered anywhere.
fn use_up_the_budget(context: &mut Context<'_>) -> Poll<Result<(), ()>> {
    while coop::has_budget_remaining() {
        if let Poll::Ready(budget) = coop::poll_proceed(context) {
            budget.made_progress();
        }
    }
    Poll::Pending
}

/// Regression: the first poll of a connection that found tokio's budget used up was not registered for the next stage,
/// and the polls after it took it for registered. The connection heard neither of the draining nor of the cut.
#[tokio::test(start_paused = true)]
async fn a_connection_that_uses_up_its_budget_hears_of_the_next_stage() {
    let mut stages = Stages::new();
    let listening = stages.listen();
    let polls = Arc::new(AtomicUsize::new(0));
    let counted = polls.clone();
    let connection = tokio::spawn(async move {
        let link = Link::new(server());
        let mut course = Course::new(&link, listening, None);
        let turn = course.turn(|context| match counted.fetch_add(1, Ordering::Relaxed) {
            0 => use_up_the_budget(context),
            _ => Poll::Pending,
        });
        matches!(turn.await, Turn::Farewell)
    });
    // The yield that tokio asks for has come and gone; nothing but a new stage wakes the connection after that.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(polls.load(Ordering::Relaxed) >= 1);
    stages.set(Stage::Cut);
    let told = timeout(Duration::from_secs(60), connection).await;
    assert!(told.expect("it hears of the cut").expect("no panic"));
}
