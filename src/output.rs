//! The results folder.
