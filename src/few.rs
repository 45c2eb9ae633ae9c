//! Sorting a handful of things. The library's sorts are fast for thousands and cost kilobytes of download per type.

/// Sorts in place, stably, by insertion; quadratic, so for a few dozen items at most.
pub(crate) fn sort_few<T>(items: &mut [T], mut is_before: impl FnMut(&T, &T) -> bool) {
    for end in 1..items.len() {
        let mut i = end;
        while i > 0 && is_before(&items[i], &items[i - 1]) {
            items.swap(i, i - 1);
            i -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sort_few;

    #[test]
    fn few_things_are_sorted_stably() {
        let mut items = [(3, 'a'), (1, 'b'), (3, 'c'), (2, 'd'), (1, 'e')];
        sort_few(&mut items, |a, b| a.0 < b.0);
        assert_eq!(items, [(1, 'b'), (1, 'e'), (2, 'd'), (3, 'a'), (3, 'c')]);
        sort_few(&mut [0; 0], |a, b| a < b);
    }
}
