//! What a trace keeps of a block, and reading it from a node's JSON.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

const WEI_PER_GWEI: u128 = 1_000_000_000;

/// An account's 20 bytes.
pub(super) type Address = [u8; 20];

/// A block as the presets play it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// Its height on mainnet.
    pub(super) number: u64,
    /// In the block's order.
    pub(super) transactions: Vec<Transaction>,
}

/// One transaction.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Transaction {
    pub(super) sender: Address,
    /// `None` creates a contract.
    pub(super) recipient: Option<Address>,
    /// Rounded down; one gwei is 10⁹ wei.
    pub(super) value_gwei: u64,
    /// The called function, the first four bytes of the call data; `None` for a plain payment.
    pub(super) selector: Option<[u8; 4]>,
    /// What the sender bought at most; what it used is not in the source.
    pub(super) gas_limit: u64,
}

/// Reads `NUMBER.json.xz`.
pub(super) fn read(path: &Path) -> Result<Block> {
    let mut text = Vec::new();
    lzma_rs::xz_decompress(&mut BufReader::new(File::open(path)?), &mut text)
        .map_err(|error| anyhow::anyhow!("not an xz file: {error:?}"))?;
    let whole: Value = serde_json::from_slice(&text)?;
    parse(&whole["block"])
}

fn parse(block: &Value) -> Result<Block> {
    let listed = block["transactions"]
        .as_array()
        .context("the block lists no transactions")?;
    let transactions = listed
        .iter()
        .enumerate()
        .map(|(index, transaction)| {
            parse_transaction(transaction).with_context(|| format!("transaction {index}"))
        })
        .collect::<Result<_>>()?;
    Ok(Block {
        number: u64::try_from(quantity(&block["number"])?)?,
        transactions,
    })
}

fn parse_transaction(transaction: &Value) -> Result<Transaction> {
    let recipient = match &transaction["to"] {
        Value::Null => None,
        to => Some(address(to)?),
    };
    let input = bytes(&transaction["input"])?;
    // A creation's data is code, and less than four bytes name no function.
    let selector = recipient.and(input.first_chunk::<4>().copied());
    Ok(Transaction {
        sender: address(&transaction["from"])?,
        recipient,
        value_gwei: u64::try_from(quantity(&transaction["value"])? / WEI_PER_GWEI)?,
        selector,
        gas_limit: u64::try_from(quantity(&transaction["gas"])?)?,
    })
}

fn digits(value: &Value) -> Result<&str> {
    let text = value.as_str().context("not a text")?;
    text.strip_prefix("0x")
        .with_context(|| format!("`{text}` does not begin with 0x"))
}

fn quantity(value: &Value) -> Result<u128> {
    Ok(u128::from_str_radix(digits(value)?, 16)?)
}

fn bytes(value: &Value) -> Result<Vec<u8>> {
    let digits = digits(value)?;
    if !digits.is_ascii() || digits.len() % 2 != 0 {
        bail!("not pairs of hexadecimal digits");
    }
    (0..digits.len())
        .step_by(2)
        .map(|at| Ok(u8::from_str_radix(&digits[at..at + 2], 16)?))
        .collect()
}

fn address(value: &Value) -> Result<Address> {
    bytes(value)?
        .try_into()
        .map_err(|_| anyhow::anyhow!("an address is not 20 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_round_down_and_only_calls_have_a_selector() {
        let sender = format!("0x{}", "11".repeat(20));
        let to = format!("0x{}", "22".repeat(20));
        let block = parse(&serde_json::json!({"number": "0x10", "transactions": [
            {"from": sender, "to": to, "value": "0x77359400", "gas": "0x5208", "input": "0x"},
            {"from": sender, "to": to, "value": "0x3b9ac9ff", "gas": "0x5208", "input": "0xa9059cbb00"},
            {"from": sender, "to": null, "value": "0x0", "gas": "0x5208", "input": "0xa9059cbb00"},
        ]}))
        .expect("is a block");
        let facts: Vec<_> = block
            .transactions
            .iter()
            .map(|tx| (tx.value_gwei, tx.selector))
            .collect();
        assert_eq!(
            facts,
            [(2, None), (0, Some([0xa9, 5, 0x9c, 0xbb])), (0, None)]
        );
        assert_eq!((block.number, block.transactions[2].recipient), (16, None));
        assert!(parse(&serde_json::json!({"number": "16", "transactions": []})).is_err());
    }
}
