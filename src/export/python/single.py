def endless(loader):
    if len(loader) == 0:
        raise ValueError("the data set holds fewer examples than PER_DEVICE")
    while True:
        yield from loader


def main():
    torch.manual_seed(SEED)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = make_model().to(device)
    optimizer = make_optimizer(model.parameters())
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lr_factor)
    # Incomplete batches are left out: they would be a different B.
    batches = endless(torch.utils.data.DataLoader(make_data(), PER_DEVICE, shuffle=True, drop_last=True))
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = 0.0
        for _ in range(ACCUMULATION):
            x, y = next(batches)
            # Divided, so that the gradients that add up are the mean over the batch and not ACCUMULATION times it.
            part = loss_of(model(x.to(device)), y.to(device)) / ACCUMULATION
            part.backward()
            loss += part.item()
        optimizer.step()
        if step % max(STEPS // 20, 1) == 0 or step + 1 == STEPS:
            print(f"step {step + 1} lr {schedule.get_last_lr()[0]:.6g} loss {loss:.6g}", flush=True)
        schedule.step()


if __name__ == "__main__":
    main()
