//! Draws by address: each belongs to (seed, replication, purpose, entity, day, attempt) and to nothing else.

mod normal;

pub use normal::normal_quantile;
