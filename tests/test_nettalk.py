"""nettalk: windows of letters, features of phonemes and stresses, best guess, and the files of words."""

import math
from importlib.resources import files
from pathlib import Path
from time import process_time

import numpy as np
import pytest

from classicnets.datasets import (
    FEATURES,
    LETTERS,
    PHONEMES,
    STRESSES,
    Word,
    best_guess,
    guessed_right,
    pronunciations,
    read_pronunciations,
    windows,
)

ORIGINAL = Path(__file__).parent.parent.parent / "shared" / "data" / "nettalk.data"
ARTICULATORY, STRESS_UNITS = FEATURES[:21], FEATURES[21:]
BOX, ABLE = Word("box", "baX", ">1<"), Word("able", "ebL-", "1>>0")

# -- the tables -----------------------------------------------------------------------------------------------------


def test_29_letters_21_articulatory_features_and_5_units_of_stress():
    assert len(LETTERS) == len(set(LETTERS)) == 29 and LETTERS[:26] == "abcdefghijklmnopqrstuvwxyz"
    assert set(LETTERS[26:]) == set(" ,.")
    assert len(FEATURES) == len(set(FEATURES)) == 26 and (ARTICULATORY[0], ARTICULATORY[-1]) == ("Low", "FullStop")
    assert not set(ARTICULATORY) & set(STRESS_UNITS) and "WordBoundary" in STRESS_UNITS


def test_every_phoneme_has_features_of_its_own_but_j_those_of_g_as_printed():
    assert len(PHONEMES) == 52
    assert set(PHONEMES) == set("abcdefghiklmnoprstuvwxyzACDEGIJKLMNOQRSTUWXYZ@!#*^-+")
    sets = {symbol: frozenset(features) for symbol, features in PHONEMES.items()}
    assert all(len(sets[symbol]) == len(features) > 0 for symbol, features in PHONEMES.items())
    equal = [(a, b) for a in sets for b in sets if a < b and sets[a] == sets[b]]
    assert equal == [("G", "J")] and list(PHONEMES).index("G") < list(PHONEMES).index("J")
    assert set().union(*sets.values()) == set(ARTICULATORY) - {"Pause", "FullStop"}


def test_some_phonemes_by_hand_and_two_that_are_unions():
    assert set(PHONEMES["a"]) == {"Low", "Tensed", "Palatal"} and set(PHONEMES["-"]) == {"Silent", "Elide"}
    assert set(PHONEMES["t"]) == {"Alveolar", "Stop"} and set(PHONEMES["f"]) == {"Labial", "Fricative"}
    assert set(PHONEMES["K"]) == {"Palatal", "Fricative", "Velar", "Affricative"}
    assert set(PHONEMES["o"]) == {"Med", "Tensed", "Glottal"} and set(PHONEMES["D"]) == {
        "Voiced",
        "Dental",
        "Fricative",
    }
    assert set(PHONEMES["*"]) == {*PHONEMES["w"], *PHONEMES["^"]}
    assert set(PHONEMES["+"]) == {*PHONEMES["w"], *PHONEMES["a"]}


def test_the_printed_table_the_other_way_round():
    table = dict(
        Low="a@*^", Med="ceoxAEOW", High="iuIUWY", Tensed="aeiouAOWY",
        Voiced="bdglmnrvwyzDGJLMNQRZ#*",
        Labial="bfimpvwEIQY!*", Dental="elADEMTXY@!", Alveolar="dnstzALOXY*^",
        Palatal="arxyCKNOSWZ#", Velar="cgkGJKQRUW#", Glottal="hou",
        Stop="bdgkptQ", Nasal="mnGJMN", Liquid="lrLR",
        Glide="hwy*", Fricative="fsvzDKSTZ", Affricative="CKQX!#", Silent="-", Elide="-",
    )  # fmt: skip
    for feature, symbols in table.items():
        assert {symbol for symbol in PHONEMES if feature in PHONEMES[symbol]} - {"+"} == set(symbols), feature


def test_the_five_stresses():
    assert {symbol: set(names) for symbol, names in STRESSES.items()} == {
        ">": {"RightBoundary"}, "<": {"LeftBoundary"}, "0": {"Weak"}, "1": {"Strong", "Weak"}, "2": {"Strong"},
    }  # fmt: skip


# -- windows --------------------------------------------------------------------------------------------------------


def texts(X):
    """The windows as text."""
    return ["".join(LETTERS[row[29 * k : 29 * k + 29].argmax()] for k in range(7)) for row in X]


def test_a_word_by_hand():
    X, T, word, letter = windows([BOX])
    assert X.shape == (3, 203) and T.shape == (3, 26) and X.dtype == T.dtype == np.float64
    assert texts(X) == ["   box ", "  box  ", " box   "]
    boundary = 26
    assert np.flatnonzero(X[0]).tolist() == [29 * k + c for k, c in enumerate([boundary] * 3 + [1, 14, 23, boundary])]
    assert [FEATURES[i] for i in np.flatnonzero(T[0])] == ["Voiced", "Labial", "Stop", "RightBoundary"]
    assert {FEATURES[i] for i in np.flatnonzero(T[1])} == {"Low", "Tensed", "Palatal", "Strong", "Weak"}
    assert {FEATURES[i] for i in np.flatnonzero(T[2])} == {"Affricative", "Dental", "Alveolar", "LeftBoundary"}
    assert word.tolist() == [0, 0, 0] and letter.tolist() == [0, 1, 2]


def test_words_do_not_see_each_other():
    X, T, word, letter = windows((BOX, Word("a", "x", "0"), ABLE, BOX))
    assert texts(X)[3:8] == ["   a   ", "   able", "  able ", " able  ", "able   "]
    assert word.tolist() == [0, 0, 0, 1, 2, 2, 2, 2, 3, 3, 3] and letter.tolist() == [0, 1, 2, 0, 0, 1, 2, 3, 0, 1, 2]
    assert np.array_equal(X[8:], X[:3]) and np.array_equal(T[8:], T[:3])


def test_long_words_are_seen_seven_letters_at_a_time():
    letters = "abcdefghijklm"
    X = windows([Word(letters, "-" * 13, "<" * 13)]).X
    assert texts(X) == ["   " + letters[:4], "  " + letters[:5], " " + letters[:6]] + [
        letters[i : i + 7] for i in range(7)
    ] + [letters[-6:] + " ", letters[-5:] + "  ", letters[-4:] + "   "]


def test_every_pattern_of_the_bundled_words_is_one_hot_and_knows_its_letter():
    words = pronunciations()
    X, T, word, letter = windows(words)
    assert len(X) == sum(len(word.letters) for word in words) and set(np.unique(X)) == set(np.unique(T)) == {0, 1}
    assert (X.reshape(-1, 7, 29).sum(axis=2) == 1).all()
    middle = X[:, 3 * 29 : 4 * 29].argmax(axis=1)
    assert [LETTERS[c] for c in middle] == [words[i].letters[k] for i, k in zip(word, letter, strict=True)]
    assert (T[:, [FEATURES.index(name) for name in ("Pause", "FullStop", "WordBoundary")]] == 0).all()
    units = T[:, :21].sum(axis=1), T[:, 21:].sum(axis=1)
    sizes = [(len(PHONEMES[p]), len(STRESSES[s])) for _, ps, ss in words for p, s in zip(ps, ss, strict=True)]
    assert np.array_equal(np.stack(units, axis=1), sizes)


def test_plain_tuples_and_punctuation_will_do():
    assert np.array_equal(windows([("box", "baX", ">1<")]).X, windows([BOX]).X)
    assert texts(windows([("a,.", "x--", "0<<")]).X)[0] == "   a,. "


@pytest.mark.parametrize(
    "words, message",
    [
        ([], "words: expected at least one word; got none"),
        ([BOX, Word("", "", "")], r"words\[1\]: expected at least one letter; got an empty word"),
        ([BOX, Word("Box", "baX", ">1<")], r"words\[1\]: expected letters among a b .*; got 'B' in 'Box'"),
        ([Word("naïve", "naiv-", ">01<<")], r"words\[0\]: .*; got 'ï' in 'naïve'"),
        ([Word("box", "ba?", ">1<")], r"words\[0\]: expected phonemes among .*; got '\?' in 'ba\?'"),
        ([Word("box", "baX", ">3<")], r"words\[0\]: expected stresses among .*; got '3' in '>3<'"),
        ([Word("box", "baks", ">1<")], r"words\[0\]: expected 3 phonemes for 'box'; got 'baks'"),
        ([Word("box", "baX", ">1")], r"words\[0\]: expected 3 stresses for 'box'; got '>1'"),
        (["to"], r"words\[0\]: expected letters, phonemes and stresses; got 'to'"),
        ([BOX, None], r"words\[1\]: expected letters, phonemes and stresses; got None"),
    ],
)
def test_words_that_are_none(words, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        windows(words)


# -- best guess -----------------------------------------------------------------------------------------------------


def naive_guess(row, table, names):
    """The first symbol of the table at the smallest angle, in plain Python."""
    angles = {}
    for symbol, features in table.items():
        cosine = sum(row[names.index(name)] for name in features) / math.sqrt(len(features) * sum(x * x for x in row))
        angles[symbol] = math.acos(max(-1.0, min(1.0, cosine)))
    smallest = min(angles.values())
    return next(symbol for symbol, angle in angles.items() if angle <= smallest + 1e-12)


@pytest.mark.parametrize("low", [0.0, -1.0])
def test_the_best_guess_makes_the_smallest_angle(low):
    outputs = np.random.default_rng(0).uniform(low, 1, (400, 26)) ** 3
    phonemes, stresses = best_guess(outputs)
    assert phonemes.shape == stresses.shape == (400,) and len(set(phonemes)) > 25 and len(set(stresses)) == 5
    for row, phoneme, stress in zip(outputs, phonemes, stresses, strict=True):
        assert phoneme == naive_guess(row[:21], PHONEMES, ARTICULATORY)
        assert stress == naive_guess(row[21:], STRESSES, STRESS_UNITS)


def test_angles_are_not_distances_nor_products():
    outputs = np.zeros((1, 26))
    outputs[0, [FEATURES.index("Palatal"), FEATURES.index("Fricative")]] = 0.1  # nearest to a shorter vector: t or p
    assert best_guess(outputs)[0] == ["S"]
    outputs[0, [FEATURES.index("Strong"), FEATURES.index("Weak")]] = 0.9, 0.2
    assert best_guess(outputs)[1] == ["2"]  # a product without lengths says 1
    assert all((a == b).all() for a, b in zip(best_guess(outputs), best_guess(100 * outputs), strict=True))


def test_targets_are_their_own_best_guess_and_a_j_is_guessed_as_g():
    words = [*pronunciations()[:300], Word("a" * 52, "".join(PHONEMES), "<" * 52)]
    T = windows(words).T
    phonemes, stresses = best_guess(T)
    assert "".join(phonemes) == "".join(word.phonemes for word in words).replace("J", "G")
    assert "".join(stresses) == "".join(word.stresses for word in words)
    assert all(right.all() and right.dtype == bool and right.shape == (len(T),) for right in guessed_right(T, T))


def test_right_is_told_for_phoneme_and_stress_apart():
    T = windows([Word("jbt", "Jbt", "<>1")]).T
    outputs = T.copy()
    outputs[1, :21], outputs[2, 21:] = T[2, :21], T[1, 21:]
    phoneme, stress = guessed_right(outputs, T)
    assert phoneme.tolist() == [True, False, True] and stress.tolist() == [True, True, False]


def test_outputs_of_zero_make_no_angle_and_get_the_first_symbol():
    phonemes, stresses = best_guess(np.zeros((2, 26)))
    assert phonemes.tolist() == ["a", "a"] and stresses.tolist() == [">", ">"]


@pytest.mark.parametrize("wrong", [np.zeros((2, 25)), np.zeros(26), np.zeros((0, 26)), np.full((2, 26), np.nan), "ab"])
def test_outputs_and_targets_have_26_finite_columns(wrong):
    with pytest.raises(ValueError, match="^outputs: expected"):
        best_guess(wrong)
    with pytest.raises(ValueError, match="^outputs: expected"):
        guessed_right(wrong, np.zeros((2, 26)))
    with pytest.raises(ValueError, match="^T: expected"):
        guessed_right(np.zeros((2, 26)), wrong)
    with pytest.raises(ValueError, match="^T: expected 2 targets, one for each row of outputs; got 3$"):
        guessed_right(np.zeros((2, 26)), np.zeros((3, 26)))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("factor", [1e-300, 1e-3, 1e3, 1.7e308])
def test_a_guess_does_not_depend_on_the_length_of_the_outputs(factor):
    outputs = np.random.default_rng(0).uniform(-1, 1, (50, 26))
    for symbols, scaled in zip(best_guess(outputs), best_guess(outputs * factor), strict=True):
        assert symbols.tolist() == scaled.tolist()


def test_150_000_guesses_at_once_take_no_longer_than_1000_one_by_one():
    """Both in seconds of this process, so that it does not matter how fast or how busy the machine is."""
    outputs = np.random.default_rng(0).random((150_000, 26))
    at_once = seconds(lambda: best_guess(outputs))
    assert at_once < seconds(lambda: [best_guess(outputs[i : i + 1]) for i in range(1000)])


def seconds(work):
    """What it takes of this process."""
    begin = process_time()
    work()
    return process_time() - begin


# -- files of words -------------------------------------------------------------------------------------------------


@pytest.fixture
def write(tmp_path):
    def write(text):
        (tmp_path / "words.data").write_bytes(text.encode())
        return tmp_path / "words.data"

    return write


@pytest.mark.parametrize(
    "header", ["", "# anything\n", "letters\tphonemes\tstresses\n", "Word\tPhonemes\tStress\tCode\n"]
)
@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_entries_with_and_without_a_code_after_a_header_or_none(write, header, ending):
    path = write(header + "box\tbaX\t>1<" + (ending or "\n") + "able\tebL-\t1>>0\t2 " + ending)
    assert read_pronunciations(path) == read_pronunciations(str(path)) == (BOX, ABLE)


@pytest.mark.parametrize(
    "line, message",
    [
        ("", "expected letters, phonemes, stresses and perhaps 0, 1 or 2, TABs between; got ''"),
        ("box baX >1<", "expected letters, phonemes, stresses .* got 'box baX >1<'"),
        ("box\tbaX", "expected letters, phonemes, stresses .* got "),
        ("box\tbaX\t>1<\t0\t0", "expected letters, phonemes, stresses .* got "),
        ("box\tbaX\t>1<\t7", "expected letters, phonemes, stresses .* got "),
        ("box\tbaX\t>1<\t", "expected letters, phonemes, stresses .* got "),
        ("\t\t", "expected at least one letter; got an empty word"),
        ("Box\tbaX\t>1<", "expected letters among a b .* got 'B' in 'Box'"),
        ("b x\tbaX\t>1<", "expected letters from a to z; got 'b x'"),
        ("bo.\tbaX\t>1<", "expected letters from a to z; got 'bo.'"),
        ("boß\tbaX\t>1<", "expected letters among a b .* got 'ß' in 'boß'"),
        ("box\tbaj\t>1<", "expected phonemes among a b .* got 'j' in 'baj'"),
        ("box\tba \t>1<", "expected phonemes among a b .* got ' ' in 'ba '"),
        ("box\tbaX\t>4<", "expected stresses among > < 0 1 2; got '4' in '>4<'"),
        ("box\tbaks\t>1<", "expected 3 phonemes for 'box'; got 'baks'"),
        ("box\tbaX\t>1<<", "expected 3 stresses for 'box'; got '>1<<'"),
        ("box\t\t>1<", "expected 3 phonemes for 'box'; got ''"),
        ("# box", "expected letters, phonemes, stresses .* got '# box'"),
        ("letters\tphonemes\tstresses", "expected 7 phonemes for 'letters'; got 'phonemes'"),
    ],
)
def test_a_line_that_is_no_entry_is_named(write, line, message):
    with pytest.raises(ValueError, match=f"words.data, line 3: {message}"):
        read_pronunciations(write(f"box\tbaX\t>1<\nable\tebL-\t1>>0\n{line}\nbox\tbaX\t>1<\n"))


@pytest.mark.parametrize(
    "line", ["box", "box\tbaX", "box\tbaX\t", "", "\t\t", "box\tbaX\tabc", "Box\tbaX\t>1<", "box baX >1<"]
)
def test_a_first_line_that_may_be_an_entry_gone_wrong_is_no_header(write, line):
    with pytest.raises(ValueError, match="words.data, line 1: expected "):
        read_pronunciations(write(f"{line}\nbox\tbaX\t>1<\n"))


def test_bytes_that_are_no_text_are_named_too(tmp_path):
    (tmp_path / "words.data").write_bytes(b"box\tbaX\t>1<\nb\xffx\tbaX\t>1<\n")
    with pytest.raises(ValueError, match="line 2: expected "):
        read_pronunciations(tmp_path / "words.data")


def test_a_mark_of_byte_order_does_not_count(write):
    assert read_pronunciations(write("\ufeffbox\tbaX\t>1<\n")) == (BOX,)


@pytest.mark.parametrize("text", ["", "letters\tphonemes\tstresses\n"])
def test_a_file_without_words(write, text):
    with pytest.raises(ValueError, match="words.data: expected at least one word; got none"):
        read_pronunciations(write(text))


def test_the_bundled_words():
    words = pronunciations()
    assert words is pronunciations() and len(words) == 4000 and sum(len(word.letters) for word in words) == 26353
    assert len({word.letters for word in words}) == 4000
    assert [word.letters for word in words[:6]] == ["the", "of", "and", "to", "a", "in"]
    assert {("box", "baX", ">1<"), ("nation", "neS-xn", ">1>0<<"), ("you", "y-u", ">1<")} < set(words)
    assert (files("classicnets.datasets") / "data" / "pronunciations.tsv").stat().st_size < 150_000
    description = (files("classicnets.datasets") / "descr" / "pronunciations.md").read_text()
    assert "4000 words (26353 letters)" in description and "Source: " in description


def test_every_bundled_syllable_has_one_digit_and_words_begin_and_end_as_syllables_do():
    for word in pronunciations():
        digits = sum(stress in "012" for stress in word.stresses)
        assert digits == sum(phoneme in "aceiouxAEIOUWY@^*+RLMN" for phoneme in word.phonemes) > 0, word
        assert word.stresses[0] != "<" and word.stresses[-1] != ">" and "><" not in word.stresses, word


@pytest.mark.skipif(not ORIGINAL.exists(), reason="the original corpus is not at hand")
def test_the_original_corpus_is_read_by_the_same_loader():
    words = read_pronunciations(ORIGINAL)
    assert len(words) == 20007
    X, T, _, _ = windows(words)
    assert len(X) == sum(len(word.letters) for word in words) == 146934
    assert all(right.all() for right in guessed_right(T, T))
