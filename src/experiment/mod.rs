//! Where theory and training meet: composes both, still pure.
