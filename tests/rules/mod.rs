//! The rules: that they hold, that each stands for itself, and that the documentation says what they say.

mod alone;
mod command;
