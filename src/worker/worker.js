// Both ends of a worker in one module: the page imports `spawn`; a worker runs this same file.
// No static import, because bundlers copy the file as it is; the glue's address comes from the page at run time.

export function spawn(glueUrl, module) {
  const worker = new Worker(import.meta.url, { type: "module" });
  worker.postMessage({ glueUrl, module });
  return worker;
}

// The packed images of the Digits task, which lie beside the glue.
export async function digits(glueUrl) {
  const response = await fetch(new URL("digits.bin", glueUrl));
  if (!response.ok) throw new Error(`digits.bin: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function serve({ data: { glueUrl, module } }) {
  try {
    const glue = await import(glueUrl);
    glue.initSync({ module });
    glue.serve_as_worker(await digits(glueUrl));
  } catch (error) {
    // A rejected promise stays inside the worker; an error thrown from a task reaches the page.
    setTimeout(() => { throw error; });
  }
}

if (typeof document === "undefined") self.addEventListener("message", serve, { once: true });
