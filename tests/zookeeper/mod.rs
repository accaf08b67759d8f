//! A real `ZooKeeper` server on loopback, from the packages that `tests/tools.sh` fetches.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::tool::{repository, skip_aloud};

/// The jars that a server needs; the logger that writes is one of them.
const JARS: [&str; 6] = ["zookeeper", "zookeeper-jute", "slf4j-api", "slf4j-simple", "metrics-core", "snappy-java"];

/// Longest wait for a line in a server's log. Starting takes a second where nothing else runs.
const PATIENCE: Duration = Duration::from_secs(90);

/// Java's class path; `None`, said aloud, where the jars or Java are missing, which continuous integration does not allow.
pub(crate) fn class_path() -> Option<String> {
    let folder = repository().join("target/tools/zookeeper");
    let jars: Vec<PathBuf> = JARS.iter().map(|name| folder.join(format!("{name}.jar"))).collect();
    let has_java = Command::new("java").arg("-version").output().is_ok_and(|ran| ran.status.success());
    if has_java && jars.iter().all(|jar| jar.is_file()) {
        let paths: Vec<String> = jars.iter().map(|jar| jar.display().to_string()).collect();
        return Some(paths.join(":"));
    }
    skip_aloud(&format!("no Java, or no ZooKeeper in {}: run tests/tools.sh", folder.display()));
    None
}

/// A server that runs as long as this lives.
pub(crate) struct RunningServer {
    child: Child,
    log: PathBuf,
}

impl RunningServer {
    /// Starts a server with a configuration, in a folder of its own whose `data` holds the snapshots. Data folder, ports
    /// and members of the configuration give way to that folder and to loopback: a test is an ensemble of one.
    pub(crate) fn start(class_path: &str, folder: &Path, configuration: &str) -> Self {
        let config = folder.join("zoo.cfg");
        fs::create_dir_all(folder.join("data")).expect("a data folder");
        fs::write(&config, on_loopback(configuration, folder)).expect("a configuration");
        let log = folder.join("log");
        let file = File::create(&log).expect("a log");
        let java = ["-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dzookeeper.jmx.log4j.disable=true"];
        let child = Command::new("java")
            .args(java)
            .args(["-cp", class_path, "org.apache.zookeeper.server.quorum.QuorumPeerMain"])
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("a second handle"))
            .stderr(file)
            .spawn()
            .expect("java");
        Self { child, log }
    }

    /// Waits for a line of the log that holds one of these texts, and says which.
    pub(crate) fn wait_for<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        let begin = Instant::now();
        loop {
            let log = self.log();
            if let Some(found) = texts.iter().find(|text| log.contains(**text)) {
                return found;
            }
            let ended = self.child.try_wait().expect("a child").is_some();
            assert!(!ended && begin.elapsed() < PATIENCE, "none of {texts:?} in\n{log}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What the server has logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("a log")
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The purge settings and whatever else a configuration says, but for what ties it to a cluster.
fn on_loopback(configuration: &str, folder: &Path) -> String {
    let tied =
        ["dataDir", "dataLogDir", "clientPort", "secureClientPort", "admin.", "metricsProvider.", "server.", "ssl."];
    let more = ["dynamicConfigFile", "authProvider", "standaloneEnabled", "reconfigEnabled", "quorum", "4lw."];
    let kept =
        configuration.lines().filter(|line| !tied.iter().chain(&more).any(|key| line.trim_start().starts_with(key)));
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let own = format!(
        "dataDir={}\nclientPort={port}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n",
        folder.join("data").display()
    );
    own + &kept.collect::<Vec<_>>().join("\n") + "\n"
}
