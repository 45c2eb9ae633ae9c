//! Colours as the browser computes them, compared by the formula of WCAG 2.

use crate::harness::{DESKTOP, Page, browse};
use serde_json::json;

/// Red, green and blue of a colour token, 0 to 255.
async fn colour(page: &Page, token: &str) -> [f64; 3] {
    page.js(
        "const probe = document.createElement('span');
         probe.style.color = `var(--${arguments[0]})`;
         document.body.append(probe);
         const text = getComputedStyle(probe).color;
         probe.remove();
         return text.match(/[\\d.]+/g).slice(0, 3).map(Number)",
        &[json!(token)],
    )
    .await
}

fn luminance(rgb: [f64; 3]) -> f64 {
    let linear = rgb.map(|v| {
        let v = v / 255.0;
        if v <= 0.040_45 {
            v / 12.92
        } else {
            ((v + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn the_formula_gives_the_known_extremes() {
    assert!((contrast([0.0; 3], [255.0; 3]) - 21.0).abs() < 1e-9);
    assert!((contrast([119.0; 3], [255.0; 3]) - 4.48).abs() < 0.01);
}

#[tokio::test]
async fn ac_51_texts_and_lines_stand_out_in_both_themes() {
    browse(DESKTOP, async |page| {
        for theme in ["light", "dark"] {
            page.open(&format!("#/curves?v=1&theme={theme}")).await;
            for ground in ["bg", "surface"] {
                let ground_colour = colour(page, ground).await;
                for (tokens, least) in [
                    (
                        ["text", "muted", "link", "danger", "warn", "ok"].as_slice(),
                        4.5,
                    ),
                    (
                        ["linear", "sqrt", "theory", "none", "custom", "edge"].as_slice(),
                        3.0,
                    ),
                ] {
                    for token in tokens {
                        let found = contrast(colour(page, token).await, ground_colour);
                        assert!(
                            found >= least,
                            "{theme}: {token} on {ground} has {found:.2}, needs {least}"
                        );
                    }
                }
            }
            // Text on filled buttons has the page's colour on the link's.
            let filled = contrast(colour(page, "bg").await, colour(page, "link").await);
            assert!(filled >= 4.5, "{theme}: filled buttons have {filled:.2}");
        }
    })
    .await;
}
