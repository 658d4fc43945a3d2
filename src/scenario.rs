//! From scenario files to a model.
