"""PyTorch or JAX as a contender of the bench: `steps.py torch|jax DIGITS`.

Reads one request per line on stdin and answers each on stdout, both JSON, as the workers do with messages; see
`bench/contenders.mjs`. One thread: where the system allows, the process keeps to one processor.
"""

import json
import os
import platform
import sys
import time

if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import numpy as np

N_PIXELS, N_CLASSES = 64, 10


def read_digits(path):
    """The training digits: features [n, 64] as f32 and labels [n] as integers."""
    data = np.fromfile(path, dtype=np.uint8)
    n = len(data) // (N_PIXELS * 4 + 1)
    split = n * N_PIXELS * 4
    return data[:split].view("<f4").reshape(n, N_PIXELS).copy(), data[split:].astype(np.int64)


class Torch:
    """Eager mode, as its tutorials write it."""

    def __init__(self, features, labels):
        import torch

        torch.set_num_threads(1)
        torch.set_num_interop_threads(1)
        self.torch = torch
        self.version = torch.__version__
        self.features, self.labels = torch.from_numpy(features), torch.from_numpy(labels)

    def prepare(self, n_hidden, optimizer, lr, batch_size):
        nn, optim = self.torch.nn, self.torch.optim
        self.model = nn.Sequential(nn.Linear(N_PIXELS, n_hidden), nn.Tanh(), nn.Linear(n_hidden, N_CLASSES))
        self.loss_of = nn.CrossEntropyLoss()
        self.optimizer = {"sgd": optim.SGD, "adam": optim.Adam}[optimizer](self.model.parameters(), lr=lr)
        self.batch_size = batch_size

    def compile(self, n_steps):
        """Nothing to do: eager."""

    def run(self, n_steps):
        for _ in range(n_steps):
            drawn = self.torch.randint(0, len(self.labels), (self.batch_size,))
            loss = self.loss_of(self.model(self.features[drawn]), self.labels[drawn])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()

    def loss(self):
        with self.torch.no_grad():
            return self.loss_of(self.model(self.features), self.labels).item()


class Jax:
    """`jit` around a `lax.scan` over the steps; the batches of all steps are drawn at once inside it."""

    def __init__(self, features, labels):
        import jax

        self.jax = jax
        self.version = jax.__version__
        self.features, self.labels = jax.numpy.asarray(features), jax.numpy.asarray(labels, dtype="int32")

    def prepare(self, n_hidden, optimizer, lr, batch_size):
        jax, jnp = self.jax, self.jax.numpy
        keys = iter(jax.random.split(jax.random.key(1), 5))

        def layer(n_in, n_out):
            bound = n_in**-0.5
            return [jax.random.uniform(next(keys), shape, jnp.float32, -bound, bound) for shape in ((n_in, n_out), (n_out,))]

        params = layer(N_PIXELS, n_hidden) + layer(n_hidden, N_CLASSES)
        zeros = [jnp.zeros_like(p) for p in params]
        update, memory = {"sgd": (sgd(jax, lr), ()), "adam": (adam(jax, lr), (jnp.float32(0), zeros, zeros))}[optimizer]
        self.state, self.key = (params, memory), next(keys)
        self.gradient = jax.grad(self.loss_of)
        self.update, self.batch_size, self.compiled = update, batch_size, {}

    def loss_of(self, params, features, labels):
        jnp = self.jax.numpy
        w1, b1, w2, b2 = params
        log_p = self.jax.nn.log_softmax(jnp.tanh(features @ w1 + b1) @ w2 + b2)
        return -jnp.mean(jnp.take_along_axis(log_p, labels[:, None], axis=1))

    def compile(self, n_steps):
        """Compiles ahead, so that no block is timed with its compilation."""
        if n_steps in self.compiled:
            return
        jax = self.jax

        def block(state, key, features, labels):
            def step(state, drawn):
                params, memory = state
                return self.update(params, memory, self.gradient(params, features[drawn], labels[drawn])), None

            key, drawing = jax.random.split(key)
            drawn = jax.random.randint(drawing, (n_steps, self.batch_size), 0, len(labels))
            return jax.lax.scan(step, state, drawn)[0], key

        arguments = (self.state, self.key, self.features, self.labels)
        self.compiled[n_steps] = jax.jit(block).lower(*arguments).compile()

    def run(self, n_steps):
        self.state, self.key = self.jax.block_until_ready(
            self.compiled[n_steps](self.state, self.key, self.features, self.labels)
        )

    def loss(self):
        return float(self.loss_of(self.state[0], self.features, self.labels))


def sgd(jax, lr):
    return lambda params, memory, grads: (jax.tree.map(lambda p, g: p - lr * g, params, grads), memory)


def adam(jax, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    jnp = jax.numpy

    def update(params, memory, grads):
        t, m, v = memory
        t = t + 1
        m = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, m, grads)
        v = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, v, grads)
        size, root = lr / (1 - beta1**t), 1 / jnp.sqrt(1 - beta2**t)
        return jax.tree.map(lambda p, m, v: p - size * m / (jnp.sqrt(v) * root + eps), params, m, v), (t, m, v)

    return update


def main():
    library, path = sys.argv[1:]
    contender = {"torch": Torch, "jax": Jax}[library](*read_digits(path))

    def answer(request):
        match request["what"]:
            case "prepare":
                cell = request["cell"]
                contender.prepare(cell["nHidden"], cell["optimizer"], cell["lr"], cell["batchSize"])
            case "run":
                contender.compile(request["nSteps"])
                before = time.perf_counter()
                contender.run(request["nSteps"])
                return 1000 * (time.perf_counter() - before)
            case "loss":
                return contender.loss()

    print(json.dumps({"answer": {"python": platform.python_version(), library: contender.version}}), flush=True)
    for line in sys.stdin:
        print(json.dumps({"answer": answer(json.loads(line))}), flush=True)


if __name__ == "__main__":
    main()
