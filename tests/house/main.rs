//! The project's own rules: layers, lengths, headers, and documents that promise only what is there.

mod layers;
mod picture;
mod readme;
mod rules;
#[path = "../support/mod.rs"]
mod support;
