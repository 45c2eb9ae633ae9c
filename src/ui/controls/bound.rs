//! A control of some panel, without the type of the panel's state, so that controls are compiled once.

use crate::i18n::Strings;
use crate::params::defs::{Kind, ParamId, Params, Value};
use crate::ui::context::use_ctx;
use crate::ui::prelude::*;

/// The control, its row of the registry, and how to read and change it.
#[derive(Clone, Copy)]
pub struct Bound {
    pub id: ParamId,
    pub key: &'static str,
    pub kind: Kind,
    /// How many controls the panel has. It tells the panels apart, whose keys overlap.
    pub n_fields: usize,
    pub value: Signal<Value>,
    pub put: Callback<Value>,
}

impl Bound {
    pub fn new<S: Params>(state: RwSignal<S>, id: ParamId) -> Self {
        let field = S::field(id);
        Self {
            id,
            key: field.key,
            kind: field.kind,
            n_fields: S::fields().len(),
            value: Signal::derive(move || state.with(field.get)),
            put: Callback::new(move |value| state.update(|s| s.put(id, value))),
        }
    }

    /// The names of the choices, or none if it is a number.
    pub fn names(self) -> &'static [&'static str] {
        match self.kind {
            Kind::Choice(names) | Kind::Flags(names) => names,
            Kind::Number { .. } => &[],
        }
    }
}

/// Why a control cannot be changed.
pub fn lock_hint(is_locked: bool) -> impl Fn() -> Option<&'static str> + Copy {
    let ctx = use_ctx();
    let say: fn(&Strings) -> &str = if ctx.embed.is_some() {
        |s| s.frame.locked
    } else {
        |s| s.share.lesson_locked_control
    };
    move || is_locked.then(|| say(ctx.s()))
}
