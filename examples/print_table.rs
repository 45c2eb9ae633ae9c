//! Prints what each scaling rule makes of learning rate 0.1 at batch 256, for powers of two up to 65536.
//!
//! Run: cargo run --no-default-features --example print_table -- [B_noise, 4096 unless given]

use critical_batch::theory::rules::{BasePoint, ScalingRule};
use critical_batch::units::{BatchSize, LearningRate, NoiseScale, OutOfRange, parse_number};

fn main() -> Result<(), OutOfRange> {
    let typed = std::env::args()
        .nth(1)
        .map(|text| parse_number(&text).unwrap_or(f64::NAN));
    let noise_scale = NoiseScale::new(typed.unwrap_or(4096.0))?;
    let base = BasePoint {
        batch: BatchSize::new(256.0)?,
        lr: LearningRate::new(0.1)?,
    };
    let rules = [
        ("none", ScalingRule::Constant),
        ("linear", ScalingRule::Linear),
        ("sqrt", ScalingRule::Sqrt),
        ("theory", ScalingRule::noise_scale_sgd(noise_scale)),
    ];

    print!("{:>7}", "batch");
    for (name, _) in rules {
        print!("{name:>10}");
    }
    println!();
    for octave in 4..=16 {
        let batch = BatchSize::new(f64::from(1 << octave))?;
        print!("{:>7}", batch.get());
        for (_, rule) in rules {
            print!("{:>10.5}", rule.scale_lr(base, batch));
        }
        println!();
    }
    Ok(())
}
