//! English: the Share dialog and frames.

use super::{Frame, Share};

pub(super) const SHARE: Share = Share {
    title: "Share",
    tabs: ["Link", "Embed", "Citation"],
    copy: "Copy",
    copy_lesson: "Copy this lesson's link",
    copy_lesson_help: "For others: locks the settings of this panel and the language, leaves free what the lesson moves, and has none of your answers.",
    lesson_locked: "This link locks the settings that the lesson does not move.",
    lesson_locked_control: "Locked by this lesson's link",
    copied: "Copied",
    refused: "The browser refused the clipboard. The text is selected: press Ctrl+C or ⌘C.",
    link: "Link to this screen",
    link_help: "It holds every setting and the seed, no results. Whoever opens it sees the same.",
    count: |n| format!("{n} characters"),
    too_long: |n| {
        format!(
            "Some programs cut links of more than {n} characters. Save a file instead: every table and picture of this page holds its link."
        )
    },
    reproducible: |version| {
        format!(
            "Results need no sending: the same settings and seed give the same digits in every browser with version {version}. To compare, read each other the digest."
        )
    },
    no_digest: "The digest appears here when a run is complete.",
    runs_stay: "Your measurements stay in this browser: the link opens the panel without them.",
    panel: "Panel",
    level: "Shown",
    levels: [
        "Chart and one control",
        "Main controls and table",
        "Whole panel",
    ],
    size: "Size",
    custom: "other",
    width: "Width",
    height: "Height",
    lang: "Language",
    lang_of_reader: "the reader’s",
    theme_of_reader: "the reader’s",
    controls: "Locked and hidden controls",
    controls_help: "A locked control is shown and cannot be changed. A hidden one keeps its value as well.",
    states: ["free", "locked", "hidden"],
    snippet: "HTML for your page",
    preview: "Preview",
    open_preview: "Open the preview in a new tab",
    frame_title: |panel| format!("Critical Batch: {panel}, interactive"),
    sandbox: "Leave the sandbox attribute out. If your site adds one, allow-scripts allow-same-origin allow-downloads allow-popups keeps workers, saving and the way to the playground. With allow-scripts alone the frame trains on its own thread, and the host of this site must send Access-Control-Allow-Origin: *.",
    grow: "Let the frame grow with its content",
    grow_help: "This script gives every frame on your page the height that it asks for.",
    not_fetched: "The Share dialog could not be fetched: the network or the host did not answer. The address bar holds the link to this screen.",
    cite_tool: "This tool",
    cite_sources: "Sources of this panel’s formulas",
};

pub(super) const FRAME: Frame = Frame {
    reset: "Reset",
    open: "Open in the playground",
    address: "If nothing opened, the page around forbids it. The address to copy:",
    locked: "Set by the page around",
    save_elsewhere: "Save in a new tab",
    save_elsewhere_help: "The page around does not let this frame save files. The playground does, with the same settings.",
};
