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
};

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
        }
        assert_eq!(CLOUD.one_way_us[0][0], 2_750);
        assert_eq!(CLOUD.region("sa-east-1"), Some(9));
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
