//! The values of the model, one module of tests for each.

mod cluster;
mod email;
mod email_list;
mod id;
mod name;
mod number;
mod organization_name;
mod password;
mod role;
mod schema;
mod secret;
mod support;
mod text;
mod timestamp;
