"""build_pronunciations: the alignment, the syllables, the choice of words, and the agreement with NETtalk's corpus."""

from importlib.resources import files
from itertools import combinations
from pathlib import Path

import pytest

from classicnets.datasets import Word, pronunciations, read_pronunciations
from tools.alignment import EARLY, align, estimate, lattice, likeliest, posterior, symbols
from tools.build_pronunciations import agreement, build, counts, frequent, names
from tools.syllables import stresses

ORIGINAL = Path(__file__).parent.parent.parent / "shared" / "data" / "nettalk.data"
TINY = {
    "the": [["DH", "AH0"], ["DH", "IY0"]],
    "box": [["B", "AA1", "K", "S"]],
    "city": [["S", "IH1", "T", "IY0"]],
    "st": [["S", "T", "R", "IY1", "T"]],
    "able": [["EY1", "B", "AH0", "L"]],
    "hat": [["HH", "AE1", "T"]],
    "ten": [["T", "EH1", "N"]],
    "hen": [["HH", "EH1", "N"]],
}

# -- alignment ------------------------------------------------------------------------------------------------------


def test_arpabet_as_symbols():
    assert symbols("B AO1 K S".split()) == "bcks" and symbols("AH0 B AH1 V AH2".split()) == "xb^v^"
    assert symbols("W ER1 D ER0 CH HH NG".split()) == "wRdRChG"
    with pytest.raises(KeyError):
        symbols(["QQ"])


def paths(arcs, letters, phonemes, at=(0, 0)):
    """All alignments in a lattice, as lists of steps."""
    if at == (len(letters), len(phonemes)):
        return [[]]
    steps = [arc for arc in arcs if arc[:2] == at]
    return [[arc, *rest] for arc in steps for rest in paths(arcs, letters, phonemes, (at[0] + 1, at[1] + arc[2]))]


def spell(path):
    return "".join(arc[4] for arc in path)


def test_a_lattice_has_every_alignment_and_nothing_else():
    spelled = {spell(path) for path in paths(lattice("head", "hEd"), "head", "hEd")}
    places = [where for where in combinations(range(4), 3) if where[1] in (1, 2)]  # E is spelled with a vowel letter
    every = {"".join(dict(zip(where, "hEd", strict=True)).get(i, "-") for i in range(4)) for where in places}
    assert spelled == every == {"hE-d", "hEd-", "h-Ed", "-hEd"}
    assert [spell(path) for path in paths(lattice("box", "baks"), "box", "baks")] == ["baX"]
    assert {spell(path) for path in paths(lattice("you", "yu"), "you", "yu")} == {"yu-", "y-u", "-yu"}
    assert "fY-" in {spell(path) for path in paths(lattice("few", "fyu"), "few", "fyu")}
    assert lattice("st", "strit") == lattice("th", "Dx") == lattice("ox", "akst") == []


def test_probabilities_of_steps_are_sums_over_alignments():
    letters, phonemes = "better", "bEtR"
    arcs = lattice(letters, phonemes)
    weights = {arc: 1 + (7 * n % 5) for n, arc in enumerate(arcs)}
    products = []
    for path in paths(arcs, letters, phonemes):
        product = 1.0
        for arc in path:
            product *= weights[arc]
        products.append((path, product))
    total = sum(product for _, product in products)
    for arc, probability in zip(arcs, posterior(arcs, weights.get), strict=True):
        assert probability == pytest.approx(sum(product for path, product in products if arc in path) / total)


def test_each_iteration_makes_the_words_likelier():
    pairs = [
        ("head", "hEd"),
        ("bed", "bEd"),
        ("had", "h@d"),
        ("ten", "tEn"),
        ("tea", "ti"),
        ("eat", "it"),
        ("the", "Dx"),
    ]
    lattices = [lattice(*pair) for pair in pairs]
    likelihoods = []
    for iterations in range(1, 8):
        table, likelihood = estimate(lattices, iterations), 1.0
        for arcs, (letters, phonemes) in zip(lattices, pairs, strict=True):
            total = 0.0
            for path in paths(arcs, letters, phonemes):
                product = 1.0
                for arc in path:
                    product *= table[arc[3:]]
                total += product
            likelihood *= total
        likelihoods.append(likelihood)
        for letter in {letter for letter, _ in table}:
            assert sum(p for (name, _), p in table.items() if name == letter) == pytest.approx(1)
    assert likelihoods == sorted(likelihoods) and likelihoods[-1] > 2 * likelihoods[0]


def test_three_words_tell_which_letter_is_silent():
    assert align([("knot", "nat"), ("not", "nat"), ("kit", "kIt"), ("tin", "tIn")])[0] == "-nat"
    assert align([("ten", "tEn"), ("then", "DEn"), ("hen", "hEn"), ("he", "hi")])[1] == "D-En"


def test_the_first_estimate_prefers_the_earlier_letter():
    first = estimate([lattice("head", "hEd")], 1)
    assert first["e", "E"] > 3 * first["a", "E"] and first["h", "h"] > 0.9


def test_a_final_e_is_a_letter_of_its_own():
    assert [arc[3] for arc in lattice("ease", "iz") if arc[4] == "-"].count("final e") == 1
    assert {arc[3] for arc in lattice("ease", "iz")} == {"e", "a", "s", "final e"}


def test_of_equally_likely_alignments_the_earlier_letter_sounds():
    assert EARLY > 1 and align([("egg", "Eg")]) == ["Eg-"]
    arcs = lattice("egg", "Eg")
    assert likeliest(arcs, {arc[3:]: 0.5 for arc in arcs}) == "Eg-"
    assert align([("st", "strit"), ("egg", "Eg")]) == [None, "Eg-"]


# -- syllables ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "letters, phonemes, digits, expected",
    [
        ("box", "baX", "1", ">1<"),
        ("strong", "strcG-", "1", ">>>1<<"),
        ("baby", "bebi", "10", ">1>0"),  # a long vowel gives the consonant away, a short one keeps it
        ("city", "sIti", "10", ">1<0"),
        ("glory", "glori", "10", ">>1<0"),
        ("about", "xbW-t", "01", "0>1<<"),
        ("abrupt", "xbr^pt", "01", "0>>1<<"),
        ("master", "m@st-R", "10", ">1<>0<"),
        ("country", "k^-ntri", "10", ">1<<>>0"),
        ("letter", "lEt--R", "10", ">1<>0<"),  # the digit at the e, the double letter divided
        ("allow", "xl-W-", "01", "0<>1<"),
        ("nation", "neS-xn", "10", ">1>0<<"),
        ("quick", "kwIk-", "1", ">1<<<"),
        ("table", "tebL-", "10", ">1>>0"),
        ("prism", "prIzM", "10", ">>1<0"),
        ("seeing", "si-IG-", "10", ">1<0<<"),
        ("create", "kriet-", "01", ">>01<<"),
        ("layer", "le--R", "10", ">1<0<"),
        ("one", "*n-", "1", "1<<"),
        ("hm", "h-", "", ">>"),
    ],
)
def test_syllables(letters, phonemes, digits, expected):
    assert stresses(letters, phonemes, digits) == expected


def test_as_many_digits_as_vowels():
    with pytest.raises(ValueError):
        stresses("box", "baX", "10")


# -- the choice of words --------------------------------------------------------------------------------------------


def test_counts_are_of_plain_words():
    assert counts("the 10\n;;; a comment\nof 9\nDon't 8\nna\xefve 7\nbox\nThe 3\n\nox x\n") == {"the": 10, "of": 9}


def test_names_are_what_is_a_proper_noun_and_not_in_lower_case():
    lexicon = "London NNP\nMay NNP\nmay MD\nbox NN\nBox NNP\nUSA NNP\nGreen JJ\n\nalone"
    assert names(lexicon) == {"london"}


def test_a_word_ranks_as_its_worse_list_says():
    web, books = dict(the=9, box=8, modem=7, hero=1, ox=2), dict(the=9, hero=8, ox=7, box=6, london=5)
    assert frequent(web, books, set()) == ["the", "box", "ox", "hero"] and frequent(web, books, {"ox"})[2:] == ["hero"]


def test_a_tiny_dictionary():
    words, dropped = build(["the", "box", "missing", "st", "city", "able", "hat", "ten", "hen"], TINY, 7)
    assert dropped == ["st"] and [word.letters for word in words] == [
        "the",
        "box",
        "city",
        "able",
        "hat",
        "ten",
        "hen",
    ]
    assert words[1:] == (
        ("box", "baX", ">1<"), ("city", "sIti", ">1<0"), ("able", "ebL-", "1>>0"),
        ("hat", "h@t", ">1<"), ("ten", "tEn", ">1<"), ("hen", "hEn", ">1<"),
    )  # fmt: skip
    assert all(isinstance(word, Word) for word in words) and words[0][::2] in {("the", ">>0"), ("the", ">0<")}
    assert build(["box", "st", "hat", "ten"], TINY, 2)[0] == words[1:2] + words[4:5]


# -- agreement ------------------------------------------------------------------------------------------------------


def test_agreement_by_hand():
    words = [Word("head", "hE-d", ">1<<"), Word("box", "baX", ">1<"), Word("ours", "Wr-z", "1<<<")]
    original = [Word("head", "h-Ed", ">1<<"), Word("box", "bcX", ">2<"), Word("box", "baX", ">0<"), Word("a", "x", "0")]
    assert agreement(words, original) == {
        "words in both": 2, "words, same silent letters": 50, "letters, same phoneme": pytest.approx(100 * 5 / 7),
        "letters, same stress": pytest.approx(100 * 6 / 7), "words, same phonemes": 2,
        "words, same phonemes, same alignment": 50,
    }  # fmt: skip


@pytest.mark.skipif(not ORIGINAL.exists(), reason="the original corpus is not at hand")
def test_the_agreement_with_the_original_corpus_is_the_one_described():
    found = agreement(pronunciations(), read_pronunciations(ORIGINAL))
    text = (files("classicnets.datasets") / "descr" / "pronunciations.md").read_text()
    assert f"the {found['words in both']} words that are in both" in " ".join(text.split())
    for row, name in [
        ("words: the same letters are silent", "words, same silent letters"),
        ("letters: the same phoneme", "letters, same phoneme"),
        ("letters: the same stress", "letters, same stress"),
        (
            f"words with the same phonemes ({found['words, same phonemes']}): each at the same letter",
            "words, same phonemes, same alignment",
        ),
    ]:
        assert f"| {row} | {found[name]:.1f} |" in text
