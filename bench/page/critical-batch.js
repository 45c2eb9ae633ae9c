import init, { Trainer } from "/built/bench-steps.js";
import { contend } from "./contend.js";

await init();
let trainer;

contend({
  prepare({ nHidden, optimizer, lr, batchSize }) {
    trainer?.free();
    trainer = new Trainer(nHidden, optimizer === "adam", lr, batchSize);
  },
  run(nSteps) {
    if (!trainer.run(nSteps)) {
      throw new Error("the training diverged");
    }
  },
  loss: () => trainer.loss(),
});
