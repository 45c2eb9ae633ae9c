// ConvNetJS: one example at a time, in f64. The 0.3.0 on npm has no Adam; its Adadelta keeps two moving averages per
// parameter as well, so it stands in.
import { contend, digits, include } from "./contend.js";

// It looks for a page's window.
self.window = self;
await include("/node_modules/convnetjs/build/convnet.js");
const { convnetjs } = self;

const { n, features, labels } = await digits();
const nPixels = features.length / n;
const examples = Array.from({ length: n }, (_, i) => {
  const example = new convnetjs.Vol(1, 1, nPixels, 0);
  example.w.set(features.subarray(i * nPixels, (i + 1) * nPixels));
  return example;
});
let net;
let trainer;

contend({
  prepare(cell) {
    net = new convnetjs.Net();
    net.makeLayers([
      { type: "input", out_sx: 1, out_sy: 1, out_depth: nPixels },
      { type: "fc", num_neurons: cell.nHidden, activation: "tanh" },
      { type: "softmax", num_classes: 10 },
    ]);
    const method = { sgd: "sgd", adam: "adadelta" }[cell.optimizer];
    trainer = new convnetjs.Trainer(net, { method, learning_rate: cell.lr, momentum: 0, batch_size: cell.batchSize });
  },
  run(nSteps) {
    for (let i = 0; i < nSteps * trainer.batch_size; i++) {
      const drawn = Math.floor(Math.random() * n);
      trainer.train(examples[drawn], labels[drawn]);
    }
  },
  loss() {
    const losses = examples.map((example, i) => -Math.log(net.forward(example).w[labels[i]]));
    return losses.reduce((sum, loss) => sum + loss, 0) / n;
  },
});
