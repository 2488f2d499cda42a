//! A connection whose other side takes nothing of what we write for a while is closed. Nobody else would: a stream has no end by
//! itself, and what is written waits in buffers for a reader that may never come.

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;
use tokio::time::sleep;

/// How long the other side may take nothing, …
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// … and while the process stops.
const HURRY: Duration = Duration::from_secs(5);

/// Accepts connections that have no more patience than that. It turns true when the process stops.
pub(crate) struct Patient<L>(pub(crate) L, pub(crate) watch::Receiver<bool>);

impl<L: Listener> Listener for Patient<L> {
    type Io = Stream<L::Io>;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (io, address) = self.0.accept().await;
        (Stream { io, patience: PATIENCE, stops: self.1.clone(), waiting: None }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// Where a connection comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

impl<L: Listener<Addr = SocketAddr>> Connected<IncomingStream<'_, Patient<L>>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Patient<L>>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// A connection.
pub(crate) struct Stream<I> {
    io: I,
    patience: Duration,
    stops: watch::Receiver<bool>,
    /// Ends with the patience; none while the other side takes what we write.
    waiting: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl<I> Stream<I> {
    fn watched<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.waiting = None;
            return written;
        }
        let (patience, stops) = (self.patience, &self.stops);
        ready!(self.waiting.get_or_insert_with(|| Box::pin(end(patience, stops.clone()))).as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

async fn end(patience: Duration, mut stops: watch::Receiver<bool>) {
    let hurry = async {
        if stops.wait_for(|stops| *stops).await.is_err() {
            std::future::pending::<()>().await;
        }
        sleep(HURRY).await;
    };
    tokio::select! {
        () = sleep(patience) => {}
        () = hurry => {}
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Stream<I> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, into)
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Stream<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.watched(cx, written)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, bytes);
        self.watched(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    #[tokio::test]
    async fn who_takes_nothing_is_left_and_who_takes_little_is_not() {
        let (near, mut far) = duplex(4);
        let mut stream = Stream { io: near, patience: Duration::from_secs(2), stops: watch::channel(false).1, waiting: None };
        let reader = async {
            for _ in 0..8 {
                tokio::time::sleep(Duration::from_millis(300)).await; // slow, and longer in all than the patience
                far.read_exact(&mut [0; 2]).await.expect("written");
            }
        };
        let (written, ()) = tokio::join!(stream.write_all(&[0; 20]), reader);
        written.expect("all of it");
        assert_eq!(stream.write_all(&[0]).await.expect_err("nobody reads").kind(), io::ErrorKind::TimedOut);
    }
}
