//! The trace's bytes, as `public/traffic/README.md` describes them.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;

use super::block::{Address, Block, Transaction};

const MAGIC: &[u8; 4] = b"ILTR";
const VERSION: u8 = 1;
/// More than any block of mainnet holds; a reader allocates nothing for a count above it.
const MOST_TRANSACTIONS: u64 = 100_000;
const HAS_SELECTOR: u8 = 1;

/// Writes a block.
pub(super) fn write(block: &Block) -> Result<Vec<u8>> {
    let mut indices: BTreeMap<Address, u64> = BTreeMap::new();
    let mut table: Vec<Address> = Vec::new();
    let mut index_of = |address: Address| {
        *indices.entry(address).or_insert_with(|| {
            table.push(address);
            table.len() as u64 - 1
        })
    };
    let mut rows = Vec::new();
    for transaction in &block.transactions {
        put(&mut rows, index_of(transaction.sender));
        // 0 stands for a creation, so an account's index counts from 1 here.
        put(
            &mut rows,
            transaction
                .recipient
                .map_or(0, |address| index_of(address) + 1),
        );
        put(&mut rows, transaction.value_gwei);
        put(&mut rows, transaction.gas_limit);
        rows.push(if transaction.selector.is_some() {
            HAS_SELECTOR
        } else {
            0
        });
        rows.extend(transaction.selector.iter().flatten());
    }
    let count = block.transactions.len() as u64;
    if count > MOST_TRANSACTIONS {
        bail!("{count} transactions are more than a trace may hold");
    }
    let mut bytes = MAGIC.to_vec();
    bytes.push(VERSION);
    put(&mut bytes, block.number);
    put(&mut bytes, count);
    put(&mut bytes, table.len() as u64);
    bytes.extend(table.iter().flatten());
    bytes.extend(rows);
    Ok(bytes)
}

/// Reads a block back.
pub(super) fn read(bytes: &[u8]) -> Result<Block> {
    let mut rest = bytes.strip_prefix(MAGIC).context("not a trace")?;
    if take::<1>(&mut rest)? != [VERSION] {
        bail!("a trace of another version");
    }
    let number = get(&mut rest)?;
    let count = get(&mut rest)?;
    let addresses = get(&mut rest)?;
    if count > MOST_TRANSACTIONS || addresses > 2 * count {
        bail!("a trace of {count} transactions and {addresses} accounts");
    }
    let table = (0..addresses)
        .map(|_| take::<20>(&mut rest))
        .collect::<Result<Vec<_>>>()?;
    let account = |index: u64| {
        usize::try_from(index)
            .ok()
            .and_then(|index| table.get(index))
            .copied()
            .context("no such account")
    };
    let mut transactions = Vec::new();
    for _ in 0..count {
        let sender = account(get(&mut rest)?)?;
        let recipient = match get(&mut rest)? {
            0 => None,
            index => Some(account(index - 1)?),
        };
        let value_gwei = get(&mut rest)?;
        let gas_limit = get(&mut rest)?;
        let selector = match take::<1>(&mut rest)? {
            [0] => None,
            [HAS_SELECTOR] => Some(take::<4>(&mut rest)?),
            [flags] => bail!("unknown flags {flags}"),
        };
        transactions.push(Transaction {
            sender,
            recipient,
            value_gwei,
            selector,
            gas_limit,
        });
    }
    if rest.is_empty() {
        Ok(Block {
            number,
            transactions,
        })
    } else {
        bail!("{} bytes too many", rest.len())
    }
}

/// LEB128: seven bits a byte, least significant first, the top bit set on all but the last.
fn put(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn get(rest: &mut &[u8]) -> Result<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let [byte] = take::<1>(rest)?;
        let bits = u64::from(byte & 0x7f);
        if shift == 63 && bits > 1 {
            bail!("a number over 64 bits");
        }
        value |= bits << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    bail!("a number without an end")
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N]> {
    let (head, tail) = rest.split_first_chunk::<N>().context("the trace is cut")?;
    *rest = tail;
    Ok(*head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block() -> Block {
        let of = |sender, recipient, value_gwei, selector| Transaction {
            sender: [sender; 20],
            recipient,
            value_gwei,
            selector,
            gas_limit: 21_000,
        };
        Block {
            number: 13_287_210,
            transactions: vec![
                of(1, Some([2; 20]), u64::MAX, None),
                of(2, Some([1; 20]), 127, Some([1, 2, 3, 4])),
                of(1, None, 128, None),
            ],
        }
    }

    #[test]
    fn a_block_reads_back_and_every_cut_is_noticed() {
        let bytes = write(&block()).expect("fits");
        assert_eq!(read(&bytes).expect("reads"), block());
        for length in 0..bytes.len() {
            assert!(read(&bytes[..length]).is_err(), "cut to {length}");
        }
        assert!(read(&[bytes.as_slice(), &[0]].concat()).is_err());
    }

    #[test]
    fn huge_counts_are_refused_before_anything_is_allocated() {
        let mut bytes = b"ILTR\x01".to_vec();
        put(&mut bytes, 1);
        put(&mut bytes, u64::MAX);
        put(&mut bytes, u64::MAX);
        assert!(read(&bytes).is_err());
    }
}
