//! Layout: the frame of a figure, its axes, labels and names.

pub(crate) mod axis;
pub(crate) mod frame;
pub(crate) mod labels;
pub(crate) mod names;
pub(crate) mod plot_area;
