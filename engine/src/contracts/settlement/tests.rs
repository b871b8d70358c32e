use super::*;
use crate::contracts::chain::Chain;
use crate::contracts::pool::{self, Pool};
use crate::contracts::token::{self, Token, balance_key};
use crate::primitives::{Address, Amount};
use crate::vm::native::{Registry, Revert};

const DRIVER: Address = Address::account(1);
const ALICE: Address = Address::account(2);
const BOB: Address = Address::account(3);

struct World {
    chain: Chain,
    tokens: [Address; 2],
    pool: Address,
    settlement: Address,
}

fn world() -> World {
    let first = Registry::FIRST;
    let (pool, settlement) = (Address::contract(first + 2), Address::contract(first + 3));
    let mut registry = Registry::default();
    let tokens = ["ETH", "USDC"]
        .map(|symbol| Token::new(symbol, DRIVER).with_operators([pool, settlement]))
        .map(|token| registry.deploy(Box::new(token)));
    registry.deploy(Box::new(Pool::new("ETH/USDC", DRIVER, tokens, 30)));
    registry.deploy(Box::new(Settlement::new(DRIVER, vec![(pool, tokens)])));
    let mut chain = Chain::new(registry);
    pool::seed(
        &mut chain.store,
        pool,
        tokens,
        [Amount(1_000_000), Amount(2_000_000)],
        DRIVER,
    );
    token::seed_balance(&mut chain.store, tokens[0], ALICE, Amount(1_000));
    token::seed_balance(&mut chain.store, tokens[1], BOB, Amount(3_000));
    World {
        chain,
        tokens,
        pool,
        settlement,
    }
}

impl World {
    fn held(&self, token: usize, who: Address) -> u128 {
        self.chain
            .store
            .word(&balance_key(self.tokens[token], who))
            .low()
    }

    fn send(&mut self, who: Address, call: crate::vm::native::Call) -> Result<[u128; 2], Revert> {
        let to = self.settlement;
        self.chain.call(who, to, call)
    }

    fn orders(&mut self) {
        let [eth, usdc] = self.tokens;
        let sell = place(7, [eth, usdc], Amount(1_000), Amount(1_900), 100);
        self.send(ALICE, sell).expect("placed");
        let buy = place(8, [usdc, eth], Amount(2_000), Amount(990), 100);
        self.send(BOB, buy).expect("placed");
    }

    fn sheet(
        &mut self,
        fills: &[(u64, u128, u128)],
        swaps: &[(u128, u128)],
    ) -> Result<[u128; 2], Revert> {
        for (row, (order, give, get)) in fills.iter().enumerate() {
            let call = post_fill(row as u32, *order, Amount(*give), Amount(*get));
            self.send(DRIVER, call).expect("posted");
        }
        for (row, (into, out)) in swaps.iter().enumerate() {
            let call = post_swap(row as u32, self.pool, true, Amount(*into), Amount(*out));
            self.send(DRIVER, call).expect("posted");
        }
        let root = self.chain.store.sorted();
        let call = execute(fills.len() as u32, swaps.len() as u32);
        let done = self.send(DRIVER, call);
        if done.is_err() {
            let accounts = |(key, _): &(crate::state::Key, _)| {
                key.owner.is_contract() && key.owner.number() >= Registry::FIRST
            };
            let after = self.chain.store.sorted();
            assert!(
                root.iter()
                    .filter(|e| accounts(e))
                    .eq(after.iter().filter(|e| accounts(e)))
            );
        }
        done
    }
}

#[test]
fn two_orders_meet_and_the_rest_goes_through_the_pool() {
    let mut world = world();
    world.orders();
    // Alice gives 1,000 and Bob takes 990 of them; the pool takes the rest.
    let done = world.sheet(&[(7, 1_000, 1_915), (8, 1_900, 990)], &[(10, 19)]);
    assert_eq!(done, Ok([2, 1]));
    assert_eq!((world.held(1, ALICE), world.held(0, BOB)), (1_915, 990));
    assert_eq!(
        world.held(1, world.settlement),
        4,
        "what rounding leaves stays"
    );
    assert_eq!(world.chain.vm.registry.audit(&world.chain.store), Ok(()));
}

#[test]
fn a_sheet_that_is_wrong_anywhere_is_undone_whole() {
    type Sheet = (
        &'static [(u64, u128, u128)],
        &'static [(u128, u128)],
        &'static str,
    );
    let wrong: [Sheet; 7] = [
        (&[(7, 1_000, 1_899)], &[(1_000, 1_900)], "BELOW_LIMIT"),
        (&[(7, 1_001, 1_950)], &[(1_000, 1_900)], "OVERFILLED"),
        (
            &[(7, 500, 990), (7, 501, 990)],
            &[(1_000, 1_900)],
            "OVERFILLED",
        ),
        (&[(9, 1, 1)], &[], "NO_ORDER"),
        (&[(7, 1_000, 2_000)], &[(1_000, 1_900)], "UNBALANCED"),
        (&[(7, 1_000, 1_900)], &[(1_001, 1_900)], "UNBALANCED"),
        (
            &[(7, 1_000, 1_900)],
            &[(1_000, 2_100)],
            "INSUFFICIENT_OUTPUT_AMOUNT",
        ),
    ];
    for (fills, swaps, refusal) in wrong {
        let mut world = world();
        world.orders();
        assert_eq!(world.sheet(fills, swaps), Err(Revert(refusal)), "{fills:?}");
    }
}

#[test]
fn orders_belong_to_their_owner_and_end() {
    let mut world = world();
    world.orders();
    let [eth, usdc] = world.tokens;
    let stolen = place(7, [eth, usdc], Amount(1_000), Amount(1), 100);
    assert_eq!(world.send(BOB, stolen), Err(Revert("NOT_OWNER")));
    assert_eq!(world.send(BOB, cancel(7)), Err(Revert("NOT_OWNER")));
    assert_eq!(world.send(ALICE, execute(0, 0)), Err(Revert("NOT_DRIVER")));
    world.chain.vm.timestamp = 101;
    let late = world.sheet(&[(7, 1_000, 1_950)], &[(1_000, 1_900)]);
    assert_eq!(late, Err(Revert("ORDER_EXPIRED")));
    world.chain.vm.timestamp = 100;
    assert_eq!(world.send(ALICE, cancel(7)), Ok([0, 0]));
    let gone = world.sheet(&[(7, 1_000, 1_950)], &[(1_000, 1_900)]);
    assert_eq!(gone, Err(Revert("NO_ORDER")));
}
