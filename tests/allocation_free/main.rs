//! The hot loop asks the system for no memory: every allocation of the process is counted, and while days are shared
//! out again there is none, whatever the policy, the rounding and the limits. A test of its own, for it counts for all
//! threads.

#[path = "../../benches/allocate/pool.rs"]
mod pool;

use dormouse::allocate::{Allocator, Bound, Grants, Rules, most_possible};
use dormouse::model::{AllocationPolicy, DormantPriority, Precedence, Remainder, Rounding, UnusedFlat};
use pool::{Circumstance, Pool};

#[global_allocator]
static COUNTED: dhat::Alloc = dhat::Alloc;

fn every_rule() -> Vec<Rules> {
    let of = |change: &dyn Fn(&mut Rules)| {
        let mut rules = Rules::DEFAULT;
        change(&mut rules);
        rules
    };
    let policies = AllocationPolicy::ALL.map(|(_, policy, _)| Rules { policy, ..Rules::DEFAULT });
    let options = [
        of(&|rules| rules.rounding = Rounding::LargestRemainder),
        of(&|rules| rules.rounding = Rounding::Webster),
        of(&|rules| rules.rounding = Rounding::Systematic),
        of(&|rules| rules.precedence = Precedence::FlatFirst),
        of(&|rules| rules.dormant_priority = DormantPriority::UpToShare { ppm: 400_000 }),
        of(&|rules| rules.remainder = Remainder::WholeDemand),
        of(&|rules| rules.remainder = Remainder::LowerBound),
        of(&|rules| rules.unused_flat = UnusedFlat::Lost),
    ];
    policies.into_iter().chain(options).collect()
}

/// Blocks asked for while the days are shared out again from the same credit, so that every buffer has held as much
/// before: the fewest of three times, because the runner of the tests has a thread of its own that may ask for some.
fn blocks(pool: &Pool, rules: Rules) -> u64 {
    let mut allocator = Allocator::new(pool.shape.clone(), rules);
    let (mut grants, mut bound) = (Grants::default(), Bound::default());
    let credits = allocator.credits().clone();
    let mut share = |allocator: &mut Allocator| {
        for owned in &pool.days {
            allocator.allocate(&owned.day(), &mut grants);
            most_possible(&pool.shape, &owned.day(), &grants, &mut bound);
        }
    };
    share(&mut allocator);
    let mut again = || {
        allocator.set_credits(credits.clone());
        let before = dhat::HeapStats::get().total_blocks;
        share(&mut allocator);
        dhat::HeapStats::get().total_blocks - before
    };
    let times = [again(), again(), again()];
    times.into_iter().min().unwrap_or_default()
}

#[test]
fn sharing_out_asks_for_no_memory() {
    let _counting = dhat::Profiler::builder().testing().build();
    for (name, kind) in Circumstance::ALL {
        let pool = Pool::made(kind, 256);
        assert!(pool.cells() * pool.days.len() as u64 >= 100_000, "{name}: a small pool flatters");
        for rules in every_rule() {
            assert_eq!(blocks(&pool, rules), 0, "{name}: {rules:?}");
        }
    }
    for name in ["existing", "early", "crossing-limits", "first-ready", "webster"] {
        let (pool, rules) = Pool::recorded(name);
        assert_eq!(blocks(&pool, rules), 0, "{name}");
    }
    let before = dhat::HeapStats::get().total_blocks;
    drop(vec![0_u8; 100]);
    assert_eq!(dhat::HeapStats::get().total_blocks - before, 1, "the counter counts");
}
