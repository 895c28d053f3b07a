//! The access engine: the OpenFGA language, the index, check, list and explain. Knows nothing of Guildhall.
