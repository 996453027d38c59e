"""Train the arbiter: `arbiter_train FOLDER|FILE.jsonl … [--hold-out FOLDER]… [--update]`. Needs PyTorch (`pip install torch`), which nothing else does.

Folders are briefings with gold in the evaluation's form, files are our own fixtures; SITREP_EVAL_DIR names the folder with score.py.
Prints how often the three questions are answered right on the held-out pages, which are not learnt from; `--update` writes
app/extract/data/arbiter.npz. About two minutes on one core for 600 pages. The same pages give the same weights on the same machine.
"""

import os
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from app.core.settings import Settings
from app.extract.attacks.arbiter.features import CLASSES, HEADLINE_ON
from app.extract.attacks.arbiter.net import METRICS, NEAR
from app.extract.gazetteer import DATA
from app.extract.pipeline import Extractor
from scripts.arbiter_gold import Lesson, from_fixtures, from_folder, lesson
from scripts.evaluate import scorer

WIDTH, LAYERS, NAMES, HIDDEN = 96, 2, 12, 96  # sizes of a token, the tree layers, a class name, a head
DROP, FORGET, SMOOTH = 0.25, 0.12, 0.05  # shares of values dropped, of words unknown, of doubt in a label
EPOCHS, BATCH, RATE, CROP = 15, 4, 2e-3, 0.35
QUESTIONS = {"number": 7, "place": 7, "scene": 5}  # question -> how many token vectors its head sees
Inputs = dict[str, Tensor]
Names = list[list[str]]


class Network(nn.Module):
    """The same network as app/extract/attacks/arbiter/net.py, with gradients."""

    def __init__(self, names: Names) -> None:
        super().__init__()
        self.emb = nn.ModuleList([nn.Embedding(len(n) + 1, NAMES) for n in names])
        self.words, self.context = nn.Linear(300, 96), nn.Linear(96, 48)
        self.inp = nn.Linear(96 + 48 + NAMES * len(names) + 4, WIDTH)
        self.layer = nn.ModuleList([nn.Linear(WIDTH * 5, WIDTH) for _ in range(LAYERS)])
        self.norm = nn.ModuleList([nn.LayerNorm(WIDTH) for _ in range(LAYERS)])
        self.drop = nn.Dropout(DROP)
        outputs = {"number": len(METRICS), "place": 1, "scene": 1}
        self.heads = nn.ModuleDict({q: _head(WIDTH * k, outputs[q]) for q, k in QUESTIONS.items()})

    def tokens(self, x: Inputs) -> Tensor:
        vector = x["vector"]
        if self.training:
            vector = vector * (torch.rand(len(vector), 1) > FORGET)
        classes = [e(x["classes"][:, k]) for k, e in enumerate(self.emb)]
        parts = [self.words(vector / 2), self.context(x["tensor"] / 3), *classes, x["shape"]]
        h = functional.relu(self.inp(self.drop(torch.cat(parts, 1))))
        edge, n = torch.zeros(1, WIDTH), len(h)
        counts = torch.zeros(n).index_add(0, x["head"], torch.ones(n)).clamp(min=1)[:, None]
        for layer, norm in zip(self.layer, self.norm, strict=True):
            children = torch.zeros_like(h).index_add(0, x["head"], h) / counts
            beside = (torch.cat([edge, h[:-1]]), torch.cat([h[1:], edge]))
            u = torch.cat([h, *beside, h[x["head"]], children], 1)
            h = norm(h + self.drop(functional.relu(layer(u))))
        return h

    def answers(self, x: Inputs, spans: dict[str, list[tuple[int, int, int]]]) -> dict[str, Tensor]:
        """Question -> raw outputs, one row a span."""
        h = self.tokens(x)
        n = int(x["sentence"][-1]) + 1
        counts = torch.bincount(x["sentence"], minlength=n).clamp(min=1)[:, None]
        means = torch.cat([torch.zeros(n, WIDTH).index_add(0, x["sentence"], h) / counts, torch.zeros(1, WIDTH)])
        seen = {"number": _mention, "place": _mention, "scene": _sentence}
        return {
            q: self.heads[q](torch.stack([seen[q](x, h, means, s) for s in rows])) for q, rows in spans.items() if rows
        }


def _head(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, HIDDEN), nn.ReLU(), nn.Dropout(DROP), nn.Linear(HIDDEN, outputs))


def _mention(x: Inputs, h: Tensor, means: Tensor, span: tuple[int, int, int]) -> Tensor:
    i, j, _ = span
    k = int(x["sentence"][i])
    own = [h[i:j].mean(0), h[x["verb"][i]], h[x["head"][i]], h[max(0, i - NEAR) : j + NEAR].mean(0)]
    return torch.cat([*own, means[k], means[k - 1], means[0]])  # before the first stands the row of zeros at the end


def _sentence(x: Inputs, h: Tensor, means: Tensor, span: tuple[int, int, int]) -> Tensor:
    i, j, _ = span
    root = next((t for t in range(i, j) if x["head"][t] == t), i)
    return torch.cat([h[i:j].mean(0), h[i:j].max(0).values, h[root], means[int(x["sentence"][i]) - 1], means[0]])


# ---------------------------------------------------------------- pages as tensors
def inputs(one: Lesson, names: Names, table: np.ndarray[Any, Any]) -> Inputs:
    rows = [{n: i + 1 for i, n in enumerate(known)} for known in names]
    page = one.page
    vector = np.where(page.vector[:, None] < 0, 0, table[page.vector])
    classes = [[rows[k].get(n, 0) for k, n in enumerate(token)] for token in zip(*page.classes, strict=True)]
    return {
        "vector": torch.tensor(vector, dtype=torch.float),
        "tensor": torch.tensor(page.tensor),
        "classes": torch.tensor(classes),
        "shape": torch.tensor(page.shape),
        "head": torch.tensor(page.head),
        "verb": torch.tensor(page.verb),
        "sentence": torch.tensor(page.sentence),
    }


def spans_of(one: Lesson) -> dict[str, list[tuple[int, int, int]]]:
    """What is learnt of a page: spans with a label."""
    every = {"number": one.numbers, "place": one.places, "scene": one.scenes}
    return {q: [s for s in rows if s[2] >= 0] for q, rows in every.items()}


def cropped(one: Lesson, x: Inputs, names: Names) -> tuple[Inputs, dict[str, list[tuple[int, int, int]]]]:
    """One to five sentences of a page as a page of their own, so that short texts are known, too."""
    size = random.choice((1, 1, 2, 3, 5))
    live = [k for k, (_, _, label) in enumerate(one.scenes) if label == 1]
    at = random.choice(live) if live and random.random() < 0.6 else random.randrange(len(one.scenes))
    first = max(0, at - random.randrange(size))
    chosen = one.scenes[first : first + size]
    a, b = chosen[0][0], chosen[-1][1]
    part = {k: v[a:b].clone() for k, v in x.items()}
    for key in ("head", "verb"):
        part[key] = (part[key] - a).clamp(0, b - a - 1)
    part["sentence"] -= int(part["sentence"][0])
    rows = {n: i + 1 for i, n in enumerate(names[-1])}
    where = [HEADLINE_ON[min(int(k), len(HEADLINE_ON) - 1)] for k in part["sentence"]]
    part["classes"][:, -1] = torch.tensor([rows.get(w, 0) for w in where])
    spans = spans_of(one).items()
    return part, {q: [(i - a, j - a, label) for i, j, label in rows if i >= a and j <= b] for q, rows in spans}


# ---------------------------------------------------------------- learning
def train(lessons: list[tuple[Lesson, Inputs]], names: Names) -> Network:
    torch.manual_seed(0)
    random.seed(0)
    torch.set_num_threads(1)
    net = Network(names)
    steps = EPOCHS * -(-len(lessons) // BATCH)
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=0.05)
    slope = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(1.0, s / (steps * 0.1)) * max(0.0, 1 - s / steps)
    )
    for _ in range(EPOCHS):
        net.train()
        random.shuffle(lessons)
        for at in range(0, len(lessons), BATCH):
            loss = _loss(net, lessons[at : at + BATCH], names)
            if loss is not None:
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(net.parameters(), 2.0)
                optimizer.step()
            slope.step()
    return net.eval()


def _loss(net: Network, batch: list[tuple[Lesson, Inputs]], names: Names) -> Tensor | None:
    outputs: dict[str, list[Tensor]] = {q: [] for q in QUESTIONS}
    labels: dict[str, list[int]] = {q: [] for q in QUESTIONS}
    for one, x in batch:
        part, spans = cropped(one, x, names) if random.random() < CROP else (x, spans_of(one))
        for q, rows in net.answers(part, spans).items():
            outputs[q].append(rows)
            labels[q] += [label for _, _, label in spans[q]]
    losses = [_of(q, torch.cat(rows), torch.tensor(labels[q])) for q, rows in outputs.items() if rows]
    return sum(losses[1:], losses[0]) if losses else None


def _of(question: str, rows: Tensor, labels: Tensor) -> Tensor:
    if question == "number":
        return functional.cross_entropy(rows, labels, label_smoothing=SMOOTH)
    wanted = labels.float() * (1 - SMOOTH) + SMOOTH / 2
    return functional.binary_cross_entropy_with_logits(rows.squeeze(-1), wanted)


@torch.no_grad()
def judged(net: Network, lessons: list[tuple[Lesson, Inputs]]) -> list[str]:
    """How many answers are right on pages not learnt from, a line a question."""
    right, of = dict.fromkeys(QUESTIONS, 0), dict.fromkeys(QUESTIONS, 0)
    for one, x in lessons:
        spans = spans_of(one)
        for q, rows in net.answers(x, spans).items():
            said = rows.argmax(1) if q == "number" else (rows.squeeze(-1) > 0).long()
            right[q] += int((said == torch.tensor([label for _, _, label in spans[q]])).sum())
            of[q] += len(rows)
    return [f"{q:8} {right[q]:5} of {of[q]:5} right, {right[q] / max(1, of[q]):.3f}" for q in QUESTIONS]


def arrays(net: Network, names: Names) -> dict[str, Any]:
    """The weights under the names of net.py, in half precision."""
    half = lambda t: t.detach().numpy().astype(np.float16)  # noqa: E731
    out: dict[str, Any] = {"layers": np.array([LAYERS])}
    for k, name in enumerate(CLASSES):
        out |= {f"{name}.emb": half(net.emb[k].weight), f"{name}.names": np.array(names[k])}
    modules = {"words": net.words, "context": net.context, "inp": net.inp}
    modules |= {
        f"{kind}{k}": m for kind, all_ in (("layer", net.layer), ("norm", net.norm)) for k, m in enumerate(all_)
    }
    modules |= {f"{q}.{part}": net.heads[q][at] for q in QUESTIONS for part, at in (("in", 0), ("out", 3))}
    for name, module in modules.items():
        out |= {f"{name}.w": half(module.weight), f"{name}.b": half(module.bias)}
    return out


def main() -> None:
    words = sys.argv[1:]
    held = [words[i + 1] for i, w in enumerate(words) if w == "--hold-out"]
    given = [w for i, w in enumerate(words) if not w.startswith("--") and (not i or words[i - 1] != "--hold-out")]
    score = scorer(Path(os.environ["SITREP_EVAL_DIR"]))
    extractor = Extractor.load(Settings().spacy_model)
    read = {n: list(from_fixtures(Path(n)) if n.endswith(".jsonl") else from_folder(Path(n))) for n in [*given, *held]}
    lessons = {n: [lesson(extractor, page, score) for page in pages] for n, pages in read.items()}
    learnt = [one for n in given for one in lessons[n]]
    names = [sorted({n for one in learnt for n in one.page.classes[k]}) for k in range(len(CLASSES))]
    table = extractor.nlp.vocab.vectors.data
    net = train([(one, inputs(one, names, table)) for one in learnt], names)
    print(f"learnt from {len(learnt)} pages")
    for name in held:
        print(name, *judged(net, [(one, inputs(one, names, table)) for one in lessons[name]]), sep="\n")
    if "--update" in words:
        np.savez_compressed(DATA / "arbiter.npz", **arrays(net, names))


if __name__ == "__main__":
    main()
