"""Stress and syllables as in NETtalk's corpus: a digit at the vowel of each syllable, ">" before it and "<" after it.

The corpus divides words as American dictionaries of its time did: ab-a-cus, ba-by, let-ter, a-brupt. These rules say
the same in a few lines; descr/pronunciations.md says how often they agree with it.
"""

from .alignment import VOWEL_LETTERS, VOWELS

SYLLABIC = "RLMN"  # a vowel and a consonant in one
NUCLEI = VOWELS + "Y*+" + SYLLABIC
SHORT = "@EIU^ac"  # where stressed, they keep a consonant that follows: ab-a-cus
# Letters of a vowel's spelling before the one that sounds, and what they may stand for: guess, quit, onion.
BEFORE = {**dict.fromkeys(VOWEL_LETTERS, "-"), "u": "-w", "i": "-y"}
ONSETS = {
    *"bdfghklmnprstvwyzCDJSTZ", *"pr br tr dr kr gr fr Tr Sr pl bl kl gl fl sl".split(),
    *"sp st sk sm sn sw tw dw kw gw hw spr str skr spl skw".split(),
}  # fmt: skip


def stresses(letters, phonemes, digits):
    """One symbol of stress a letter, from the aligned phonemes and the digit 0, 1 or 2 of each syllable.

    A word without a vowel (there is none in the corpus) gets ">" throughout.
    """
    nuclei = [i for i, symbol in enumerate(phonemes) if symbol in NUCLEI]
    places = _places(letters, phonemes, nuclei)
    marks = [">"] * len(letters)
    for place, digit in zip(places, digits, strict=True):
        marks[place] = digit
    ends = [min(pair) for pair in zip(nuclei, places, strict=True)]  # what is between a syllabic l and its e is the e's
    for nucleus, place, end in zip(nuclei, places, ends[1:], strict=False):
        begin = max(nucleus, place) + 1
        short = marks[place] in "12" and (phonemes[nucleus] in SHORT or phonemes[begin] == "r")
        begin = _onset(letters, phonemes, begin, end, short)
        marks[place + 1 : begin] = "<" * (begin - place - 1)
    if places:
        marks[places[-1] + 1 :] = "<" * (len(letters) - places[-1] - 1)
    return "".join(marks)


def _places(letters, phonemes, nuclei):
    """Where the digits stand: at the first of the letters that spell the vowel, the i of "nation", the e of "table"."""
    places, last = [], -1  # the last letter of the syllable before that is sure to belong to it
    for nucleus in nuclei:
        syllabic, place = phonemes[nucleus] in SYLLABIC, nucleus
        while place - 1 > last and phonemes[place - 1] in BEFORE.get(letters[place - 1], ""):
            place -= 1
        if last == place - 1 and last in nuclei and phonemes[last] not in SYLLABIC:
            # Silent letters after a vowel are its own ("seeing"); one may be of a syllabic R ("layer").
            place = max(place, nucleus - syllabic)
        following = nucleus + 1
        if syllabic and place == nucleus and phonemes[following : following + 1] == "-":
            if letters[following] in VOWEL_LETTERS and following + 1 not in nuclei:
                place = following
        places.append(place)
        last = max(nucleus, place)
    return places


def _onset(letters, phonemes, begin, end, short):
    """Where between two vowels, letters `begin` to `end`, the second syllable begins: with the longest onset."""
    sounding = [i for i in range(begin, end) if phonemes[i] != "-"]
    for i in sounding[short:]:
        if "".join(phonemes[j] for j in sounding if j >= i) in ONSETS:
            doubled = i == sounding[0] and letters[i + 1 : i + 2] == letters[i] and phonemes[i + 1] == "-"
            return i + 1 if doubled else i
    if not sounding or not short:
        return end
    last = sounding[-1]  # all stay, but of a doubled letter the second: let-ter
    return last + 1 if letters[last + 1 : last + 2] == letters[last] and last + 1 < end else end
