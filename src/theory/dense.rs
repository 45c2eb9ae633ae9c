//! Small dense symmetric matrices: just enough linear algebra for gradients, Hessians and covariances.

use alloc::vec::Vec;

/// Largest dimension; the formulas that use these matrices cost O(d²), their validation O(d³).
pub const MAX_DIMS: usize = 512;
/// Largest absolute value of an entry of a vector or matrix, so that forms of degree three stay finite.
pub const MAX_ENTRY: f64 = 1e12;

/// Why vectors and matrices do not make a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DenseError {
    /// No coordinates, more than [`MAX_DIMS`], or sizes that do not fit together.
    Shape,
    /// An entry is not finite or larger than [`MAX_ENTRY`].
    Entry,
    /// A matrix differs from its transpose.
    NotSymmetric,
    /// The Hessian has a direction without positive curvature.
    HessianNotPositive,
    /// The covariance is not one: a negative variance, or tr(HΣ) < 0.
    CovarianceNegative,
    /// The gradient vanishes, so there is nothing to follow.
    NoGradient,
    /// A standard deviation is not positive.
    DeviationNotPositive,
}

/// A symmetric matrix with finite entries.
#[derive(Clone, Debug, PartialEq)]
pub struct SymmetricMatrix {
    n: usize,
    entries: Vec<f64>, // [n, n], row-major
}

impl SymmetricMatrix {
    /// From `entries` of shape [n, n], row-major.
    ///
    /// # Errors
    /// [`DenseError::Shape`], [`DenseError::Entry`], [`DenseError::NotSymmetric`].
    pub fn new(n: usize, entries: Vec<f64>) -> Result<Self, DenseError> {
        if n == 0 || n > MAX_DIMS || entries.len() != n * n {
            return Err(DenseError::Shape);
        }
        check_entries(&entries)?;
        let matrix = Self { n, entries };
        let is_symmetric =
            (0..n).all(|i| (0..i).all(|j| matrix.at(i, j).total_cmp(&matrix.at(j, i)).is_eq()));
        if is_symmetric {
            Ok(matrix)
        } else {
            Err(DenseError::NotSymmetric)
        }
    }

    /// With `diagonal` on the diagonal and zeros elsewhere.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn from_diagonal(diagonal: &[f64]) -> Result<Self, DenseError> {
        let n = diagonal.len();
        if n == 0 || n > MAX_DIMS {
            return Err(DenseError::Shape);
        }
        let mut entries = vec![0.0; n * n];
        for (i, &value) in diagonal.iter().enumerate() {
            entries[i * n + i] = value;
        }
        Self::new(n, entries)
    }

    /// Dimension.
    pub fn n(&self) -> usize {
        self.n
    }

    /// Entry in row `i`, column `j`, both below `n`.
    pub fn at(&self, i: usize, j: usize) -> f64 {
        self.entries[i * self.n + j]
    }

    /// Sum of the diagonal.
    pub fn trace(&self) -> f64 {
        (0..self.n).map(|i| self.at(i, i)).sum()
    }

    /// Σ_ij u_i M_ij v_j for `u` and `v` of length n.
    pub fn form(&self, u: &[f64], v: &[f64]) -> f64 {
        let row = |i: usize| &self.entries[i * self.n..(i + 1) * self.n];
        u.iter()
            .enumerate()
            .map(|(i, ui)| ui * dot(row(i), v))
            .sum()
    }

    /// tr(MN) for another symmetric matrix of equal dimension.
    pub fn trace_of_product(&self, other: &Self) -> f64 {
        dot(&self.entries, &other.entries)
    }

    /// Whether Cholesky's factorisation succeeds with pivots that stand out of the rounding errors.
    pub fn is_positive_definite(&self) -> bool {
        let n = self.n;
        let floor = 1e-13 * (0..n).map(|i| self.at(i, i)).fold(0.0, f64::max);
        let mut l = vec![0.0; n * n]; // lower triangle, [n, n]
        for i in 0..n {
            for j in 0..=i {
                let rest = self.at(i, j) - dot(&l[i * n..i * n + j], &l[j * n..j * n + j]);
                if i == j {
                    if rest <= floor {
                        return false;
                    }
                    l[i * n + i] = rest.sqrt();
                } else {
                    l[i * n + j] = rest / l[j * n + j];
                }
            }
        }
        true
    }
}

/// Σ u_i v_i in index order.
pub(crate) fn dot(u: &[f64], v: &[f64]) -> f64 {
    u.iter().zip(v).map(|(a, b)| a * b).sum()
}

/// All entries finite and at most [`MAX_ENTRY`].
pub(crate) fn check_entries(entries: &[f64]) -> Result<(), DenseError> {
    // Written so that NaN fails.
    if entries.iter().all(|value| value.abs() <= MAX_ENTRY) {
        Ok(())
    } else {
        Err(DenseError::Entry)
    }
}
