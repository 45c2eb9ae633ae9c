//! A recipe as a PyTorch program: one process, or one per device under `torchrun`.

use super::python::job::{constants, head, loss, lr_factor};
use super::python::make_optimizer;
use super::recipe::Recipe;

const MODEL: &str = include_str!("python/model.py");
const SINGLE: &str = include_str!("python/single.py");
const DDP: &str = include_str!("python/ddp.py");

/// One process that makes the whole batch B by accumulation. A complete program for `torch` ≥ 2.
pub fn single(recipe: &Recipe) -> String {
    let mut out = head(recipe, "pip install torch; python train.py");
    out.push_str("import math\n\nimport torch\n\n");
    out.push_str(&body(recipe, true));
    out.push_str(SINGLE);
    out
}

/// One process per device, gradients averaged by `DistributedDataParallel`. A complete program for `torch` ≥ 2; it
/// refuses to run with another number of processes, because B would be another one.
pub fn ddp(recipe: &Recipe) -> String {
    let (devices, nodes) = (recipe.batch.devices.max(1), recipe.batch.nodes.max(1));
    let command = if nodes > 1 {
        format!(
            "On every node: torchrun --nnodes={nodes} --nproc-per-node={devices} --rdzv-backend=c10d \
             --rdzv-endpoint=FIRST_NODE:29500 train.py"
        )
    } else {
        format!("torchrun --standalone --nproc-per-node={devices} train.py")
    };
    let mut out = head(recipe, &command);
    out.push_str("import contextlib\nimport gc\nimport itertools\nimport math\nimport os\n\nimport torch\nimport torch.distributed as dist\n\n");
    out.push_str(&body(recipe, false));
    out.push_str(DDP);
    out
}

fn body(recipe: &Recipe, is_single: bool) -> String {
    [
        &constants(recipe, is_single),
        MODEL,
        loss(recipe),
        &make_optimizer(recipe.optimizer, "params", "LR"),
        &lr_factor(recipe),
    ]
    .concat()
}
