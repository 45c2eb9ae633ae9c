# Put your own model, data and loss here.
def init(key):
    k1, k2 = jax.random.split(key)
    return [
        {"w": jax.random.normal(k1, (64, 32)) / 8.0, "b": jnp.zeros(32)},
        {"w": jax.random.normal(k2, (32, 10)) / 32**0.5, "b": jnp.zeros(10)},
    ]


def losses_of(params, x, y):
    """The loss of each example."""
    hidden = jnp.tanh(x @ params[0]["w"] + params[0]["b"])
    logits = hidden @ params[1]["w"] + params[1]["b"]
    return optax.softmax_cross_entropy_with_integer_labels(logits, y)


def make_data():
    """Random points, each with the class that a random linear map gives it."""
    rng = np.random.default_rng(0)
    x = rng.random((max(2048, PER_DEVICE * DEVICES * NODES), 64), dtype=np.float32)
    return x, (x @ rng.standard_normal((64, 10), dtype=np.float32)).argmax(1)


