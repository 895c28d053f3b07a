//! The engine through its public interface.

mod charter;
mod published;
