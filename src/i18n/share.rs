//! What each language says in the Share dialog and in frames.

/// The Share dialog.
pub struct Share {
    pub title: &'static str,
    /// Link, embed, citation.
    pub tabs: [&'static str; 3],
    pub copy: &'static str,
    pub copy_lesson: &'static str,
    pub copy_lesson_help: &'static str,
    /// In a lesson whose link locks controls, and at each of them.
    pub lesson_locked: &'static str,
    pub lesson_locked_control: &'static str,
    pub copied: &'static str,
    /// The clipboard was refused; the text is selected instead.
    pub refused: &'static str,
    pub link: &'static str,
    pub link_help: &'static str,
    /// (characters)
    pub count: fn(&str) -> String,
    /// (characters up to which links are safe)
    pub too_long: fn(&str) -> String,
    /// (version)
    pub reproducible: fn(&str) -> String,
    pub no_digest: &'static str,
    pub runs_stay: &'static str,
    pub panel: &'static str,
    pub level: &'static str,
    /// The least, the standard, the whole.
    pub levels: [&'static str; 3],
    pub size: &'static str,
    pub custom: &'static str,
    pub width: &'static str,
    pub height: &'static str,
    pub lang: &'static str,
    pub lang_of_reader: &'static str,
    pub theme_of_reader: &'static str,
    pub controls: &'static str,
    pub controls_help: &'static str,
    /// Free, locked, hidden.
    pub states: [&'static str; 3],
    pub snippet: &'static str,
    pub preview: &'static str,
    pub open_preview: &'static str,
    /// (panel): title of the frame, and so in the language of the article.
    pub frame_title: fn(&str) -> String,
    pub sandbox: &'static str,
    pub grow: &'static str,
    pub grow_help: &'static str,
    pub not_fetched: &'static str,
    pub cite_tool: &'static str,
    pub cite_sources: &'static str,
}

/// A frame in somebody else's page.
pub struct Frame {
    pub reset: &'static str,
    pub open: &'static str,
    /// Before the address of the playground, where the frame may not open it.
    pub address: &'static str,
    /// Why a control cannot be changed.
    pub locked: &'static str,
    /// In place of the buttons that save, where the frame may not.
    pub save_elsewhere: &'static str,
    pub save_elsewhere_help: &'static str,
}
