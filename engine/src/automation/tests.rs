use super::*;
use crate::intent::language::ast::{Metric, PriceSource, Rule};
use crate::intent::language::parse;
use crate::market::NewsKind;
use crate::primitives::{Decimal, Seed};

/// A world with one price for everything that is a price, and news at given seconds.
struct Plain {
    now_s: u64,
    price: Decimal,
    seen_s: u64,
    volatility: Decimal,
    news: Vec<(u64, NewsKind, u8)>,
}

fn at(now_s: u64, price: i64) -> Plain {
    Plain {
        now_s,
        price: Decimal::whole(price),
        seen_s: now_s,
        volatility: Decimal::bps(5_000),
        news: Vec::new(),
    }
}

impl View for Plain {
    fn now_s(&self) -> u64 {
        self.now_s
    }
    fn read(&self, _: u32, metric: &Metric) -> Option<Reading> {
        let value = match metric {
            Metric::Price(_, PriceSource::Oracle) => self.price,
            Metric::Volatility(..) => self.volatility,
            _ => return None,
        };
        Some(Reading {
            value,
            at_s: self.seen_s,
        })
    }
    fn news(&self, kind: Option<NewsKind>, severity: u8, since_s: u64) -> bool {
        self.news.iter().any(|(at, found, how)| {
            *at >= since_s
                && *at <= self.now_s
                && *how >= severity
                && kind.is_none_or(|kind| kind == *found)
        })
    }
}

fn rule(text: &str) -> Rule {
    parse(text).expect(text).strategies.remove(0).rule
}

/// The seconds at which a rule fires on prices a minute apart.
fn firings(text: &str, prices: &[i64]) -> Vec<u64> {
    let mut watch = Watch::new(1, 1, rule(text), 0);
    let mut fired = Vec::new();
    for (number, price) in prices.iter().enumerate() {
        let view = at(number as u64 * 60, *price);
        if watch.look(&view) == Look::Fires {
            assert_eq!(number as u64 * 60, view.now_s);
            fired.push(view.now_s / 60);
        }
    }
    fired
}

#[test]
fn edges_levels_holds_rests_and_runs() {
    let prices = [100, 90, 89, 101, 90, 101, 90, 90, 90, 90];
    let all = |options: &str| {
        firings(
            &format!("when price(ETH) <= 90{options}: sell all ETH for USDC"),
            &prices,
        )
    };
    assert_eq!(all(""), [1, 4, 6]);
    assert_eq!(all(" on level"), [1, 2, 4, 6, 7, 8, 9]);
    assert_eq!(all(" for 2m"), [8]);
    assert_eq!(all(" cooldown 4m"), [1, 6]);
    assert_eq!(all(" runs 2"), [1, 4]);
    // A miss of less than a fifth does not make it ready again: 101 is below 90 and a fifth.
    assert_eq!(all(" hysteresis 20%"), [1]);
    assert_eq!(all(" hysteresis 10%"), [1, 4, 6]);
}

#[test]
fn a_trailing_stop_follows_the_peak_that_it_saw() {
    assert_eq!(
        firings(
            "when drop(ETH) >= 10%: sell all ETH for USDC",
            &[100, 95, 120, 109, 108, 107]
        ),
        [4]
    );
    assert_eq!(
        firings(
            "when rise(ETH) >= 10%: sell all ETH for USDC",
            &[100, 90, 98, 99, 120]
        ),
        [3]
    );
}

#[test]
fn clocks_keep_their_grid() {
    assert_eq!(
        firings("every 3m: buy 1 USDC of ETH", &[1; 10]),
        [0, 3, 6, 9]
    );
    assert_eq!(firings("at 4m: buy 1 USDC of ETH", &[1; 10]), [4]);
    assert_eq!(
        firings("once: buy 1 USDC of ETH, starts after 2m", &[1; 10]),
        [2]
    );
    let mut hours = vec![1; 200];
    hours[0] = 1;
    assert_eq!(
        firings("cron \"5 * 0\": buy 1 USDC of ETH", &hours),
        [5, 65, 125, 185]
    );
    assert_eq!(
        firings(
            "every 1m while price(ETH) < 5: buy 1 USDC of ETH, stop after 3 fills",
            &[9, 1, 9, 1, 1, 1]
        ),
        [1, 3, 4]
    );
}

#[test]
fn what_is_stale_or_missing_is_neither_true_nor_false() {
    let mut watch = Watch::new(
        1,
        1,
        rule("when not price(ETH) > 5 fresh 30s: sell all ETH for USDC"),
        0,
    );
    let mut view = at(100, 1);
    view.seen_s = 69;
    assert_eq!(watch.look(&view), Look::Waits);
    assert_eq!(watch.why_not(&view).obstacle, Obstacle::Unread);
    view.seen_s = 70;
    assert_eq!(watch.look(&view), Look::Fires);
    let mut watch = Watch::new(
        1,
        1,
        rule("when not funding(ETH) > 5%: sell all ETH for USDC"),
        0,
    );
    assert_eq!(watch.look(&view), Look::Waits);
}

#[test]
fn why_not_names_the_clause_its_value_and_the_distance() {
    let ask = |text: &str, view: &Plain| {
        let mut watch = Watch::new(1, 1, rule(text), 0);
        let look = watch.look(view);
        (look, watch.why_not(view))
    };
    let view = at(60, 2_000);
    let (_, why) = ask(
        "when price(ETH) < 3000 and volatility(ETH, 24h) < 40%: buy 1 USDC of ETH",
        &view,
    );
    assert_eq!(
        why,
        WhyNot {
            obstacle: Obstacle::Clause,
            clause: "volatility(ETH, 24h) < 40%".to_owned(),
            value: Some(Decimal::bps(5_000)),
            distance: Some(Decimal::bps(1_000))
        }
    );
    // Of two that would do, the nearest.
    let (_, why) = ask(
        "when price(ETH) < 1900 or price(ETH) > 3000: buy 1 USDC of ETH",
        &view,
    );
    assert_eq!(
        (why.clause.as_str(), why.distance),
        ("price(ETH) < 1900", Some(Decimal::whole(100)))
    );
    let (_, why) = ask("when price(ETH) in 2100 .. 2200: buy 1 USDC of ETH", &view);
    assert_eq!(why.distance, Some(Decimal::whole(100)));
    let (_, why) = ask("every 1h while price(ETH) > 2500: buy 1 USDC of ETH", &view);
    assert_eq!(
        (why.obstacle, why.distance),
        (Obstacle::Meanwhile, Some(Decimal::whole(500)))
    );
    for (text, obstacle) in [
        (
            "when price(ETH) < 3000 for 5m: buy 1 USDC of ETH",
            Obstacle::Holding(300),
        ),
        ("at 3m: buy 1 USDC of ETH", Obstacle::NotDue(120)),
        (
            "once: buy 1 USDC of ETH, starts after 2m",
            Obstacle::NotYetValid(60),
        ),
        ("once: buy 1 USDC of ETH, expires after 30s", Obstacle::Over),
        (
            "when price(ETH) < 3000: buy 1 USDC of ETH",
            Obstacle::FiredAlready,
        ),
        (
            "when price(ETH) < 3000 cooldown 1h: buy 1 USDC of ETH",
            Obstacle::Resting(3_600),
        ),
        (
            "when news(hack, 3) within 1h: sell all ETH for USDC",
            Obstacle::Clause,
        ),
    ] {
        assert_eq!(ask(text, &view).1.obstacle, obstacle, "{text}");
    }
}

#[test]
fn news_set_off_while_they_are_new() {
    let mut watch = Watch::new(
        1,
        1,
        rule("when news(hack, 3) within 1h: sell all ETH for USDC"),
        0,
    );
    let mut view = at(5_000, 1);
    view.news = vec![
        (4_000, NewsKind::Hack, 2),
        (1_000, NewsKind::Hack, 5),
        (4_900, NewsKind::Listing, 5),
    ];
    assert_eq!(watch.look(&view), Look::Waits);
    view.news.push((4_900, NewsKind::Hack, 3));
    assert_eq!(watch.look(&view), Look::Fires);
}

/// Rules of every kind around a price.
fn random_rule(seed: u64) -> Rule {
    let mut s = Seed::new(seed).fork("rule").stream();
    let bound = 80 + s.below(41);
    let sign = ["<", "<=", ">", ">="][s.below(4) as usize];
    let more = [
        "",
        " and volatility(ETH, 1d) < 60%",
        " or drop(ETH) > 9%",
        " and drop(ETH) > 3%",
    ][s.below(4) as usize];
    let options = [
        "",
        " for 3m",
        " hysteresis 5%",
        " cooldown 10m",
        " on level cooldown 5m",
        " runs 2",
    ][s.below(6) as usize];
    let limits = [
        "",
        ", expires after 1h",
        ", stop after 3 fills",
        ", starts after 20m",
    ][s.below(4) as usize];
    match s.below(8) {
        0 => rule(&format!(
            "every {}m while price(ETH) {sign} {bound}: buy 1 USDC of ETH{limits}",
            1 + s.below(9)
        )),
        _ => rule(&format!(
            "when price(ETH) {sign} {bound}{more}{options}: buy 1 USDC of ETH{limits}"
        )),
    }
}

#[test]
fn sleeping_changes_nothing_about_what_fires_and_saves_most_looks() {
    for run in 0..20u64 {
        let mut board = Board::default();
        let mut plain: Vec<Watch> = Vec::new();
        for number in 0..200u64 {
            let watch = Watch::new(number, 1, random_rule(run * 1_000 + number), 0);
            assert!(board.arm(watch.clone()));
            plain.push(watch);
        }
        let mut s = Seed::new(run).stream();
        let mut price = 100i64;
        let mut looks = 0;
        for block in 0..150u64 {
            price = (price + s.below(9) as i64 - 4).clamp(75, 125);
            let mut view = at(block * 60, price);
            if s.below(10) == 0 {
                view.volatility = Decimal::bps(7_000);
            }
            if block == 70 {
                assert!(board.disarm(5) == plain.iter().any(|watch| watch.intent == 5));
                plain.retain(|watch| watch.intent != 5);
            }
            let mut expected = (Vec::new(), Vec::new());
            for watch in &mut plain {
                looks += 1;
                match watch.look(&view) {
                    Look::Fires => expected.0.push(watch.intent),
                    Look::Ends => expected.1.push(watch.intent),
                    Look::Waits => {}
                }
            }
            plain.retain(|watch| !expected.1.contains(&watch.intent));
            assert_eq!(board.block(&view), expected, "run {run}, block {block}");
            for watch in plain.iter().step_by(17) {
                assert_eq!(
                    board.why_not(watch.intent, &view),
                    Some(watch.why_not(&view)),
                    "run {run}, block {block}"
                );
            }
        }
        assert!(board.looked_at() < looks, "run {run}");
    }
}

#[test]
fn far_gates_are_not_looked_at() {
    let mut board = Board::default();
    for number in 0..10_000u64 {
        let text = format!(
            "when price(ETH) < {}: sell all ETH for USDC",
            1 + number % 1_000
        );
        board.arm(Watch::new(number, 1, rule(&text), 0));
    }
    board.block(&at(0, 2_000));
    let first = board.looked_at();
    for block in 1..100 {
        assert_eq!(
            board.block(&at(block * 12, 2_000 + block as i64)).0,
            Vec::<u64>::new()
        );
    }
    assert_eq!(board.looked_at(), first);
    // A jump over many levels fires all of them, in the order in which they were armed.
    let (fires, _) = board.block(&at(2_000, 990));
    assert_eq!(fires.len(), 100);
    assert!(fires.is_sorted());
}
