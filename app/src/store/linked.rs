//! The documents of the labs that are programs of their own.

use super::document::{Document, Lab, Linked};
use engine::primitives::Micros;
use engine::scenario::Problem;
use engine::scenario::consensus::{self, ConsensusScenario, link::ConsensusLink};
use engine::scenario::link::LinkError;
use engine::scenario::shard::{self, ShardScenario, link::ShardLink};
use engine::scenario::strategy::{self, StrategyScenario, link::StrategyLink};

/// What is the same for all of them but for names.
macro_rules! document {
    ($document:ty, $module:ident, $lab:ident, $slot:literal) => {
        impl Document for $document {
            const LAB: Lab = Lab::$lab;
            const SLOT: &'static str = concat!("interleave.tab.", $slot);
            const RECENT: &'static str = concat!("interleave.recent.", $slot);

            fn name(&self) -> &str {
                &self.name
            }

            fn rename(&mut self, name: String) {
                self.name = name;
            }

            fn seed(&mut self) -> &mut u64 {
                &mut self.seed
            }

            fn problems(&self) -> Vec<Problem> {
                $module::check(self)
            }

            fn hash(&self) -> String {
                self.link(None)
            }
        }
    };
}

/// The same of what only they have.
macro_rules! shipped {
    ($module:ident) => {
        fn preset(name: &str) -> Option<Self> {
            $module::preset::named(name).map(|preset| preset.scenario())
        }

        fn presets() -> Vec<&'static str> {
            let presets = $module::preset::all().iter();
            presets.map(|preset| preset.name).collect()
        }

        fn read_file(text: &str) -> Result<Self, Vec<Problem>> {
            $module::parse(text)
        }

        fn print(&self) -> String {
            $module::print(self)
        }
    };
}

document!(ConsensusScenario, consensus, Consensus, "consensus");
document!(ShardScenario, shard, Shards, "shards");
document!(StrategyScenario, strategy, Strategies, "strategies");

impl Linked for ConsensusScenario {
    const PREFIX: &'static str = "preset=consensus/";
    const FILE: &'static str = "agreement.json";

    shipped!(consensus);

    fn describe(&self) -> String {
        let Self {
            name,
            protocol,
            nodes,
            seed,
            ..
        } = self;
        format!("{name} · {protocol} · {nodes} nodes · seed {seed}")
    }

    fn link(&self, moment: Option<u64>) -> String {
        consensus::link::encode(&ConsensusLink {
            scenario: self.clone(),
            moment: moment.map(Micros),
        })
    }

    fn read_link(text: &str) -> Result<(Self, Option<u64>), LinkError> {
        let link = consensus::link::decode(text)?;
        Ok((link.scenario, link.moment.map(|at| at.0)))
    }
}

impl Linked for ShardScenario {
    const PREFIX: &'static str = "preset=shards/";
    const FILE: &'static str = "shards.json";

    shipped!(shard);

    fn describe(&self) -> String {
        let (protocol, shards, seed) = (self.protocol.name(), self.shards, self.seed);
        format!("{} · {shards} shards · {protocol} · seed {seed}", self.name)
    }

    fn link(&self, moment: Option<u64>) -> String {
        shard::link::encode(&ShardLink {
            scenario: self.clone(),
            moment: moment.map(Micros),
        })
    }

    fn read_link(text: &str) -> Result<(Self, Option<u64>), LinkError> {
        let link = shard::link::decode(text)?;
        Ok((link.scenario, link.moment.map(|at| at.0)))
    }
}

impl Linked for StrategyScenario {
    const PREFIX: &'static str = "preset=strategies/";
    const FILE: &'static str = "strategy.json";

    shipped!(strategy);

    fn describe(&self) -> String {
        let (days, people, seed) = (self.days, self.people.len(), self.seed);
        format!(
            "{} · {days} days · {people} people · seed {seed}",
            self.name
        )
    }

    /// Moments are steps. Empty for a document that is too long for a link.
    fn link(&self, moment: Option<u64>) -> String {
        let step = moment.and_then(|step| u32::try_from(step).ok());
        let link = StrategyLink {
            scenario: self.clone(),
            step,
        };
        strategy::link::encode(&link).unwrap_or_default()
    }

    fn read_link(text: &str) -> Result<(Self, Option<u64>), LinkError> {
        let link = strategy::link::decode(text)?;
        Ok((link.scenario, link.step.map(u64::from)))
    }
}
