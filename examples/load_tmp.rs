fn main() {
    for path in std::env::args().skip(1) {
        let t = std::time::Instant::now();
        match dormouse::scenario::load(path.as_ref(), &[]) {
            Err(p) => println!("{path}\n{p}"),
            Ok(s) => {
                let load = t.elapsed();
                let m = &s.model;
                println!(
                    "{path}: {} days {} groups {} cohorts {} suppliers {} installs {} places, {} warnings; load {load:?}",
                    m.calendar.n_days(),
                    m.groups.len(),
                    m.cohorts.len(),
                    m.suppliers.len(),
                    m.installations(),
                    m.places().len(),
                    s.warnings.problems.len()
                );
                let t = std::time::Instant::now();
                let trace = match dormouse::engine::simulate(m, 0) {
                    Ok(t) => t,
                    Err(v) => {
                        println!("VIOLATION {v}");
                        continue;
                    }
                };
                let el = t.elapsed();
                let f = dormouse::findings::Findings::of(m, &trace);
                println!("   {el:?} checks {:?} movements {}", trace.checks, trace.movements.len());
                println!("{}", dormouse::output::comparison(&[&f]));
            }
        }
    }
}
