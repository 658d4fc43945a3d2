//! Writing: how files become a results folder that appears whole or not at all.

pub(crate) mod folder_lock;
pub(crate) mod folder_study;
pub(crate) mod machine;
pub(crate) mod manifest;
pub(crate) mod reserved;
pub(crate) mod single_files;
pub(crate) mod staging;
pub(crate) mod study;
