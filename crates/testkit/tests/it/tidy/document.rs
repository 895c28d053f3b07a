//! What is written for people to read.

use super::none;
use super::repository::{files, root};

#[test]
fn links_between_documents_lead_somewhere() {
    none(files().iter().filter(|file| file.extension() == "md").flat_map(|file| {
        let folder = root().join(&file.path).parent().expect("a file has a folder").to_owned();
        file.lines().flat_map(move |(number, line, _)| {
            let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            let local = |target: &&str| !target.contains("://") && !target.starts_with('#');
            let paths = targets
                .filter(local)
                .map(|target| target.split('#').next().unwrap_or_default().to_owned());
            let folder = folder.clone();
            paths.filter_map(move |path| {
                let problem = format!("`{path}` does not exist");
                (!folder.join(&path).exists()).then(|| file.at(number, &problem))
            })
        })
    }));
}
