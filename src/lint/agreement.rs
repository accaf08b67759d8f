//! Servers that Helm 3 and Helm 4 may render differently, when it is not known which of them is used.

use super::models::ModelledServer;
use crate::helm::HelmVersion;
use crate::zookeeper::Verdict;

/// The servers that one version of Helm renders.
pub(super) struct Rendered {
    /// The version.
    pub helm: HelmVersion,
    /// The servers.
    pub servers: Vec<ModelledServer>,
}

/// Combines the servers of both versions: where they agree, the verdict stands; where they do not, it is unknown.
pub(super) fn agreed(one: Rendered, other: Rendered) -> Vec<ModelledServer> {
    let (helms, mut rest) = ((one.helm, other.helm), other.servers);
    let mut servers = Vec::new();
    for server in one.servers {
        let same = rest.iter().position(|other| other.prefix == server.prefix);
        let other = same.map(|at| rest.remove(at).judged.verdict);
        let verdicts = (Some(server.judged.verdict), other);
        servers.push(doubted(server, helms, verdicts));
    }
    servers.extend(rest.into_iter().map(|server| {
        let verdicts = (None, Some(server.judged.verdict));
        doubted(server, helms, verdicts)
    }));
    servers
}

/// A server that only one version renders is fine if it purges.
fn doubted(
    server: ModelledServer,
    helms: (HelmVersion, HelmVersion),
    verdicts: (Option<Verdict>, Option<Verdict>),
) -> ModelledServer {
    let is_fine = |verdict: Option<Verdict>| verdict.is_none_or(|verdict| verdict == Verdict::Purges);
    if verdicts.0 == verdicts.1 || is_fine(verdicts.0) && is_fine(verdicts.1) {
        return server;
    }
    let because = format!(
        "{} renders {}, {} {}; `--helm {}` or `--helm {}` says which one installs it",
        helms.0,
        what(verdicts.0),
        helms.1,
        what(verdicts.1),
        helms.0.major(),
        helms.1.major()
    );
    ModelledServer { judged: server.judged.doubted(because), ..server }
}

fn what(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Purges) => "a server that purges",
        Some(Verdict::NeverPurges) => "a server that never purges",
        Some(Verdict::DoesNotStart) => "a server that does not start",
        Some(Verdict::Unknown) => "a server that cannot be decided",
        None => "no such server",
    }
}
