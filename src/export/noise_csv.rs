//! A measurement of gradient noise as comma-separated values, with all digits.

use crate::experiment::noise_lab::digits::{NoisePoint, digest};
use std::fmt::Write;

const HEADER: &str = "step,raw_grad_norm_sq,corrected_grad_norm_sq,noise_scale [examples],noise_scale_low [examples],noise_scale_high [examples],exact_average_grad_norm_sq,exact_average_noise_scale [examples],exact_loss,exact_grad_norm_sq,exact_noise_trace,exact_noise_scale [examples],exact_sign_noise_scale [examples]";

/// One row per point; cells are empty where nothing is known. The link and the digest as comments.
pub fn noise(points: &[NoisePoint], link: &str) -> String {
    let link: String = link.chars().filter(|c| !c.is_control()).collect();
    let mut out = format!("# {link}\n# digest {}\n{HEADER}\n", digest(points));
    for point in points {
        let (online, exact) = (point.online, point.exact);
        let scale = online.and_then(|o| o.scale);
        let cells = [
            online.map(|o| o.raw_norm_sq),
            online.map(|o| o.grad_norm_sq),
            scale.map(|e| e.value),
            scale.map(|e| e.low),
            scale.map(|e| e.high),
            online.map(|o| o.exact_norm_sq),
            online.and_then(|o| o.exact_scale),
            exact.map(|e| e.loss),
            exact.map(|e| e.grad_norm_sq),
            exact.map(|e| e.noise_trace),
            exact.and_then(|e| e.noise_scale()),
            exact.and_then(|e| e.sign_noise_scale()),
        ];
        // Writing to a String cannot fail.
        let _ = write!(out, "{}", point.step);
        for cell in cells {
            let _ = match cell {
                Some(value) => write!(out, ",{value}"),
                None => write!(out, ","),
            };
        }
        out.push('\n');
    }
    out
}
