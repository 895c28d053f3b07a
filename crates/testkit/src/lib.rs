//! For tests only: databases of both engines, fixed clock, seeded randomness, a mail server, tidy rules.
