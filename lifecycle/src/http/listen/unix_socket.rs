//! A Unix socket at a path, for one process at a time.

use std::fs::File;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use socket2::{Domain, SockAddr, Socket, Type};
use tokio::net::unix::SocketAddr;
use tokio::net::{UnixListener, UnixStream};

use super::Listener;
use super::socket_file::SocketFile;

/// Connections that the system keeps until they are accepted; as many as tokio's listeners ask for.
const BACKLOG: i32 = 1024;

/// A process that binds its socket listens on it a moment later. One that is not heard after that time is gone.
const MOMENT: Duration = Duration::from_millis(10);

/// A Unix socket at a path, for one process at a time.
///
/// A process that was killed leaves the file of its socket behind, and `tokio::net::UnixListener::bind` fails from then
/// on, since the path is in use. This one asks first: if no process answers there, the file is removed and the path is
/// bound anew; if one answers, that is an error. The server removes the file when it stops listening, and so does the
/// drop of a socket that was never served; neither removes a file that another process has put there meanwhile.
///
/// ```no_run
/// use axum::Router;
/// use lifecycle::Shutdown;
/// use lifecycle::axum::UnixSocket;
///
/// #[lifecycle::cooperative_task]
/// async fn control(shutdown: Shutdown) -> std::io::Result<()> {
///     // For this user alone.
///     let socket = UnixSocket::bind_with_mode("/run/orders/control.sock", 0o600)?;
///     lifecycle::axum::serve(socket, Router::new(), shutdown).await
/// }
/// ```
///
/// A path that begins with a NUL byte is a name in Linux' abstract namespace: it has no file, and goes away with the
/// process.
#[derive(Debug)]
pub struct UnixSocket {
    /// Before the listener, so that it is dropped while that is open.
    file: Option<SocketFile>,
    listener: UnixListener,
    path: PathBuf,
}

impl UnixSocket {
    /// Binds the path, and listens. Which users may connect is up to the umask and the folder.
    ///
    /// It does not wait, but for 10 ms if there is a file that a process has left behind. Two processes that start in the
    /// same moment and find such a file may both take the path; the later one has it then.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::AddrInUse`]: another process listens there.
    /// - [`ErrorKind::AlreadyExists`]: there is a file that is no socket.
    /// - Those of the system.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn bind(path: impl AsRef<Path>) -> io::Result<Self> {
        bind(path.as_ref(), None)
    }

    /// The same, with these permissions, less those that the umask takes away. To connect takes the permission to write.
    ///
    /// On Linux and Android the file has them from its first moment on; elsewhere for a moment those of [`bind`](Self::bind).
    ///
    /// # Errors
    ///
    /// As for [`bind`](Self::bind).
    ///
    /// # Panics
    ///
    /// As for [`bind`](Self::bind).
    pub fn bind_with_mode(path: impl AsRef<Path>, mode: u32) -> io::Result<Self> {
        bind(path.as_ref(), Some(mode))
    }

    /// The path, as it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn bind(path: &Path, mode: Option<u32>) -> io::Result<UnixSocket> {
    let address = SockAddr::unix(path).map_err(|error| about(path, &error))?;
    let mut socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    if let Some(mode) = mode.filter(|_| cfg!(any(target_os = "linux", target_os = "android"))) {
        // The file that the bind makes gets the mode of the socket.
        let file = File::from(OwnedFd::from(socket));
        file.set_permissions(PermissionsExt::from_mode(mode))?;
        socket = OwnedFd::from(file).into();
    }
    match socket.bind(&address) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            make_way(path, &address)?;
            socket.bind(&address).map_err(|error| about(path, &error))?;
        }
        bound => bound.map_err(|error| about(path, &error))?,
    }
    let file = SocketFile::at(path);
    if let (Some(mode), Some(_), false) = (mode, &file, cfg!(any(target_os = "linux", target_os = "android"))) {
        let granted = std::fs::metadata(path)?.permissions().mode() & mode;
        std::fs::set_permissions(path, PermissionsExt::from_mode(granted))?;
    }
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    let listener = UnixListener::from_std(OwnedFd::from(socket).into())?;
    Ok(UnixSocket { file, listener, path: path.to_owned() })
}

/// Removes the file of a socket on which no process listens.
fn make_way(path: &Path, address: &SockAddr) -> io::Result<()> {
    let in_use = || io::Error::new(ErrorKind::AddrInUse, format!("{}: another process listens there", shown(path)));
    if is_abstract(path) {
        return Err(in_use());
    }
    let Some(there) = SocketFile::at(path) else {
        let why = format!("{}: there is a file that is no socket; remove it, or give another path", shown(path));
        return Err(io::Error::new(ErrorKind::AlreadyExists, why));
    };
    match is_answered(address).and_then(|answered| {
        std::thread::sleep(if answered { Duration::ZERO } else { MOMENT });
        Ok(answered || is_answered(address)?)
    }) {
        Ok(false) => there.remove().map(|_| ()).map_err(|error| about(path, &error)),
        Ok(true) => {
            there.leave();
            Err(in_use())
        }
        Err(error) => {
            there.leave();
            Err(about(path, &error))
        }
    }
}

/// Whether a process listens there. It sees a connection that ends without a word.
fn is_answered(address: &SockAddr) -> io::Result<bool> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    match socket.connect(address) {
        Ok(()) => Ok(true),
        // Its queue is full.
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(true),
        Err(error) if matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

fn is_abstract(path: &Path) -> bool {
    path.as_os_str().as_bytes().first() == Some(&0)
}

fn about(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", shown(path)))
}

fn shown(path: &Path) -> String {
    format!("`{}`", path.display())
}

impl Listener for UnixSocket {
    type Accepted = UnixStream;
    type Stream = UnixStream;
    type Addr = SocketAddr;

    fn accept(&self) -> impl Future<Output = io::Result<(UnixStream, SocketAddr)>> + Send {
        Listener::accept(&self.listener)
    }

    fn establish(&self, accepted: UnixStream) -> impl Future<Output = io::Result<UnixStream>> + Send + 'static {
        self.listener.establish(accepted)
    }

    fn seal(&self) -> io::Result<()> {
        self.listener.seal()
    }

    fn late_handshakes(&self) -> Duration {
        self.listener.late_handshakes()
    }

    fn queued(&self) -> io::Result<Option<(UnixStream, SocketAddr)>> {
        self.listener.queued()
    }

    fn close(&self) {
        self.listener.close();
    }

    fn file(&self) -> Option<PathBuf> {
        self.file.is_some().then(|| self.path.clone())
    }

    fn has_unread(stream: &UnixStream) -> bool {
        UnixListener::has_unread(stream)
    }
}
