def main():
    if NODES > 1:
        jax.distributed.initialize()
    if jax.device_count() != DEVICES * NODES:
        # The batch stays the same: every device that there is takes an equal share of it.
        print(f"{jax.device_count()} devices instead of {DEVICES * NODES}", flush=True)
    mesh = jax.sharding.Mesh(np.array(jax.devices()), ("batch",))
    split = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("batch"))
    x, y = make_data()
    params, optimizer = init(jax.random.key(SEED)), make_optimizer()
    state = optimizer.init(params)

    @jax.jit
    def update(params, state, x, y):
        loss, gradients = jax.value_and_grad(loss_of)(params, x, y)
        updates, state = optimizer.update(gradients, state, params)
        return optax.apply_updates(params, updates), state, loss

    rng, order, n_taken = np.random.default_rng(SEED), np.arange(len(x)), len(x)
    size = PER_DEVICE * DEVICES * NODES
    for step in range(STEPS):
        loss = 0.0
        for _ in range(ACCUMULATION):
            if n_taken + size > len(x):  # an incomplete batch would be a different B
                rng.shuffle(order)
                n_taken = 0
            chosen = order[n_taken : n_taken + size]
            n_taken += size
            batch = jax.device_put((x[chosen], y[chosen]), split)
            params, state, part = update(params, state, *batch)
            loss += float(part) / ACCUMULATION
        if step % max(STEPS // 20, 1) == 0 or step + 1 == STEPS:
            print(f"step {step + 1} lr {float(learning_rate(step)):.6g} loss {loss:.6g}", flush=True)


if __name__ == "__main__":
    main()
