//! The engine through its public interface.

mod charter;
mod concurrency;
mod language;
mod naive;
mod published;
mod random;
mod security;
mod shrink;
mod suite;
mod world;
