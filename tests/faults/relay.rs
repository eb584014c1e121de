//! What stands before a control plane as a proxy does: it passes bytes on between an agent and `serve`, counts connections and
//! reports, and breaks them as it is told.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// As the head of each report begins.
const REPORT: &[u8] = b"POST /api/report ";
/// What an agent takes for a report that was counted.
const THANKS: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{\"ok\":true}";

/// What becomes of what is sent.
#[derive(Clone, Copy, PartialEq)]
pub enum Manner {
    /// It arrives.
    Passes,
    /// Requests arrive; of each answer a part does, and then the connection ends.
    CutsAnswers,
    /// Connections are made, and nothing arrives in either direction.
    Silent,
    /// Sabotage: reports are answered as if they were counted, and go nowhere.
    Lies,
}

struct State {
    target: SocketAddr,
    manner: Mutex<Manner>,
    connections: AtomicU64,
    reports: AtomicU64,
    /// How often everything that was connected has been forgotten.
    forgotten: watch::Sender<()>,
}

pub struct Relay {
    pub address: SocketAddr,
    state: Arc<State>,
    runtime: Option<Runtime>,
}

impl Relay {
    /// Listens at an address of its own for a control plane.
    pub fn start(at: SocketAddr, target: SocketAddr) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = std::net::TcpListener::bind(at).unwrap();
        listener.set_nonblocking(true).unwrap();
        let listener = {
            let _entered = runtime.enter();
            TcpListener::from_std(listener).unwrap()
        };
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            target,
            manner: Mutex::new(Manner::Passes),
            connections: AtomicU64::new(0),
            reports: AtomicU64::new(0),
            forgotten: watch::channel(()).0,
        });
        let shared = state.clone();
        runtime.spawn(async move {
            loop {
                let Ok((near, _)) = listener.accept().await else { continue };
                shared.connections.fetch_add(1, Ordering::Relaxed);
                let state = shared.clone();
                tokio::spawn(async move { state.pass(near).await });
            }
        });
        Self { address, state, runtime: Some(runtime) }
    }

    pub fn is(&self, manner: Manner) {
        *self.state.manner.lock().unwrap() = manner;
    }

    /// Drops whatever is connected as a machine does that was switched off and on: nobody is told, and who goes on is reset.
    pub fn forget(&self) {
        self.state.forgotten.send_replace(());
    }

    /// Connections that were made, and reports that arrived here.
    pub fn counted(&self) -> (u64, u64) {
        (self.state.connections.load(Ordering::Relaxed), self.state.reports.load(Ordering::Relaxed))
    }
}

impl State {
    fn manner(&self) -> Manner {
        *self.manner.lock().unwrap()
    }

    /// Passes on what comes in a connection until one side ends it.
    async fn pass(&self, mut near: TcpStream) {
        let Ok(mut far) = TcpStream::connect(self.target).await else { return };
        let mut forgotten = self.forgotten.subscribe();
        let (mut asked, mut said) = (vec![0; 16 << 10], vec![0; 16 << 10]);
        loop {
            let passed = tokio::select! {
                read = near.read(&mut asked) => match read {
                    Ok(length @ 1..) => self.ask(&asked[..length], &mut near, &mut far).await,
                    _ => None,
                },
                read = far.read(&mut said) => match read {
                    Ok(length @ 1..) => self.say(&said[..length], &mut near).await,
                    _ => None,
                },
                _ = forgotten.changed() => {
                    let _ = near.set_zero_linger();
                    None
                }
            };
            if passed.is_none() {
                return;
            }
        }
    }

    async fn ask(&self, bytes: &[u8], near: &mut TcpStream, far: &mut TcpStream) -> Option<()> {
        let is_report = bytes.starts_with(REPORT);
        self.reports.fetch_add(u64::from(is_report), Ordering::Relaxed);
        match self.manner() {
            Manner::Passes | Manner::CutsAnswers => far.write_all(bytes).await.ok(),
            Manner::Lies if is_report => near.write_all(THANKS).await.ok(),
            Manner::Lies => far.write_all(bytes).await.ok(),
            Manner::Silent => Some(()),
        }
    }

    async fn say(&self, bytes: &[u8], near: &mut TcpStream) -> Option<()> {
        match self.manner() {
            Manner::Passes | Manner::Lies => near.write_all(bytes).await.ok(),
            Manner::CutsAnswers => {
                near.write_all(&bytes[..fastrand::usize(..bytes.len())]).await.ok()?;
                None
            }
            Manner::Silent => Some(()),
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // Also where waiting is not allowed.
        self.runtime.take().into_iter().for_each(Runtime::shutdown_background);
    }
}
