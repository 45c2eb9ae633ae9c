// The section on training steps: microseconds per step of every contender in every cell.
import { startContenders } from "./contenders.mjs";
import { number, table } from "./table.mjs";

const NETWORKS = [
  { network: "64-32-10", nHidden: 32 },
  { network: "64-128-10", nHidden: 128 },
];
const OPTIMIZERS = [
  { optimizer: "sgd", label: "SGD", lr: 0.1 },
  { optimizer: "adam", label: "Adam", lr: 0.001 },
];
const BATCH_SIZES = [1, 8, 32, 128, 512];

/** No block is shorter, so that the browser's coarse clock does not matter. */
const MIN_BLOCK_MS = 50;
/** What the length of a block is calibrated to. */
const BLOCK_MS = 80;
const N_BLOCKS = 9;

const isSmall = cell => cell.batchSize <= 32;
const isAt512 = network => cell => cell.batchSize === 512 && (!network || cell.network === network);

/**
 * What the trainer shall reach: to be `atLeast` so many times faster than another, or to take `atMost` so many times as
 * long. Of the cells that `holds` picks the geometric mean of the ratios counts, or with `isEvery` each single one.
 */
const TARGETS = [
  { against: "tfjs-wasm", where: "B ≤ 32", holds: isSmall, atLeast: 40 },
  {
    against: "tfjs-wasm",
    where: "B ≥ 128",
    holds: cell => cell.batchSize >= 128,
    atLeast: 15,
    limit: "the inner loop of the products runs at the speed of this processor's 128-bit multiplications and additions; more than half of a step is spent there, and only fused or wider arithmetic, which WebAssembly has not, would shorten it",
  },
  { against: "convnetjs", where: "every cell with B ≥ 32", holds: cell => cell.batchSize >= 32, atLeast: 10, isEvery: true },
  { against: "torch", where: "B ≤ 32", holds: isSmall, atLeast: 8 },
  { against: "torch", where: "B = 512, 64-32-10", holds: isAt512("64-32-10"), atMost: 1 },
  { against: "torch", where: "B = 512, 64-128-10", holds: isAt512("64-128-10"), atMost: 1.6 },
  {
    against: "jax",
    where: "B ≤ 32",
    holds: isSmall,
    atMost: 1.5,
    limit: "JAX multiplies with AVX-512 and fused multiply-add and takes roots and quotients of Adam 16 at a time, and WebAssembly has 128-bit vectors only",
  },
  { against: "jax", where: "B = 512", holds: isAt512(), atMost: 3 },
];

/** Times all cells; what comes back goes into results.json. */
export async function measure(bench) {
  const contenders = await startContenders(bench);
  const cells = [];
  for (const { network, nHidden } of NETWORKS) {
    for (const { optimizer, lr } of OPTIMIZERS) {
      for (const batchSize of BATCH_SIZES) {
        const microseconds = await timeCell(contenders, { nHidden, optimizer, lr, batchSize });
        cells.push({ network, optimizer, batchSize, microseconds });
        const told = Object.entries(microseconds).map(([id, time]) => `${id} ${number(time)}`);
        console.log(`${network} ${optimizer} B = ${batchSize}: ${told.join(", ")} µs`);
      }
    }
  }
  await Promise.all(contenders.map(contender => contender.end()));
  return {
    blocks: N_BLOCKS,
    contenders: Object.fromEntries(contenders.map(({ id, name }) => [id, name])),
    cells,
    targets: TARGETS.filter(({ against }) => contenders.some(({ id }) => id === against)).map(target => judge(target, cells)),
  };
}

/** Median microseconds per step of each contender. Their blocks take turns, so that drift hits all alike. */
async function timeCell(contenders, cell) {
  const timed = [];
  for (const { id, ask } of contenders) {
    await ask({ what: "prepare", cell });
    const lossBefore = await ask({ what: "loss" });
    timed.push({ id, ask, lossBefore, nSteps: await calibrate(ask), times: [] });
  }
  for (let block = 0; block < N_BLOCKS; block++) {
    for (const { ask, nSteps, times } of timed) {
      times.push((1000 * (await ask({ what: "run", nSteps }))) / nSteps);
    }
  }
  for (const { id, ask, lossBefore } of timed) {
    const loss = await ask({ what: "loss" });
    if (!(loss < lossBefore)) {
      throw new Error(`${id} did not learn in ${JSON.stringify(cell)}: its loss went from ${lossBefore} to ${loss}`);
    }
  }
  return Object.fromEntries(timed.map(({ id, times }) => [id, Number(median(times).toPrecision(4))]));
}

/** Steps per block, found by trying; that also lets the compilers of the browser warm up. */
async function calibrate(ask) {
  for (let nSteps = 1; ; ) {
    // The quicker of two, because the first may still compile.
    const ms = Math.min(await ask({ what: "run", nSteps }), await ask({ what: "run", nSteps }));
    if (ms >= MIN_BLOCK_MS) {
      return nSteps;
    }
    nSteps = Math.ceil(nSteps * Math.min(30, Math.max(1.2, BLOCK_MS / ms)));
  }
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** A target beside what was measured. */
function judge({ against, where, holds, atLeast, atMost, isEvery, limit }, cells) {
  const ratios = cells.filter(holds).map(({ microseconds }) => {
    const speedUp = microseconds[against] / microseconds["critical-batch"];
    return atLeast === undefined ? 1 / speedUp : speedUp;
  });
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  // Only targets of the kind `atLeast` ask for every cell, so the worst is the smallest.
  const measured = isEvery ? Math.min(...ratios) : mean;
  const isReached = atLeast === undefined ? measured <= atMost : measured >= atLeast;
  return {
    against,
    where,
    ...(atLeast === undefined ? { atMost } : { atLeast }),
    of: isEvery ? "worst cell" : "geometric mean",
    measured: Number(measured.toPrecision(3)),
    isReached,
    // What keeps it from being reached, where that is known.
    ...(isReached || !limit ? {} : { limit }),
  };
}

/** The tables, as Markdown. */
export function render({ blocks, contenders, cells, targets }) {
  const ids = Object.keys(contenders);
  const labels = Object.fromEntries(OPTIMIZERS.map(({ optimizer, label }) => [optimizer, label]));
  const times = table(
    ["network", "optimiser", "B", ...Object.values(contenders)],
    cells.map(({ network, optimizer, batchSize, microseconds }) => [
      network,
      labels[optimizer],
      batchSize,
      ...ids.map(id => number(microseconds[id])),
    ]),
  );
  const reached = table(
    ["compared with", "cells", "target", "measured", ""],
    targets.map(({ against, where, atLeast, atMost, of, measured, isReached }) => [
      contenders[against],
      where,
      atLeast === undefined ? `at most ${number(atMost)}× its time` : `at least ${number(atLeast)}× faster`,
      `${number(measured)}× (${of})`,
      isReached ? "reached" : "**not reached**",
    ]),
  );
  const limits = targets.filter(({ limit }) => limit).map(({ against, where, limit }) => `\n- ${contenders[against]}, ${where}: ${limit}.`);
  const unreached = limits.length ? `\n\nWhat limits those not reached:\n${limits.join("")}` : "";
  const absent = "torch" in contenders ? "" : "\nPyTorch and JAX were not measured: no Python with them was given.";
  return `Microseconds per training step (sampling with replacement, forward, backward, update) on the digits, tanh, f32: medians of ${blocks} blocks of at least ${MIN_BLOCK_MS} ms, taken in turns.
Critical Batch, TensorFlow.js (SIMD, no threads) and ConvNetJS run in workers of the same Chromium, PyTorch and JAX (\`jit\` around \`lax.scan\`) natively on one thread.
ConvNetJS computes in f64 and has no Adam; its Adadelta stands in.${absent}

${times}

${reached}${unreached}`;
}
