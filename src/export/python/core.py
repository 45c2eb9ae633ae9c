MASK = (1 << 64) - 1


def mix(x):
    """One output of SplitMix64 (Steele, Lea, Flood 2014)."""
    z = (x + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


class Rng:
    """PCG XSH RR 64/32 (O'Neill 2014): the streams of the page, so that weights and batches are the same."""

    INIT, BATCHES = 1, 2

    def __init__(self, seed, stream):
        state = mix((mix(seed) + stream) & MASK)
        self.increment = ((mix(state) << 1) | 1) & MASK
        self.state = (state + self.increment) & MASK
        self.u32()

    def u32(self):
        x = self.state
        self.state = (x * 6364136223846793005 + self.increment) & MASK
        shifted, rotation = (((x >> 18) ^ x) >> 27) & 0xFFFFFFFF, x >> 59
        return ((shifted >> rotation) | (shifted << (-rotation & 31))) & 0xFFFFFFFF

    def uniform(self):
        """In [0, 1), a multiple of 2^-53."""
        low = self.u32()
        return (((self.u32() << 32) | low) >> 11) * 2.0**-53

    def below(self, n):
        """0 … n - 1, each equally likely (Lemire 2019, arXiv:1805.10941)."""
        product = self.u32() * n
        while product & 0xFFFFFFFF < (1 << 32) % n:
            product = self.u32() * n
        return product >> 32


def make_batches(n_examples, size, seed):
    """Endless batches of indices. Without replacement a batch may span two epochs, so its size never changes."""
    rng, order, used = Rng(seed, Rng.BATCHES), list(range(n_examples)), n_examples
    while True:
        if WITH_REPLACEMENT:
            yield [rng.below(n_examples) for _ in range(size)]
            continue
        batch = []
        while len(batch) < size:
            if used == n_examples:
                for last in range(n_examples - 1, 0, -1):
                    chosen = rng.below(last + 1)
                    order[last], order[chosen] = order[chosen], order[last]
                used = 0
            taken = min(size - len(batch), n_examples - used)
            batch += order[used : used + taken]
            used += taken
        yield batch


def make_model(seed):
    """64-H-10, uniform in ±1/√n_in as torch.nn.Linear has it, from the page's stream."""
    model = torch.nn.Sequential(torch.nn.Linear(64, N_HIDDEN), ACTIVATION(), torch.nn.Linear(N_HIDDEN, 10))
    rng = Rng(seed, Rng.INIT)
    with torch.no_grad():
        for layer in (model[0], model[2]):
            bound = 1.0 / math.sqrt(layer.in_features)
            numbers = [bound * (2.0 * rng.uniform() - 1.0) for _ in range(layer.weight.numel() + layer.out_features)]
            values = torch.tensor(numbers, dtype=torch.float64).float()
            weights, layer.bias[:] = values[: layer.weight.numel()], values[layer.weight.numel() :]
            layer.weight[:] = weights.reshape(layer.in_features, layer.out_features).T
    return model


def load_digits():
    """Features in 0 … 1 and classes, training set first; one line per digit, a class and 64 pixels in base 17."""
    codes = np.frombuffer("".join(DIGITS.split()).encode(), dtype=np.uint8).reshape(-1, 65)
    rows = np.where(codes >= ord("a"), codes - ord("a") + 10, codes - ord("0"))
    x, y = torch.tensor(rows[:, 1:] / 16.0, dtype=torch.float32), torch.tensor(rows[:, 0], dtype=torch.long)
    return (x[:N_TRAIN], y[:N_TRAIN]), (x[N_TRAIN:], y[N_TRAIN:])


def recorded_steps(size, budget):
    """The steps whose full loss the page records: the first 16, then where examples have grown by 6 % or 1/240."""
    threshold, last = 16.0 * size, budget // size
    for step in range(1, last + 1):
        is_due = step * size >= threshold
        while step * size >= threshold:
            threshold += min(threshold * 0.06, budget / 240.0)
        if is_due or step <= 16 or step == last:
            yield step


def train(size, budget, seed, rate_at, is_kept=lambda step, loss: True):
    """Trains one run and yields (step, learning rate, loss of the batch, full training loss, model).

    The last item of a run that diverged has None as its full loss: a number was no longer finite, or three recorded
    losses in a row were above ten times the first. `is_kept` leaves out recordings.
    """
    (x, y), _ = load_digits()
    model = make_model(seed)
    optimizer = make_optimizer(model.parameters(), rate_at(0))
    full_loss = torch.nn.functional.cross_entropy
    batches, recorded = make_batches(len(x), size, seed), set(recorded_steps(size, budget))
    with torch.no_grad():
        first = last = full_loss(model(x), y).item()
    yield 0, rate_at(0), None, first, model
    n_high, high_step = 0, 0
    for step in range(1, budget // size + 1):
        rate = rate_at((step - 1) * size)
        for group in optimizer.param_groups:
            group["lr"] = rate
        chosen = next(batches)
        optimizer.zero_grad()
        loss = full_loss(model(x[chosen]), y[chosen])  # the mean over the batch
        loss.backward()
        optimizer.step()
        if not math.isfinite(loss.item()):
            yield step - 1, rate, None, None, model
            return
        if not all(p.isfinite().all() for p in model.parameters()):
            yield step, rate, None, None, model
            return
        if step not in recorded or not (is_kept(step, last) or step == budget // size):
            continue
        with torch.no_grad():
            last = full_loss(model(x), y).item()
        if not math.isfinite(last):
            yield step, rate, None, None, model
            return
        yield step, rate, loss.item(), last, model
        n_high, high_step = (n_high + 1, high_step or step) if last > 10 * first else (0, 0)
        if n_high == 3:
            yield high_step, rate, None, None, model
            return
