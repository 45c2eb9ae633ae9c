// What every worker shares: the data, and the protocol of `contenders.mjs`.

const N_PIXELS = 64;

/** The training digits: `features` [n, 64] and `labels` [n]. */
export async function digits() {
  const bytes = await (await fetch("/built/digits.bin")).arrayBuffer();
  const n = bytes.byteLength / (N_PIXELS * 4 + 1);
  return { n, features: new Float32Array(bytes, 0, n * N_PIXELS), labels: new Uint8Array(bytes, n * N_PIXELS * 4) };
}

/** A script of the time before modules: run as it stands, in the worker's global scope. */
export async function include(url) {
  (0, eval)(await (await fetch(url)).text());
}

/**
 * Answers the driver's requests. A contender has `prepare(cell)`, which forgets the network before and builds the
 * next, `run(nSteps)` and `loss()`, the mean over the training set; each may be asynchronous.
 */
export function contend(contender) {
  const answers = {
    async prepare({ cell }) {
      await contender.prepare(cell);
    },
    async run({ nSteps }) {
      const before = performance.now();
      await contender.run(nSteps);
      return performance.now() - before;
    },
    async loss() {
      return contender.loss();
    },
  };
  onmessage = async ({ data: request }) => {
    try {
      postMessage({ answer: await answers[request.what](request) });
    } catch (error) {
      postMessage({ error: String(error) });
    }
  };
  postMessage({ answer: "ready" });
}
