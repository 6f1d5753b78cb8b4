"""Hostile calls of everything public: each argument spoiled in every way, and what came of it in a table.

`python -m hostile [PAIRS] [SEED]`, from this folder, prints the table and all faults, after so many more calls in which
two arguments are spoiled at once.
"""

import os
import sys
import tempfile
import time
import warnings
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import signature
from random import Random

import matplotlib.pyplot as plt
from hostile_calls import VARIANTS, good_calls, methods, public_callables
from hostile_kinds import SHORT, plain_form, spoiled
from hostile_verdicts import alike, call, names_it, networks, new_infinity, numbers, refuses_keyword, state

from classicnets.plotting import charts
from classicnets.pruning import nonconvergent
from classicnets.pruning.harang2023 import OfUnits

SLOW = 5.0  # seconds of its own, however busy the machine is: a call that takes longer hangs
GOOD, FAULTS = ("named", "right"), ("unnamed", "crash", "NaN", "changed", "wrong")
# Counts of what is done until something else ends it: 10**400 is legal, and takes for ever.
ENDLESS = {
    ("train_backpropagation", "epochs"), ("train_diagonal_newton", "epochs"), ("train_together", "epochs"),
    ("train_gauss_newton", "iterations"), ("train_quasi_newton", "iterations"),
}  # fmt: skip
GAPS = {"array with NaN", "array with infinity"}
INDICES = {"-1", "0", "empty list"}
# What is legal there and not elsewhere, as the docstrings say.
ACCEPTED = {
    ("MLP.delete", "indices"): INDICES,
    ("MLP.revive", "indices"): INDICES,
    ("RecurrentNetwork.delete", "indices"): INDICES,
    ("RecurrentNetwork.revive", "indices"): INDICES,
    ("SharedNetwork.delete", "indices"): INDICES,
    ("SharedNetwork.revive", "indices"): INDICES,
    ("SharedNetwork", "runs"): {"a row less"},
    ("maps", "seen"): {"ragged list"},
    ("prune.groups", "groups"): {"ragged list", "[1] a row less"},
    **{(f"{method.__name__}.group_saliency", "group"): {"-1", "0"} for method in methods()},
    ("gradient.decays", "weight_decay"): {"0", "0.5", "Fraction"},
    ("effective_weights.decays", "weight_decay"): {"0.5", "Fraction"},
    ("train_backpropagation", "batch"): {"None"},
    ("train_together", "batch"): {"None"},
    ("train_together", "seeds"): {"ragged list", "[0] None", "[1] None"},
    ("one_hot", "labels"): {"flags", "numbers", "a row less"},
    ("prune", "candidates"): {"-1", "0", "a row less"},  # indices
    ("remove_orphans", "candidates"): {"-1", "0", "empty list", "a row less"},
    ("projected", "group"): INDICES,
    ("prune", "down_to"): {"0.5"},  # a share
    ("Cost", "weight_decay"): {"flags"},  # a vector, of any length while there is no network
    ("xor", "inputs"): {"flags"},
    ("xor", "targets"): {"flags"},
    ("monks", "problem"): {"numeric text"},
    ("divide", "data"): {"(X, T, T)", "(T, X)"},
    ("divide", "sizes"): {"empty list"},
    ("gaussian_mixtures", "sizes"): {"empty list"},
    ("show_error_surface", "moves"): {"empty dict"},
    ("export_page", "saliencies"): {"empty dict", *(f"[OBS] {gap}" for gap in GAPS)},
    ("plot_curves", "bands"): {"empty dict", *(f"[a] {gap}" for gap in GAPS)},
    ("plot_curves", "curves"): {f"[{name}] {gap}" for name in "ab" for gap in GAPS},
    ("plot_curves", "marks"): {"empty dict", "dict"},
    ("plot_predictions", "predicted"): GAPS,
    ("plot_predictions", "actual"): GAPS,
    ("plot_predictions", "name"): {"text", "numeric text"},
}
# NaN, or infinite, for some networks and where nothing is measured, as the docstrings say.
NO_NUMBER = {
    ("accuracy", "net"),
    ("admissible", "constants"),
    ("final_prediction_error", "net"),
    ("prune", "validation"),
    ("prune", "test"),
    *((f"{method.__name__}.group_saliency", "group") for method in methods() if issubclass(method, OfUnits)),
}


@dataclass
class Outcome:
    """What came of a call: a word of GOOD or FAULTS, the error's beginning, and whether there were warnings."""

    name: str
    argument: str
    kind: str
    verdict: str = "right"
    came: str = ""
    noisy: bool = False


class Attack:
    """All callables with their good calls and the numbers these give, the kinds tried, and the outcomes."""

    def __init__(self):
        self.functions, self.calls = public_callables(), good_calls()
        self.kinds, self.good, self.outcomes = {}, {}, []

    def missing(self):
        """What the table of good calls lacks: callables, and arguments of them."""
        missing = [name for name in self.functions if name not in self.calls]
        with small_and_apart():
            for name in (self.functions.keys() & self.calls.keys()) - VARIANTS.keys():
                parameters = signature(self.functions[name]).parameters.values()
                wanted = {p.name for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)}
                missing += [f"{name}({argument})" for argument in wanted - set(self.calls[name]())]
        return missing

    def singles(self, name):
        """One callable, each of its arguments spoiled in every way, left out, and one that it does not have."""
        good = self.calls[name]()
        for argument in [argument for argument in good if argument != "self"]:
            kinds = [kind for kind, _, _ in spoiled(argument, good[argument])]
            endless = {"huge int"} if (name, argument) in ENDLESS else set()
            self.kinds[name, argument] = [kind for kind in kinds if kind not in endless]
        self.good[name] = numbers([call(self.functions[name], good), *networks(good)])
        for (other, argument), kinds in self.kinds.items():
            if other == name:
                self.outcomes += [self.outcome(name, {argument: kind}) for kind in kinds]
        parameters = signature(self.functions[name]).parameters.values()
        required = [p.name for p in parameters if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
        for argument in [*required, "unheard_of"]:
            if argument != "self":
                came = refuses_keyword(self.functions[name], name, self.calls[name](), argument)
                self.outcomes.append(Outcome(name, argument, "left out", "unnamed" if came else "named", came or ""))

    def pairs(self, number, seed):
        """So many calls with two arguments spoiled at once, drawn at random."""
        rng, arguments = Random(seed), {}
        for name, argument in self.kinds:
            arguments.setdefault(name, []).append(argument)
        names = [name for name in arguments if len(arguments[name]) > 1]
        for _ in range(number):
            name = rng.choice(names)
            changes = {argument: rng.choice(self.kinds[name, argument]) for argument in rng.sample(arguments[name], 2)}
            self.outcomes.append(self.outcome(name, changes))

    def outcome(self, name, changes):
        """The Outcome of a call with these arguments spoiled: {argument: kind}."""
        arguments, musts = self.calls[name](), set()
        for argument, kind in changes.items():
            make, must = {k: (make, must) for k, make, must in spoiled(argument, arguments[argument])}[kind]
            arguments[argument] = make()
            musts.add("any" if must == "refused" and self.legal(name, argument, kind) else must)
        outcome = Outcome(name, ", ".join(changes), ", ".join(changes.values()))
        states, begin = state(arguments), time.process_time()
        with warnings.catch_warnings(record=True) as noise:
            warnings.simplefilter("always")
            try:
                result = call(self.functions[name], arguments)
            except Exception as error:
                outcome.came = f"{type(error).__name__}: {error}"[:150]
                others = "any" in musts or not SHORT.isdisjoint(changes.values())
                named = names_it(error, name, arguments, set(changes), others)
                outcome.verdict = "unnamed" if not named else "wrong" if musts == {"same"} else "named"
                if isinstance(error, SystemError | RecursionError | MemoryError):
                    outcome.verdict = "crash"
                elif state(arguments) != states:
                    outcome.verdict = "changed"
            else:
                outcome.verdict = self.judged(name, changes, result, arguments, musts)
        outcome.noisy = any(not issubclass(warning.category, UserWarning) for warning in noise)
        if time.process_time() - begin > SLOW:
            outcome.verdict, outcome.came = "crash", f"takes {time.process_time() - begin:.0f} s"
        return outcome

    def legal(self, name, argument, kind):
        """Whether what is no good elsewhere is legal here."""
        if kind == "None":
            default = getattr(signature(self.functions[name]).parameters.get(argument), "default", self)
            if default is None or argument in ("validation", "test"):
                return True
        return kind in ACCEPTED.get((name, argument), ())

    def judged(self, name, changes, result, arguments, musts):
        """The verdict on a call that returned."""
        after = numbers([result, *networks(arguments)])
        if "refused" in musts:
            return "wrong"
        if musts == {"same"} and after:  # a picture has no numbers to compare
            twin = self.calls[name]() | {argument: plain_form(arguments[argument]) for argument in changes}
            expected = call(self.functions[name], twin)
            return "right" if alike(after, numbers([expected, *networks(twin)])) else "wrong"
        excused = any((name, argument) in NO_NUMBER for argument in changes)
        return "NaN" if not excused and new_infinity(self.good[name], after) else "right"


@contextmanager
def small_and_apart():
    """In a folder of its own, without a screen, and with what would take long made short."""
    backend, here, grid, longest = plt.get_backend(), os.getcwd(), charts.GRID, nonconvergent.LONGEST
    with tempfile.TemporaryDirectory() as folder:
        try:
            plt.switch_backend("Agg")
            os.chdir(folder)
            charts.GRID, nonconvergent.LONGEST = 3, 5
            yield
        finally:
            os.chdir(here)
            charts.GRID, nonconvergent.LONGEST = grid, longest
            plt.switch_backend(backend)


def attack(names=(), pairs=0, seed=0):
    """The Attack, over: on all callables or on these, with so many pairs after them."""
    done = Attack()
    with small_and_apart():
        for name in names or done.functions:
            done.singles(name)
            plt.close("all")
        done.pairs(pairs, seed)
        plt.close("all")
    return done


def table(outcomes):
    """A line an argument: the number of calls, of each verdict, and of those with warnings."""
    lines = [f"{'callable':36} {'argument':16}  calls " + " ".join(f"{v:>7}" for v in (*GOOD, *FAULTS, "noisy"))]
    groups = {}
    for outcome in outcomes:
        place = ("two at once", "") if "," in outcome.argument else (outcome.name, outcome.argument)
        groups.setdefault(place, []).append(outcome)
    for (name, argument), group in [*groups.items(), (("all", ""), outcomes)]:
        count = Counter(outcome.verdict for outcome in group) + Counter(noisy=sum(o.noisy for o in group))
        cells = " ".join(f"{count[verdict] or '':>7}" for verdict in (*GOOD, *FAULTS, "noisy"))
        lines.append(f"{name:36} {argument:16} {len(group):6} {cells}")
    return "\n".join(lines)


def faults(outcomes):
    """A line a callable, an argument and a fault: the kinds, and what came of the first."""
    groups = {}
    for o in outcomes:
        if o.verdict in FAULTS:
            groups.setdefault((o.verdict, o.name, o.argument), []).append(o)
    return "\n".join(
        f"{verdict} {name}({argument}) {len(group)}: {', '.join(o.kind for o in group)} | {group[0].came}"
        for (verdict, name, argument), group in groups.items()
    )


if __name__ == "__main__":
    over = attack(pairs=int(sys.argv[1]) if len(sys.argv) > 1 else 0, seed=int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    print(table(over.outcomes), faults(over.outcomes), sep="\n\n")
