//! Size, density, colours and pointer of a window.

use super::Setup;
use super::engine::{Engine, Feature};
use super::page::{PATIENCE, Page};
use serde_json::json;
use std::time::{Duration, Instant};

impl Page {
    /// Changes how the window is. Other engines than Chromium can change its size only; the rest stays as the browser
    /// was started.
    pub async fn look(&self, setup: Setup) {
        if self.engine != Engine::Chromium {
            let at_start = Setup {
                width: setup.width,
                height: setup.height,
                ..self.setup
            };
            assert_eq!(at_start, setup, "only the size can change");
            if setup.is_touch {
                self.needs(Feature::Touch);
            }
            self.resize(setup.width, setup.height).await;
            return;
        }
        let on = |holds: bool, yes: &'static str, no: &'static str| if holds { yes } else { no };
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": setup.width, "height": setup.height, "deviceScaleFactor": setup.scale, "mobile": setup.is_touch }),
        )
        .await;
        self.cdp(
            "Emulation.setTouchEmulationEnabled",
            json!({ "enabled": setup.is_touch }),
        )
        .await;
        self.cdp(
            "Emulation.setEmulatedMedia",
            json!({ "features": [
                { "name": "prefers-color-scheme", "value": on(setup.is_dark, "dark", "light") },
                { "name": "prefers-reduced-motion", "value": on(setup.is_motion_reduced, "reduce", "no-preference") },
            ] }),
        )
        .await;
    }

    /// Gives the page's viewport a size by giving one to the window around it.
    async fn resize(&self, width: u32, height: u32) {
        let wanted = (width, height);
        let until = Instant::now() + PATIENCE;
        loop {
            let (inner, outer): ((u32, u32), (u32, u32)) = self
                .js(
                    "return [[innerWidth, innerHeight], [outerWidth, outerHeight]]",
                    &[],
                )
                .await;
            if inner == wanted {
                return;
            }
            assert!(
                Instant::now() < until,
                "the page is {inner:?} and not {wanted:?}, in a window of {outer:?}"
            );
            let around = (
                outer.0.saturating_sub(inner.0),
                outer.1.saturating_sub(inner.1),
            );
            self.driver
                .set_window_rect(0, 0, width + around.0, height + around.1)
                .await
                .unwrap();
            // The window tells the page in its own time.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
