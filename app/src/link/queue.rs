//! Which request runs and which wait: pure, so that it is tested without a browser.

/// What an ask is for. Earlier ones run first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Purpose {
    /// The replay on the screen.
    Picture,
    /// The replay beside it.
    Comparison,
    /// The measured run.
    Live,
    /// The curve over lanes.
    Sweep,
    /// What would take the heat off a slot.
    Remedies,
    /// A test's question.
    Probe,
}

/// A request that waits or runs.
#[derive(Debug)]
struct Entry<T> {
    id: u32,
    purpose: Purpose,
    job: T,
}

/// Requests in the order in which they will run.
#[derive(Debug)]
pub struct Queue<T> {
    last_id: u32,
    running: Option<Entry<T>>,
    waiting: Vec<Entry<T>>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self {
            last_id: 0,
            running: None,
            waiting: Vec::new(),
        }
    }
}

impl<T> Queue<T> {
    /// Puts a request in, and returns the one of the same purpose that it displaces, if one waited.
    /// If one runs, the caller cancels it ([`Queue::running_as`]).
    pub fn put(&mut self, purpose: Purpose, job: T) -> Option<T> {
        let displaced = self.withdraw(purpose);
        let id = self.next_id();
        let place = self
            .waiting
            .partition_point(|entry| entry.purpose <= purpose);
        self.waiting.insert(place, Entry { id, purpose, job });
        displaced
    }

    /// Takes back the request of this purpose that waits.
    pub fn withdraw(&mut self, purpose: Purpose) -> Option<T> {
        let place = self
            .waiting
            .iter()
            .position(|entry| entry.purpose == purpose)?;
        Some(self.waiting.remove(place).job)
    }

    /// The number of the running request if it has this purpose.
    pub fn running_as(&self, purpose: Purpose) -> Option<u32> {
        self.running
            .as_ref()
            .filter(|entry| entry.purpose == purpose)
            .map(|entry| entry.id)
    }

    /// The running request: number and purpose.
    pub fn running(&self) -> Option<(u32, Purpose)> {
        self.running.as_ref().map(|entry| (entry.id, entry.purpose))
    }

    /// If none runs, makes the first that waits the running one.
    pub fn advance(&mut self) -> Option<(u32, &T)> {
        if self.running.is_some() || self.waiting.is_empty() {
            return None;
        }
        let entry = self.running.insert(self.waiting.remove(0));
        Some((entry.id, &entry.job))
    }

    /// Ends the running request of this number; answers to others are stale and give `None`.
    pub fn finish(&mut self, id: u32) -> Option<(Purpose, T)> {
        let is_it = self.running.as_ref().is_some_and(|entry| entry.id == id);
        if is_it { self.abandon() } else { None }
    }

    /// Ends the running request, whichever it is.
    pub fn abandon(&mut self) -> Option<(Purpose, T)> {
        self.running.take().map(|entry| (entry.purpose, entry.job))
    }

    /// Ends everything.
    pub fn drain(&mut self) -> Vec<T> {
        let running = self.running.take();
        running
            .into_iter()
            .chain(self.waiting.drain(..))
            .map(|entry| entry.job)
            .collect()
    }

    /// A number that no request had. Zero is never used.
    pub fn next_id(&mut self) -> u32 {
        self.last_id = self.last_id.wrapping_add(1).max(1);
        self.last_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_of_a_purpose_wins() {
        let mut queue = Queue::default();
        assert_eq!(queue.put(Purpose::Picture, "first"), None);
        assert_eq!(queue.put(Purpose::Picture, "second"), Some("first"));
        assert_eq!(queue.advance().map(|(_, job)| *job), Some("second"));
        assert_eq!(
            queue.put(Purpose::Picture, "third"),
            None,
            "the running one is cancelled, not displaced"
        );
        assert!(queue.running_as(Purpose::Picture).is_some());
    }

    #[test]
    fn the_picture_goes_first_and_one_runs_at_a_time() {
        let mut queue = Queue::default();
        queue.put(Purpose::Sweep, "sweep");
        queue.put(Purpose::Live, "live");
        queue.put(Purpose::Picture, "picture");
        let (id, job) = queue.advance().map(|(id, job)| (id, *job)).unwrap();
        assert_eq!(job, "picture");
        assert!(queue.advance().is_none());
        assert_eq!(queue.finish(id), Some((Purpose::Picture, "picture")));
        assert_eq!(queue.advance().map(|(_, job)| *job), Some("live"));
    }

    #[test]
    fn a_stale_answer_ends_nothing() {
        let mut queue = Queue::default();
        queue.put(Purpose::Picture, "picture");
        let id = queue.advance().map(|(id, _)| id).unwrap();
        assert_eq!(queue.finish(id + 1), None);
        assert_eq!(queue.running(), Some((id, Purpose::Picture)));
        assert_eq!(queue.drain(), vec!["picture"]);
    }
}
