//! The `guildhall` binary: configuration, serving, administration. The only reader of environment and files.

fn main() {}
