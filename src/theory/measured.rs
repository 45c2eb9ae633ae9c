//! Critical batches and noise scales that were measured, as data.
//!
//! Source: McCandlish et al. 2018 (arXiv:1812.06162), table 1 (cited as
//! [`MCCANDLISH_2018_TABLE_1`](super::presets::MCCANDLISH_2018_TABLE_1)).

/// What a batch size counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BatchUnit {
    /// Training examples (images).
    Examples,
    /// Tokens of text.
    Tokens,
    /// Frames of a game.
    Frames,
    /// The source gives a number without saying of what.
    AsStated,
}

/// A task of McCandlish et al.'s table 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MeasuredTask {
    /// MNIST, SGD.
    Mnist,
    /// SVHN, SGD.
    Svhn,
    /// CIFAR10, momentum.
    Cifar10,
    /// ImageNet, momentum.
    ImageNet,
    /// Autoencoder on SVHN.
    SvhnAutoencoder,
    /// Variational autoencoder on SVHN.
    SvhnVae,
    /// LSTM language model on the Billion Word corpus.
    BillionWord,
    /// Atari games, A2C.
    Atari,
    /// Dota, one against one.
    Dota1v1,
    /// Dota, five against five.
    Dota5v5,
}

/// A number as the table has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measured {
    /// One value.
    Value(f64),
    /// A range over games.
    Range(f64, f64),
    /// An estimate from below.
    AtLeast(f64),
    /// Not measured.
    Absent,
}

/// A row of the table; all values in `unit`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeasuredBatches {
    /// The task.
    pub task: MeasuredTask,
    /// What the values count.
    pub unit: BatchUnit,
    /// B_crit early in the run.
    pub critical_early: Measured,
    /// B_crit at the end of the run (the column is headed "average").
    pub critical_end: Measured,
    /// B_simple early in the run.
    pub simple_early: Measured,
    /// B_simple averaged over the run.
    pub simple_average: Measured,
}

/// Critical batch and noise scale of ten tasks; source as above.
pub const MEASURED_BATCHES: [MeasuredBatches; 10] = {
    use BatchUnit::{Examples, Frames, Tokens};
    use Measured::{Absent, AtLeast, Range};
    use MeasuredTask as T;
    [
        row(
            T::Mnist,
            Examples,
            value(20.0),
            value(200.0),
            value(50.0),
            value(900.0),
        ),
        row(
            T::Svhn,
            Examples,
            value(50.0),
            value(500.0),
            value(300.0),
            value(4e3),
        ),
        row(
            T::Cifar10,
            Examples,
            value(300.0),
            value(900.0),
            value(400.0),
            value(2e3),
        ),
        row(
            T::ImageNet,
            Examples,
            value(1e3),
            value(15e3),
            value(4e3),
            value(30e3),
        ),
        row(
            T::SvhnAutoencoder,
            Examples,
            value(10.0),
            value(40.0),
            value(2.0),
            value(2.0),
        ),
        row(
            T::SvhnVae,
            Examples,
            value(10.0),
            value(200.0),
            value(10.0),
            value(10.0),
        ),
        row(
            T::BillionWord,
            Tokens,
            value(700.0),
            value(100e3),
            value(1e3),
            value(150e3),
        ),
        row(
            T::Atari,
            Frames,
            Range(100.0, 1e3),
            Range(400.0, 8e3),
            Range(100.0, 1e3),
            Range(1e3, 20e3),
        ),
        row(
            T::Dota1v1,
            Frames,
            value(50e3),
            value(3e6),
            value(100e3),
            value(300e3),
        ),
        row(
            T::Dota5v5,
            Frames,
            Absent,
            AtLeast(8e6),
            value(100e3),
            value(24e6),
        ),
    ]
};

const fn value(number: f64) -> Measured {
    Measured::Value(number)
}

const fn row(
    task: MeasuredTask,
    unit: BatchUnit,
    critical_early: Measured,
    critical_end: Measured,
    simple_early: Measured,
    simple_average: Measured,
) -> MeasuredBatches {
    MeasuredBatches {
        task,
        unit,
        critical_early,
        critical_end,
        simple_early,
        simple_average,
    }
}
