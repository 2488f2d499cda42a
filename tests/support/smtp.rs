//! A mail server that keeps what it gets. It speaks enough ESMTP for a real client to deliver over a real socket,
//! and it can fail at each point where a delivery may break. Tests await its events; they never sleep.

use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};

use mail_parser::{Message, MessageParser, PartType};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufStream},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

/// Nothing that works takes this long, so a test that waits longer has failed and says so.
const DEADLINE: Duration = Duration::from_secs(30);

/// What the server does from now on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behaviour {
    /// Takes every mail.
    #[default]
    Accept,
    /// Takes the mail and does not say so: the sender that dies now cannot know that the mail is out.
    HoldAfterData,
    /// Leaves the DATA command unanswered: the sender that dies now has sent nothing.
    HoldBeforeData,
    /// Refuses one recipient with this code (451 for now, 550 for good), then accepts.
    RefuseOnce(u16),
    /// Refuses every recipient with this code.
    Refuse(u16),
    /// Refuses every recipient in these words, code first.
    Say(&'static str),
    /// Takes the mail, then hangs up instead of saying so.
    DropAfterData,
}

/// A received mail: the envelope, and the bytes as the client meant them (dots unstuffed).
#[derive(Clone, Debug, Default)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    pub raw: Vec<u8>,
}

impl Mail {
    /// The Message-ID without its angle brackets.
    pub fn message_id(&self) -> String {
        self.parsed().message_id().expect("the mail has a Message-ID").to_owned()
    }

    pub fn subject(&self) -> String {
        seen(self.parsed().subject().expect("the mail has a subject"))
    }

    // Both bodies look at the parts themselves: the parser's own `body_text` and `body_html` make up
    // the missing one from the other, and a test would never see that it is missing.

    /// The text/plain part; a mail without one fails the test.
    pub fn text(&self) -> String {
        let mail = self.parsed();
        let text = mail.parts.iter().find_map(|part| if let PartType::Text(text) = &part.body { Some(text.to_string()) } else { None });
        seen(&text.expect("the mail has a text/plain part"))
    }

    /// The text/html part; a mail without one fails the test.
    pub fn html(&self) -> String {
        let mail = self.parsed();
        let html = mail.parts.iter().find_map(|part| if let PartType::Html(html) = &part.body { Some(html.to_string()) } else { None });
        seen(&html.expect("the mail has a text/html part"))
    }

    fn parsed(&self) -> Message<'_> {
        MessageParser::default().parse(&self.raw).expect("the mail is well formed")
    }
}

/// As people see it, to whom a space is a space.
fn seen(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

/// A handle to the server, which stops, connections and all, with its last handle.
#[derive(Clone)]
pub struct SmtpSink {
    address: SocketAddr,
    state: Arc<watch::Sender<State>>,
    _server: Arc<Server>,
}

impl SmtpSink {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let state = Arc::new(watch::Sender::new(State::default()));
        let server = Server(tokio::spawn(serve(listener, state.clone())));
        Self { address, state, _server: Arc::new(server) }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub fn behave(&self, behaviour: Behaviour) {
        self.state.send_modify(|state| state.behaviour = behaviour);
    }

    /// What arrived so far, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.state.borrow().mails.clone()
    }

    /// Awaits until at least `n` mails arrived, and gives all of them.
    pub async fn wait_for(&self, n: usize) -> Vec<Mail> {
        until(self.state.subscribe(), format!("{n} mails"), |state| state.mails.len() >= n).await;
        self.mails()
    }

    /// Resolves once a client is left without its answer, which is the moment to kill it.
    pub fn held(&self) -> impl Future<Output = ()> + use<> {
        until(self.state.subscribe(), "a held connection".into(), |state| state.holding > 0)
    }
}

#[derive(Default)]
struct State {
    behaviour: Behaviour,
    mails: Vec<Mail>,
    /// Connections whose answer we keep back at this moment.
    holding: usize,
}

async fn until(mut changes: watch::Receiver<State>, what: String, mut ready: impl FnMut(&State) -> bool) {
    let happened = tokio::time::timeout(DEADLINE, changes.wait_for(|state| ready(state))).await.is_ok_and(|seen| seen.is_ok());
    if !happened {
        let State { behaviour, mails, holding } = &*changes.borrow();
        panic!("{what} did not come; {} mails arrived, {holding} connections are held, behaviour is {behaviour:?}", mails.len());
    }
}

struct Server(JoinHandle<()>);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn serve(listener: TcpListener, state: Arc<watch::Sender<State>>) {
    // a set, because it takes its connections along when this task is aborted
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(Connection { stream: BufStream::new(stream), state: state.clone(), mail: Mail::default() }.talk());
    }
}

/// One client. Its steps give `None` when the talk is over: the client left, gave up, or we hung up on purpose.
struct Connection {
    stream: BufStream<TcpStream>,
    state: Arc<watch::Sender<State>>,
    mail: Mail,
}

impl Connection {
    async fn talk(mut self) -> Option<()> {
        self.say("220 sink.test ESMTP").await?;
        loop {
            let line = String::from_utf8_lossy(&self.line().await?).trim_end().to_owned();
            match line.get(..4).unwrap_or(&line).to_ascii_uppercase().as_str() {
                "EHLO" => self.say("250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SMTPUTF8").await?,
                "MAIL" => {
                    self.mail = Mail { from: address(&line), ..Mail::default() };
                    self.say("250 2.1.0 sender ok").await?;
                }
                "RCPT" => self.recipient(address(&line)).await?,
                "DATA" if self.mail.to.is_empty() => self.say("503 5.5.1 no recipient was taken").await?,
                "DATA" => self.data().await?,
                "RSET" => {
                    self.mail = Mail::default();
                    self.say("250 2.0.0 forgotten").await?;
                }
                "NOOP" => self.say("250 2.0.0 still here").await?,
                "QUIT" => return self.say("221 2.0.0 bye").await,
                _ => self.say("502 5.5.2 no such command").await?,
            }
        }
    }

    async fn recipient(&mut self, to: String) -> Option<()> {
        let (mut refusal, mut words) = (None, None);
        // one step, so that of two clients only one can be the one that is refused
        self.state.send_modify(|state| match state.behaviour {
            Behaviour::RefuseOnce(code) => (refusal, state.behaviour) = (Some(code), Behaviour::Accept),
            Behaviour::Refuse(code) => refusal = Some(code),
            Behaviour::Say(said) => words = Some(said),
            Behaviour::Accept | Behaviour::HoldAfterData | Behaviour::HoldBeforeData | Behaviour::DropAfterData => {}
        });
        if let Some(words) = words {
            return self.say(words).await;
        }
        if let Some(code) = refusal {
            return self.say(&format!("{code} {}.2.0 mailbox refused", code / 100)).await;
        }
        self.mail.to.push(to);
        self.say("250 2.1.5 recipient ok").await
    }

    async fn data(&mut self) -> Option<()> {
        self.hold_while(Behaviour::HoldBeforeData).await?;
        self.say("354 end with a dot on a line of its own").await?;
        let mut mail = std::mem::take(&mut self.mail);
        loop {
            let line = self.line().await?;
            match line.strip_prefix(b".") {
                Some(b"\r\n") => break,
                Some(rest) => mail.raw.extend_from_slice(rest), // RFC 5321 §4.5.2: the client doubled the leading dot
                None => mail.raw.extend_from_slice(&line),
            }
        }
        let mut hang_up = false;
        // one step: a test that sees the mail may change the behaviour, and must not save this client from it
        self.state.send_modify(|state| {
            state.mails.push(mail);
            hang_up = state.behaviour == Behaviour::DropAfterData;
        });
        if hang_up {
            return None;
        }
        self.hold_while(Behaviour::HoldAfterData).await?;
        self.say("250 2.0.0 taken").await
    }

    async fn hold_while(&mut self, behaviour: Behaviour) -> Option<()> {
        let mut changes = self.state.subscribe();
        if changes.borrow_and_update().behaviour != behaviour {
            return Some(());
        }
        self.state.send_modify(|state| state.holding += 1);
        let released = tokio::select! {
            changed = changes.wait_for(|state| state.behaviour != behaviour) => changed.is_ok(),
            // who waits for an answer is silent: an end of file, or the QUIT of a client's own timeout, means that it gave up
            _ = self.stream.fill_buf() => false,
        };
        self.state.send_modify(|state| state.holding -= 1);
        released.then_some(())
    }

    /// The next line with its end; a line cut off by a lost connection is no line.
    async fn line(&mut self) -> Option<Vec<u8>> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).await.ok()?;
        line.ends_with(b"\n").then_some(line)
    }

    async fn say(&mut self, answer: &str) -> Option<()> {
        self.stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        self.stream.flush().await.ok()
    }
}

/// The address in `MAIL FROM:<a@b> BODY=8BITMIME`; empty for the null sender of a bounce.
fn address(line: &str) -> String {
    let inner = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
}
