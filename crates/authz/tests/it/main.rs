//! The engine through its public interface.

mod charter;
mod naive;
mod published;
mod random;
mod world;
