def endless(loader, sampler):
    if len(loader) == 0:
        raise ValueError("the data set holds fewer examples than PER_DEVICE on every device")
    for epoch in itertools.count():
        sampler.set_epoch(epoch)  # another order in every epoch
        yield from loader


def main():
    is_cuda = torch.cuda.is_available()
    dist.init_process_group("nccl" if is_cuda else "gloo")
    if dist.get_world_size() != DEVICES * NODES:
        raise SystemExit(f"{dist.get_world_size()} processes instead of {DEVICES * NODES}: B and with it LR would be wrong")
    device = torch.device("cuda", int(os.environ["LOCAL_RANK"])) if is_cuda else torch.device("cpu")
    torch.manual_seed(SEED)
    model = torch.nn.parallel.DistributedDataParallel(make_model().to(device), device_ids=[device] if is_cuda else None)
    optimizer = make_optimizer(model.parameters())
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lr_factor)
    data = make_data()
    # Incomplete batches are left out: they would be a different B.
    sampler = torch.utils.data.distributed.DistributedSampler(data, seed=SEED, drop_last=True)
    batches = endless(torch.utils.data.DataLoader(data, PER_DEVICE, sampler=sampler, drop_last=True), sampler)
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = torch.zeros((), device=device)
        for micro in range(ACCUMULATION):
            x, y = next(batches)
            # The processes exchange gradients once per step, with the last micro-batch.
            with contextlib.nullcontext() if micro + 1 == ACCUMULATION else model.no_sync():
                # Divided by ACCUMULATION alone: DistributedDataParallel averages over the processes by itself.
                part = loss_of(model(x.to(device)), y.to(device)) / ACCUMULATION
                part.backward()
            loss += part.detach()
        optimizer.step()
        if step % max(STEPS // 20, 1) == 0 or step + 1 == STEPS:
            dist.all_reduce(loss)
            if dist.get_rank() == 0:
                mean = loss.item() / dist.get_world_size()
                print(f"step {step + 1} lr {schedule.get_last_lr()[0]:.6g} loss {mean:.6g}", flush=True)
        schedule.step()
    dist.destroy_process_group()
    # Gloo's threads hold tensors until the model is gone; a process that ends before that may abort.
    del model, optimizer, schedule
    gc.collect()


if __name__ == "__main__":
    main()
