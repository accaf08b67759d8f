//! A real ZooKeeper 3.8 on the loopback interface, and a client that knows as much of its protocol as the tests need.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use crate::tool::{repository, skip_aloud};

/// How long a server may take to start or to give up.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a server that serves may take to answer a greeting.
const HANDSHAKE: Duration = Duration::from_secs(2);

/// How often to look whether it has.
const LOOK: Duration = Duration::from_millis(100);

/// Debian's ZooKeeper, unpacked by `tests/tools.sh`.
pub(crate) struct ZooKeeper {
    jars: PathBuf,
}

impl ZooKeeper {
    /// `None`, said aloud, where it or Java is missing; continuous integration must have both.
    pub(crate) fn find() -> Option<Self> {
        let jars = repository().join("target/tools/zookeeper");
        let has_java = Command::new("java").arg("-version").output().is_ok_and(|output| output.status.success());
        if jars.join("zookeeper.jar").is_file() && has_java {
            return Some(Self { jars });
        }
        skip_aloud(&format!("no Java, or no ZooKeeper in {}: run tests/tools.sh", jars.display()));
        None
    }

    /// Runs a program of one Java file, with what it prints. `None`, said aloud, where Java cannot compile it.
    pub(crate) fn run(&self, source: &Path, args: &[String]) -> Option<String> {
        if !Command::new("javac").arg("-version").output().is_ok_and(|output| output.status.success()) {
            skip_aloud("no Java that compiles");
            return None;
        }
        let output = self.java(&[], "slf4j-nop").arg(source).args(args).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Some(String::from_utf8(output.stdout).unwrap())
    }

    fn java(&self, options: &[&str], logger: &str) -> Command {
        let jars = ["zookeeper", "zookeeper-jute", "slf4j-api", logger, "metrics-core", "snappy-java", "commons-cli"];
        let jars = jars.map(|jar| self.jars.join(format!("{jar}.jar")).display().to_string());
        let mut command = Command::new("java");
        command.args(["-Xmx256m", "-cp", &jars.join(":")]).args(options).stdin(Stdio::null());
        command
    }

    /// ZooKeeper's own purge: `PurgeTxnLog DATA -n 3`.
    pub(crate) fn purge(&self, data: &Path) {
        let main = "org.apache.zookeeper.server.PurgeTxnLog";
        let status =
            self.java(&[main], "slf4j-nop").arg(data).args(["-n", "3"]).stdout(Stdio::null()).status().unwrap();
        assert!(status.success());
    }

    /// Starts a server and waits until it serves.
    pub(crate) fn serve(&self, home: &Path, options: &[&str]) -> Server {
        match self.try_to_serve(home, options) {
            Ok(server) => server,
            Err((_, log)) => panic!("the server has ended:\n{log}"),
        }
    }

    /// Starts a server. Where it ends instead of serving, how it ended and what it said.
    pub(crate) fn try_to_serve(&self, home: &Path, options: &[&str]) -> Result<Server, (ExitStatus, String)> {
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let (config, log) = (home.join("zoo.cfg"), home.join("server.log"));
        fs::write(&config, zoo_cfg(&home.join("data"), port)).unwrap();
        let output = File::create(&log).unwrap();
        let mut command = self.java(options, "slf4j-simple");
        command.arg("org.apache.zookeeper.server.ZooKeeperServerMain").arg(config);
        command.stdout(output.try_clone().unwrap()).stderr(output);
        let server = Server { process: Mutex::new(command.spawn().unwrap()), port };
        let begin = Instant::now();
        while !server.is_serving() {
            if let Some(status) = server.process.lock().unwrap().try_wait().unwrap() {
                return Err((status, fs::read_to_string(log).unwrap()));
            }
            assert!(begin.elapsed() < PATIENCE, "the server neither serves nor ends");
            thread::sleep(LOOK);
        }
        Ok(server)
    }
}

/// Logs of 64 KiB, so that tests stay small.
fn zoo_cfg(data: &Path, port: u16) -> String {
    let data = data.display();
    format!(
        "tickTime=2000\ndataDir={data}\nclientPort={port}\nclientPortAddress=127.0.0.1\nmaxClientCnxns=0\n\
         admin.enableServer=false\npreAllocSize=64\nautopurge.purgeInterval=0\n"
    )
}

/// A running server. Ended the hard way when it is dropped.
pub(crate) struct Server {
    process: Mutex<Child>,
    port: u16,
}

impl Server {
    pub(crate) fn connect(&self) -> io::Result<Client> {
        Client::connect(self.port)
    }

    /// Ends it as a power failure would: no last words.
    pub(crate) fn kill(&self) {
        let mut process = self.process.lock().unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
    }

    fn is_serving(&self) -> bool {
        self.connect().is_ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let Ok(process) = self.process.get_mut() else { return };
        let _ = process.kill();
        let _ = process.wait();
    }
}

/// A session of a client.
pub(crate) struct Client {
    stream: TcpStream,
}

const CREATE: i32 = 1;
const GET_CHILDREN: i32 = 8;

impl Client {
    fn connect(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        // A server that is still loading may never answer a connection that came too early.
        stream.set_read_timeout(Some(HANDSHAKE))?;
        stream.set_nodelay(true)?;
        let mut client = Self { stream };
        // Version, last zxid seen, timeout in ms, session id, password, read-only.
        let hello = Jute::default().int(0).long(0).int(30_000).long(0).buffer(&[0; 16]).byte(0);
        client.send(&hello)?;
        client.receive()?;
        client.stream.set_read_timeout(Some(PATIENCE))?;
        Ok(client)
    }

    /// Creates a node that stays. When this returns `Ok`, the server has acknowledged it.
    pub(crate) fn create(&mut self, path: &str, data: &[u8]) -> io::Result<()> {
        let everything = 31;
        let acl = |jute: Jute| jute.int(1).int(everything).buffer(b"world").buffer(b"anyone");
        let request = acl(Jute::default().int(1).int(CREATE).buffer(path.as_bytes()).buffer(data)).int(0);
        self.call(&request).map(drop)
    }

    /// The names of a node's children.
    pub(crate) fn children(&mut self, path: &str) -> io::Result<Vec<String>> {
        let reply = self.call(&Jute::default().int(1).int(GET_CHILDREN).buffer(path.as_bytes()).byte(0))?;
        let mut reply = reply.as_slice();
        let count = int(&mut reply);
        Ok((0..count).map(|_| string(&mut reply)).collect())
    }

    /// What follows the header of a reply without an error.
    fn call(&mut self, request: &Jute) -> io::Result<Vec<u8>> {
        self.send(request)?;
        let reply = self.receive()?;
        // Request number, zxid, error.
        let error = i32::from_be_bytes(reply[12..16].try_into().unwrap());
        if error == 0 { Ok(reply[16..].to_vec()) } else { Err(io::Error::other(format!("error {error}"))) }
    }

    fn send(&mut self, message: &Jute) -> io::Result<()> {
        self.stream.write_all(&Jute::default().buffer(&message.bytes).bytes)
    }

    fn receive(&mut self) -> io::Result<Vec<u8>> {
        let mut length = [0; 4];
        self.stream.read_exact(&mut length)?;
        let mut message = vec![0; u32::from_be_bytes(length).try_into().unwrap()];
        self.stream.read_exact(&mut message)?;
        Ok(message)
    }
}

fn int(bytes: &mut &[u8]) -> usize {
    let (int, rest) = bytes.split_at(4);
    *bytes = rest;
    u32::from_be_bytes(int.try_into().unwrap()).try_into().unwrap()
}

fn string(bytes: &mut &[u8]) -> String {
    let length = int(bytes);
    let (string, rest) = bytes.split_at(length);
    *bytes = rest;
    String::from_utf8(string.to_vec()).unwrap()
}

/// Bytes in ZooKeeper's encoding: big-endian, texts and buffers behind their lengths.
#[derive(Default)]
pub(crate) struct Jute {
    pub(crate) bytes: Vec<u8>,
}

impl Jute {
    pub(crate) fn byte(mut self, byte: u8) -> Self {
        self.bytes.push(byte);
        self
    }

    pub(crate) fn int(mut self, int: i32) -> Self {
        self.bytes.extend(int.to_be_bytes());
        self
    }

    pub(crate) fn long(mut self, long: i64) -> Self {
        self.bytes.extend(long.to_be_bytes());
        self
    }

    pub(crate) fn buffer(self, bytes: &[u8]) -> Self {
        let mut jute = self.int(i32::try_from(bytes.len()).unwrap());
        jute.bytes.extend(bytes);
        jute
    }
}
