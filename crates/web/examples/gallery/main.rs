//! Writes every page of the console with sample data as static files, to be looked at.
//!
//! `cargo run -p guildhall-web --example gallery -- DIR`

mod account;
mod cluster;
mod extreme;
mod member;
mod organization;
mod reference;
mod sample;
mod settings;
mod system;
mod usage;

use std::path::PathBuf;
use std::{env, fs, io};

use askama::Template;
use guildhall_web::page::asset;

/// Where the pages go.
struct Gallery {
    directory: PathBuf,
    names: Vec<String>,
}

impl Gallery {
    fn add(&mut self, name: &str, page: impl Template) {
        let html = page.render().expect("a page renders");
        let html = html.replace(&format!("/assets/{}/", asset::version()), "assets/");
        fs::write(self.directory.join(format!("{name}.html")), html).expect("a page is written");
        self.names.push(name.to_owned());
    }
}

fn main() -> io::Result<()> {
    let directory = env::args().nth(1).map_or_else(|| PathBuf::from("gallery"), PathBuf::from);
    fs::create_dir_all(directory.join("assets"))?;
    for file in asset::ASSETS {
        fs::write(directory.join("assets").join(file.name), file.bytes)?;
    }
    let mut gallery = Gallery { directory, names: Vec::new() };
    account::pages(&mut gallery);
    cluster::pages(&mut gallery);
    member::pages(&mut gallery);
    organization::pages(&mut gallery);
    reference::pages(&mut gallery);
    settings::pages(&mut gallery);
    system::pages(&mut gallery);
    usage::pages(&mut gallery);
    extreme::pages(&mut gallery);
    let links: String = gallery
        .names
        .iter()
        .map(|name| format!("<li><a href=\"{name}.html\">{name}</a>\n"))
        .collect();
    let index = format!("<!doctype html><title>Gallery</title><ul>\n{links}</ul>\n");
    fs::write(gallery.directory.join("index.html"), index)?;
    println!("{} pages in {}", gallery.names.len(), gallery.directory.display());
    Ok(())
}
