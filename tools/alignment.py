"""Letters aligned one to one with phonemes, by expectation maximization.

A letter stands for no phoneme ("-"), for one, or for two that have a symbol of their own, such as the X of "box". How
often each letter stands for each symbol is estimated from all alignments of all words, weighted by their probability.
Many answers are equally good: the "ea" of "head" may sound with its first letter or its second, in all words alike. So
the first estimate prefers the earlier letter, as NETtalk's corpus does; and an e at the end, silent in most words, is a
letter of its own, lest every e be taken for silent.
"""

from collections import defaultdict
from math import log

# The symbols of NETtalk for the phonemes of the CMU dictionary; AH is x where it has no stress.
SYMBOLS = {
    "AA": "a", "AE": "@", "AH": "^", "AH0": "x", "AO": "c", "AW": "W", "AY": "A", "B": "b", "CH": "C", "D": "d",
    "DH": "D", "EH": "E", "ER": "R", "EY": "e", "F": "f", "G": "g", "HH": "h", "IH": "I", "IY": "i", "JH": "J",
    "K": "k", "L": "l", "M": "m", "N": "n", "NG": "G", "OW": "o", "OY": "O", "P": "p", "R": "r", "S": "s", "SH": "S",
    "T": "t", "TH": "T", "UH": "U", "UW": "u", "V": "v", "W": "w", "Y": "y", "Z": "z", "ZH": "Z",
}  # fmt: skip

# Two phonemes and a letter that have a symbol together. Q (/kw/) has none: the letters q and u have one each.
PAIRS = {
    "X": (("ks",), "x"), "#": (("gz",), "x"), "K": (("kS",), "x"), "!": (("ts",), "z"),
    "*": (("w^",), "o"), "+": (("wa",), "o"), "Y": (("yu", "yU", "yx"), "ueio"),
    "L": (("xl",), "l"), "M": (("xm",), "m"), "N": (("xn",), "n"),
}  # fmt: skip
VOWELS, VOWEL_LETTERS = "aceiouxAEIOUW@^", "aeiouy"  # vowels alone are not spelled with other letters
TOGETHER = {
    (letter, pair): symbol for symbol, (pairs, letters) in PAIRS.items() for letter in letters for pair in pairs
}


EARLY = 4.0  # weight of the first estimate; from 3 to 8 the alignments are all but the same


def symbols(arpabet):
    """Phonemes of the CMU dictionary, such as ["B", "AO1", "K", "S"], as symbols of NETtalk, "bcks"."""
    return "".join(SYMBOLS.get(phoneme) or SYMBOLS[phoneme.rstrip("012")] for phoneme in arpabet)


def align(pairs, iterations=10):
    """For each pair of letters and phonemes the likeliest symbols, one a letter; None where there is no alignment."""
    lattices = [lattice(letters, phonemes) for letters, phonemes in pairs]
    table = estimate(lattices, iterations)
    return [likeliest(arcs, table) for arcs in lattices]


def lattice(letters, phonemes):
    """Every step of every alignment: (i, j, k, letter, symbol), in the order of i, the letter's place.

    The letter takes k phonemes after j of them have been taken. Empty where there is no alignment.
    """
    n, m = len(letters), len(phonemes)
    arcs, reached = [], {(0, 0)}
    for i, letter in enumerate(letters):
        name = "final e" if i == n - 1 and letter == "e" else letter
        for j in range(m + 1):
            single = phonemes[j : j + 1]
            if single in VOWELS and letter not in VOWEL_LETTERS:
                single = ""
            double = TOGETHER.get((letter, phonemes[j : j + 2]), "")
            if double == "Y" and "y" in letters[max(0, i - 2) : i]:  # the y of "you" has its own sound
                double = ""
            for k, symbol in enumerate(("-", single, double)):
                if (i, j) in reached and symbol and j + k <= m <= j + k + 2 * (n - i - 1):
                    arcs.append((i, j, k, name, symbol))
                    reached.add((i + 1, j + k))
    kept, useful = [], {(n, m)}
    for arc in reversed(arcs):  # what does not lead to the end goes
        i, j, k, _, _ = arc
        if (i + 1, j + k) in useful:
            kept.append(arc)
            useful.add((i, j))
    return kept[::-1]


def estimate(lattices, iterations):
    """The probability of each symbol given its letter, {(letter, symbol): probability}, from all words' lattices."""

    def weight(arc):  # of the first estimate: the earlier phonemes are taken, the better
        _, j, k, _, _ = arc
        return EARLY ** (j + k)

    for _ in range(iterations):
        counts, totals = defaultdict(float), defaultdict(float)
        for arcs in lattices:
            for (_, _, _, letter, symbol), probability in zip(arcs, posterior(arcs, weight), strict=True):
                counts[letter, symbol] += probability
                totals[letter] += probability
        table = {(letter, symbol): count / totals[letter] for (letter, symbol), count in counts.items()}

        def weight(arc, table=table):
            return table[arc[3:]]

    return table


def posterior(arcs, weight):
    """The probability of each step, from the weights of all alignments that take it: forward, backward."""
    if not arcs:
        return []
    weights = [weight(arc) for arc in arcs]
    end = _end(arcs)
    forward, backward = defaultdict(float, {(0, 0): 1.0}), defaultdict(float, {end: 1.0})
    for (i, j, k, _, _), w in zip(arcs, weights, strict=True):
        forward[i + 1, j + k] += forward[i, j] * w
    for (i, j, k, _, _), w in zip(reversed(arcs), reversed(weights), strict=True):
        backward[i, j] += w * backward[i + 1, j + k]
    return [
        forward[i, j] * w * backward[i + 1, j + k] / forward[end]
        for (i, j, k, _, _), w in zip(arcs, weights, strict=True)
    ]


def likeliest(arcs, table):
    """The symbols of the likeliest alignment; of equally likely ones (pp) that which sounds the earlier letter."""
    if not arcs:
        return None
    best = {_end(arcs): (0.0, 0, "")}  # from here on: log probability, phonemes the letter takes, symbols
    for i, j, k, letter, symbol in reversed(arcs):
        rest, _, following = best[i + 1, j + k]
        here = (round(rest + log(table[letter, symbol] or 1e-300), 9), k, symbol + following)
        best[i, j] = max(best.get((i, j), here), here)
    return best[0, 0][2]


def _end(arcs):
    i, j, k, _, _ = arcs[-1]
    return i + 1, j + k
