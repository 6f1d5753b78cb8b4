"""Le Cun, Denker & Solla (1990), section 3: the network of "10,000 parameters" loses its last hidden layer.

OBD told the authors that a layer of another network could go: the one of 1989 with 9760 weights, whose last hidden
layer of 30 units is taken out, so that 5590 weights are left. How the smaller one was trained is not printed; here it
is trained from the start like the whole one, 23 passes as in the paper of 1989.
"""

from classicnets import train_diagonal_newton, zip_code_recogniser

from .lecun1990_nets import ORIGINAL, PAPER, data, names, seen
from .records import where
from .statistics import result

TITLE = "the other digit network of 1989, without its last hidden layer"
SEEDS, FULL, RECORDED = 1, 10, 10
RATES = (0.0005,) * 3 + (0.001,) * 8 + (0.0005,) * 6 + (0.0002,) * 6
ITEM = "interactive use on 10,000 parameters"


def tasks(seeds):
    """One for each seed and set of digits, the larger set first."""
    return [{"digits": name, "seed": seed} for name in reversed(names()) for seed in range(seeds)]


def measure(digits, seed):
    """What is seen of both networks after 23 passes."""
    patterns, record = data(digits), {"digits": digits, "seed": seed}
    for name, hidden in (("whole", 30), ("excised", 0)):
        net = zip_code_recogniser(seed, hidden)
        train_diagonal_newton(net, patterns.X, patterns.T, RATES, epochs=len(RATES), seed=seed, keep="last")
        record[name] = {"weights": net.n, **seen(net, patterns)}
    return record


def rows(records):
    """The ratios of the two networks, of each set of digits."""
    settings = "23 passes online for each, rates .0005 to .001 to .0002 by mu = .02"
    for name in names():
        ours = where(records, digits=name)
        if not ours:
            continue
        row = ITEM if name == ORIGINAL else f"{ITEM}, {name}"
        fewer = [record["whole"]["weights"] / record["excised"]["weights"] for record in ours]
        yield result(PAPER, "text", row, "parameters before / after", fewer, settings)
        for part in ("train", "test"):
            ratios = [record["excised"][f"{part} MSE"] / record["whole"][f"{part} MSE"] for record in ours]
            yield result(PAPER, "text", row, f"{part} MSE after / before", ratios, settings, True)
        change = [record["excised"]["test errors %"] - record["whole"]["test errors %"] for record in ours]
        yield result(PAPER, "text", row, "test errors, change in points", change, settings, True)


def notes(records):
    """The errors of both networks."""
    for record in records:
        for name in ("whole", "excised"):
            found = ", ".join(f"{what} {value:.4g}" for what, value in record[name].items())
            yield f"{record['digits']}, seed {record['seed']}, {name}: {found}"


def figures(records, folder):
    """None: the paper draws none."""
    return []
