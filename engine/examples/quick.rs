//! quick
use engine::scenario::*; use engine::session::*; use std::time::Instant;
struct C(Instant); impl Clock for C { fn now_seconds(&self) -> f64 { self.0.elapsed().as_secs_f64() } }
fn main() {
    let c = C(Instant::now());
    let a: Vec<String> = std::env::args().collect();
    if a[1] == "bench" { for r in bench::rows(2, &c, &Unwatched).unwrap() { println!("{:60} {:12.2} {} {:?} {}", r.name, r.value, r.unit, r.bar, r.note); } return; }
    let s = preset::named(&a[1]).unwrap().scenario();
    let mut session = Session::open(s.clone()).unwrap();
    let l = session.live(&LiveSettings { threads: a[2].parse().unwrap(), blocks: a[3].parse().unwrap() }, &c, &Unwatched).unwrap().unwrap();
    println!("{:.0} TPS, {:.0} without root, vs serial {:.2}, serial ns/tx {:.0} root {:?} equal {} rev {} in_order {} aborts {}", l.tps(), l.tps_without_root(), l.serial_seconds / l.execute_seconds, l.serial_seconds * 1e9 / l.transactions as f64,l.root_seconds / l.blocks as f64, l.equals_serial, l.reverted, l.in_order, l.aborts);
}
