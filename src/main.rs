//! Parses the arguments, runs, and turns the outcome into an exit code.

fn main() -> std::process::ExitCode {
    autopurge::cli::run().into()
}
