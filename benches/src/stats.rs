//! Few figures from many: medians and percentiles.

/// The value in the middle; the mean of two if there is no one middle. 0 of nothing.
///
/// ```
/// assert_eq!(benches::stats::median(&[3.0, 1.0, 2.0]), 2.0);
/// ```
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        len if len % 2 == 1 => sorted[len / 2],
        len => f64::midpoint(sorted[len / 2 - 1], sorted[len / 2]),
    }
}

/// The value that a `share` of all values (0.99 for p99) does not exceed. Sorts them. 0 of nothing.
pub fn percentile(values: &mut [u32], share: f64) -> u32 {
    values.sort_unstable();
    let rank = (values.len() as f64 * share).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}
