//! The engine through its public interface.

mod charter;
mod concurrency;
mod conditions;
mod language;
mod naive;
mod published;
mod random;
mod security;
mod shrink;
mod suite;
mod world;
