"""Writes optim.json: what PyTorch's optimisers and learning rate schedulers do, in double precision.

    pip install torch==2.15.0 numpy==2.4.6
    python tests/golden/make_golden.py

Gradients and initial parameters are f32 numbers, so that the trainer, which is f32, gets exactly the same input.
"""

import json
import pathlib
import random
import struct

import torch
from torch.optim import lr_scheduler as sched

torch.set_default_dtype(torch.float64)

N_STEPS = 50
BATCH_SIZE = 32
KEPT = [1, 2, 3, 5, 10, 17, 25, 34, 42, 50]


def f32(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def sgd(momentum=0.0, dampening=0.0, nesterov=False, weight_decay=0.0):
    return {"Sgd": dict(momentum=momentum, dampening=dampening, nesterov=nesterov, weight_decay=weight_decay)}


def rms_prop(alpha=0.99, eps=1e-8, momentum=0.0, centered=False, weight_decay=0.0):
    return {
        "RmsProp": dict(alpha=alpha, eps=eps, momentum=momentum, centered=centered, weight_decay=weight_decay)
    }


def adam(kind="Adam", beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
    return {kind: dict(beta1=beta1, beta2=beta2, eps=eps, weight_decay=weight_decay)}


def torch_optimizer(spec, params, lr):
    ((kind, options),) = spec.items()
    options = dict(options)
    if kind in ("Adam", "AdamW"):
        options["betas"] = (options.pop("beta1"), options.pop("beta2"))
    return {"Sgd": torch.optim.SGD, "RmsProp": torch.optim.RMSprop, "Adam": torch.optim.Adam, "AdamW": torch.optim.AdamW}[
        kind
    ](params, lr=lr, **options)


def torch_scheduler(optimizer, peak_lr, n_warmup, warmup, start_lr, decay, decay_value):
    """The PyTorch schedulers that should equal our Schedule, in steps instead of examples."""
    if decay == "Constant":
        after = sched.ConstantLR(optimizer, factor=1.0)
    elif decay == "Cosine":
        after = sched.CosineAnnealingLR(optimizer, T_max=N_STEPS - n_warmup, eta_min=decay_value * peak_lr)
    else:
        # The first steps that start at or after 1/3, 2/3 and 8/9 of the budget.
        milestones = [-(-N_STEPS * a // b) - n_warmup for a, b in ((1, 3), (2, 3), (8, 9))]
        after = sched.MultiStepLR(optimizer, milestones=milestones, gamma=decay_value)
    if warmup == "None":
        return after
    factor = start_lr / peak_lr
    if warmup == "Gradual":
        before = sched.LinearLR(optimizer, start_factor=factor, end_factor=1.0, total_iters=n_warmup)
    else:
        before = sched.ConstantLR(optimizer, factor=factor, total_iters=n_warmup)
    return sched.SequentialLR(optimizer, [before, after], milestones=[n_warmup])


def our_schedule(n_warmup, warmup, start_lr, decay, decay_value):
    return {
        "warmup": "None" if warmup == "None" else {warmup: dict(start_lr=start_lr, n_examples=n_warmup * BATCH_SIZE)},
        "decay": {
            "Constant": "Constant",
            "Cosine": {"Cosine": dict(final_fraction=decay_value)},
            "Steps": {"Steps": dict(factor=decay_value)},
        }[decay],
    }


def trace(spec, peak_lr, gradients, theta, schedule, kept):
    """schedule: (n_warmup, warmup, start as a fraction of the peak, decay, its parameter)."""
    n_warmup, warmup, start_fraction, decay, decay_value = schedule
    start_lr = start_fraction * peak_lr
    theta = torch.tensor(theta, requires_grad=True)
    path = theta.detach().abs()
    optimizer = torch_optimizer(spec, [theta], peak_lr)
    scheduler = torch_scheduler(optimizer, peak_lr, n_warmup, warmup, start_lr, decay, decay_value)
    lrs, thetas = [], []
    for t, gradient in enumerate(gradients, 1):
        before = theta.detach().clone()
        lrs.append(float(optimizer.param_groups[0]["lr"]))
        theta.grad = torch.tensor(gradient)
        optimizer.step()
        scheduler.step()
        path += (theta.detach() - before).abs()
        if t in kept:
            thetas.append(theta.tolist())
    return {
        "optimizer": spec,
        "schedule": our_schedule(n_warmup, warmup, start_lr, decay, decay_value),
        "peak_lr": peak_lr,
        "lrs": lrs,
        "thetas": thetas,
        # |first value| plus the lengths of all steps, for each parameter: the scale of rounding errors.
        "path": [float(f"{x:.4g}") for x in path.tolist()],
    }


FULL = (0, "None", 0.0, "Constant", 0.0)

SHORT = {
    "theta": [1.0, -2.0, 0.5],
    "gradients": [[0.5, -1.0, 0.001], [0.4, -0.8, -0.002], [-0.3, -0.6, 0.003], [0.2, 0.5, -0.004], [0.1, 0.4, 0.005]],
    "runs": [
        (sgd(), 0.1),
        (sgd(weight_decay=0.01), 0.1),
        (sgd(momentum=0.9), 0.1),
        (sgd(momentum=0.9, dampening=0.5), 0.1),
        (sgd(momentum=0.9, nesterov=True), 0.1),
        (rms_prop(), 0.01),
        (rms_prop(alpha=0.9, momentum=0.9), 0.01),
        (rms_prop(alpha=0.9, centered=True), 0.01),
        (adam(), 0.01),
        (adam(eps=1e-3), 0.01),
        (adam(beta1=0.6, beta2=0.996, eps=5e-9), 0.01),
        (adam(weight_decay=0.1), 0.01),
        (adam("AdamW", weight_decay=0.1), 0.01),
    ],
}

# Parameters that start at 0 show relative errors that others would hide; scales of gradients span three decades.
THETA = [1.0, -2.0, 0.5, 0.0, 0.0, 3.0, -0.25]
SCALES = [1.0, 0.3, 0.1, 1.0, 0.01, 3.0, 0.001]

# Each is run at a constant learning rate and under one of SCHEDULES.
LONG = [
    (sgd(weight_decay=0.1), 0.1),
    (sgd(momentum=0.9, dampening=0.3, weight_decay=0.02), 0.05),
    (sgd(momentum=0.9, nesterov=True, weight_decay=0.02), 0.05),
    (sgd(momentum=0.5, dampening=0.9), 0.2),
    (rms_prop(eps=0.1, weight_decay=0.05), 0.01),
    (rms_prop(alpha=0.9, eps=1e-3, momentum=0.8, centered=True, weight_decay=0.05), 0.01),
    (rms_prop(alpha=0.95, centered=True), 0.02),
    (rms_prop(alpha=0.5, eps=1e-2, momentum=0.5, weight_decay=0.2), 0.003),
    (adam(weight_decay=0.1), 0.01),
    (adam(beta1=0.5, beta2=0.9, eps=1e-2), 0.03),
    (adam(beta1=0.0, beta2=0.95, eps=1e-4, weight_decay=0.02), 0.01),
    (adam("AdamW", weight_decay=0.1), 0.01),
    (adam("AdamW", beta1=0.8, beta2=0.95, eps=0.1, weight_decay=0.5), 0.05),
    (adam("AdamW", beta1=0.0, beta2=0.5, eps=1e-3, weight_decay=1.0), 0.02),
]
SCHEDULES = [
    (10, "Gradual", 0.1, "Cosine", 0.0),
    (10, "Gradual", 0.03125, "Steps", 0.1),
    (5, "Constant", 0.2, "Steps", 0.5),
    (0, "None", 0.0, "Cosine", 0.1),
    (0, "None", 0.0, "Steps", 0.1),
    (7, "Constant", 0.01, "Cosine", 0.25),
    (20, "Gradual", 0.5, "Constant", 0.0),
]


def main():
    rng = random.Random(20)
    means = [rng.gauss(0.0, 0.5) for _ in SCALES]
    gradients = [[f32(s * (m + rng.gauss(0.0, 1.0))) for s, m in zip(SCALES, means)] for _ in range(N_STEPS)]
    long = []
    for i, (spec, lr) in enumerate(LONG):
        for schedule in (FULL, SCHEDULES[i % len(SCHEDULES)]):
            long.append(trace(spec, lr, gradients, THETA, schedule, KEPT))
    short = [trace(spec, lr, SHORT["gradients"], SHORT["theta"], FULL, range(1, 6)) for spec, lr in SHORT["runs"]]
    golden = {
        "source": f"make_golden.py with torch {torch.__version__}, float64",
        "batch_size": BATCH_SIZE,
        "short": {
            "theta": SHORT["theta"], "gradients": SHORT["gradients"],
            "budget_examples": 5 * BATCH_SIZE, "kept_steps": list(range(1, 6)), "traces": short,
        },
        "long": {
            "theta": THETA, "gradients": gradients,
            "budget_examples": N_STEPS * BATCH_SIZE, "kept_steps": KEPT, "traces": long,
        },
    }
    path = pathlib.Path(__file__).with_name("optim.json")
    text = json.dumps(golden, separators=(",", ":")).replace('{"optimizer"', '\n{"optimizer"')
    path.write_text(text + "\n")


if __name__ == "__main__":
    main()
