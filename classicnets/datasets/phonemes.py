"""NETtalk's symbols for letters, phonemes and stresses, and the features each is made of.

Sejnowski & Rosenberg (1987), Parallel networks that learn to pronounce English text, Complex Systems 1, appendix.
"""

LETTERS = "abcdefghijklmnopqrstuvwxyz ,."  # " " is the boundary of a word

# The places of articulation are printed as Front1, Front2, Central1, Central2, Back1, Back2; for consonants they are:
PLACES = {"F1": "Labial", "F2": "Dental", "C1": "Alveolar", "C2": "Palatal", "B1": "Velar", "B2": "Glottal"}

ARTICULATORY = (
    "Low", "Med", "High", "Tensed", "Voiced", *PLACES.values(),
    "Stop", "Nasal", "Liquid", "Glide", "Fricative", "Affricative", "Silent", "Elide", "Pause", "FullStop",
)  # fmt: skip

# departs: the fifth is not in the printed list of stresses; a word boundary, it is never on inside a word.
STRESS_UNITS = ("Strong", "Weak", "RightBoundary", "LeftBoundary", "WordBoundary")

FEATURES = ARTICULATORY + STRESS_UNITS  # the 26 outputs

# Inside words, so without the pauses: the boundary of words (Pause, Elide) and the full stop (Pause, FullStop).
# departs: "+", the /wa/ of "memoir", is missing in print; it has the features of w and a, as "*" those of w and ^.
_PRINTED = """
a Low Tensed C2             b Voiced F1 Stop              c Med B1                  d Voiced C1 Stop
e Med Tensed F2             f F1 Fricative                g Voiced B1 Stop          h B2 Glide
i High Tensed F1            k B1 Stop                     l Voiced F2 Liquid        m Voiced F1 Nasal
n Voiced C1 Nasal           o Med Tensed B2               p F1 Stop                 r Voiced C2 Liquid
s C1 Fricative              t C1 Stop                     u High Tensed B2          v Voiced F1 Fricative
w Voiced F1 Glide           x Med C2                      y Voiced C2 Glide         z Voiced C1 Fricative
A Med Tensed F2 C1          C C2 Affricative              D Voiced F2 Fricative     E Med F1 F2
G Voiced B1 Nasal           I High F1                     J Voiced B1 Nasal         K C2 Fricative B1 Affricative
L Voiced C1 Liquid          M Voiced F2 Nasal             N Voiced C2 Nasal         O Med Tensed C1 C2
Q Voiced F1 B1 Affricative Stop                           R Voiced B1 Liquid        S C2 Fricative
T F2 Fricative              U High B1                     W High Med Tensed C2 B1   X Affricative F2 C1
Y High Tensed F1 F2 C1      Z Voiced C2 Fricative         @ Low F2                  ! F1 F2 Affricative
# Voiced C2 B1 Affricative  * Voiced Glide F1 Low C1      ^ Low C1                  - Silent Elide
+ Voiced Glide F1 Low Tensed C2
"""


def _phonemes():
    """Symbol and features of each phoneme: in the table above a symbol is a name of one character."""
    table = {}
    for name in _PRINTED.split():
        if len(name) == 1:
            table[name] = features = []
        else:
            features.append(PLACES.get(name, name))
    return {symbol: tuple(features) for symbol, features in table.items()}


PHONEMES = _phonemes()  # J has the features of G, as printed

# A digit stands at the vowel of a syllable: 1 primary, 2 secondary, 0 no stress; > before, < after it.
STRESSES = {
    ">": ("RightBoundary",), "<": ("LeftBoundary",), "0": ("Weak",), "1": ("Strong", "Weak"), "2": ("Strong",),
}  # fmt: skip
