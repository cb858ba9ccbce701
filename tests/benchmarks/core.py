"""How long a training step of the core takes against scikit-learn, PyTorch and the bare matrix products.

A step is: gather the batch, forward, loss, backward, update. All contenders run in this process, one after another,
several times over; the table has medians and ratios of them. Peers run with one and with two threads, and the better
time counts; ours runs with the number of threads that a session would choose. Run by `make bench`.
"""

import statistics
import tracemalloc
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_limits

from lab.core.layers import Dense
from lab.core.network import Network
from lab.core.optimizers import SGD, Adam
from lab.experiment.training.blas import suitable_threads
from lab.experiment.training.diagnostics_sampler import DiagnosticsSampler

try:
    import torch
except ImportError:
    torch = None

ROUNDS = 7
SECONDS_A_ROUND = 0.12
EXAMPLES = 4096

Step = Callable[[], object]
Contender = Callable[[int], int]
"""(steps asked for): takes about as many steps and returns how many it took."""


@dataclass(frozen=True)
class Net:
    """A net to measure: sizes from input to output, and the batch."""

    sizes: tuple[int, ...]
    m: int
    torch_goal: float
    sklearn_goal: float
    products_goal: dict[str, float]

    @property
    def name(self) -> str:
        return f"{'-'.join(map(str, self.sizes))} m {self.m}"


NETS = (
    Net((2, 8, 8, 3), 32, 5, 3, {"sgd": 5, "adam": 5}),
    Net((64, 32, 10), 32, 5, 3, {"sgd": 5, "adam": 5}),
    Net((784, 30, 10), 10, 5, 3, {"sgd": 3, "adam": 3}),
    Net((784, 128, 10), 32, 2, 1.5, {}),
    Net((784, 128, 64, 10), 128, 1.5, 1.5, {}),
    Net((784, 512, 512, 10), 256, 1.0, 1.2, {"sgd": 1.15, "adam": 1.3}),
    Net((784, 2048, 2048, 10), 512, 1.0, 1.2, {"sgd": 1.15, "adam": 1.3}),
)
SMALLEST = Net((2, 8, 8, 1), 10, 0, 4.5, {})


def data(net: Net) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return inputs, class numbers and the rows of one batch, the same for every contender."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(EXAMPLES, net.sizes[0])).astype(np.float32)
    y = rng.integers(0, max(net.sizes[-1], 2), EXAMPLES)
    return x, y, rng.permutation(EXAMPLES)[: net.m]


def ours(net: Net, optimizer: str, after: Callable[[Network], object] = lambda network: None) -> Step:
    """Return our step; `after` runs at its end."""
    x, y, rows = data(net)
    binary = net.sizes[-1] == 1
    layers = [Dense(units, "relu") for units in net.sizes[1:-1]]
    layers.append(Dense(net.sizes[-1], "sigmoid" if binary else "softmax"))
    network = Network(net.sizes[0], layers, "binary_cross_entropy" if binary else "cross_entropy")
    change = SGD(1e-3) if optimizer == "sgd" else Adam(1e-4)
    batch_x, batch_y = np.empty((net.m, net.sizes[0]), np.float32), np.empty(net.m, np.int64)

    def step() -> None:
        x.take(rows, 0, batch_x, "clip")
        y.take(rows, 0, batch_y, "clip")
        network.forward(batch_x)
        network.backward(batch_y)
        change.step(network)
        after(network)

    return step


def bare_products(net: Net) -> Step:
    """Return the matrix products that no step can do without: forward, dW, and the error handed down."""
    rng = np.random.default_rng(0)
    pairs = list(zip(net.sizes[:-1], net.sizes[1:], strict=True))
    W = [rng.normal(size=pair).astype(np.float32) for pair in pairs]
    dW = [np.empty_like(each) for each in W]
    a = [rng.normal(size=(net.m, size)).astype(np.float32) for size in net.sizes]
    delta = [rng.normal(size=(net.m, size)).astype(np.float32) for size in net.sizes]
    z = [np.empty_like(each) for each in a]

    def step() -> None:
        for layer in range(len(W)):
            a[layer].dot(W[layer], z[layer + 1])
        for layer in reversed(range(len(W))):
            a[layer].T.dot(delta[layer + 1], dW[layer])
            if layer:
                delta[layer + 1].dot(W[layer].T, z[layer])

    return step


def scikit_learn(net: Net, optimizer: str) -> Contender:
    """Return MLPClassifier.fit over as many epochs as hold the steps asked for: its own loop, at its fastest."""
    from sklearn.neural_network import MLPClassifier

    x, y, _ = data(net)
    an_epoch = -(-EXAMPLES // net.m)

    def run(steps: int) -> int:
        epochs = max(1, round(steps / an_epoch))
        model = MLPClassifier(
            net.sizes[1:-1], solver=optimizer, alpha=0.0, batch_size=net.m, learning_rate_init=1e-4, momentum=0.0,
            nesterovs_momentum=False, max_iter=epochs, tol=0.0, n_iter_no_change=10**9,
        )  # fmt: skip
        model.fit(x, y)
        return epochs * an_epoch

    return run


def pytorch(net: Net, optimizer: str) -> Step:
    """Return an eager step with a fused optimizer."""
    x, y, rows = (torch.from_numpy(array) for array in data(net))
    parts: list[torch.nn.Module] = []
    for inputs, outputs in zip(net.sizes[:-1], net.sizes[1:], strict=True):
        parts += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    model = torch.nn.Sequential(*parts[:-1])
    loss_of = torch.nn.CrossEntropyLoss()
    kind = torch.optim.SGD if optimizer == "sgd" else torch.optim.Adam
    change = kind(model.parameters(), lr=1e-4, fused=True)

    def step() -> float:
        change.zero_grad(set_to_none=True)
        loss = loss_of(model(x[rows]), y[rows])
        loss.backward()
        change.step()
        return float(loss.item())

    return step


def seconds_a_step(contenders: dict[str, tuple[int, Contender]]) -> dict[str, float]:
    """Return the median seconds of a step of every contender (threads, run), measured round after round in turn."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    counts: dict[str, int] = {}
    for turn in range(ROUNDS + 1):
        for name, (threads, run) in contenders.items():
            if torch is not None:
                torch.set_num_threads(threads)
            with threadpool_limits(threads, user_api="blas"):
                if turn == 0:
                    counts[name] = _fitting_count(run)
                    continue
                begin = perf_counter()
                steps = run(counts[name])
                times[name].append((perf_counter() - begin) / steps)
    return {name: statistics.median(each) for name, each in times.items()}


def _fitting_count(run: Contender) -> int:
    """Return how many steps fill a round; also warms up."""
    run(1)
    begin = perf_counter()
    steps = run(3)
    return max(2, round(SECONDS_A_ROUND / max((perf_counter() - begin) / steps, 1e-7)))


def repeated(step: Callable[[], object]) -> Contender:
    """Return the contender that takes one step after another."""

    def run(steps: int) -> int:
        for _ in range(steps):
            step()
        return steps

    return run


def against_peers(net: Net, optimizer: str) -> str:
    """Measure one net with one optimizer and return its row."""
    threads = suitable_threads(_parameters(net), net.m)
    contenders = {
        "ours": (threads, repeated(ours(net, optimizer))),
        "ours 1": (1, repeated(ours(net, optimizer))),
        "products": (1, repeated(bare_products(net))),
        "sklearn 1": (1, scikit_learn(net, optimizer)),
        "sklearn 2": (2, scikit_learn(net, optimizer)),
    }
    if torch is not None:
        contenders |= {f"torch {n}": (n, repeated(pytorch(net, optimizer))) for n in (1, 2)}
    t = seconds_a_step(contenders)
    sklearn = min(t["sklearn 1"], t["sklearn 2"])
    cells = [f"{net.name:22} {optimizer:5}", f"{t['ours'] * 1e6:9.1f} ({threads})"]
    cells.append(_cell(sklearn / t["ours"], net.sklearn_goal, at_least=True))
    if torch is not None:
        cells.append(_cell(min(t["torch 1"], t["torch 2"]) / t["ours"], net.torch_goal, at_least=True))
    else:
        cells.append(f"{'no torch':>15}")
    goal = net.products_goal.get(optimizer)
    cells.append(_cell(t["ours 1"] / t["products"], goal, at_least=False))
    return " ".join(cells)


def _parameters(net: Net) -> int:
    return sum((a + 1) * b for a, b in zip(net.sizes[:-1], net.sizes[1:], strict=True))


def _cell(ratio: float, goal: float | None, at_least: bool) -> str:
    if goal is None:
        return f"{ratio:6.2f}         "
    met = ratio >= goal if at_least else ratio <= goal
    return f"{ratio:6.2f} {'≥' if at_least else '≤'}{goal:<4g} {'✓' if met else '✗'} "


def smallest() -> None:
    """Print the step of the smallest net against scikit-learn."""
    t = seconds_a_step({"ours": (1, repeated(ours(SMALLEST, "sgd"))), "sklearn": (1, scikit_learn(SMALLEST, "sgd"))})
    ratio = _cell(t["sklearn"] / t["ours"], 4.5, at_least=True)
    print(f"\n{SMALLEST.name} sgd: ours {t['ours'] * 1e6:.1f} µs, scikit-learn {t['sklearn'] * 1e6:.1f} µs, {ratio}")


def diagnostics() -> None:
    """Print what it costs to leave the diagnostics on."""
    print("\nDiagnostics on / off (k: every k-th step is sampled)   goal ≤ 1.05")
    for net in NETS[3:]:
        sampler, count = DiagnosticsSampler(on=True), [0]

        def after(network: Network, sampler: DiagnosticsSampler = sampler, count: list[int] = count) -> None:
            count[0] += 1
            sampler.after_step(network, count[0])

        t = seconds_a_step({"off": (1, repeated(ours(net, "sgd"))), "on": (1, repeated(ours(net, "sgd", after)))})
        print(f"{net.name:24} {_cell(t['on'] / t['off'], 1.05, at_least=False)} k = {sampler.every}")


def allocations() -> None:
    """Print the most that a step after the first has allocated at any moment."""
    print("\nBytes allocated by a step after the first, at most")
    for net in (NETS[0], NETS[3], NETS[5]):
        for optimizer in ("sgd", "adam"):
            step = ours(net, optimizer)
            for _ in range(3):
                step()
            tracemalloc.start()
            before = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            step()
            peak = tracemalloc.get_traced_memory()[1] - before
            tracemalloc.stop()
            print(f"{net.name:24} {optimizer:5} {peak:8,}")


def main() -> None:
    """Print all tables."""
    warnings.simplefilter("ignore")  # scikit-learn warns of batches larger than what partial_fit is given
    print("µs a step (threads) | scikit-learn / ours | PyTorch / ours | ours / bare products, one thread")
    for net in NETS:
        for optimizer in ("sgd", "adam"):
            print(against_peers(net, optimizer), flush=True)
    smallest()
    diagnostics()
    allocations()


if __name__ == "__main__":
    main()
