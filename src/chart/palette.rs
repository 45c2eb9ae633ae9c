//! Colours of the roles in [`Ink`]. The values live in `style/tokens.css` alone; a palette is read from there.

use super::scene::Ink;

/// Red, green, blue.
pub type Rgb = (u8, u8, u8);

/// Which of the two sets of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

/// One colour per role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette {
    colours: [Rgb; Ink::ALL.len()],
    is_symbolic: bool,
}

impl Palette {
    /// Asks `lookup` for the value (`#rrggbb` or `#rgb`) of every token, named without dashes.
    ///
    /// What is missing or unreadable becomes white for the background and a middle grey for the rest, visible on both.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let colours = Ink::ALL.map(|ink| {
            let fallback = if ink == Ink::Background {
                (255, 255, 255)
            } else {
                (119, 119, 119)
            };
            lookup(ink.token())
                .and_then(|value| parse_hex(&value))
                .unwrap_or(fallback)
        });
        Self {
            colours,
            is_symbolic: false,
        }
    }

    /// The tokens of `theme` in the text of `style/tokens.css`.
    pub fn from_css(css: &str, theme: Theme) -> Self {
        let selector = match theme {
            Theme::Light => "[data-theme=light]",
            Theme::Dark => "[data-theme=dark]",
        };
        // The block whose selector list ends with the bare attribute, not the one inside the media query.
        let block = css
            .match_indices(selector)
            .find_map(|(at, found)| css[at + found.len()..].trim_start().strip_prefix('{'))
            .and_then(|rest| rest.split('}').next())
            .unwrap_or("");
        Self::from_lookup(|token| {
            block.split(';').find_map(|declaration| {
                let (name, value) = declaration.split_once(':')?;
                (name.trim().strip_prefix("--")? == token).then(|| value.trim().to_owned())
            })
        })
    }

    /// Not colours but the tokens' names: SVG drawn with it says `var(--linear)` and follows the page's theme.
    pub fn tokens() -> Self {
        // Each role's own number stands in for red until the picture is written.
        let mut next = 0;
        let colours = Ink::ALL.map(|_| {
            next += 1;
            (next - 1, 0, 0)
        });
        Self {
            colours,
            is_symbolic: true,
        }
    }

    /// The colour of `ink`.
    pub fn rgb(&self, ink: Ink) -> Rgb {
        Ink::ALL
            .iter()
            .position(|&other| other == ink)
            .map_or((119, 119, 119), |i| self.colours[i])
    }

    /// How CSS writes the colour that [`Palette::rgb`] returned.
    pub(super) fn css(&self, rgb: Rgb) -> String {
        match Ink::ALL.get(usize::from(rgb.0)) {
            Some(ink) if self.is_symbolic => format!("var(--{})", ink.token()),
            _ => format!("#{:02x}{:02x}{:02x}", rgb.0, rgb.1, rgb.2),
        }
    }
}

/// Reads `#rrggbb` or `#rgb`.
pub(super) fn parse_hex(text: &str) -> Option<Rgb> {
    let digits = text.trim().strip_prefix('#')?;
    let nibbles: Vec<u8> = digits
        .chars()
        .map(|c| c.to_digit(16).map(|d| d as u8))
        .collect::<Option<_>>()?;
    match nibbles[..] {
        [r, g, b] => Some((17 * r, 17 * g, 17 * b)),
        [r1, r0, g1, g0, b1, b0] => Some((16 * r1 + r0, 16 * g1 + g0, 16 * b1 + b0)),
        _ => None,
    }
}
