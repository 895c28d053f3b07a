//! Clusters: what an organization runs and shares, and the drivers that make them real.

pub mod driver;
