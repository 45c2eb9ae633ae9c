//! The kinds of lanes of a race, and sets of them.

/// What gives a lane its learning rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LaneKind {
    /// The base pair (B₀, η₀) itself: the reference that the others are compared with.
    Base,
    /// η = η₀.
    NoScaling,
    /// η = η₀ √(B/B₀).
    Sqrt,
    /// η = η₀ B/B₀.
    Linear,
    /// η = η₀ ((1 + B_noise/B₀) / (1 + B_noise/B))^α.
    Theory,
    /// A learning rate set by hand.
    Custom,
}

impl LaneKind {
    /// Every kind, in the order of the lanes.
    pub const ALL: [LaneKind; 6] = [
        LaneKind::Base,
        LaneKind::NoScaling,
        LaneKind::Sqrt,
        LaneKind::Linear,
        LaneKind::Theory,
        LaneKind::Custom,
    ];
}

/// Which lanes take part. Each at most once, always in the order of [`LaneKind::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct LaneSet(u8);

impl LaneSet {
    /// The kinds in `kinds`; repetitions and order do not matter.
    pub fn of(kinds: &[LaneKind]) -> Self {
        kinds
            .iter()
            .fold(Self::default(), |set, &kind| set.with(kind, true))
    }

    /// The same set with `kind` in it or not.
    #[must_use]
    pub fn with(self, kind: LaneKind, is_in: bool) -> Self {
        let bit = 1 << kind as u8;
        Self(if is_in { self.0 | bit } else { self.0 & !bit })
    }

    /// Whether `kind` takes part.
    pub fn contains(self, kind: LaneKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// The kinds in it, in lane order.
    pub fn iter(self) -> impl Iterator<Item = LaneKind> {
        LaneKind::ALL
            .into_iter()
            .filter(move |&kind| self.contains(kind))
    }

    /// How many take part.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether nobody takes part.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}
