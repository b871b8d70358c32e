//! Files of every kind, sound and hostile.

use super::import::{COMPLAINTS_MAX, Imported, import};
use crate::primitives::Decimal;
use proptest::prelude::*;

#[test]
fn files_of_every_usual_kind_are_read() {
    let expected = Imported {
        start_s: 1_577_836_800,
        step_s: 3_600,
        prices: vec![
            Decimal::whole(7_000),
            Decimal(710_050_000_000),
            Decimal::whole(6_900),
        ],
    };
    for text in [
        "1577836800,7000\n1577840400,7100.5\n1577844000,6900\n",
        "\u{feff}Time;Price\r\n1577836800000;7000\r\n1577840400000;7100.50\r\n1577844000000;6900\r\n",
        "price\tdate\n7000\t2020-01-01\n7100.5\t2020-01-01 01:00:00\n6900\t2020-01-01T02:00Z\n",
        "# notes\ntime,open,high,low,close,volume\n2020-01-01,7000,7000,7000,7000,5\n2020-01-01 01:00,7000,7200,6900,7100.5,1\n2020-01-01 02:00,7100.5,7100.5,6900,6900,1\n",
    ] {
        assert_eq!(import(text), Ok(expected.clone()), "{text}");
    }
}

#[test]
fn every_bad_row_is_named() {
    let text = "time,price\n0,1\n60,2\n120,-3\n180,x\n240\n240,5\n200,6\n240,7\n300,8\n600,9\n660,10\n720,1e5\n";
    let complaints = import(text).expect_err("bad");
    let rows: Vec<_> = complaints
        .iter()
        .map(|c| (c.row, c.message.split(' ').next().unwrap_or_default()))
        .collect();
    assert_eq!(
        rows,
        [
            (4, "a"),
            (5, "\"x\""),
            (6, "1"),
            (7, "180"),
            (8, "earlier"),
            (9, "the"),
            (11, "300"),
            (13, "\"1e5\"")
        ],
        "{complaints:#?}"
    );
    for (text, message) in [
        ("", "empty"),
        ("hello\nworld", "columns"),
        ("a,b,c\n1,2,3", "columns"),
        ("0,5", "fewer than two"),
        ("2020-01-01,5,4,6,5\n2020-01-02,5,6,4,5", "low and high"),
        ("0,5\n9999999999,6", "seconds apart"),
    ] {
        let complaints = import(text).expect_err(text);
        assert!(
            complaints[0].message.contains(message),
            "{text}: {complaints:?}"
        );
    }
}

proptest! {
    #[test]
    fn no_file_is_too_odd(text in "([0-9a-z,;.\\-\\t\\n\" :TZ]{0,40}\n){0,40}") {
        match import(&text) {
            Ok(series) => prop_assert!(series.prices.len() >= 2 && series.step_s >= 1),
            Err(complaints) => prop_assert!((1..=COMPLAINTS_MAX).contains(&complaints.len())),
        }
    }

    #[test]
    fn no_bytes_are_too_odd(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = import(&String::from_utf8_lossy(&bytes));
    }
}
