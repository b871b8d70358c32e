//! Real blocks: who pays or calls whom. Reads the files that `cargo xtask traffic` writes; their form
//! stands in `public/traffic/README.md`.

use thiserror::Error;

/// Most transactions of a file.
const TRANSACTIONS_MAX: u64 = 100_000;

/// The blocks that come with the engine, by number.
const BLOCKS: [(u64, &[u8]); 3] = [
    (
        12_244_000,
        include_bytes!("../../../public/traffic/12244000.bin"),
    ),
    (
        13_217_637,
        include_bytes!("../../../public/traffic/13217637.bin"),
    ),
    (
        13_287_210,
        include_bytes!("../../../public/traffic/13287210.bin"),
    ),
];

/// Numbers of the blocks that [`Traffic::of`] knows.
pub const TRAFFIC_BLOCKS: [u64; 3] = [BLOCKS[0].0, BLOCKS[1].0, BLOCKS[2].0];

/// A real block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Traffic {
    /// The block's height.
    pub number: u64,
    /// Distinct addresses that send or receive.
    pub accounts: u32,
    /// The transactions in the block's order.
    pub transactions: Vec<TrafficTx>,
}

/// One transaction of a real block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TrafficTx {
    /// Who sends it: a number below [`Traffic::accounts`].
    pub sender: u32,
    /// Who is paid or called; `None` where a contract is created.
    pub to: Option<u32>,
    /// The value in gwei (10^9 wei), rounded down.
    pub value_gwei: u64,
    /// Whether a function is called.
    pub is_call: bool,
}

/// Why a traffic file cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum TrafficError {
    /// It does not start as such a file does.
    #[error("not a traffic file")]
    NotTraffic,
    /// It has a version that this program does not know.
    #[error("traffic file of version {0}, this program reads version 1")]
    WrongVersion(u8),
    /// It ends too soon.
    #[error("the traffic file is cut")]
    Cut,
    /// It contradicts itself.
    #[error("broken traffic file: {0}")]
    Broken(&'static str),
}

impl Traffic {
    /// The block of this number, if it comes with the engine.
    pub fn of(number: u64) -> Option<Self> {
        let (_, bytes) = BLOCKS.iter().find(|(known, _)| *known == number)?;
        Self::read(bytes).ok()
    }

    /// Reads a traffic file. Safe on any bytes: nothing is allocated that the file's length does not
    /// back.
    ///
    /// # Errors
    /// A [`TrafficError`].
    pub fn read(bytes: &[u8]) -> Result<Self, TrafficError> {
        let mut input = Input(bytes);
        if input.take(4) != Ok(b"ILTR") {
            return Err(TrafficError::NotTraffic);
        }
        let version = input.byte()?;
        if version != 1 {
            return Err(TrafficError::WrongVersion(version));
        }
        let number = input.varint()?;
        let count = input.varint()?;
        let accounts = input.varint()?;
        if count > TRANSACTIONS_MAX {
            return Err(TrafficError::Broken("too many transactions"));
        }
        if accounts > 2 * count {
            return Err(TrafficError::Broken("more accounts than transactions name"));
        }
        input.take(20 * accounts as usize)?;
        // The shortest transaction takes five bytes.
        let mut transactions = Vec::with_capacity((count as usize).min(input.0.len() / 5));
        for _ in 0..count {
            transactions.push(input.transaction(accounts)?);
        }
        if !input.0.is_empty() {
            return Err(TrafficError::Broken("bytes after the last transaction"));
        }
        Ok(Self {
            number,
            accounts: accounts as u32,
            transactions,
        })
    }
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], TrafficError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(TrafficError::Cut)?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, TrafficError> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn varint(&mut self) -> Result<u64, TrafficError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return Err(TrafficError::Broken("number of more than 64 bits"));
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(TrafficError::Broken("number of more than 64 bits"))
    }

    fn transaction(&mut self, accounts: u64) -> Result<TrafficTx, TrafficError> {
        let sender = self.varint()?;
        let recipient = self.varint()?;
        if sender >= accounts || recipient > accounts {
            return Err(TrafficError::Broken("account outside the table"));
        }
        let value_gwei = self.varint()?;
        let _gas_limit = self.varint()?;
        let flags = self.byte()?;
        if flags > 1 {
            return Err(TrafficError::Broken("unknown flags"));
        }
        if flags == 1 {
            self.take(4)?;
        }
        Ok(TrafficTx {
            sender: sender as u32,
            to: recipient.checked_sub(1).map(|index| index as u32),
            value_gwei,
            is_call: flags == 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_blocks_that_ship_are_whole() {
        let counts = [133, 1_100, 1_414];
        for (number, count) in TRAFFIC_BLOCKS.into_iter().zip(counts) {
            let traffic = Traffic::of(number).unwrap();
            assert_eq!(traffic.number, number);
            assert_eq!(traffic.transactions.len(), count);
        }
        assert_eq!(Traffic::of(1), None);
    }

    #[test]
    fn a_cut_file_is_refused_wherever_it_is_cut() {
        let bytes = BLOCKS[0].1;
        for length in 0..bytes.len() {
            assert!(Traffic::read(&bytes[..length]).is_err(), "{length} bytes");
        }
        assert!(Traffic::read(&[bytes, &[0]].concat()).is_err());
    }

    proptest! {
        #[test]
        fn hostile_bytes_are_refused_or_read_in_bounds(
            tail in prop::collection::vec(any::<u8>(), 0..300), at: usize, bit in 0u8..8,
        ) {
            let _ = Traffic::read(&[b"ILTR\x01", tail.as_slice()].concat());
            let mut bytes = BLOCKS[0].1.to_vec();
            let index = at % bytes.len();
            bytes[index] ^= 1 << bit;
            if let Ok(traffic) = Traffic::read(&bytes) {
                for tx in &traffic.transactions {
                    prop_assert!(tx.sender < traffic.accounts);
                    prop_assert!(tx.to.is_none_or(|to| to < traffic.accounts));
                }
            }
        }
    }
}
