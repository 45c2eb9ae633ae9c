//! What holds on every screen whatever has happened: a panel with words on it, and no number that is none.

use crate::harness::Page;

/// What is wrong with the present screen; nothing if all is well.
///
/// A page may ask for it as `await window.unsound()` after [`install`].
const UNSOUND: &str = "
window.unsound = () => {
  const found = [];
  const root = document.documentElement;
  if (!root.hasAttribute('data-ready')) found.push('the page is not ready');
  if (root.hasAttribute('data-stopped')) found.push('the program has stopped');
  const main = document.querySelector('#content');
  const words = main?.innerText.trim() ?? '';
  if (words.length < 80) found.push(`the panel is blank: ${words}`);
  // What a link said is quoted as it was.
  const notices = document.querySelector('[data-testid=notices]')?.innerText ?? '';
  const said = [document.body.innerText.replace(notices, '')];
  for (const e of document.querySelectorAll('[aria-label], [aria-valuetext], [title], [data-value]'))
    said.push(e.ariaLabel, e.ariaValueText, e.title, e.dataset.value);
  for (const e of document.querySelectorAll('input')) said.push(e.value);
  for (const canvas of document.querySelectorAll('canvas[data-draws]')) said.push(...window.canvasTexts(canvas));
  for (const text of said) {
    const bad = /(^|[^A-Za-z])(NaN|[Ii]nfinity|inf|undefined|null)([^A-Za-z]|$)|\\[object/.exec(text ?? '');
    if (bad) found.push(`it says ${bad[0].trim()} in ${text.slice(Math.max(0, bad.index - 40), bad.index + 40)}`);
  }
  return found;
};";

/// Makes the check known to the present document.
pub async fn install(page: &Page) {
    page.js::<Option<bool>>(UNSOUND, &[]).await;
}

/// Fails when something is wrong with the present screen, once the code of its panel has come.
pub async fn check(page: &Page, after: &str) {
    page.wait_js("the panel's code", "return !$('fetching')")
        .await;
    install(page).await;
    let found: Vec<String> = page.js("return window.unsound()", &[]).await;
    assert!(found.is_empty(), "{after}: {found:#?}");
}
