//! A small table whose best learning rates are known.

/// A table with the header and a row for each (batch, learning rate, steps).
pub fn table(rows: &[(u32, f64, f64)]) -> String {
    let rows = rows
        .iter()
        .map(|(batch, lr, steps)| format!("{batch},{lr},{steps}\n"));
    format!("batch,lr,steps\n{}", rows.collect::<String>())
}

/// Three learning rates around the best at each batch size.
pub fn tuned(best: &[(u32, f64, f64)]) -> Vec<(u32, f64, f64)> {
    best.iter()
        .flat_map(|&(batch, lr, steps)| {
            [
                (batch, lr / 2.0, 1.2 * steps),
                (batch, lr, steps),
                (batch, 2.0 * lr, 1.2 * steps),
            ]
        })
        .collect()
}

/// (batch size, best learning rate, steps)
pub const BEST: [(u32, f64, f64); 5] = [
    (8, 0.1, 1000.0),
    (16, 0.19, 560.0),
    (32, 0.3, 340.0),
    (64, 0.45, 220.0),
    (128, 0.6, 160.0),
];
