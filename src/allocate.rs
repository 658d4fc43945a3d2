//! One day's capacity shared out: a pure function of limits, demand and policy.
