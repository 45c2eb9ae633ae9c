"""Runs every generated file for real and compares what it does with what our own trainer does.

    python tests/exports/run.py GENERATED OUTPUT

GENERATED is the folder that examples/write_exports.rs has filled; what the files print and write goes to OUTPUT.
Fails with the first difference.
"""

import csv
import importlib.metadata
import io
import json
import os
import platform
import re
import runpy
import socket
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

# Set before any library starts: these networks are small, and nothing is downloaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# DeepSpeed compiles a part of itself with the environment's own ninja.
os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import torch

import ray_job

HERE = Path(__file__).parent
GENERATED, OUTPUT = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
LINK = "# https://example.org/#/race?v=1&b=32&seed=7"
PACKAGES = ["torch", "numpy", "ray", "transformers", "accelerate", "jax", "optax", "deepspeed"]
log = []


def check(is_true, message):
    if not is_true:
        raise SystemExit(f"FAILED: {message}")


def close(found, expected, tolerance, name):
    found, expected = np.asarray(found, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    check(found.shape == expected.shape, f"{name}: {found.shape} numbers instead of {expected.shape}")
    errors = np.abs(found - expected) / np.maximum(np.abs(expected), 1e-300)
    check(errors.max() <= tolerance, f"{name}: relative error {errors.max():.3g} at {errors.argmax()}")
    return errors.max()


def has(package):
    try:
        importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def run_here(path, **environment):
    """Runs a file as the main program, in this process, because starting PyTorch takes seconds."""
    printed, before = io.StringIO(), dict(os.environ)
    os.environ.update(environment)
    try:
        with redirect_stdout(printed), redirect_stderr(io.StringIO()):
            runpy.run_path(str(path), run_name="__main__")
    finally:
        os.environ.clear()
        os.environ.update(before)
    return printed.getvalue()


def run_torchrun(path, processes, *arguments):
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", str(processes)]
    command += ["--master-addr", "127.0.0.1", "--master-port", str(free_port()), str(path), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=OUTPUT)
    check(done.returncode == 0, f"{path.name} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout + done.stderr


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def alone():
    """Environment of a job with one process."""
    return dict(RANK="0", WORLD_SIZE="1", LOCAL_RANK="0", MASTER_ADDR="127.0.0.1", MASTER_PORT=str(free_port()))


def check_printed(name, printed, job):
    """The lines `step … lr … loss …` of a run against the schedule."""
    lines = re.findall(r"^step (\d+) lr (\S+) loss (\S+)$", printed, re.M)
    check(lines and int(lines[-1][0]) == job["steps"], f"{name} printed:\n{printed}")
    for step, lr, _ in lines:
        expected = job["lrs"][int(step) - 1]
        # Six digits are printed; Optax computes in single precision.
        check(abs(float(lr) - expected) <= 2e-5 * max(job["lrs"]), f"{name}: lr {lr} instead of {expected} at step {step}")
    losses = [float(loss) for _, _, loss in lines]
    check(all(np.isfinite(losses)) and losses[-1] < losses[0], f"{name} has not learnt: {losses}")
    log.append(f"{name}: {lines[-1][0]} steps, loss {losses[0]:g} to {losses[-1]:g}")


def check_path(name, path, job):
    """Parameters along given gradients against those of our own optimiser, in units of the way they have gone."""
    ours = np.array([job["theta"], *job["path"]])
    way = np.abs(ours[0]) + np.abs(np.diff(ours, axis=0)).sum(axis=0)
    error = (np.abs(np.array(path) - ours[1:]) / way).max()
    check(error < 4e-6, f"{name}: parameters differ by {error:.3g} of their way")
    return error


def check_loss(name, loss_of, job):
    """The mean over a micro-batch, or B times it: averaged over micro-batches and devices that is the sum over B."""
    outputs, targets = torch.randn(8, 10, dtype=torch.float64), torch.arange(8)
    mean = torch.nn.functional.cross_entropy(outputs, targets).item()
    expected = mean * job["batch"] if job["is_summed"] else mean
    check(abs(loss_of(outputs, targets).item() / expected - 1) < 1e-12, f"{name}: not the loss of its recipe")


def torch_files(jobs):
    for job in jobs:
        name = f"single_{job['name']}.py"
        module = runpy.run_path(str(GENERATED / name))
        theta = torch.nn.Parameter(torch.tensor(job["theta"]))
        optimizer = module["make_optimizer"]([theta])
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, module["lr_factor"])
        path, rates = [], []
        for gradient in job["gradients"]:
            theta.grad = torch.tensor(gradient)
            rates.append(schedule.get_last_lr()[0])
            optimizer.step()
            schedule.step()
            path.append(theta.detach().tolist())
        check(np.allclose(rates, job["lrs"], rtol=1e-12, atol=1e-15), f"{name}: {rates}")
        check_path(name, path, job)
        check_loss(name, module["loss_of"], job)
        check(module["BATCH"] == job["batch"] and module["STEPS"] == job["steps"], f"{name}: batch or steps")
        check_printed(name, run_here(GENERATED / name), job)
        name = f"ddp_{job['name']}.py"
        if job["processes"] == 1:
            printed = run_here(GENERATED / name, **alone())
        else:
            printed = run_torchrun(GENERATED / name, job["processes"])
        check_printed(f"{name} with {job['processes']} processes", printed, job)
    # The wrong number of processes is refused.
    try:
        run_here(GENERATED / "ddp_momentum.py", **alone())
    except SystemExit as stop:
        check("1 processes instead of 2" in str(stop), str(stop))
    else:
        check(False, "one process did the work of two")
    torch.distributed.destroy_process_group()


def transformers_files(jobs):
    for job in jobs:
        name = f"transformers_{job['name']}.py"
        if job["processes"] == 1:
            printed = run_here(GENERATED / name)
        else:
            printed = run_torchrun(GENERATED / name, job["processes"])
        # The Trainer logs every second step, with four digits, in some versions from every process; it names the rate
        # of the step that was taken.
        pattern = r"'loss': '?([^',]+)'?,.*?'learning_rate': '?([^',]+)'?, 'epoch': '?([^',}]+)"
        lines = sorted({tuple(map(float, line))[::-1] for line in re.findall(pattern, printed)})
        rates, losses = [line[1] for line in lines], [line[2] for line in lines]
        expected = job["lrs"][1::2]
        check(len(rates) == len(expected), f"{name} printed:\n{printed}")
        check(np.allclose(rates, expected, rtol=1e-3, atol=1e-4 * max(expected)), f"{name}: {rates}, not {expected}")
        check(np.mean(losses[-4:]) < losses[0], f"{name} has not learnt: {losses}")
        log.append(f"{name} with {job['processes']} processes: {len(rates)} rates, loss {losses[0]:g} to {losses[-1]:g}")
    # Several visible GPUs without torchrun would make the batch larger.
    import transformers

    one_gpu = transformers.TrainingArguments.train_batch_size
    transformers.TrainingArguments.train_batch_size = property(lambda arguments: 2 * one_gpu.fget(arguments))
    try:
        run_here(GENERATED / "transformers_sgd.py")
    except SystemExit as stop:
        check("64 examples per step instead of 32" in str(stop), str(stop))
    else:
        check(False, "two GPUs trained with twice the batch")
    finally:
        transformers.TrainingArguments.train_batch_size = one_gpu


def optax_files(jobs):
    import jax
    import jax.numpy as jnp
    import optax

    for job in jobs:
        name = f"optax_{job['name']}.py"
        module = runpy.run_path(str(GENERATED / name))
        theta, optimizer = jnp.array(job["theta"], jnp.float32), module["make_optimizer"]()
        state, path = optimizer.init(theta), []

        @jax.jit
        def step(theta, state, gradient):
            updates, state = optimizer.update(gradient, state, theta)
            return optax.apply_updates(theta, updates), state

        for gradient in job["gradients"]:
            for _ in range(job["accumulation"]):
                theta, state = step(theta, state, jnp.array(gradient, jnp.float32))
            path.append(np.asarray(theta))
        check_path(name, path, job)
        params, (x, y) = module["init"](jax.random.key(0)), module["make_data"]()
        mean = float(module["losses_of"](params, x[:64], y[:64]).mean())
        expected = mean * job["batch"] if job["is_summed"] else mean
        check(abs(float(module["loss_of"](params, x[:64], y[:64])) / expected - 1) < 1e-6, f"{name}: not the loss of its recipe")
        if job["name"] == "adamw":
            # Its two devices, which a process must ask for before it starts.
            flags = {"XLA_FLAGS": "--xla_force_host_platform_device_count=2"}
            command = [sys.executable, str(GENERATED / name)]
            done = subprocess.run(command, capture_output=True, text=True, env=os.environ | flags)
            check(done.returncode == 0 and "devices instead" not in done.stdout, f"{name}: {done.stdout}\n{done.stderr}")
            check_printed(f"{name} on two devices", done.stdout, job)
        else:
            check_printed(name, run_here(GENERATED / name), job)


def deepspeed_files(jobs):
    if not has("deepspeed"):
        for job in jobs:
            config = json.loads((GENERATED / f"deepspeed_{job['name']}.json").read_text())
            check(config["train_batch_size"] == job["batch"], f"batch of {job['name']}")
        log.append("deepspeed_*.json: read by a JSON parser; DeepSpeed is not installed")
        return
    for processes in (1, 2):
        names = [job["name"] for job in jobs if job["processes"] == processes]
        printed = run_torchrun(HERE / "deepspeed_job.py", processes, str(GENERATED), *names)
        lines = [line for line in printed.splitlines() if line.startswith("deepspeed_")]
        check(len(lines) == len(names), printed)
        log.extend(lines)


def race_files(races):
    for race in races:
        name = f"race_{race['name']}"
        sys_argv, sys.argv = sys.argv, [name, str(OUTPUT / f"{name}.csv")]
        printed = run_here(GENERATED / f"{name}.py")
        sys.argv = sys_argv
        check(len(printed.splitlines()) == race["runs"], printed)
        rows = read_table(OUTPUT / f"{name}.csv")
        check(len({(row["lane"], row["seed_index"]) for row in rows}) == race["runs"], f"{name}: runs of the table")
        log.extend(f"{name}.py: {line.strip()}" for line in printed.splitlines())


def read_table(path):
    lines = path.read_text().splitlines()
    check(lines[0] == LINK, f"{path.name} begins with {lines[0]}")
    return list(csv.DictReader(lines[1:]))


def parity(runs):
    """PyTorch from our initial weights and batches, step by step, against our losses."""
    program = runpy.run_path(str(GENERATED / "race_warm_cosine.py"))
    (x, y), _ = program["load_digits"]()
    kept = {}
    for run in runs:
        name, config = run["name"], run["config"]
        # The program makes the same weights and batches by itself.
        own = program["make_model"](config["seed"])
        drawn = program["make_batches"](len(x), config["batch_size"], config["seed"])
        check([next(drawn) for _ in run["batches"]] == run["batches"], f"batches of {name}")
        weights = torch.tensor(run["weights"], dtype=torch.float32)
        check(torch.equal(flat(own), weights), f"initial weights of {name}")

        activation = {"Relu": torch.nn.ReLU, "Tanh": torch.nn.Tanh}[config["task"]["Digits"]["activation"]]
        model = torch.nn.Sequential(torch.nn.Linear(64, 32), activation(), torch.nn.Linear(32, 10))
        model.load_state_dict(own.state_dict())
        ((kind, options),) = config["optimizer"].items()
        if kind == "Adam":
            options = {"betas": (options.pop("beta1"), options.pop("beta2")), **options}
        optimizer = getattr(torch.optim, {"Sgd": "SGD"}.get(kind, kind))(model.parameters(), lr=config["lr"], **options)
        loss_of = torch.nn.functional.cross_entropy
        batch_loss, train_loss = [], [loss_of(model(x), y).item()]
        for batch in run["batches"]:
            optimizer.zero_grad()
            loss = loss_of(model(x[batch]), y[batch])
            loss.backward()
            optimizer.step()
            batch_loss.append(loss.item())
            with torch.no_grad():
                train_loss.append(loss_of(model(x), y).item())
        errors = [
            close(batch_loss, run["batch_loss"], 1e-4, f"batch loss of {name}"),
            close(train_loss, run["train_loss"], 1e-4, f"training loss of {name}"),
        ]
        log.append(f"parity {name}: {len(batch_loss)} steps, relative error at most {max(errors):.2g}")
        kept[name] = {"batch_loss": batch_loss, "train_loss": train_loss}
    return kept


def flat(model):
    """Parameters in our order: layer by layer the weights [n_in, n_out], then the biases."""
    return torch.cat([(p.mT if p.dim() == 2 else p).reshape(-1) for p in model.parameters()]).detach()


def main():
    OUTPUT.mkdir(parents=True, exist_ok=True)
    os.chdir(OUTPUT)
    torch.set_num_threads(1)
    expected = json.loads((GENERATED / "expected.json").read_text())
    versions = {"python": platform.python_version()}
    versions |= {name: importlib.metadata.version(name) for name in PACKAGES if has(name)}

    def timed(name, function, *arguments):
        start, n_before = time.monotonic(), len(log)
        found = function(*arguments)
        print(f"== {name}: {time.monotonic() - start:.0f} s", *log[n_before:], sep="\n   ", flush=True)
        return found

    losses = timed("parity", parity, expected["parity"])
    (OUTPUT / "parity.json").write_text(json.dumps({"versions": versions, "runs": losses}) + "\n")
    timed("race programs", race_files, expected["races"])
    timed("Ray Tune", lambda: log.extend(ray_job.check_sweep(GENERATED / "ray_sweep.py", OUTPUT / "ray_sweep.csv", check)))
    read_table(OUTPUT / "ray_sweep.csv")
    timed("PyTorch", torch_files, expected["jobs"])
    if has("optax"):
        timed("Optax", optax_files, expected["jobs"])
    if has("transformers"):
        timed("Transformers", transformers_files, expected["jobs"])
    timed("DeepSpeed", deepspeed_files, expected["jobs"])
    (OUTPUT / "versions.json").write_text(json.dumps(versions, indent=1) + "\n")
    (OUTPUT / "log.txt").write_text("\n".join(log) + "\n")
    print("All exports run.", versions)


if __name__ == "__main__":
    main()
