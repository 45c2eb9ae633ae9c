// TensorFlow.js with the backend that the address names. Plain tensors, without the layers' own bookkeeping.
import { contend, digits, include } from "./contend.js";

const N_CLASSES = 10;
const backend = new URLSearchParams(location.search).get("backend");
const folder = "/node_modules/@tensorflow/";
await include(`${folder}tfjs/dist/tf.min.js`);
await include(`${folder}tfjs-backend-wasm/dist/tf-backend-wasm.min.js`);
const { tf } = self;
tf.wasm.setWasmPaths(`${folder}tfjs-backend-wasm/dist/`);
if (!(await tf.setBackend(backend))) {
  throw new Error(`TensorFlow.js has no backend ${backend} here`);
}

const { n, features: pixels, labels } = await digits();
const features = tf.tensor2d(pixels, [n, pixels.length / n]);
// Cast afterwards: asked for floats, the wasm backend's oneHot writes integers all the same.
const classes = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(Int32Array.from(labels), "int32"), N_CLASSES), "float32"));
let variables = [];
let optimizer;
let indices;

/** Weights and biases of a layer, uniform in ±1/√n_in. */
function layer(nIn, nOut) {
  const bound = 1 / Math.sqrt(nIn);
  return [[nIn, nOut], [nOut]].map(shape => tf.tidy(() => tf.variable(tf.randomUniform(shape, -bound, bound))));
}

function lossOn(x, y) {
  const [w1, b1, w2, b2] = variables;
  const logits = tf.add(tf.matMul(tf.tanh(tf.add(tf.matMul(x, w1), b1)), w2), b2);
  return tf.losses.softmaxCrossEntropy(y, logits);
}

function step() {
  for (let i = 0; i < indices.length; i++) {
    indices[i] = Math.floor(Math.random() * n);
  }
  tf.tidy(() => {
    const drawn = tf.tensor1d(indices, "int32");
    const { grads } = tf.variableGrads(() => lossOn(tf.gather(features, drawn), tf.gather(classes, drawn)), variables);
    optimizer.applyGradients(grads);
  });
}

contend({
  prepare(cell) {
    tf.dispose(variables);
    optimizer?.dispose();
    variables = [...layer(features.shape[1], cell.nHidden), ...layer(cell.nHidden, N_CLASSES)];
    optimizer = tf.train[cell.optimizer](cell.lr);
    indices = new Int32Array(cell.batchSize);
  },
  async run(nSteps) {
    for (let i = 0; i < nSteps; i++) {
      step();
    }
    // Whatever is still queued counts too.
    await variables.at(-1).data();
  },
  loss: () => tf.tidy(() => lossOn(features, classes).dataSync()[0]),
});
