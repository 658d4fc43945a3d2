//! A list that is filled without guessing: whatever may stay is written, and what does not is written over by the next.
//! Where it is a toss-up whether an item stays, that is quicker than to ask first.

/// Items, and the space behind them.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct BranchlessVec<T> {
    items: Vec<T>,
    n: usize,
}

/// The space behind the items, for some more; passed by value, so that their number stands in a register.
pub(in crate::engine) struct Space<'a, T> {
    items: &'a mut [T],
    n: usize,
}

/// How many of the items written into a space stay.
#[must_use]
pub(in crate::engine) struct Stayed(usize);

impl<T: Copy + Default> BranchlessVec<T> {
    pub(in crate::engine) fn clear(&mut self) {
        self.n = 0;
    }

    /// Adds one more, if it stays.
    #[inline]
    pub(in crate::engine) fn add(&mut self, item: T, stays: bool) {
        if let Some(next) = self.items.get_mut(self.n) {
            *next = item;
        } else {
            self.items.push(item);
        }
        self.n += usize::from(stays);
    }

    /// Adds some more, each if it stays.
    #[inline]
    pub(in crate::engine) fn extend(&mut self, more: impl ExactSizeIterator<Item = (T, bool)>) {
        let upto = self.n + more.len();
        if self.items.len() < upto {
            self.items.resize(upto, T::default());
        }
        let (items, mut n) = (&mut self.items[..upto], self.n);
        for (item, stays) in more {
            items[n] = item;
            n += usize::from(stays);
        }
        self.n = n;
    }

    /// Space for so many more, whether or not they stay.
    pub(in crate::engine) fn space(&mut self, more: usize) -> Space<'_, T> {
        let upto = self.n + more;
        if self.items.len() < upto {
            self.items.resize(upto, T::default());
        }
        Space { items: &mut self.items[self.n..upto], n: 0 }
    }

    /// Takes in what stays of the space that was asked for last; returns how many they are.
    pub(in crate::engine) fn keep(&mut self, Stayed(n): Stayed) -> usize {
        self.n += n;
        n
    }

    pub(in crate::engine) fn items(&self) -> &[T] {
        &self.items[..self.n]
    }
}

/// Two lists are the same where their items are, whatever stands behind these.
impl<T: Copy + Default + PartialEq> PartialEq for BranchlessVec<T> {
    fn eq(&self, other: &Self) -> bool {
        self.items() == other.items()
    }
}

impl<T> Space<'_, T> {
    #[inline]
    pub(in crate::engine) fn add(&mut self, item: T, stays: bool) {
        self.items[self.n] = item;
        self.n += usize::from(stays);
    }

    pub(in crate::engine) fn stayed(self) -> Stayed {
        Stayed(self.n)
    }
}
