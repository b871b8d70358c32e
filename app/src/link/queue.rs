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
    /// Whether somebody still waits for its answer.
    is_wanted: bool,
}

/// A request that was answered.
#[derive(PartialEq, Eq, Debug)]
pub struct Finished<T> {
    /// What it was.
    pub job: T,
    /// Whether somebody still waits for the answer: one may arrive after its request was given up,
    /// because the worker had not heard of that, or has no way to.
    pub is_wanted: bool,
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
    /// If one runs, the caller gives it up ([`Queue::give_up`]).
    pub fn put(&mut self, purpose: Purpose, job: T) -> Option<T> {
        let displaced = self.withdraw(purpose);
        let id = self.next_id();
        let place = self
            .waiting
            .partition_point(|entry| entry.purpose <= purpose);
        let entry = Entry {
            id,
            purpose,
            job,
            is_wanted: true,
        };
        self.waiting.insert(place, entry);
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

    /// Nobody waits for the running request any more, if it has this purpose: its number.
    pub fn give_up(&mut self, purpose: Purpose) -> Option<u32> {
        let entry = self.running.as_mut()?;
        (entry.purpose == purpose).then(|| {
            entry.is_wanted = false;
            entry.id
        })
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
    pub fn finish(&mut self, id: u32) -> Option<Finished<T>> {
        let entry = self.running.take_if(|entry| entry.id == id)?;
        Some(Finished {
            job: entry.job,
            is_wanted: entry.is_wanted,
        })
    }

    /// Ends the running request, whichever it is.
    pub fn abandon(&mut self) -> Option<T> {
        self.running.take().map(|entry| entry.job)
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
    }

    #[test]
    fn what_was_given_up_is_not_answered_even_if_an_answer_comes() {
        let mut queue = Queue::default();
        queue.put(Purpose::Picture, "picture");
        let id = queue.advance().map(|(id, _)| id).unwrap();
        assert_eq!(queue.give_up(Purpose::Live), None);
        assert_eq!(queue.give_up(Purpose::Picture), Some(id));
        queue.put(Purpose::Picture, "next");
        assert_eq!(
            queue.finish(id),
            Some(Finished {
                job: "picture",
                is_wanted: false
            })
        );
        let id = queue.advance().map(|(id, _)| id).unwrap();
        assert!(queue.finish(id).unwrap().is_wanted);
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
        assert_eq!(
            queue.finish(id).map(|finished| finished.job),
            Some("picture")
        );
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
