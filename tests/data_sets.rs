//! The data sets are what they claim to be, and never change.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use critical_batch::train::data::{DataSet, digits, spirals};

fn class_counts(data: &DataSet) -> Vec<usize> {
    (0..data.n_classes)
        .map(|class| {
            data.labels
                .iter()
                .filter(|&&label| usize::from(label) == class)
                .count()
        })
        .collect()
}

fn pixel_sum(data: &DataSet) -> f64 {
    data.features
        .iter()
        .map(|&pixel| f64::from(pixel) * 16.0)
        .sum()
}

/// Fraction of `test` whose nearest neighbour in `train` has the same class.
fn nearest_neighbour_accuracy(train: &DataSet, test: &DataSet) -> f64 {
    let n_correct = (0..test.n_examples())
        .filter(|&i| {
            let distance = |j: usize| -> f32 {
                train
                    .example(j)
                    .iter()
                    .zip(test.example(i))
                    .map(|(a, b)| (a - b) * (a - b))
                    .sum()
            };
            let nearest = (0..train.n_examples())
                .min_by(|&j, &k| distance(j).total_cmp(&distance(k)))
                .unwrap();
            train.labels[nearest] == test.labels[i]
        })
        .count();
    n_correct as f64 / test.n_examples() as f64
}

#[test]
fn digits_are_the_1797_of_uci_divided_into_1437_and_360() {
    let split = digits();
    for (data, n_examples) in [(&split.train, 1437), (&split.test, 360)] {
        assert_eq!(
            (data.n_features, data.n_classes, data.n_examples()),
            (64, 10, n_examples)
        );
        assert_eq!(data.features.len(), 64 * n_examples);
        assert!(
            data.features
                .iter()
                .all(|&pixel| (0.0..=1.0).contains(&pixel) && (pixel * 16.0).fract() == 0.0)
        );
    }
    let counts: Vec<usize> = class_counts(&split.train)
        .iter()
        .zip(class_counts(&split.test))
        .map(|(a, b)| a + b)
        .collect();
    assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    assert_eq!(pixel_sum(&split.train) + pixel_sum(&split.test), 561_718.0);
}

/// Expected values are scikit-learn's arrays in the order of a second implementation of the shuffle,
/// `golden/make_streams.py`.
#[test]
fn the_division_of_the_digits_is_frozen() {
    let split = digits();
    assert_eq!(
        class_counts(&split.train),
        [137, 148, 151, 145, 144, 151, 143, 133, 142, 143]
    );
    assert_eq!(
        class_counts(&split.test),
        [41, 34, 26, 38, 37, 31, 38, 46, 32, 37]
    );
    assert_eq!(
        (pixel_sum(&split.train), pixel_sum(&split.test)),
        (449_037.0, 112_681.0)
    );
    assert_eq!(split.train.labels[..8], [5, 3, 6, 7, 6, 6, 9, 7]);
    assert_eq!(split.test.labels[..8], [4, 9, 4, 1, 7, 0, 9, 5]);
    // Row 521 of the original order came first, and row 0 went to place 125 of the test examples.
    let pixels = |data: &DataSet, idx: usize| {
        data.example(idx)
            .iter()
            .map(|p| (p * 16.0) as u8)
            .collect::<Vec<u8>>()
    };
    assert_eq!(
        pixels(&split.train, 0)[..16],
        [0, 0, 9, 14, 16, 13, 2, 0, 0, 0, 13, 8, 2, 6, 4, 0]
    );
    assert_eq!(
        pixels(&split.test, 125)[..16],
        [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0]
    );
    assert_eq!(split.test.labels[125], 0);
}

#[test]
fn test_digits_resemble_training_digits() {
    let accuracy = nearest_neighbour_accuracy(&digits().train, &digits().test);
    // Divided in the original order it would be 0.956: the last fifth is different.
    assert!(accuracy > 0.98, "{accuracy}");
}

#[test]
fn spirals_are_512_and_256_points_of_two_equal_classes_within_the_unit_square() {
    let split = spirals();
    for (data, n_examples) in [(&split.train, 512), (&split.test, 256)] {
        assert_eq!(
            (data.n_features, data.n_classes, data.n_examples()),
            (2, 2, n_examples)
        );
        assert_eq!(data.features.len(), 2 * n_examples);
        assert_eq!(class_counts(data), [n_examples / 2; 2]);
        assert!(data.features.iter().all(|x| x.abs() < 1.15));
    }
}

#[test]
fn the_spirals_are_frozen() {
    let checksum = |data: &DataSet| {
        let bytes = data
            .features
            .iter()
            .flat_map(|x| x.to_bits().to_le_bytes())
            .chain(data.labels.iter().copied());
        // FNV-1a, 64 bits.
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    assert_eq!(spirals().train.example(0), [0.07503046, -0.4816334]);
    assert_eq!(
        (checksum(&spirals().train), checksum(&spirals().test)),
        (5_613_219_541_218_595_530, 2_177_698_859_543_650_540)
    );
}

#[test]
fn neighbours_tell_the_spirals_apart_but_no_straight_line_does() {
    let split = spirals();
    assert!(nearest_neighbour_accuracy(&split.train, &split.test) > 0.98);
    let data = &split.train;
    let mut best = 0;
    for degrees in 0..180 {
        let angle = f64::from(degrees).to_radians();
        for offset in -50..=50 {
            let n_above = (0..data.n_examples())
                .filter(|&i| {
                    let [x, y] = [0, 1].map(|k| f64::from(data.example(i)[k]));
                    (x * angle.cos() + y * angle.sin() > f64::from(offset) / 50.0)
                        == (data.labels[i] == 1)
                })
                .count();
            best = best.max(n_above).max(data.n_examples() - n_above);
        }
    }
    assert!((best as f64) < 0.7 * data.n_examples() as f64, "{best}");
}
