//! A recipe as a program for Hugging Face's `Trainer`.

use super::python::job::{constants, head, loss, lr_factor};
use super::python::{make_optimizer, rounded};
use super::recipe::Recipe;
use crate::train::spec::{Decay, OptimizerSpec, Warmup};
use std::fmt::Write;

const MODEL: &str = include_str!("python/model.py");
const TRAINER: &str = include_str!("python/trainer.py");

/// A complete program for `transformers` ≥ 5. `TrainingArguments` know AdamW, a warmup from 0 in whole steps and a
/// cosine to 0; everything else is handed to the `Trainer` as an optimiser and a schedule of PyTorch's.
pub fn script(recipe: &Recipe) -> String {
    let (devices, nodes) = (recipe.batch.devices.max(1), recipe.batch.nodes.max(1));
    let command = if recipe.batch.processes() > 1 {
        format!(
            "pip install torch transformers accelerate; torchrun --nnodes={nodes} --nproc-per-node={devices} train.py"
        )
    } else {
        "pip install torch transformers accelerate; python train.py".to_owned()
    };
    let mut out = head(recipe, &command);
    out.push_str("import math\nimport os\n\nimport torch\nfrom transformers import Trainer, TrainingArguments, set_seed\n\n");
    out.push_str(&constants(recipe, false));
    out.push_str(MODEL);
    out.push_str(loss(recipe));
    out.push_str(TRAINER);
    let named = named_arguments(recipe);
    if named.is_none() {
        out.push_str(&make_optimizer(recipe.optimizer, "params", "LR"));
        out.push_str(&lr_factor(recipe));
    }
    out.push_str(
        "def main():\n    \
         world = int(os.environ.get(\"WORLD_SIZE\", \"1\"))\n    \
         if world != DEVICES * NODES:\n        \
         raise SystemExit(f\"{world} processes instead of {DEVICES * NODES}: B and with it LR would be wrong\")\n    \
         set_seed(SEED)\n    \
         arguments = TrainingArguments(\n        \
         output_dir=\"output\",\n        \
         learning_rate=LR,\n        \
         per_device_train_batch_size=PER_DEVICE,\n        \
         gradient_accumulation_steps=ACCUMULATION,\n        \
         max_steps=STEPS,\n        \
         seed=SEED,\n        \
         max_grad_norm=0.0,  # the default, 1.0, clips gradients\n        \
         dataloader_drop_last=True,  # an incomplete batch would be a different B\n        \
         logging_steps=max(STEPS // 20, 1),\n        \
         save_strategy=\"no\",\n        \
         report_to=\"none\",\n",
    );
    out.push_str(named.as_deref().unwrap_or(""));
    // Started without torchrun where several GPUs are visible, the Trainer takes per_device from each of them.
    out.push_str(
        "    )\n    \
         total = arguments.train_batch_size * arguments.gradient_accumulation_steps * world\n    \
         if total != BATCH:\n        \
         raise SystemExit(f\"{total} examples per step instead of {BATCH}: start with torchrun or hide GPUs\")\n    \
         model = Model()\n",
    );
    let optimizers = if named.is_some() {
        ""
    } else {
        out.push_str(
            "    # What TrainingArguments cannot say exactly is handed over as it is.\n    \
             optimizer = make_optimizer(model.parameters())\n    \
             schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lr_factor)\n",
        );
        ", optimizers=(optimizer, schedule)"
    };
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "    Trainer(model, arguments, data_collator=collate, train_dataset=make_data(){optimizers}).train()\n\n\n\
         if __name__ == \"__main__\":\n    main()\n"
    );
    out
}

/// The arguments for optimiser and schedule, if they say exactly what the recipe says.
fn named_arguments(recipe: &Recipe) -> Option<String> {
    let OptimizerSpec::AdamW {
        beta1,
        beta2,
        eps,
        weight_decay,
    } = recipe.optimizer
    else {
        return None;
    };
    let length = recipe.warmup_examples();
    let is_whole = length.is_multiple_of(recipe.batch.total())
        && recipe.budget_examples.is_multiple_of(recipe.batch.total());
    let has_warmup = match recipe.schedule.warmup {
        Warmup::None => false,
        Warmup::Gradual { start_lr, .. } if start_lr <= 0.0 && is_whole => length > 0,
        Warmup::Gradual { .. } | Warmup::Constant { .. } => return None,
    };
    let schedule = match recipe.schedule.decay {
        Decay::Constant if has_warmup => "constant_with_warmup",
        Decay::Constant => "constant",
        Decay::Cosine { final_fraction } if final_fraction <= 0.0 && is_whole => "cosine",
        Decay::Cosine { .. } | Decay::Steps { .. } => return None,
    };
    let mut out = format!(
        "        optim=\"adamw_torch\",\n        \
         adam_beta1={},\n        adam_beta2={},\n        adam_epsilon={},\n        \
         weight_decay={},  # the Trainer leaves out biases and normalisation layers\n        \
         lr_scheduler_type=\"{schedule}\",\n",
        rounded(beta1),
        rounded(beta2),
        rounded(eps),
        rounded(weight_decay),
    );
    if has_warmup {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "        warmup_steps={},", recipe.warmup_steps());
    }
    Some(out)
}
