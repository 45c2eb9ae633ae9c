class Model(torch.nn.Module):
    """A Trainer's model returns its loss."""

    def __init__(self):
        super().__init__()
        self.network = make_model()

    def forward(self, x, labels):
        logits = self.network(x)
        return {"loss": loss_of(logits, labels), "logits": logits}


def collate(examples):
    return {"x": torch.stack([x for x, _ in examples]), "labels": torch.stack([y for _, y in examples])}


