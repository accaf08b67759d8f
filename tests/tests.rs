//! The one test binary; its modules mirror `src`.

#![expect(
    clippy::string_slice,
    clippy::print_stdout,
    clippy::format_collect,
    reason = "a test fails by panicking, and says aloud what it skipped"
)]

// `#[cfg(test)]` is what `allow-unwrap-in-tests` and its like in clippy.toml go by.
#[cfg(test)]
mod charts;
#[cfg(test)]
mod cleanup;
#[cfg(test)]
mod config;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod disk;
#[cfg(test)]
mod documentation;
#[cfg(test)]
mod gitops;
#[cfg(test)]
mod helm;
#[cfg(test)]
mod lint;
#[cfg(test)]
mod pipeline;
#[cfg(test)]
mod post_render;
#[cfg(test)]
mod remedy;
#[cfg(test)]
mod report;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod snapshot;
#[cfg(test)]
mod suppress;
#[cfg(test)]
mod tool;
#[cfg(test)]
mod yaml;
#[cfg(test)]
mod zookeeper;
