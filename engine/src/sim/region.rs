//! Where nodes stand, and how far apart that is.

/// A set of regions with the delays between them.
#[derive(PartialEq, Eq, Debug)]
pub struct RegionTable {
    /// Its name.
    pub name: &'static str,
    /// The regions, by number.
    pub regions: &'static [&'static str],
    /// One-way delay from row to column, in microseconds; the diagonal is traffic inside the region.
    pub one_way_us: &'static [&'static [u32]],
    /// Uplink of a node in each region, in kilobits a second; 0 for no limit.
    pub uplink_kbps: &'static [u32],
    /// Downlink of a node in each region, in kilobits a second; 0 for no limit.
    pub downlink_kbps: &'static [u32],
    /// How many of a thousand nodes stand in each region, where a source says so; else even.
    pub share_permille: &'static [u32],
    /// Where the figures come from.
    pub source: &'static str,
    /// Where the regions lie on a map whose distances are delays: east and south of its middle, in
    /// microseconds one way. No map of the plane has all distances right; this one is off the least
    /// (stress majorisation, turned as on a globe): a tenth of the delays for the cloud, six hundredths for
    /// the public chain.
    pub positions_us: &'static [[i32; 2]],
}

/// Ten regions of a cloud.
pub static CLOUD: RegionTable = RegionTable {
    name: "cloud",
    regions: &[
        "us-east-1",
        "us-west-1",
        "eu-west-1",
        "eu-central-1",
        "eu-north-1",
        "ap-south-1",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-southeast-2",
        "sa-east-1",
    ],
    one_way_us: &[
        &[
            2_750, 32_100, 34_800, 46_600, 56_400, 96_250, 74_850, 89_900, 99_900, 57_650,
        ],
        &[
            31_950, 1_400, 64_950, 76_650, 86_450, 116_000, 54_150, 66_750, 69_550, 87_400,
        ],
        &[
            34_850, 65_050, 1_600, 13_750, 20_450, 62_950, 101_150, 116_300, 127_850, 89_100,
        ],
        &[
            46_350, 76_500, 13_500, 2_000, 11_450, 64_650, 113_500, 115_400, 125_650, 102_000,
        ],
        &[
            56_100, 86_250, 19_850, 11_500, 1_650, 74_450, 123_350, 125_050, 135_600, 111_500,
        ],
        &[
            94_850, 115_800, 62_700, 64_500, 74_200, 1_600, 66_650, 67_250, 77_350, 150_500,
        ],
        &[
            74_750, 54_350, 101_250, 113_800, 123_600, 67_150, 1_400, 18_150, 53_450, 129_150,
        ],
        &[
            89_750, 66_950, 116_600, 115_800, 125_200, 67_600, 18_200, 2_000, 72_600, 144_700,
        ],
        &[
            99_850, 69_600, 127_800, 125_800, 135_800, 77_450, 52_900, 73_050, 2_050, 156_050,
        ],
        &[
            57_700, 87_650, 89_300, 102_500, 111_650, 150_900, 129_450, 144_850, 156_200, 1_650,
        ],
    ],
    uplink_kbps: &[0; 10],
    downlink_kbps: &[0; 10],
    share_permille: &[100; 10],
    source: "half the median round trips between AWS regions as published by cloudping.co, 2025-07, \
             in commonwarexyz/monorepo examples/estimator/src/p50.json at dc41a89",
    positions_us: &[
        [-28_500, 8_100],
        [-5_000, 34_100],
        [-32_200, -30_500],
        [-30_100, -42_200],
        [-36_100, -51_500],
        [40_100, -46_100],
        [51_500, 20_300],
        [67_200, 8_300],
        [57_500, 58_200],
        [-84_500, 41_200],
    ],
};

/// Home links of a public chain: six regions. The source uses its figures as one-way delays, although
/// they are about as large as round trips; kept as there, so that results compare.
pub static PUBLIC: RegionTable = RegionTable {
    name: "public",
    regions: &[
        "north-america",
        "europe",
        "south-america",
        "asia-pacific",
        "japan",
        "australia",
    ],
    one_way_us: &[
        &[32_000, 124_000, 184_000, 198_000, 151_000, 189_000],
        &[124_000, 11_000, 227_000, 237_000, 252_000, 294_000],
        &[184_000, 227_000, 88_000, 325_000, 301_000, 322_000],
        &[198_000, 237_000, 325_000, 85_000, 58_000, 198_000],
        &[151_000, 252_000, 301_000, 58_000, 12_000, 126_000],
        &[189_000, 294_000, 322_000, 198_000, 126_000, 16_000],
    ],
    uplink_kbps: &[19_200, 20_700, 5_800, 15_700, 10_200, 11_300],
    downlink_kbps: &[52_000, 40_000, 18_000, 22_800, 22_800, 29_900],
    share_permille: &[332, 500, 9, 118, 22, 19],
    source: "SimBlock (dsg-titech/simblock, NetworkConfiguration.java, the table of 2019)",
    positions_us: &[
        [-44_600, -2_200],
        [-105_100, -114_100],
        [-191_100, 84_700],
        [121_400, -72_500],
        [108_200, -9_100],
        [111_200, 113_200],
    ],
};

/// No delay between regions is below this, however close they are moved.
const BETWEEN_MIN_US: i64 = 100;

/// Every table.
pub static TABLES: [&RegionTable; 2] = [&CLOUD, &PUBLIC];

impl RegionTable {
    /// The table of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        TABLES.into_iter().find(|table| table.name == name)
    }

    /// The number of a region.
    pub fn region(&self, name: &str) -> Option<u16> {
        let at = self.regions.iter().position(|region| *region == name)?;
        Some(at as u16)
    }

    /// The delays after regions have been moved on the map, by so much east and south each, in
    /// microseconds: the table's own, longer or shorter by what the distance has changed, and never below
    /// a tenth of a millisecond. Inside a region nothing changes.
    pub fn moved(&self, by_us: &[[i32; 2]]) -> Vec<Vec<u32>> {
        let at = |region: usize, by: [i32; 2]| {
            let [east, south] = self.positions_us[region];
            [
                i64::from(east) + i64::from(by[0]),
                i64::from(south) + i64::from(by[1]),
            ]
        };
        let apart = |one: [i64; 2], other: [i64; 2]| {
            let (east, south) = (one[0].abs_diff(other[0]), one[1].abs_diff(other[1]));
            // Positions are below 2^32, so that squares fit.
            (east * east + south * south).isqrt() as i64
        };
        let delay = |from: usize, to: usize, table: u32| {
            if from == to {
                return table;
            }
            let by = |region: usize| by_us.get(region).copied().unwrap_or_default();
            let now = apart(at(from, by(from)), at(to, by(to)));
            let before = apart(at(from, [0, 0]), at(to, [0, 0]));
            let delay = (i64::from(table) + now - before).max(BETWEEN_MIN_US);
            u32::try_from(delay).unwrap_or(u32::MAX)
        };
        let row = |(from, row): (usize, &&[u32])| {
            let delays = row.iter().enumerate();
            delays.map(|(to, us)| delay(from, to, *us)).collect()
        };
        self.one_way_us.iter().enumerate().map(row).collect()
    }

    /// Each node's region: those that are named, in turn, or by the table's shares if none is. Names that it
    /// has not are passed over.
    pub fn placed(&self, named: &[String], nodes: u32) -> Vec<u16> {
        let named = named.iter().filter_map(|region| self.region(region));
        let named: Vec<u16> = named.collect();
        match named.as_slice() {
            [] => self.place(nodes),
            named => named.iter().copied().cycle().take(nodes as usize).collect(),
        }
    }

    /// Regions for so many nodes, by the table's shares: largest remainders first, then spread in turn so
    /// that neighbours in number stand in different regions.
    pub fn place(&self, nodes: u32) -> Vec<u16> {
        let total: u64 = self
            .share_permille
            .iter()
            .map(|share| u64::from(*share))
            .sum();
        let exact = |region: usize| u64::from(nodes) * u64::from(self.share_permille[region]);
        let mut counts: Vec<u64> = (0..self.regions.len()).map(|r| exact(r) / total).collect();
        let mut by_remainder: Vec<usize> = (0..self.regions.len()).collect();
        by_remainder.sort_by_key(|region| std::cmp::Reverse(exact(*region) % total));
        let missing = u64::from(nodes) - counts.iter().sum::<u64>();
        for region in by_remainder.into_iter().take(missing as usize) {
            counts[region] += 1;
        }
        let mut placed = Vec::with_capacity(nodes as usize);
        while placed.len() < nodes as usize {
            for (region, count) in counts
                .iter_mut()
                .enumerate()
                .filter(|(_, count)| **count > 0)
            {
                *count -= 1;
                placed.push(region as u16);
            }
        }
        placed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_square_and_their_shares_are_a_thousand() {
        for table in TABLES {
            let n = table.regions.len();
            assert!(
                table.one_way_us.len() == n && table.one_way_us.iter().all(|row| row.len() == n)
            );
            assert_eq!(table.share_permille.len(), n);
            assert_eq!(
                table.share_permille.iter().sum::<u32>(),
                1_000,
                "{}",
                table.name
            );
            assert_eq!((table.uplink_kbps.len(), table.downlink_kbps.len()), (n, n));
            assert_eq!(table.positions_us.len(), n);
            let still: Vec<Vec<u32>> = table.one_way_us.iter().map(|row| row.to_vec()).collect();
            assert_eq!(table.moved(&[]), still);
            assert_eq!(table.moved(&vec![[7, 7]; n]), still, "all together");
        }
        assert_eq!(CLOUD.one_way_us[0][0], 2_750);
        assert_eq!(CLOUD.region("sa-east-1"), Some(9));
    }

    #[test]
    fn a_region_that_is_moved_away_is_farther_from_all_and_one_that_is_moved_close_nearer() {
        let mut by = vec![[0, 0]; 10];
        by[9] = [-100_000, 50_000];
        let far = CLOUD.moved(&by);
        for (now, before) in far[9].iter().zip(CLOUD.one_way_us[9]).take(9) {
            assert!(*now > before + 50_000, "{now} {before}");
        }
        for (now, before) in far.iter().zip(CLOUD.one_way_us).take(9) {
            assert_eq!(now[..9], before[..9]);
        }
        assert_eq!(far[9][9], CLOUD.one_way_us[9][9]);
        // Onto us-east-1: nearer by what the map had between them, and never below the least.
        by[9] = [84_500 - 28_500, 8_100 - 41_200];
        let near = CLOUD.moved(&by);
        assert!(near[9][0] < 10_000 && near[9][0] >= 100, "{}", near[9][0]);
        by[9] = [i32::MIN, i32::MAX];
        assert!(CLOUD.moved(&by)[0][9] > 1_000_000_000);
    }

    #[test]
    fn nodes_are_placed_by_share() {
        let placed = CLOUD.place(50);
        for region in 0..10 {
            assert_eq!(placed.iter().filter(|r| **r == region).count(), 5);
        }
        assert_eq!(placed[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let placed = PUBLIC.place(4);
        assert_eq!(placed, [0, 1, 3, 1]);
        assert!(PUBLIC.place(0).is_empty());
    }
}
