//! Sentences that explain how numbers are to be read.

/// The P80 of a day.
pub const P80: &str = "P80: the day by which four in five replications are done; more replications show better which day that is, they do not bring it forward.";

/// An interval in brackets.
pub const INTERVAL: &str =
    "[ ]: 95% interval of the estimate before it, which narrows with more replications.";

/// What no number of the program is.
pub const NOT_A_FORECAST: &str = "Simulated under assumed inputs, not a forecast.";

/// The range of outcomes.
pub const RANGE: &str = "Eight in ten of the model's runs lie between P10 and P90, if the assumed inputs are right; more replications do not narrow that range.";

/// What an interval is of.
pub const INTERVAL_IS_OF_THE_MODEL: &str = "An interval shows how precisely these replications estimate the model's answer, not how well the model describes the programme";

/// A day that does not come.
pub const NOT_BY_END: &str = "Days that do not come by the end of the run are said to be \"not by the end\" and counted after every other day.";
