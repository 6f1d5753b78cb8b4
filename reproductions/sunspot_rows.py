"""What is read from the records of pruned sunspot nets, and what other starts or other years would have given.

Starts that meet in one minimum are one trial, however many they are. What varies are the years: in others the errors
would have been other ones, of the training years as well as of those to test on.
"""

import numpy as np

from .sunspot_nets import NORMALISER, PERIODS

BLOCK, RESAMPLES = 5, 2000  # years drawn together: longer than the differences of squared errors remember
STEPS, SILENT = 30, 0.02  # of an impulse response; it has ended when it stays within 2 % of its largest value
INPUTS, WEIGHTS = 4, 46  # of the full recurrent nets


def median_over_years(errors, value):
    """The median of a value over the starts, and the ends of its 95 % interval: for other years, and other starts.

    errors: (starts, nets, years), squared; value: what makes of their means (starts, nets, draws) one number a start
    and draw (starts, draws). The networks stay as they are: a bootstrap over starts, and over circular blocks of years,
    which are the same for all starts. Künsch (1989).
    """
    rng, (starts, _, years) = np.random.default_rng(0), errors.shape
    times = np.array([np.ones(years), *(_times(rng, years) for _ in range(RESAMPLES))])  # first the years as they are
    values = value(errors @ times.T / years)
    drawn = np.take_along_axis(values[:, 1:], rng.integers(starts, size=(starts, RESAMPLES)), axis=0)
    return _median(values[:, 0]), *np.percentile(_median(drawn), [2.5, 97.5], method="inverted_cdf")


def _times(rng, years):
    """How often each year is drawn, in blocks of consecutive years: (years,), in sum as many as there are."""
    blocks = rng.integers(years, size=(-(-years // BLOCK), 1)) + np.arange(BLOCK)
    return np.bincount(blocks.ravel()[:years] % years, minlength=years)


def _median(values):
    return np.percentile(values, 50, axis=0, method="inverted_cdf")  # one that occurred


def least_elsewhere(errors):
    """Of each year the error of the net that is best in the other blocks of years; errors: (nets, years), squared.

    So that the least of a path is not found where it is measured, where there always is one.
    """
    years = errors.shape[1]
    found = np.empty(years)
    for begin in range(0, years, BLOCK):
        block = slice(begin, begin + BLOCK)
        found[block] = errors[np.argmin(errors.sum(axis=1) - errors[:, block].sum(axis=1)), block]
    return found


def over_starts(records):
    """Of one kind of network, by item and quantity: values (starts,)."""
    values = {("fig. 3", "weights at least FPE"): [record["weights"] for record in records]}
    if "response" not in records[0]:
        return values | {("fig. 3", "inputs left"): [record["inputs"] for record in records]}
    values["fig. 4", "impulse response, steps"] = [response_length(record["response"]) for record in records]
    return values


def over_years(records):
    """Of one kind of network, by item and quantity: what `median_over_years` takes."""
    made = {("arv", period): (errors(records, period, "chosen"), _arv) for period in PERIODS}
    if "response" not in records[0]:
        return made
    for what, nets in [("with less decay", ("chosen", "again")), ("by pruning", ("full", "chosen"))]:
        for period in ("train", "1921-55"):
            made["fig. 3", f"{period}, change {what} %"] = errors(records, period, *nets), change
    made["fig. 3", "1921-55, least of the path, change %"] = (
        errors(records, "1921-55", "full", "least elsewhere"),
        change,
    )
    weights = np.array([[[WEIGHTS], [record["weights"]]] for record in records])
    both = errors(records, "train", "full", "chosen")
    made["fig. 3", "FPE, least of the path, change %"] = both, lambda mean: change(fpe(mean, weights, both.shape[2]))
    return made | _over_inputs(records)


def _over_inputs(records):
    """How many inputs the least FPE has, and how far above it the best nets of one and two are."""
    years = len(records[0]["errors"]["full"]["train"])
    none = {"weights": years, "errors": [1.0] * years}  # a net that is not on the path: its FPE is infinite
    best = [[record["best by inputs"].get(str(k), none) for k in range(INPUTS + 1)] for record in records]
    weights, squared = (np.array([[net[key] for net in nets] for nets in best]) for key in ("weights", "errors"))
    weights = weights[..., None]
    made = {("fig. 3", "inputs left"): (squared, lambda mean: fpe(mean, weights, years).argmin(axis=1))}
    for k, words in [(1, "one input"), (2, "two inputs")]:
        made["fig. 3", f"FPE of the best net of {words}, above the least %"] = (
            squared,
            lambda mean, k=k: 100 * (fpe(mean, weights, years)[:, k] / fpe(mean, weights, years).min(axis=1) - 1),
        )
    return made


def errors(records, period, *nets):
    """The squared errors of these nets in a period: (starts, nets, years)."""
    return np.array([[record["errors"][net][period] for net in nets] for record in records])


def change(mean):
    """In %, from the first net to the second: (starts, ...)."""
    return 100 * (mean[:, 1] / mean[:, 0] - 1)


def fpe(mean, weights, years):
    """Akaike's, of mean squared errors and numbers of weights; infinite for as many weights as years."""
    return np.where(weights < years, (years + weights) / np.maximum(years - weights, 1) * mean, np.inf)


def _arv(mean):
    return mean[:, 0] / NORMALISER


def response_length(response, silent=SILENT):
    """The steps until an impulse response stays within this part of its largest value."""
    size = np.abs(response)
    return int(np.flatnonzero(size >= silent * size.max())[-1]) + 1
