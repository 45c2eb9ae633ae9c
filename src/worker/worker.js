// Both ends of a worker in one module: the page imports `spawn`; a worker runs this same file.
// No static import, because bundlers copy the file as it is; the glue's address comes from the page at run time.

export function spawn(glueUrl, module) {
  const worker = new Worker(import.meta.url, { type: "module" });
  worker.postMessage({ glueUrl, module });
  return worker;
}

async function serve({ data: { glueUrl, module } }) {
  try {
    const glue = await import(glueUrl);
    glue.initSync({ module });
    await glue.serve_as_worker();
  } catch (error) {
    // A rejected promise stays inside the worker; an error thrown from a task reaches the page.
    setTimeout(() => { throw error; });
  }
}

// The glue imports this file too, and WebKit then runs it a second time.
if (typeof document === "undefined" && !self.isServing) {
  self.isServing = true;
  self.addEventListener("message", serve, { once: true });
}
