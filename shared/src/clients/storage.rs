//! Files below `STORAGE_DIR`: on one machine a folder, in a fleet a volume that all share. A file is there whole or not at
//! all, whenever the machine stops.

use crate::{Error, Result};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

/// The folder.
#[derive(Clone, Debug)]
pub struct Storage(PathBuf);

impl Storage {
    /// It is made when the first file comes.
    pub fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// Stores a file, in place of one of that name.
    pub async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<()> {
        let path = self.path(name)?;
        blocking(move || write(&path, &bytes)).await
    }

    /// A file to be read in pieces, and how many bytes it has; `None` when there is none of that name.
    pub async fn open(&self, name: &str) -> Result<Option<(fs::File, u64)>> {
        let path = self.path(name)?;
        blocking(move || match fs::File::open(path) {
            Ok(file) => Ok(Some((file.try_clone()?, file.metadata()?.len()))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }

    /// The bytes of a file; `None` when there is none of that name.
    pub async fn get(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let path = self.path(name)?;
        blocking(move || match fs::read(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }

    /// Deletes a file; one that is gone already is gone.
    pub async fn remove(&self, name: &str) -> Result<()> {
        let path = self.path(name)?;
        blocking(move || match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        })
        .await
    }

    /// A file that will have this name once it is written: what cannot be held in memory.
    pub async fn draft(&self, name: &str) -> Result<Draft> {
        let path = self.path(name)?;
        blocking(move || {
            let stem = path.file_name().ok_or(ErrorKind::InvalidInput)?.to_string_lossy().into_owned();
            let draft = Draft::begin(path, &format!("{stem}."))?;
            // those that somebody began before; who still writes one writes into nothing
            for entry in fs::read_dir(draft.beside.parent().ok_or(ErrorKind::InvalidInput)?)?.flatten() {
                let old = entry.file_name().to_string_lossy().into_owned();
                if old.starts_with(&format!(".{stem}.")) && old.ends_with(".part") && entry.path() != draft.beside {
                    fs::remove_file(entry.path())?;
                }
            }
            Ok(draft)
        })
        .await
    }

    /// No name leads out of the folder.
    fn path(&self, name: &str) -> Result<PathBuf> {
        let is_plain = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        if is_plain && !name.is_empty() { Ok(self.0.join(name)) } else { Err(Error::internal(format!("{name:?} is no name of a file"))) }
    }
}

/// A file that is being written. Dropped, it was never there.
#[derive(Debug)]
pub struct Draft {
    file: fs::File,
    beside: PathBuf,
    path: PathBuf,
}

impl Draft {
    /// An empty one beside its place; its own name begins like `mark`.
    fn begin(path: PathBuf, mark: &str) -> std::io::Result<Self> {
        let folder = path.parent().ok_or(ErrorKind::InvalidInput)?;
        fs::create_dir_all(folder)?;
        let beside = folder.join(format!(".{mark}{}.part", uuid::Uuid::new_v4().simple()));
        Ok(Self { file: fs::File::create_new(&beside)?, beside, path })
    }

    /// Where its bytes go.
    pub fn file(&self) -> std::io::Result<fs::File> {
        self.file.try_clone()
    }

    /// Gives it its name, to the disk first. Answers how many bytes it has.
    pub fn keep(self) -> std::io::Result<u64> {
        self.file.sync_all()?;
        let bytes = self.file.metadata()?.len();
        fs::rename(&self.beside, &self.path)?;
        if let Some(folder) = self.path.parent() {
            // the new name is on the disk only when its folder is
            fs::File::open(folder)?.sync_all()?;
        }
        Ok(bytes)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // after `keep` there is none of that name
        drop(fs::remove_file(&self.beside));
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(|error| Error::internal(format!("storage: {error}")))
}

/// Beside its place, to the disk, then into its place.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut draft = Draft::begin(path.to_owned(), "")?;
    draft.file.write_all(bytes)?;
    draft.keep().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let storage = Storage::new(Path::new("/srv/files"));
        assert_eq!(storage.path("papers/ab/x.pdf").expect("a name"), Path::new("/srv/files/papers/ab/x.pdf"));
        for name in ["", "../x", "papers/../../x", "/etc/passwd", "./x"] {
            assert!(storage.path(name).is_err(), "{name}");
        }
    }
}
