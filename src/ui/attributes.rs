//! Attributes, classes, styles, properties and listeners of elements, all of one type.
//!
//! `view!` makes each of them a call of a method. Leptos' own methods are generic over name and value, and every pair of the two
//! is compiled anew, closures included. These methods take their place wherever `ui::prelude` is in scope.

use leptos::prelude::{AddAnyAttr, RenderEffect, RenderHtml};
use leptos::tachys::html::attribute::any_attribute::{AnyAttribute, IntoAnyAttribute};
use leptos::tachys::html::attribute::{Attribute, NamedAttributeKey, NextAttribute};
use leptos::tachys::html::element::{ElementType, HasElementType, HtmlElement};
use leptos::tachys::html::event::{Custom, EventDescriptor, On, SharedEventCallback, Targeted, on};
use leptos::tachys::reactive_graph::SharedReactiveFunction;
use leptos::tachys::renderer::Rndr;
use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event};

/// What an attribute or its like can be. `Is(false)` means absent, `Is(true)` present and empty.
#[derive(Clone, PartialEq)]
pub enum Value {
    Is(bool),
    Text(Cow<'static, str>),
}

impl From<bool> for Value {
    fn from(is: bool) -> Self {
        Self::Is(is)
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Is(false), Into::into)
    }
}

/// A value, or the function that is run anew whenever a signal in it changes.
#[derive(Clone)]
pub enum Source {
    Fixed(Value),
    Live(SharedReactiveFunction<Value>),
}

/// What `view!` passes as a value. `By` only tells the three kinds apart.
pub trait IntoSource<By> {
    fn into_source(self) -> Source;
}

impl<T: Into<Value>> IntoSource<Value> for T {
    fn into_source(self) -> Source {
        Source::Fixed(self.into())
    }
}

impl<T: Into<Value>, F: FnMut() -> T + Send + 'static> IntoSource<fn() -> T> for F {
    fn into_source(mut self) -> Source {
        Source::Live(Arc::new(Mutex::new(move || self().into())))
    }
}

/// Closures that are written in the view itself come like this.
impl<T: Into<Value> + 'static> IntoSource<SharedReactiveFunction<T>> for SharedReactiveFunction<T> {
    fn into_source(self) -> Source {
        Source::Live(Arc::new(Mutex::new(move || call(&self).into())))
    }
}

fn call<T>(function: &SharedReactiveFunction<T>) -> T {
    function.lock().unwrap_or_else(PoisonError::into_inner)()
}

/// A whole `class`, or one class that comes and goes.
pub trait IntoClass<By> {
    fn into_class(self) -> Setting;
}

impl<By, T: IntoSource<By>> IntoClass<(By,)> for T {
    fn into_class(self) -> Setting {
        Setting::new(Place::Attribute, "class", self)
    }
}

impl<By, T: IntoSource<By>> IntoClass<[By; 1]> for (&'static str, T) {
    fn into_class(self) -> Setting {
        Setting::new(Place::Class, self.0, self.1)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Attribute,
    Class,
    Style,
    Property,
}

/// Something that is set to a value.
#[derive(Clone)]
pub struct Setting {
    place: Place,
    name: &'static str,
    source: Source,
}

impl Setting {
    fn new<By>(place: Place, name: &'static str, value: impl IntoSource<By>) -> Self {
        Self {
            place,
            name,
            source: value.into_source(),
        }
    }

    fn build(self, element: &Element) -> Option<RenderEffect<Value>> {
        let Self {
            place,
            name,
            source,
        } = self;
        match source {
            Source::Fixed(value) => {
                set(element, place, name, &value, None);
                None
            }
            Source::Live(function) => {
                let element = element.clone();
                Some(RenderEffect::new(move |old: Option<Value>| {
                    let value = call(&function);
                    set(&element, place, name, &value, old.as_ref());
                    value
                }))
            }
        }
    }
}

fn set(element: &Element, place: Place, name: &str, value: &Value, old: Option<&Value>) {
    // A property is set even to what it was before: the reader may have changed it meanwhile.
    if old == Some(value) && place != Place::Property {
        return;
    }
    match (place, value) {
        (Place::Attribute, Value::Text(text)) => Rndr::set_attribute(element, name, text),
        (Place::Attribute, Value::Is(true)) => Rndr::set_attribute(element, name, ""),
        (Place::Attribute, Value::Is(false)) => Rndr::remove_attribute(element, name),
        (Place::Class, Value::Is(true)) => Rndr::add_class(&element.class_list(), name),
        (Place::Class, _) => Rndr::remove_class(&element.class_list(), name),
        (Place::Style, Value::Text(text)) => {
            Rndr::set_css_property(&Rndr::style(element), name, text);
        }
        (Place::Style, Value::Is(_)) => Rndr::remove_css_property(&Rndr::style(element), name),
        (Place::Property, Value::Text(text)) => {
            Rndr::set_property_or_value(element, name, &JsValue::from_str(text));
        }
        (Place::Property, Value::Is(is)) => {
            Rndr::set_property_or_value(element, name, &JsValue::from_bool(*is));
        }
    }
}

/// Anything that an element has besides children.
#[derive(Clone)]
pub enum Extra {
    Set(Setting),
    On(On<Custom<Event>, SharedEventCallback<Event>>),
}

/// Keeps what an extra needs while its element is on the page.
pub enum Kept {
    Set(Element, Option<RenderEffect<Value>>),
    On(<On<Custom<Event>, SharedEventCallback<Event>> as Attribute>::State),
}

impl Attribute for Extra {
    const MIN_LENGTH: usize = 0;

    type State = Kept;
    type AsyncOutput = Self;
    type Cloneable = Self;
    type CloneableOwned = Self;

    fn html_len(&self) -> usize {
        0
    }

    fn to_html(self, _: &mut String, _: &mut String, _: &mut String, _: &mut String) {}

    fn hydrate<const FROM_SERVER: bool>(self, element: &Element) -> Kept {
        self.build(element)
    }

    fn build(self, element: &Element) -> Kept {
        match self {
            Self::Set(setting) => Kept::Set(element.clone(), setting.build(element)),
            Self::On(on) => Kept::On(on.build(element)),
        }
    }

    fn rebuild(self, kept: &mut Kept) {
        match (self, kept) {
            (Self::Set(setting), Kept::Set(element, effect)) => *effect = setting.build(element),
            (Self::On(on), Kept::On(kept)) => on.rebuild(kept),
            // A view has the same extras in the same order whenever it is rebuilt.
            _ => {}
        }
    }

    fn into_cloneable(self) -> Self {
        self
    }

    fn into_cloneable_owned(self) -> Self {
        self
    }

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn keys(&self) -> Vec<NamedAttributeKey> {
        let Self::Set(setting) = self else {
            return Vec::new();
        };
        vec![match setting.place {
            Place::Attribute => NamedAttributeKey::Attribute(setting.name.into()),
            Place::Class => NamedAttributeKey::Attribute("class".into()),
            Place::Style => NamedAttributeKey::Attribute("style".into()),
            Place::Property => NamedAttributeKey::Property(setting.name.into()),
        }]
    }
}

impl NextAttribute for Extra {
    type Output<Next: Attribute> = Vec<AnyAttribute>;

    fn add_any_attr<Next: Attribute>(self, next: Next) -> Vec<AnyAttribute> {
        vec![self.into_any_attr(), next.into_any_attr()]
    }
}

#[inline(never)]
fn listener(name: Cow<'static, str>, act: Box<dyn FnMut(Event)>) -> Extra {
    Extra::On(on(Custom::new(name), act).into_cloneable_owned())
}

macro_rules! named {
    ($($method:ident $name:literal,)*) => {
        $(fn $method<By>(self, value: impl IntoSource<By>) -> Self::With {
            self.with(Extra::Set(Setting::new(Place::Attribute, $name, value)))
        })*
    };
}

/// The methods that `view!` calls. Attributes that only some elements have (`type`, `href`, `scope`) are Leptos' own.
pub trait Attributes: HasElementType + Sized {
    type With;

    fn with(self, one: Extra) -> Self::With;

    named! {
        aria_controls "aria-controls",
        aria_current "aria-current",
        aria_describedby "aria-describedby",
        aria_description "aria-description",
        aria_disabled "aria-disabled",
        aria_expanded "aria-expanded",
        aria_hidden "aria-hidden",
        aria_invalid "aria-invalid",
        aria_label "aria-label",
        aria_labelledby "aria-labelledby",
        aria_live "aria-live",
        aria_orientation "aria-orientation",
        aria_pressed "aria-pressed",
        aria_selected "aria-selected",
        aria_valuemax "aria-valuemax",
        aria_valuemin "aria-valuemin",
        aria_valuenow "aria-valuenow",
        aria_valuetext "aria-valuetext",
        hidden "hidden",
        id "id",
        inputmode "inputmode",
        lang "lang",
        role "role",
        spellcheck "spellcheck",
        tabindex "tabindex",
        title "title",
    }

    fn attr<By>(self, name: &'static str, value: impl IntoSource<By>) -> Self::With {
        self.with(Extra::Set(Setting::new(Place::Attribute, name, value)))
    }

    fn class<By>(self, class: impl IntoClass<By>) -> Self::With {
        self.with(Extra::Set(class.into_class()))
    }

    fn style<By>(self, (name, value): (&'static str, impl IntoSource<By>)) -> Self::With {
        self.with(Extra::Set(Setting::new(Place::Style, name, value)))
    }

    fn prop<By>(self, name: &'static str, value: impl IntoSource<By>) -> Self::With {
        self.with(Extra::Set(Setting::new(Place::Property, name, value)))
    }

    fn on<E>(self, event: E, mut act: impl FnMut(E::EventType) + 'static) -> Self::With
    where
        E: EventDescriptor,
        E::EventType: JsCast,
    {
        let act = Box::new(move |ev: Event| act(ev.unchecked_into()));
        self.with(listener(event.name(), act))
    }

    fn on_target<E>(
        self,
        event: E,
        mut act: impl FnMut(Targeted<E::EventType, Self::ElementType>) + 'static,
    ) -> Self::With
    where
        E: EventDescriptor,
        E::EventType: JsCast,
    {
        self.on(event, move |ev| act(Targeted::from(ev)))
    }
}

impl<E, At, Ch> Attributes for HtmlElement<E, At, Ch>
where
    E: ElementType + Send,
    At: Attribute + Send,
    Ch: RenderHtml + Send,
{
    type With = <Self as AddAnyAttr>::Output<Extra>;

    fn with(self, one: Extra) -> Self::With {
        self.add_any_attr(one)
    }
}
