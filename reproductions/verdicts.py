"""What a measured row says about the printed one: verdicts that can fail, and what would decide those that do not."""

import math

# What a row says of a number: how far it may be off; of a claim: on which side of a bound everything is.
COMPARISONS = ("equal", "at most", "at least", "below", "above")
WORDS = ("reproduced", "better", "differs", "not decided", "not attempted", "data not available")


def verdict(target, measured):
    """One of WORDS, for a row as printed and as measured (or None).

    A claim is reproduced if the whole 95 % interval of ours is on the side claimed, and not decided if the bound is
    inside; where no effect would be on that side too, it is the bound. A number is reproduced if ours is within the
    tolerance and the interval excludes what no effect would give; not decided if the interval holds both; better if all
    of it is on the side where the paper would be glad.
    """
    if measured is None:
        return target["unmeasured"]
    if target["compare"] != "equal":
        return _of_claim(target["compare"], bound(target), *_numbers(measured, "low", "high"))
    value, low, high = _numbers(measured, "value", "low", "high")
    paper, tolerance = _numbers(target, "paper_value", "tolerance")
    near = abs(value - paper) <= tolerance + 1e-9
    no_effect = target["no_effect"] and low <= float(target["no_effect"]) <= high
    if no_effect and (near or low <= paper <= high):
        return "not decided"
    if near and not no_effect:
        return "reproduced"
    glad = {"less": high < paper, "more": low > paper}.get(target["better"], False)
    return "better" if glad else "differs"


def _of_claim(compare, bound, low, high):
    holds, fails = {
        "below": (high < bound, low >= bound),
        "at most": (high <= bound, low > bound),
        "at least": (low >= bound, high < bound),
        "above": (low > bound, high <= bound),
    }[compare]
    return "reproduced" if holds else "differs" if fails else "not decided"


def bound(target):
    """Where a claim ends, its tolerance included, or no effect where that is as claimed: then more must be shown."""
    paper, tolerance = _numbers(target, "paper_value", "tolerance")
    end = paper - tolerance if target["compare"] in ("below", "at least") else paper + tolerance
    no_effect = float(target["no_effect"] or end)
    return min(end, no_effect) if target["compare"] in ("below", "at most") else max(end, no_effect)


def seeds_to_decide(target, measured):
    """How many seeds would make the interval of a row that is not decided short enough: a rough number, or infinity.

    Too short to hold both the printed number and no effect; of a claim, both our value and the bound.
    """
    value, low, high = _numbers(measured, "value", "low", "high")
    if target["compare"] == "equal":
        room = abs(float(target["paper_value"]) - float(target["no_effect"]))
    else:
        room = 2 * abs(value - bound(target))
    seeds = float(measured["seeds"]) * ((high - low) / room) ** 2 if room else math.inf
    return float(f"{max(seeds, float(measured['seeds']) + 1):.2g}")


def _numbers(row, *names):
    return [float(row[name]) for name in names]
