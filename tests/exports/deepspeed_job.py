"""Under torchrun: starts DeepSpeed with each configuration and compares optimiser and schedule with the PyTorch file."""

import json
import os
import runpy
import sys
from pathlib import Path

os.environ.setdefault("DS_ACCELERATOR", "cpu")

import deepspeed
import torch


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.theta = torch.nn.Parameter(torch.zeros(6))

    def forward(self, gradient):
        return self.theta @ gradient


generated, names = Path(sys.argv[1]), sys.argv[2:]
jobs = {job["name"]: job for job in json.loads((generated / "expected.json").read_text())["jobs"]}
deepspeed.init_distributed("gloo")
for name in names:
    job, path = jobs[name], generated / f"deepspeed_{name}.json"
    model = Model()
    engine, _, _, scheduler = deepspeed.initialize(model=model, model_parameters=model.parameters(), config=str(path))
    theirs = runpy.run_path(str(generated / f"single_{name}.py"))["make_optimizer"](model.parameters())
    optimizer = getattr(engine.optimizer, "optimizer", engine.optimizer)
    assert type(optimizer) is type(theirs), (name, type(optimizer), type(theirs))
    same = ("momentum", "dampening", "nesterov", "alpha", "centered", "betas", "eps", "weight_decay")
    for key in same:
        a, b = optimizer.param_groups[0].get(key), theirs.param_groups[0].get(key)
        assert (tuple(a) == tuple(b)) if key == "betas" and a else a == b, (name, key, a, b)
    assert engine.train_batch_size() == job["batch"], (name, engine.train_batch_size())
    rates = []
    for gradient in job["gradients"]:
        for _ in range(engine.gradient_accumulation_steps()):
            engine.backward(engine(torch.tensor(gradient)))
            rate = optimizer.param_groups[0]["lr"]
            engine.step()
        rates.append(rate)
    assert engine.global_steps == job["steps"], (name, engine.global_steps)
    lrs = job["lrs"]
    if scheduler is None:
        # Flat, or a schedule that the file says DeepSpeed has none for.
        is_told = "LambdaLR" in path.read_text()
        assert is_told == (len(set(lrs)) > 1), name
        lr = json.loads(path.read_text())["optimizer"]["params"]["lr"]
        assert all(abs(rate - lr) < 1e-12 for rate in rates), (name, rates)
        found = "no scheduler"
    else:
        # DeepSpeed's first step may have a rate of 0 and the others be one behind; a warmup lasts whole steps, at least one.
        largest = max(abs(b - a) for a, b in zip(lrs, lrs[1:]))
        behind = max(min(abs(rates[k] - lrs[k]), abs(rates[k] - lrs[k - 1])) for k in range(1, len(lrs)))
        assert behind <= 0.5 * largest, (name, behind, largest, rates, lrs)
        found = f"{type(scheduler).__name__}, first rate {rates[0]:.4g}, then one behind or equal within {behind / largest:.2f} of a step"
    if engine.global_rank == 0:
        print(f"deepspeed_{name}.json: {type(optimizer).__name__}, batch {job['batch']}, {len(rates)} steps, {found}", flush=True)
torch.distributed.destroy_process_group()
# Threads of DeepSpeed's communication may outlive the interpreter and abort a process that has done everything right.
sys.stdout.flush()
os._exit(0)
