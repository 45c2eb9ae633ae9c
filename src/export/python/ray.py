def smoothed(curve):
    """Mean of the losses over the last quarter of the steps."""
    start = 0.75 * curve[-1][0]
    window = [loss for step, loss in curve[:-1] if step > start] + [curve[-1][1]]
    return sum(window) / len(window)


def steps_to_target(curve):
    """Where the smoothed loss comes down to the target, between two recordings on a line in ln(loss)."""
    means = [smoothed(curve[: i + 1]) for i in range(len(curve))]
    hit = next(i for i, mean in enumerate(means) if mean <= TARGET)
    if hit == 0:
        return None
    before, loss = means[hit - 1], means[hit]
    share = math.log(before / TARGET) / math.log(before / loss) if loss > 0 else 1.0
    return curve[hit - 1][0] + share * (curve[hit][0] - curve[hit - 1][0])


def measure(batch, lr, seed_index):
    """One run of the sweep, as a row of the table."""
    if METRIC == "loss_at_equal_steps":
        budget = BUDGET_STEPS * batch
    elif METRIC == "loss_at_equal_examples":
        budget = max(BUDGET, batch)
    else:
        budget = max(BUDGET, min(1000 * batch, 2_000_000))
    n_due = 0

    def is_kept(step, last):
        nonlocal n_due
        n_due += 1
        return METRIC != "steps_to_target" or last <= 3 * TARGET or n_due % 4 == 0

    outcome, score, curve, n_steps = "missed", None, [], 0
    for step, _, _, loss, _ in train(batch, budget, SEEDS[seed_index], lambda n: lr, is_kept):
        n_steps = max(n_steps, step)
        if loss is None:
            outcome = "diverged"
            break
        curve.append((step, loss))
        if METRIC == "steps_to_target" and smoothed(curve) <= TARGET:
            score = steps_to_target(curve)
            outcome = "started_below_target" if score is None else "scored"
            break
    if METRIC != "steps_to_target" and outcome != "diverged":
        outcome, score = "scored", curve[-1][1]
    return {"outcome": outcome, "score": score, "steps_done": n_steps, "final_train_loss": curve[-1][1]}


def trial(config):
    torch.set_num_threads(1)
    tune.report(measure(*config["cell"]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--storage", default="ray_results", help="folder, or on a cluster a shared folder or s3:// address")
    parser.add_argument("--name", default="sweep", help="the same name goes on where an interrupted sweep stopped")
    parser.add_argument("--out", default="sweep.csv")
    args = parser.parse_args()
    storage = args.storage if "://" in args.storage else os.path.abspath(args.storage)
    path = storage.rstrip("/") + "/" + args.name
    ray.init()  # a laptop's own cores; inside a cluster its RAY_ADDRESS
    trainable = tune.with_resources(trial, {"cpu": 1})
    if tune.Tuner.can_restore(path):
        tuner = tune.Tuner.restore(path, trainable=trainable, resume_unfinished=True, restart_errored=True)
    else:
        cells = [[b, lr, seed] for b, rates in GRID for lr in rates for seed in range(len(SEEDS))]
        tuner = tune.Tuner(
            trainable,
            param_space={"cell": tune.grid_search(cells)},
            tune_config=tune.TuneConfig(reuse_actors=True),
            run_config=tune.RunConfig(
                name=args.name,
                storage_path=storage,
                # A trial whose worker is lost, or that fails, starts again elsewhere, up to this many times.
                failure_config=tune.FailureConfig(max_failures=3),
            ),
        )
    rows, n_failed = [], 0
    for result in tuner.fit():
        if result.error or "outcome" not in (result.metrics or {}):
            n_failed += 1
            continue
        batch, lr, seed_index = result.config["cell"]
        found = result.metrics
        score = "" if found["score"] is None else found["score"]
        scores = [score]
        if METRIC == "steps_to_target":
            scores.append(score * batch if score != "" else "")
        rows.append([batch, seed_index, lr, found["outcome"], *scores, found["steps_done"], found["final_train_loss"]])
    rows.sort(key=lambda row: row[:3])
    columns = ["batch_size [examples]", "seed_index", "lr", "outcome", METRIC]
    columns += ["examples_to_target [examples]"] if METRIC == "steps_to_target" else []
    with open(args.out, "w", newline="") as out:
        out.write("# " + LINK + "\n")
        table = csv.writer(out)
        table.writerow(columns + ["steps_done", "final_train_loss"])
        table.writerows(rows)
    for batch, rates in GRID:
        for seed_index in range(len(SEEDS)):
            scored = [row for row in rows if row[:2] == [batch, seed_index] and row[3] == "scored"]
            best = min(scored, key=lambda row: row[4], default=None)
            if best is None:
                print(f"B {batch:5}  seed {seed_index}  no learning rate has a result")
                continue
            edge = "  at the edge of the grid: add learning rates" if best[2] in (rates[0], rates[-1]) else ""
            print(f"B {batch:5}  seed {seed_index}  best lr {best[2]:.4g}  {METRIC} {best[4]:.6g}{edge}")
    print(f"{len(rows)} runs in {args.out}, {n_failed} failed")
    if n_failed:
        sys.exit("run the same command again to retry them")


