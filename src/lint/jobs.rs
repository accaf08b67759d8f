//! Runs work on many items in parallel, with results in the order of the items.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Runs `work` on every item, on the given number of threads (0: the available parallelism). The results are in the
/// order of the items, regardless of which finishes first.
pub(super) fn in_order<I: Sync, O: Send>(items: &[I], threads: usize, work: impl Fn(&I) -> O + Sync) -> Vec<O> {
    let available = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = if threads == 0 { available() } else { threads }.min(items.len());
    if threads <= 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    let worker = || {
        let mut own = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(number) else { break };
            own.push((number, work(item)));
        }
        done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).append(&mut own);
    };
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(worker);
        }
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..500).collect();
        let expected: Vec<u64> = items.iter().map(|item| item * 2).collect();
        for threads in [0, 1, 2, 8, 1000] {
            let slow_first = |item: &u64| {
                if *item < 4 {
                    std::thread::sleep(std::time::Duration::from_millis(5));
                }
                item * 2
            };
            assert_eq!(in_order(&items, threads, slow_first), expected, "{threads} threads");
        }
        assert!(in_order::<u64, u64>(&[], 8, |item| *item).is_empty());
    }
}
