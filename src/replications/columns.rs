//! The numbers of many rows, kept column by column so that one column is read without the others: in memory, or in a file
//! once there are more rows than a block, so that memory does not follow their number.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// Rows that are stored together.
const BLOCK: usize = 64;
/// Bytes of a number.
const NUMBER: usize = size_of::<f64>();

/// Rows of `width` numbers each. Every bit of a number comes back.
#[derive(Debug)]
pub(super) struct Columns {
    width: usize,
    /// Rows that are shown: all, or the first of them.
    rows: usize,
    /// Stored blocks of rows, each column by column.
    blocks: Blocks,
    n_blocks: usize,
    /// Rows after the last block, one after another.
    open: Vec<f64>,
}

/// The store of blocks.
#[derive(Debug)]
enum Blocks {
    Memory(Vec<f64>),
    /// In a file without a name in this folder, made when it is needed.
    Folder(PathBuf),
    File(Mutex<File>),
}

impl Blocks {
    fn put(&mut self, block: &[f64]) -> io::Result<()> {
        if let Self::Memory(numbers) = self {
            numbers.extend_from_slice(block);
            return Ok(());
        }
        if let Self::Folder(folder) = self {
            *self = Self::File(Mutex::new(tempfile::tempfile_in(folder)?));
        }
        if let Self::File(file) = self {
            let bytes: Vec<u8> = block.iter().flat_map(|number| number.to_le_bytes()).collect();
            let file = file.get_mut().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::End(0))?;
            file.write_all(&bytes)?;
        }
        Ok(())
    }

    /// Appends `n` numbers from position `at` on.
    fn read(&self, at: usize, n: usize, numbers: &mut Vec<f64>) {
        match self {
            Self::Memory(kept) => numbers.extend_from_slice(&kept[at..at + n]),
            Self::Folder(_) => {}
            Self::File(file) => {
                let mut bytes = vec![0; n * NUMBER];
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start((at * NUMBER) as u64))
                    .and_then(|_| file.read_exact(&mut bytes))
                    .expect("what this run wrote a moment ago can be read");
                let (chunks, _) = bytes.as_chunks::<NUMBER>();
                numbers.extend(chunks.iter().map(|chunk| f64::from_le_bytes(*chunk)));
            }
        }
    }
}

impl Columns {
    /// No row yet. Kept in memory, or in a file in a folder.
    pub(super) fn new(width: usize, folder: Option<PathBuf>) -> Self {
        let blocks = folder.map_or(Blocks::Memory(Vec::new()), Blocks::Folder);
        Self { width, rows: 0, blocks, n_blocks: 0, open: Vec::new() }
    }

    /// Makes an empty list of the same width, with the same kind of store.
    pub(super) fn like(&self) -> Self {
        let folder = match &self.blocks {
            Blocks::Folder(folder) => Some(folder.clone()),
            Blocks::Memory(_) | Blocks::File(_) => None,
        };
        Self::new(self.width, folder)
    }

    /// The number of rows.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a row.
    ///
    /// # Errors
    /// The file cannot be made or written.
    ///
    /// # Panics
    /// When the row is not as wide as the others.
    pub(super) fn push(&mut self, row: impl Iterator<Item = f64>) -> io::Result<()> {
        let before = self.open.len();
        self.open.extend(row);
        assert_eq!(self.open.len() - before, self.width, "a record has one value a measure");
        self.rows += 1;
        if self.open.len() < BLOCK * self.width {
            return Ok(());
        }
        let rows = self.open.chunks_exact(self.width);
        let column = |at: usize| rows.clone().map(move |row| row[at]);
        let block: Vec<f64> = (0..self.width).flat_map(column).collect();
        self.blocks.put(&block)?;
        self.n_blocks += 1;
        self.open.clear();
        Ok(())
    }

    /// Keeps only the first `n` rows; none may be added after that.
    pub(super) fn truncate(&mut self, n: usize) {
        self.rows = self.rows.min(n);
    }

    /// One column, a number a row.
    ///
    /// # Panics
    /// When a file that was written a moment ago can no longer be read.
    pub(super) fn column(&self, at: usize) -> Vec<f64> {
        let mut numbers = Vec::with_capacity(self.rows.next_multiple_of(BLOCK));
        for block in 0..self.n_blocks {
            self.blocks.read((block * self.width + at) * BLOCK, BLOCK, &mut numbers);
        }
        numbers.extend(self.open.chunks_exact(self.width).map(|row| row[at]));
        numbers.truncate(self.rows);
        numbers
    }

    /// Shows every row in order.
    ///
    /// # Errors
    /// The first that `each` gives.
    ///
    /// # Panics
    /// The same as [`Self::column`].
    pub(super) fn each_row<E>(&self, mut each: impl FnMut(&[f64]) -> Result<(), E>) -> Result<(), E> {
        let mut left = self.rows;
        let (mut block, mut row) = (Vec::new(), vec![0.0; self.width]);
        for index in 0..self.n_blocks {
            block.clear();
            self.blocks.read(index * self.width * BLOCK, self.width * BLOCK, &mut block);
            for in_block in 0..left.min(BLOCK) {
                row.iter_mut().zip(block.chunks_exact(BLOCK)).for_each(|(to, column)| *to = column[in_block]);
                each(&row)?;
            }
            left -= left.min(BLOCK);
        }
        self.open.chunks_exact(self.width).take(left).try_for_each(each)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(n: usize, folder: Option<PathBuf>) -> Columns {
        let mut columns = Columns::new(3, folder);
        for row in (0..n).map(|row| f64::from(u32::try_from(row).unwrap())) {
            columns.push([row, -row, 1.0 / row].into_iter()).unwrap();
        }
        columns
    }

    #[test]
    fn rows_and_columns_are_the_same_in_memory_and_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        for n in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK, 5 * BLOCK + 7] {
            let (here, there) = (filled(n, None), filled(n, Some(folder.path().to_owned())));
            assert_eq!([here.rows(), there.rows()], [n, n]);
            for at in 0..3 {
                let bits =
                    |columns: &Columns| columns.column(at).iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&here), bits(&there));
                assert_eq!(here.column(at).len(), n);
            }
            for columns in [&here, &there] {
                let mut seen = 0_u32;
                let row = |row: &[f64]| {
                    assert_eq!(row[..2], [f64::from(seen), -f64::from(seen)]);
                    seen += 1;
                    Ok::<(), ()>(())
                };
                columns.each_row(row).unwrap();
                assert_eq!(seen as usize, n);
            }
        }
    }

    #[test]
    fn the_first_rows_alone_are_shown_after_the_others_are_left_out() {
        for (n, first) in [(3 * BLOCK + 5, BLOCK + 2), (BLOCK, 0), (BLOCK + 9, BLOCK + 3)] {
            let mut columns = filled(n, None);
            columns.truncate(first);
            let mut seen = 0;
            columns
                .each_row(|_| {
                    seen += 1;
                    Ok::<(), ()>(())
                })
                .unwrap();
            assert_eq!([columns.rows(), columns.column(1).len(), seen], [first; 3]);
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error_and_no_panic() {
        let nowhere = tempfile::tempdir().unwrap().path().join("gone");
        let mut columns = Columns::new(1, Some(nowhere));
        let all: io::Result<()> = (0..BLOCK).try_for_each(|_| columns.push([0.0].into_iter()));
        assert!(all.is_err());
    }
}
