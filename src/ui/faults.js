// Before the module is asked for: whether this browser can run it; and what to say when it does not come.
(() => {
  const root = document.documentElement;
  // The smallest module with an instruction of SIMD: (func (result v128) i32.const 0 i8x16.splat i8x16.popcnt).
  const simd = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);
  if (typeof WebAssembly !== "object") root.dataset.fault = "wasm";
  else if (!WebAssembly.validate(simd)) root.dataset.fault = "simd";

  // Until the page is ready, whatever fails is its program: missing, cut off, refused. The reader is told, so it is no
  // uncaught error any more. A panic is another thing; early.js tells of it.
  const failed = (event, error) => {
    if ("ready" in root.dataset || (root.dataset.fault !== "wasm" && error instanceof WebAssembly.RuntimeError)) return;
    root.dataset.fault = root.dataset.fault || "load";
    event.preventDefault();
    if (error) console.warn(error);
  };
  addEventListener("unhandledrejection", (event) => failed(event, event.reason));
  // Scripts that do not load tell nobody but themselves, unless somebody listens on the way down to them.
  addEventListener("error", (event) => {
    if (event.target === self || event.target instanceof HTMLScriptElement) failed(event, event.error);
  }, true);
})();
