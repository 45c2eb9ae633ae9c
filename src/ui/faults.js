// Before the module is asked for: whether this browser can run it; and what to say when it does not come.
(() => {
  const root = document.documentElement;
  const fail = (fault) => {
    if (root.dataset.fault) return;
    root.dataset.fault = fault;
    if (!root.dataset.embed) return;
    // A frame tells the page around, and is the static picture, the sentence and the way out.
    if (parent !== self) parent.postMessage({ type: "lrbs:error", code: "load" }, "*");
    if (document.body) offerPlayground();
    else addEventListener("DOMContentLoaded", offerPlayground);
  };
  const offerPlayground = () => {
    const link = document.createElement("a");
    link.href = location.href.replace(/&?\b(?:embed|ui|lock|hide|height|notify)=[^&]*/g, "");
    Object.assign(link, { target: "_blank", rel: "noopener", textContent: "Critical Batch ↗" });
    document.querySelector(".static")?.append(link);
  };

  // The smallest module with an instruction of SIMD: (func (result v128) i32.const 0 i8x16.splat i8x16.popcnt).
  const simd = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);
  if (typeof WebAssembly !== "object") fail("wasm");
  else if (!WebAssembly.validate(simd)) fail("simd");

  // Until the page is ready, whatever fails is its program: missing, cut off, refused. The reader is told, so it is no
  // uncaught error any more. A panic is another thing; early.js tells of it.
  const failed = (event, error) => {
    if ("ready" in root.dataset || (root.dataset.fault !== "wasm" && error instanceof WebAssembly.RuntimeError)) return;
    fail("load");
    event.preventDefault();
    if (error) console.warn(error);
  };
  addEventListener("unhandledrejection", (event) => failed(event, event.reason));
  // Scripts that do not load tell nobody but themselves, unless somebody listens on the way down to them.
  addEventListener("error", (event) => {
    if (event.target === self || event.target instanceof HTMLScriptElement) failed(event, event.error);
  }, true);
})();
