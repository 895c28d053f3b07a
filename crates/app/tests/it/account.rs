//! Accounts: registering, proving an address, signing in, what guards them.

mod address;
mod api_key;
mod delete;
mod invited;
mod password;
mod people;
mod register;
mod second_factor;
mod session;
mod set_up;
