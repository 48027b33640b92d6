//! The book as mdBook builds it, on disk.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project_file;

/// The built book: the folder that `BOOK` names, or else one that is built here and goes with this value.
pub struct Book {
    folder: PathBuf,
    _built: Option<tempfile::TempDir>,
}

impl Book {
    /// Finds the book, or builds it.
    ///
    /// # Panics
    /// If there is neither a built book nor mdBook.
    pub fn find_or_build() -> Book {
        if let Some(folder) = env::var_os("BOOK") {
            // Tests run in their package's folder, but who names a folder is in the project's.
            let folder = project_file("").join(folder);
            assert!(
                folder.join("index.html").is_file(),
                "BOOK: there is no built book in {}",
                folder.display()
            );
            return Book { folder, _built: None };
        }
        let built = tempfile::Builder::new().prefix("book-").tempdir().expect("a temporary directory");
        let mut command = Command::new("mdbook");
        command.arg("build").arg(project_file("book")).arg("--dest-dir").arg(built.path());
        let output = command.output().unwrap_or_else(|error| {
            panic!(
                "mdbook: {error}. These tests need mdBook 0.5: `cargo install mdbook`; or a book that is built \
                 already, in the folder that BOOK names."
            )
        });
        assert!(output.status.success(), "mdbook build: {}", String::from_utf8_lossy(&output.stderr));
        Book { folder: built.path().to_owned(), _built: Some(built) }
    }

    /// The pages, each by its path in the book: all HTML files that are whole documents. Captures, which mdBook copies
    /// beside them, are parts of pages.
    pub fn pages(&self) -> Vec<String> {
        let mut pages = Vec::new();
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(self.folder.join(&folder)).expect("the book can be read") {
                let path = folder.join(entry.expect("the folder can be read").file_name());
                if self.folder.join(&path).is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "html") && self.is_page(&path)
                {
                    pages.push(path.to_str().expect("names are UTF-8").replace('\\', "/"));
                }
            }
        }
        pages.sort();
        pages
    }

    fn is_page(&self, path: &Path) -> bool {
        let text = fs::read_to_string(self.folder.join(path)).expect("the page can be read");
        text.trim_start().get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"))
    }

    /// What a browser opens to show that page from disk.
    pub fn url(&self, page: &str) -> String {
        format!("file://{}", self.folder.join(page).display())
    }
}
