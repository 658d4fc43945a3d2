//! One day's capacity shared with slices alone: three suppliers, one group, no scenario file.

use dormouse::allocate::{Allocator, Day, Grants, Leaf, Rules, Shape, verify};

fn main() {
    let leaves = (0..3).map(|supplier| Leaf { group: 0, supplier, cohort: 0 }).collect();
    let mut allocator = Allocator::new(Shape::new(leaves, &[1], 3), Rules::default());
    let day = Day {
        groups: &[100],
        limits: &[None; 3],
        dmin: 10,
        dormant: &[30, 0, 0],
        active: &[5, 80, 60],
        ..Day::default()
    };
    let mut grants = Grants::default();
    allocator.allocate(&day, &mut grants);
    verify(allocator.shape(), allocator.rules(), &day, &grants).expect("the certificate holds");
    assert_eq!((grants.dormant, grants.active), (vec![30, 0, 0], vec![5, 36, 29]));
}
