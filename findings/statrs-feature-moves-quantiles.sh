#!/usr/bin/env bash
# A crate that somebody else adds to a build changes the quantiles of statrs.
#
# Tried on 1 December 2026: statrs 0.19.0 with default-features = false, Rust 1.95, Linux x86_64 with glibc.
#
# Who meets it: whoever promises the same bytes from the same seed and draws or estimates with Beta or Student quantiles.
# With its feature `std` statrs calls the mathematics of the system's C library; without it, the crate libm, which gives
# the same bits everywhere. Cargo adds features up over a whole build: any crate that asks for `statrs/std` moves the
# numbers of all others, and nothing in their own Cargo.toml shows it.
#
# Seen: of 19,900 Beta quantiles 10,573 differ, by up to 27 units in the last place, and of 500 Student quantiles 67, by up to 306.
# The counts depend on the C library, so the script asks only that many differ and that none differs by much.
#
# What to do: pin the feature in the binary's own manifest, and hold a few quantiles to their bits in a test.
#
# Ends with 0 as long as the behaviour is as described, with 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/numbers/src" "$folder/bystander/src"
cat > "$folder/Cargo.toml" <<'TOML'
[workspace]
members = ["numbers", "bystander"]
resolver = "2"
TOML
cat > "$folder/numbers/Cargo.toml" <<'TOML'
[package]
name = "numbers"
version = "0.0.0"
edition = "2021"
[features]
with-bystander = ["dep:bystander"]
[dependencies]
statrs = { version = "=0.19.0", default-features = false }
bystander = { path = "../bystander", optional = true }
TOML
cat > "$folder/bystander/Cargo.toml" <<'TOML'
[package]
name = "bystander"
version = "0.0.0"
edition = "2021"
[dependencies]
statrs = { version = "=0.19.0", default-features = false, features = ["std"] }
TOML
echo "" > "$folder/bystander/src/lib.rs"
cat > "$folder/numbers/src/main.rs" <<'RUST'
use statrs::distribution::{Beta, ContinuousCDF, StudentsT};

fn main() {
    for a in 1..=10 {
        for b in 1..=10 {
            let beta = Beta::new(1.0 + f64::from(a) * 0.4, 1.0 + f64::from(b) * 0.4).unwrap();
            for k in 1..200 {
                println!("beta {}", beta.inverse_cdf(f64::from(k) / 200.0).to_bits());
            }
        }
    }
    for freedom in 1..=100 {
        let student = StudentsT::new(0.0, 1.0, f64::from(freedom)).unwrap();
        for level in [0.9, 0.95, 0.975, 0.99, 0.995] {
            println!("student {}", student.inverse_cdf(level).to_bits());
        }
    }
}
RUST
cd "$folder"
cargo run --quiet --package numbers > alone.txt
cargo run --quiet --package numbers --features with-bystander > beside.txt
python3 - <<'PYTHON'
import sys

alone, beside = ([line.split() for line in open(name)] for name in ("alone.txt", "beside.txt"))
apart = [(kind, abs(int(one) - int(other))) for (kind, one), (_, other) in zip(alone, beside)]
for kind in ("beta", "student"):
    units = [difference for name, difference in apart if name == kind]
    print(f"{kind}: {sum(map(bool, units)):,} of {len(units):,} differ, by at most {max(units)} units in the last place")
differ = sum(difference > 0 for _, difference in apart)
as_described = len(apart) == 20400 and differ > 1000 and max(difference for _, difference in apart) < 100_000
print("as described" if as_described else "the behaviour has changed")
sys.exit(0 if as_described else 1)
PYTHON
