//! What this browser and this host allow, and what follows.

/// The most real threads that a person can choose.
pub const THREADS_MAX: u32 = 16;
/// The most real threads that are started unasked: beyond, memory costs more than threads bring.
pub const THREADS_DEFAULT_MAX: u32 = 8;

/// The two builds of the worker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Build {
    /// Real threads over shared memory.
    Threads,
    /// Its twin on one thread.
    Single,
}

impl Build {
    /// The script that starts it, relative to the page.
    pub const fn script(self) -> &'static str {
        match self {
            Self::Threads => "engine/mt/start.js",
            Self::Single => "engine/st/start.js",
        }
    }
}

/// Why there are no real threads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Obstacle {
    /// The address is neither https nor this machine.
    InsecureContext,
    /// The page sits in a frame of another page.
    Framed,
    /// The host sends no isolation headers, and no service worker added them.
    NotIsolated,
    /// The browser has no shared memory.
    NoSharedMemory,
    /// They were tried and did not start.
    StartFailed(String),
    /// The person asked for one thread by the address.
    Declined,
}

/// What this browser and this host allow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Capability {
    /// The threads that the browser says this machine has, at least 1.
    pub hardware_threads: u32,
    /// What stands in the way of real threads, if anything.
    pub obstacle: Option<Obstacle>,
}

/// The bare facts that a browser tells.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Facts {
    /// `isSecureContext`.
    pub is_secure: bool,
    /// Whether the page is in a frame.
    pub is_framed: bool,
    /// `crossOriginIsolated`.
    pub is_isolated: bool,
    /// Whether `SharedArrayBuffer` exists.
    pub has_shared_memory: bool,
    /// `navigator.hardwareConcurrency`.
    pub hardware_concurrency: f64,
    /// Whether the address declines threads.
    pub is_declined: bool,
}

impl Capability {
    /// What follows from the facts. The reason nearest to its remedy is named.
    pub fn from_facts(facts: Facts) -> Self {
        let obstacle = if facts.is_declined {
            Some(Obstacle::Declined)
        } else if !facts.is_secure {
            Some(Obstacle::InsecureContext)
        } else if facts.is_isolated && facts.has_shared_memory {
            None
        } else if facts.is_framed {
            Some(Obstacle::Framed)
        } else if facts.is_isolated {
            Some(Obstacle::NoSharedMemory)
        } else {
            Some(Obstacle::NotIsolated)
        };
        // A cast saturates: what the browser says may be anything.
        let hardware_threads = (facts.hardware_concurrency as u32).clamp(1, 1024);
        Self {
            hardware_threads,
            obstacle,
        }
    }

    /// Which build of the worker fits.
    pub const fn build(&self) -> Build {
        if self.obstacle.is_none() {
            Build::Threads
        } else {
            Build::Single
        }
    }

    /// How many threads to start when nobody chose.
    pub fn default_threads(&self) -> u32 {
        self.hardware_threads.clamp(1, THREADS_DEFAULT_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Facts = Facts {
        is_secure: true,
        is_framed: false,
        is_isolated: true,
        has_shared_memory: true,
        hardware_concurrency: 12.0,
        is_declined: false,
    };

    #[test]
    fn an_isolated_page_gets_threads() {
        let capability = Capability::from_facts(GOOD);
        assert_eq!(capability.build(), Build::Threads);
        assert_eq!(
            (capability.hardware_threads, capability.default_threads()),
            (12, 8)
        );
    }

    #[test]
    fn every_missing_fact_has_its_own_reason() {
        let reason = |facts| Capability::from_facts(facts).obstacle;
        assert_eq!(
            reason(Facts {
                is_secure: false,
                is_isolated: false,
                ..GOOD
            }),
            Some(Obstacle::InsecureContext)
        );
        assert_eq!(
            reason(Facts {
                is_isolated: false,
                ..GOOD
            }),
            Some(Obstacle::NotIsolated)
        );
        assert_eq!(
            reason(Facts {
                is_isolated: false,
                is_framed: true,
                ..GOOD
            }),
            Some(Obstacle::Framed)
        );
        assert_eq!(
            reason(Facts {
                has_shared_memory: false,
                ..GOOD
            }),
            Some(Obstacle::NoSharedMemory)
        );
        assert_eq!(
            reason(Facts {
                is_declined: true,
                ..GOOD
            }),
            Some(Obstacle::Declined)
        );
    }

    #[test]
    fn nonsense_from_the_browser_still_gives_a_thread() {
        for hardware_concurrency in [0.0, -3.0, f64::NAN, f64::INFINITY] {
            let capability = Capability::from_facts(Facts {
                hardware_concurrency,
                ..GOOD
            });
            assert!((1..=8).contains(&capability.default_threads()));
        }
    }
}
