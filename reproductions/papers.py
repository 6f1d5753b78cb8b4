"""The papers of the ledger, the oldest first: a line each, with what became of its rows. The README shows them."""

from . import ledger, showing
from .verdicts import WORDS, verdict

# What a paper is called, by its key in the ledger's files, and what it is about.
PAPERS = {
    "sejnowski1987": ("Sejnowski & Rosenberg (1987)", "NETtalk, which reads English aloud"),
    "lecun1990": ("Le Cun, Denker & Solla (1990)", "Optimal Brain Damage, and the digits of 1989"),
    "weigend1990": ("Weigend et al. (1990)", "weight elimination on the sunspots"),
    "thrun1991": ("Thrun et al. (1991)", "MONK's problems, learned by backpropagation"),
    "hassibi1993": ("Hassibi & Stork (1993)", "Optimal Brain Surgeon: XOR, MONK's, NETtalk"),
    "finnoff1993": ("Finnoff et al. (1993)", "sixteen methods of stopping and pruning"),
    "hassibi1994": ("Hassibi et al. (1994)", "the Surgeon's extensions and comparisons"),
    "pedersen1995": ("Pedersen & Hansen (1995)", "recurrent networks, the sunspots"),
    "pedersen1996": ("Pedersen et al. (1996)", "pruning by generalization error"),
    "tresp1997": ("Tresp et al. (1997)", "Early Brain Damage"),
    "shekkizhar2016": ("Shekkizhar (2016)", "a blog post on Optimal Brain Damage"),
    "dong2017": ("Dong et al. (2017)", "the Surgeon layer by layer"),
    "harang2023": ("Harang & Sanders (2023)", "the damage of whole neurons"),
    "wu2024": ("Wu et al. (2024)", "the iterative Surgeon"),
    "shamrai2025": ("Shamrai (2025)", "a bound of a pruned controller"),
}
HEADER = ("paper", "about", *WORDS)


def counts():
    """Of each paper how many of its rows have which verdict: {key: {word: number}}."""
    measured, found = ledger.results(), {}
    for key, target in ledger.targets().items():
        of_paper = found.setdefault(key[0], dict.fromkeys(WORDS, 0))
        if word := verdict(target, measured.get(key)):  # none where a study has still to run
            of_paper[word] += 1
    return found


def markdown():
    """One line a paper, in Markdown, under what all of the ledger comes to; what there is none of is left empty.

    A paper that has no name here yet stands last, by its key.
    """
    found = counts()
    names = {key: PAPERS.get(key, (key, "")) for key in (*PAPERS, *found) if key in found}
    rows = [[*name, *map(str, found[key].values())] for key, name in names.items()]
    lines = [HEADER, ["---", "---", *["---:"] * len(WORDS)], *rows]
    table = ("| " + " | ".join("" if cell == "0" else cell for cell in cells) + " |" for cells in lines)
    return "\n".join([f"{showing.summary()}. {showing.claims()}", "", *table])
