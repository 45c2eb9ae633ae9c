// Who is timed, and how to talk to each: one request at a time, one answer to each.
//
//   {what: "prepare", cell}   forget the network before and build the cell's
//   {what: "run", nSteps}     train; the answer is the milliseconds it took by the contender's own clock
//   {what: "loss"}            the answer is the mean loss over the training digits
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const IN_WORKERS = [
  { id: "critical-batch", name: "Critical Batch", script: "critical-batch.js" },
  { id: "tfjs-wasm", name: "TensorFlow.js wasm", script: "tensorflow.js?backend=wasm" },
  { id: "tfjs-cpu", name: "TensorFlow.js cpu", script: "tensorflow.js?backend=cpu" },
  { id: "convnetjs", name: "ConvNetJS", script: "convnet.js" },
];
const IN_PYTHON = [
  { id: "torch", name: "PyTorch eager" },
  { id: "jax", name: "JAX" },
];

/** Starts all contenders; those in Python only where one is given. Adds what they tell of versions to `bench`. */
export async function startContenders(bench) {
  const contenders = [];
  for (const { id, name, script } of IN_WORKERS) {
    await bench.page.evaluate(worker => start(worker), { id, script });
    const ask = request => bench.page.evaluate(asked => ask(asked), { id, request });
    contenders.push({ id, name, ask, async end() {} });
  }
  for (const { id, name } of bench.python ? IN_PYTHON : []) {
    const { versions, ask, end } = await startPython(bench.python, id, bench.digits);
    Object.assign(bench.versions, versions);
    contenders.push({ id, name, ask, end });
  }
  return contenders;
}

async function startPython(python, library, digits) {
  const child = spawn(python, ["bench/python/steps.py", library, digits], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise(resolve => child.on("exit", resolve));
  const failed = new Promise((_, reject) => {
    child.on("error", reject);
    ended.then(() => reject(new Error(`${library} ended early; its message stands above`)));
  });
  // Only who waits for an answer hears of it: after the last one an end is no failure.
  failed.catch(() => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const hear = async () => JSON.parse((await Promise.race([lines.next(), failed])).value).answer;
  return {
    versions: await hear(),
    ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return hear();
    },
    end() {
      child.stdin.end();
      return ended;
    },
  };
}
