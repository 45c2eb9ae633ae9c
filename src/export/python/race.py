def learning_rate(n, lane):
    """Learning rate of the step that starts after n examples."""
    kind, start, length = lane["warmup"]
    if n < length:
        return start if kind == "constant" else start + (lane["lr"] - start) * (n / length)
    kind, value = DECAY
    if kind == "cosine":
        progress = min((n - length) / (BUDGET - length), 1.0) if BUDGET > length else 1.0
        return lane["lr"] * (value + (1 - value) * 0.5 * (1 + math.cos(math.pi * progress)))
    if kind == "steps":
        rate = lane["lr"]
        for numerator, denominator in ((1, 3), (2, 3), (8, 9)):
            rate *= value if n * denominator >= BUDGET * numerator else 1.0
        return rate
    return lane["lr"]


def main():
    torch.set_num_threads(1)  # the network is too small for more
    _, (x, y) = load_digits()
    out = open(sys.argv[1] if len(sys.argv) > 1 else "race.csv", "w", newline="")
    table = csv.writer(out)
    out.write("# " + LINK + "\n")
    table.writerow(
        "lane,seed_index,batch_size [examples],step,examples,lr,train_loss,test_loss,test_accuracy,batch_loss".split(",")
    )
    for lane in LANES:
        size, rate_at = lane["batch"], functools.partial(learning_rate, lane=lane)
        for seed_index, seed in enumerate(SEEDS):
            arrived = None
            for step, rate, batch_loss, loss, model in train(size, BUDGET, seed, rate_at):
                if loss is None:
                    end = f"diverged at step {step}"
                    break
                with torch.no_grad():
                    logits = model(x)
                    test_loss = torch.nn.functional.cross_entropy(logits, y).item()
                    accuracy = (logits.argmax(1) == y).double().mean().item()
                table.writerow(
                    [lane["name"], seed_index, size, step, step * size, rate, loss, test_loss, accuracy]
                    + ["" if batch_loss is None else batch_loss]
                )
                end = f"loss {loss:.5g}, test accuracy {accuracy:.4f}"
                if arrived is None and loss <= TARGET:
                    arrived = step
                    if STOP_AT_TARGET:
                        break
            target = "not reached" if arrived is None else f"step {arrived}"
            print(f"{lane['name']:>7}  B {size:5}  lr {lane['lr']:.4g}  seed {seed_index}  {end}  target {TARGET:g}: {target}")
    out.close()


