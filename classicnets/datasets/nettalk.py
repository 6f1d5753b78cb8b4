"""NETtalk: English words, letter by letter, and how they are pronounced. Sejnowski & Rosenberg (1987).

The bundled words are not the original ones, which may not be passed on: descr/pronunciations.md. Who has the original
corpus reads it with `read_pronunciations`.
"""

from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

import numpy as np

from .. import checks
from .phonemes import ARTICULATORY, FEATURES, LETTERS, PHONEMES, STRESS_UNITS, STRESSES

WIDTH = 7  # letters of a window
BOUNDARY, BEYOND = " ", WIDTH // 2
LONG = 1e300  # outputs whose sums may overflow; an angle does not depend on the length
SPLIT = len(ARTICULATORY)  # outputs before are the phoneme's, from here on the stress's


class Word(NamedTuple):
    """A word: letters, phonemes and stresses, strings of one length: a symbol of PHONEMES and STRESSES a letter."""

    letters: str
    phonemes: str
    stresses: str


class Windows(NamedTuple):
    """Inputs X (P, 203), targets T (P, 26), and of each pattern the index of its `word` and the place of its `letter`.

    X is 7 letters x 29 one-hot, the pattern's own letter in the middle; T has a column for each of FEATURES.
    """

    X: np.ndarray
    T: np.ndarray
    word: np.ndarray
    letter: np.ndarray


@lru_cache(maxsize=1)
def pronunciations():
    """The bundled words, a tuple of Word, the most frequent first. Source: descr/pronunciations.md."""
    return read_pronunciations(files(__package__) / "data" / "pronunciations.tsv")


def read_pronunciations(path):
    """The words of a file, a tuple of Word, in its order; one entry a line: letters, phonemes, stresses, between TABs.

    That is the format of the original corpus, whose fourth field (0, 1 or 2: regular, irregular, foreign) may follow
    and is left out. The first line may be a header: it begins with "#", or its fields are of unequal lengths and have
    none of the symbols of stress. ValueError, with the number of the line, for any other line that is no entry, and
    for a file without words.
    """
    path, words = path if isinstance(path, Traversable) else checks.file("path", path), []
    if not path.is_file():
        raise FileNotFoundError(f"path: expected a file of words; got {path}")
    with path.open(encoding="utf-8-sig", errors="backslashreplace") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if number > 1 or not _is_header(line):
                words.append(_entry(line, f"{path}, line {number}"))
    if not words:
        raise ValueError(f"{path}: expected at least one word; got none")
    return tuple(words)


def windows(words):
    """The Windows of words, a pattern a letter; beyond a word's ends there are word boundaries.

    ValueError where there are no words, or one has no letters, strings of unequal length or a symbol that is unknown.
    """
    if not np.iterable(words):
        raise ValueError(f"words: expected words, each of letters, phonemes and stresses; got {words!r:.60}")
    words = [_word(word, f"words[{i}]") for i, word in enumerate(words)]
    if not words:
        raise ValueError("words: expected at least one word; got none")
    lengths = np.array([len(word.letters) for word in words])
    word, starts = np.repeat(np.arange(len(words)), lengths), np.cumsum(lengths) - lengths
    letter = np.arange(len(word)) - starts[word]

    # One long text, words apart by as many boundaries as a window looks beyond its middle.
    gap = BOUNDARY * BEYOND
    text = _codes(gap + gap.join(word.letters for word in words) + gap, LETTERS)
    first = starts[word] + BEYOND * word + letter  # in the text, of each pattern's window
    X, patterns = np.zeros((len(word), WIDTH * len(LETTERS))), np.arange(len(word))
    for place in range(WIDTH):
        X[patterns, place * len(LETTERS) + text[first + place]] = 1
    phonemes = _codes("".join(word.phonemes for word in words), PHONEMES)
    stresses = _codes("".join(word.stresses for word in words), STRESSES)
    return Windows(X, np.hstack([_vectors(PHONEMES)[phonemes], _vectors(STRESSES)[stresses]]), word, letter)


def best_guess(outputs):
    """The symbols whose features make the smallest angle with the outputs (P, 26): phonemes (P,) and stresses (P,).

    J has the features of G and is never guessed: G stands first in PHONEMES. Outputs that are all zero make no angle;
    the guess is then the first symbol, "a" and ">".
    """
    outputs = checks.finite_matrix("outputs", outputs, len(FEATURES))
    return tuple(
        np.array(list(symbols))[_smallest_angle(part, _vectors(symbols))]
        for part, symbols in ((outputs[:, :SPLIT], PHONEMES), (outputs[:, SPLIT:], STRESSES))
    )


def guessed_right(outputs, T):
    """Whether the best guess at each pattern has the features of its target: of the phoneme (P,), of the stress (P,).

    Features and not symbols are compared: a J guessed as G is right. outputs and T (P, 26).
    """
    T = checks.finite_matrix("T", T, len(FEATURES))
    guesses = best_guess(outputs)
    if len(T) != len(guesses[0]):
        raise ValueError(f"T: expected {len(guesses[0])} targets, one for each row of outputs; got {len(T)}")
    return tuple(
        (_vectors(symbols)[_codes("".join(guess), symbols)] == part).all(axis=1)
        for guess, symbols, part in zip(guesses, (PHONEMES, STRESSES), (T[:, :SPLIT], T[:, SPLIT:]), strict=True)
    )


def _smallest_angle(outputs, vectors):
    """The row of vectors with the largest cosine to each of the outputs, of equal ones the first."""
    _, first = np.unique(vectors, axis=0, return_index=True)
    first.sort()
    if max(outputs.max(), -outputs.min()) > LONG:
        outputs = outputs / np.maximum(np.abs(outputs).max(axis=1, keepdims=True), 1.0)
    units = vectors[first] / np.linalg.norm(vectors[first], axis=1, keepdims=True)
    return first[(outputs @ units.T).argmax(axis=1)]


def _vectors(symbols):
    """The features of each symbol as zeros and ones: (52, 21) for PHONEMES, (5, 5) for STRESSES."""
    names = ARTICULATORY if symbols is PHONEMES else STRESS_UNITS
    return np.array([[name in features for name in names] for features in symbols.values()], dtype=np.float64)


def _codes(text, symbols):
    """The place of each character of a text among the symbols."""
    table = np.zeros(128, dtype=np.intp)
    table[[ord(symbol) for symbol in symbols]] = range(len(symbols))
    return table[np.frombuffer(text.encode("ascii"), dtype=np.uint8)]


def _is_header(line):
    fields = line.split("\t")
    plain = len(fields) >= 3 and all(fields) and not set(line) & set(STRESSES)
    return line.startswith("#") or (plain and len({len(field) for field in fields[:3]}) > 1)


def _entry(line, where):
    fields = line.split("\t")
    if len(fields) not in (3, 4) or (len(fields) == 4 and fields[3].strip() not in ("0", "1", "2")):
        raise ValueError(
            f"{where}: expected letters, phonemes, stresses and perhaps 0, 1 or 2, TABs between; got {line!r:.60}"
        )
    if set(fields[0]) & set(" ,."):
        raise ValueError(f"{where}: expected letters from a to z; got {fields[0]!r:.60}")
    return _word(fields[:3], where)


def _word(word, where):
    """The word, checked: three strings of one length, not empty, of symbols that there are."""
    try:
        word = Word(*(checks.text(where, part) for part in word))
    except TypeError as reason:
        raise ValueError(f"{where}: expected letters, phonemes and stresses; got {word!r:.60}") from reason
    if not word.letters:
        raise ValueError(f"{where}: expected at least one letter; got an empty word")
    for name, symbols in (("letters", LETTERS), ("phonemes", PHONEMES), ("stresses", STRESSES)):
        part = getattr(word, name)
        if len(part) != len(word.letters):
            raise ValueError(f"{where}: expected {len(word.letters)} {name} for {word.letters!r:.60}; got {part!r:.60}")
        for symbol in part:
            if symbol not in symbols:
                came = f"{symbol!r} in {part!r:.60}"
                raise ValueError(f"{where}: expected {name} among {' '.join(symbols).strip()}; got {came}")
    return word
