//! axum and SQLite: a guest book that loses no entry.
//!
//! ```sh
//! cargo run -p lifecycle-examples --bin web
//! curl -d 'I was here' localhost:8080/entries
//! curl localhost:8080/entries
//! curl localhost:9000/readyz
//! curl localhost:9000/lifecycle
//! ```
//!
//! `GUESTBOOK_PORT`, `GUESTBOOK_PROBES_PORT` and `GUESTBOOK_FILE` say where it listens and what it writes. A port that is
//! taken, or a file that cannot be opened, ends it with 69 before anything is served. Requests that are under way when it
//! is asked to stop are answered, then the port closes, then the file.

use std::ops::Deref;
use std::time::Duration;
use std::{env, io};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use lifecycle::{BoxError, Res, Shutdown, cooperative_task, resource};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use tokio::net::TcpListener;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS entry (number INTEGER PRIMARY KEY, text TEXT NOT NULL)";

/// The port. It is bound before any task starts, so no client has to wait for a server that is not there yet.
#[resource(open = "bind")]
struct Http(TcpListener);

impl Http {
    async fn bind() -> Result<Self, BoxError> {
        listen("GUESTBOOK_PORT", "8080").await.map(Self)
    }
}

/// A listener on the port that the variable says.
async fn listen(variable: &str, default: &str) -> Result<TcpListener, BoxError> {
    let port: u16 = env::var(variable).as_deref().unwrap_or(default).parse()?;
    Ok(TcpListener::bind(("127.0.0.1", port)).await?)
}

/// What lets the server take a `Res<Http>` for a listener.
impl Deref for Http {
    type Target = TcpListener;

    fn deref(&self) -> &TcpListener {
        &self.0
    }
}

/// The file. Closing the pool is what makes its connections end, so it closes as a `shared` resource.
#[resource(open = "open", close = "close", shared = true)]
struct Guestbook(SqlitePool);

impl Guestbook {
    async fn open() -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(env::var_os("GUESTBOOK_FILE").unwrap_or_else(|| "guestbook.sqlite".into()))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An entry that was acknowledged is on the disk.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(3));
        let pool = SqlitePool::connect_with(options).await?;
        sqlx::query(TABLE).execute(&pool).await?;
        Ok(Self(pool))
    }

    async fn close(&self) {
        self.0.close().await;
    }
}

/// Accepts, counts and drains by itself. It takes the guest book, which therefore is open before the first request
/// and closes after the last.
#[cooperative_task]
async fn web(http: Res<Http>, guestbook: Res<Guestbook>, shutdown: Shutdown) -> io::Result<()> {
    println!("web http://{}", http.local_addr()?);
    let app = Router::new().route("/entries", post(write).get(read)).with_state(guestbook);
    lifecycle::axum::serve(http, app, shutdown).await
}

/// On a port of their own: `/lifecycle` tells errors and lines of source, and they answer to the end of the draining.
#[cooperative_task]
async fn probes(shutdown: Shutdown) -> Result<(), BoxError> {
    let listener = listen("GUESTBOOK_PROBES_PORT", "9000").await?;
    println!("probes http://{}", listener.local_addr()?);
    let probes = lifecycle::axum::Probes::new().details().router();
    Ok(lifecycle::axum::serve(listener, probes, shutdown).until_cancelled().await?)
}

async fn write(guestbook: State<Res<Guestbook>>, text: String) -> Result<StatusCode, StatusCode> {
    sqlx::query("INSERT INTO entry (text) VALUES (?)").bind(text).execute(&guestbook.0.0).await.map_err(sorry)?;
    Ok(StatusCode::CREATED)
}

async fn read(guestbook: State<Res<Guestbook>>) -> Result<Json<Vec<String>>, StatusCode> {
    let entries = sqlx::query_scalar("SELECT text FROM entry ORDER BY number").fetch_all(&guestbook.0.0).await;
    entries.map(Json).map_err(sorry)
}

fn sorry(error: sqlx::Error) -> StatusCode {
    eprintln!("web: {error}");
    StatusCode::INTERNAL_SERVER_ERROR
}

/// `announce` leaves a load balancer time to see that `/readyz` says 503. It costs a second of every stop, so a program
/// without one leaves it out.
#[lifecycle::main(timeout = "20s", announce = "1s")]
async fn main(shutdown: Shutdown) {
    shutdown.requested().await;
}
