"""The prose of README.md, FINDINGS.md and reproductions/README.md: its numbers are those of the ledger as it is now."""

import re

import pytest
from pages import ROOT

from reproductions import __main__ as command
from reproductions import comparison, contract, ledger
from reproductions.verdicts import verdict

README, TEXT, REPRODUCTIONS = (
    (ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "FINDINGS.md", "reproductions/README.md")
)
FLAT = " ".join(TEXT.split())


def plain(text):
    """Without line breaks, and with .1 for 0.1, so that sentences can be compared."""
    return re.sub(r"(?<![\d.])0\.", ".", " ".join(text.split()))


OBS = ("MONK 1 OBS", "MONK 2 OBS", "MONK 3 OBS, 1/2 is no")
TABLE_1, XOR, MONKS = ("hassibi1993", "table 1"), ("hassibi1993", "XOR"), ("hassibi1993", "MONK's nets")
SUNSPOTS, WEIGEND, TRESP = "pedersen1995", ("weigend1990", "arv", "12-8-1"), ("tresp1997", "table 1")
CHOSEN, NETTALK = "estimate / test error, chosen net", ("hassibi1993", "text")
RATIO, AFTER = "test error / that of 5546 weights", "test error after {} deletions, change %"
PRACTICE = ("-", "practice")
STOPPED, DIGITS = "stopped on a third set", ("lecun1990",)


def nettalk(net, corpus="bundled words"):
    return (*NETTALK, f"NETtalk {net}, {corpus}", RATIO)


PROBLEMS = ("Breast Cancer", "Diabetes", "Boston Housing")
LESS, LEAST = "1921-55, change with less decay %", "least test error, % against without"


def over(rival, problem):
    return (*TRESP, f"{problem}, EBD - {rival}", "MSE, % of stopped")


def practice(method, deleted, problem="breast cancer", way="not retrained"):
    return (*PRACTICE, f"{method}, {problem}, {way}", f"test accuracy %, {deleted} % deleted")


def rank(method, way="not retrained", quantity="average rank"):
    return ("-", "comparison", f"{method}, {way}", quantity)


WHICH = {
    "less": lambda row: -float(row["value"]),
    "fall %": lambda row: 100 * (1 - float(row["value"])),
    "rise %": lambda row: 100 * (float(row["value"]) - 1),
    "seeds": lambda row: int(row["seeds"]),
    "millions": lambda row: int(row["seeds"]) / 1e6,
    "printed": lambda row: float(ledger.targets()[ledger.key_of(row)]["paper_value"]),
    **{name: lambda row, name=name: float(row[name]) for name in ("value", "low", "high", "q1", "q3")},
    **{f"-{name}": lambda row, name=name: -float(row[name]) for name in ("value", "low", "high")},
    **{f"{name} %": lambda row, name=name: 100 * float(row[name]) for name in ("value", "low", "high", "q1", "q3")},
}


def number(gap):
    key, which = gap if isinstance(gap[0], tuple) else (gap, "value")
    return WHICH[which](ledger.results()[key])


DONG, AFTER_PRUNING = ("dong2017", "table 1"), "error after pruning %"

# a sentence; for each gap the key of a row, and which of its numbers if not the value
CLAIMS = [
    ("{:.0f}, {:.0f} and {:.0f} are the medians over those of 100 initial conditions ({}, {} and {})",
     *[(*TABLE_1, row, "weights") for row in OBS],
     *[((*TABLE_1, row, "weights"), "seeds") for row in OBS]),
    ("which only reports, has the printed {:.0f}, {:.0f} and {:.1f} %", *[(*TABLE_1, row, "test %") for row in OBS]),
    ("at 1e-8 the median nets keep {:.0f}, {:.0f} and {:.0f} more",
     *[("hassibi1993", "text", f"MONK {p} OBS, alpha 1e-8 to 1e-4", "difference in weights") for p in (1, 2, 3)]),
    ("without ties the smallest such network has {:.0f} weights",
     (*TABLE_1, "MONK 3 OBS, no output at 1/2", "weights")),
    ("OBS a weight that can be spared in {:.1f} % of {} networks",
     (*XOR, "OBS (logistic, +-1)", "solved after retraining %"),
     ((*XOR, "OBS (logistic, +-1)", "solved after retraining %"), "seeds")),
    ("OBS is right in {:.1f} %", (*XOR, "OBS (tanh, +-1)", "solved after retraining %")),
    ("of {} trained MONK's nets the median ratio of actual to predicted cost is {:.3f}",
     ((*MONKS, "OBS, exact Hessian", "actual / predicted"), "seeds"),
     (*MONKS, "OBS, exact Hessian", "actual / predicted")),
    ("it is {:.1f}, and yet that ranks", (*MONKS, "OBS, Gauss-Newton", "actual / predicted")),
    ("rank correlations with the actual costs: {:.4f} and {:.3f}",
     (*MONKS, "OBS, exact Hessian", "rank correlation"), (*MONKS, "OBS, Gauss-Newton", "rank correlation")),
    ("predicted and actual error part after {:.0f} deletions (95 % interval {:.0f} to {:.0f}; printed",
     *[((*DIGITS, "fig. 1", "OBD, not retrained", "deletions until predicted and actual error part"), which)
       for which in ("value", "low", "high")]),
    ("{:.0f} of the 2578 weights go before the error is 1 dB higher",
     (*DIGITS, "fig. 2", "OBD, retrained", "deletions with the error nearly unchanged")),
    ("deletion by magnitude costs {:.1f} dB more", (*DIGITS, "fig. 1", "1500 left", "magnitude - OBD, dB")),
    ("has {:.1f} times the training error and {:.1f} times that of the test set",
     *[(*DIGITS, "text", "interactive use on 10,000 parameters", f"{part} MSE after / before")
       for part in ("train", "test")]),
    ("changes nothing ({:.1f} dB at 1500 left, {:.2f} to {:.2f})",
     *[((*DIGITS, "fig. 1", "1500 left", "OBD, true diagonal - OBD, dB"), which)
       for which in ("value", "low", "high")]),
    ("1500 deletions cost {:.2f} dB more ({:.2f} to {:.2f})",
     *[((*DIGITS, "the recipe", "halved, 1500 deleted, bundled digits", "train error, dB, - deleted"), which)
       for which in ("value", "low", "high")]),
    ("with 1578 of 2578 left the training error is up by {:.2f} dB at alpha 1e-2, by {:.1f} by Optimal Brain Damage "
     "and {:.1f} by magnitude; but at alpha 1e-4 by {:.1f}",
     *[(*DIGITS, "the Surgeon", f"{method}, 1578 left, zip codes", "train error, dB")
       for method in ("OBS 1e-2", "OBD", "magnitude", "OBS 1e-4")]),
    ("for {:.1f} % of the test patterns right instead of {:.1f}; by Optimal Brain Damage that leaves {:.1f}, by "
     "magnitude {:.1f}", practice("OBS", 95), (*PRACTICE, "nothing deleted, breast cancer", "test accuracy %"),
     practice("OBD", 95), practice("magnitude", 95)),
    ("after each look the three have {:.1f}, {:.1f} and {:.1f}",
     *[practice(method, 95, way="retrained") for method in ("OBS", "OBD", "magnitude")]),
    ("it is {:.1f} % for the Surgeon, {:.1f} for Optimal Brain Damage and {:.1f} for magnitude",
     *[practice(method, 90, "digits 64-20-10") for method in ("OBS", "OBD", "magnitude")]),
    ("in {:.0f}, {:.1f} and {:.1f} seconds; retrained {:.1f}, {:.1f} and {:.1f}",
     *[(*PRACTICE, f"{method}, digits 64-20-10, not retrained", "seconds") for method in ("OBS", "OBD", "magnitude")],
     *[practice(method, 90, "digits 64-20-10", "retrained") for method in ("OBS", "OBD", "magnitude")]),
    ("OBS leaves {:.1f} % of the test patterns right, OBC, with a Hessian for each unit, {:.1f}, WoodFisher {:.1f} and "
     "magnitude {:.1f}",
     *[("-", "lineage", name, "test accuracy %, 75 % deleted") for name in ("OBS", "OBC", "WoodFisher", "magnitude")]),
    ("the nearest level leaves {:.1f}, GPTQ {:.1f} and OBC's order {:.1f}",
     *[("-", "lineage", f"{name}, 2 bits", "test accuracy %") for name in ("nearest level", "GPTQ", "OBC's order")]),
    ("{:.2f} % of MNIST's test digits wrong where", (*DONG, "L-OBS", AFTER_PRUNING)),
    ("with least squares has {:.2f} %", (*DONG, "L-OBS's mask, least squares", AFTER_PRUNING)),
    ("weaker than they need be: {:.2f} and {:.2f} %", *[(*DONG, name, AFTER_PRUNING) for name in ("OBD", "magnitude")]),
    ("of which {:.0f} % can go by it, the bound admits {:.0f}",
     *[("shamrai2025", "cart-pole", "second layer, Surgeon, tanh", each) for each in
       ("weights can go %", "weights by (a) %")]),
    ("holds in each of {:.0f} million pairs of a pruned policy and a state",
     (("shamrai2025", "theorem", "one layer pruned", "states where the inequality fails %"), "millions")),
    ("MONK 1 gets to {:.0f} weights from a quarter of the initial conditions or more, MONK 2 to {:.0f} from most",
     *[((*TABLE_1, f"MONK {p} OBS, retrained", "weights"), which) for p, which in ((1, "q1"), (2, "q3"))]),
    ("predicts from its memory, from each of {} starts",
     ((SUNSPOTS, "fig. 3", "4-4-1, decay 4e-4, centred", "weights at least FPE"), "seeds")),
    ("OBS has an average rank of {:.1f} (95 % interval over problems {:.1f} to {:.1f}), EBS {:.1f}, OBS in an "
     "eigenspace {:.1f}; OBD has {:.1f}, magnitude {:.1f}, random choice {:.1f}",
     *[(rank("OBS"), which) for which in ("value", "low", "high")],
     *[rank(method) for method in ("EBS", "OBS, eigenspace", "OBD", "magnitude", "random")]),
    ("Of the heirs iterative OBS has {:.1f}, OBS with one Hessian a layer {:.1f}, WoodFisher {:.1f}",
     *[rank(method) for method in ("I-OBS", "OBS, layer by layer", "WoodFisher")]),
    ("by less: {:.1f}, {:.1f} and {:.1f} against OBD's {:.1f} and magnitude's {:.1f}",
     *[rank(method, "retrained") for method in ("OBS", "EBS", "OBS, eigenspace", "OBD", "magnitude")]),
    ("by {:.1f} ranks ({:.1f} to {:.1f}), retrained by {:.1f} ({:.1f} to {:.1f})",
     *[(rank("OBD", way, "average rank less magnitude's"), which)
       for way in ("not retrained", "retrained") for which in ("-value", "-high", "-low")]),
    ("nothing is retrained ({:.1f} and {:.1f})", rank("EBD"), rank("ESP")),
    ("{:.1f} local minima with a decay of 1e-6 (median of ten starts, quartiles {:.0f} and {:.0f}) "
     "and {:.1f} with 4e-4",
     *[((SUNSPOTS, "fig. 1", "small decay", "minima per slice"), which) for which in ("value", "q1", "q3")],
     (SUNSPOTS, "fig. 1", "larger decay", "minima per slice")),
    ("falls from {:.0f} % (quartiles {:.0f} and {:.0f} %) to {:.1f} %",
     *[((SUNSPOTS, "fig. 2", "small decay", "eigenvalue ratio"), which) for which in ("value %", "q1 %", "q3 %")],
     ((SUNSPOTS, "fig. 2", "larger decay", "eigenvalue ratio"), "value %")),
    ("in half of the starts their arv on 1921-55 is {:.2f} or more", (SUNSPOTS, "arv", "4-4-1, decay 2e-4", "1921-55")),
    ("cut from 113 to {:.0f} weights has arv {:.3f}, {:.3f} and {:.3f}",
     ("weigend1990", "fig. 3", "12-8-1", "weights at least FPE"),
     *[(*WEIGEND, period) for period in ("train", "1921-55", "1956-79")]),
    ("removing half of the weights by EBD leaves a test error lower than by OBD by {:.1f}, {:.1f} and {:.1f} % of the "
     "stopped net's (95 % intervals {:.1f} to {:.1f}, {:.1f} to {:.1f}, {:.1f} to {:.1f}; {} divisions",
     *[(over("OBD", problem), "less") for problem in PROBLEMS],
     *[(over("OBD", problem), end) for problem in PROBLEMS for end in ("-high", "-low")],
     (over("OBD", "Diabetes"), "seeds")),
    ("EBD - ESP is {:+.2f}, {:+.2f} and {:+.2f} % ({:+.2f} to {:+.2f}, {:+.2f} to {:+.2f}, {:+.2f} to {:+.2f})",
     *[over("ESP", problem) for problem in PROBLEMS],
     *[(over("ESP", problem), end) for problem in PROBLEMS for end in ("low", "high")]),
    ("with nothing deleted it is {:.1f}, {:.1f} and {:.1f} %",
     *[((*TRESP, f"{problem}, nothing deleted", "MSE / stopped"), "fall %") for problem in PROBLEMS]),
    ("does not: the difference is {:+.2f}, {:+.2f} and {:+.2f} %",
     *[over("nothing deleted, three epochs", problem) for problem in PROBLEMS]),
    ("gammaOBS has {:.3f} times the test error of OBS (median, 95 % interval {:.2f} to {:.2f})",
     *[(("pedersen1996", "text", "gammaOBS / OBS", "test error"), which) for which in ("value", "low", "high")]),
    ("With a decay of 1e-4 instead of 1e-6 gammaOBS has {:.2f} times ({:.2f} to {:.2f})",
     *[(("pedersen1996", "text", "gammaOBS / OBS, decay 0.0001", "test error"), which)
       for which in ("value", "low", "high")]),
    ("(medians of {} starts; along", (("pedersen1996", "text", "gammaOBS / OBS", "test error"), "seeds")),
    ("have 95 % intervals of {:.0f} to {:.0f} % and {:.0f} to {:.0f} %",
     *[((SUNSPOTS, "fig. 3", f"4-4-1, decay 4e-4{end}", LESS), which)
       for end in (", centred", "") for which in ("low", "high")]),
    ("the best net of two inputs is within {:.1f} % in FPE",
     (SUNSPOTS, "fig. 3", "4-4-1, decay 4e-4, centred", "FPE of the best net of two inputs, above the least %")),
    ("the median of four nets has {:.2f} times its first test error on our words and {:.2f} times on the original",
     nettalk("OBS, weight decay, 1560 retrained"), nettalk("OBS, weight decay, 1560 retrained", "original corpus")),
    ("Overtrained on the original corpus it has {:.2f} times",
     nettalk("OBS, overtrained, 1560 retrained", "original corpus")),
    ("without pruning end {:.0f} % worse", (nettalk("unpruned, overtrained, 5546 retrained twice", "original corpus"),
     "rise %")),
    ("is {:.2f} times the first one by OBS, {:.2f} times by OBD and {:.2f} times by magnitude",
     *[nettalk(f"{method}, weight decay, 1560, never retrained") for method in ("OBS", "OBD", "magnitude")]),
    ("retrained at 2438 and 1560 weights they end at {:.2f}, {:.2f} and {:.2f} times",
     *[nettalk(f"{method}, weight decay, 1560 retrained") for method in ("OBS", "OBD", "magnitude")]),
    ("is of that size ({:.0f})",
     (*NETTALK, "NETtalk OBS, weight decay, 5546 weights, original corpus", "summed squared test error")),
    ("In five dimensions the median nets keep {:.0f}, {:.0f} and {:.0f} weights",
     *[("hassibi1994", "table", f"MONK {p} 5-d eigenspace", "weights") for p in (1, 2, 3)]),
    ("risen by {:.1f} % by OBS and by {:.1f} % by OBD (95 % intervals {:.1f} to {:.1f} and {:.1f} to {:.1f})",
     *[(("hassibi1994", "fig. 1", method, AFTER.format(22)), which) for method, which in (
         ("OBS", "value"), ("OBD", "value"), ("OBS", "low"), ("OBS", "high"), ("OBD", "low"), ("OBD", "high"),
     )]),
    ("retraining spoils what stopping gained ({:.1f} % after 17 deletions), and OBS spoils little ({:.1f} %, {:.1f} to "
     "{:.1f})", ("hassibi1994", "fig. 2", f"{STOPPED}, OBD", AFTER.format(17)),
     *[(("hassibi1994", "fig. 2", f"{STOPPED}, OBS", AFTER.format(17)), which) for which in ("value", "low", "high")]),
    ("Nor do the (t - o) terms hurt there ({:+.1f} % on the overtrained net, {:+.1f} to {:+.1f})",
     *[(("hassibi1994", "text", "OBS with (t - o), net of fig. 1", LEAST), each) for each in ("value", "low", "high")]),
    ("{:.1f} % in the median at the least test error where the paper has 4.4",
     (("hassibi1994", "fig. 2", f"{STOPPED}, OBS", "least test error, change %"), "less")),
    ("worse in {:.0f} % of the data sets, 95 % interval {:.0f} to {:.0f}",
     *[(("hassibi1994", "text", "OBS with (t - o), stopped on the test set", "data sets worse after 17 deletions, %"),
        which) for which in ("value", "low", "high")]),
    ("out of reach ({:.3f})", ("hassibi1994", "fig. 1", "unpruned", "train error a pattern")),
    ("Read as standard deviations they give {:.3f} and {:.0f}",
     ("hassibi1994", "fig. 1", "unpruned, read as deviations", "train error a pattern"),
     ("hassibi1994", "fig. 2", f"{STOPPED}, OBS, read as deviations", "least test error")),
]  # fmt: skip


# the three findings of the README
SHORT = [
    ("With inputs of 0 and 1 magnitude is right in {:.0f} % of the networks too; with tanh units and inputs of +-1 OBS "
     "itself is right in {:.1f} % of {}",
     (*XOR, "magnitude (tanh, 0/1)", "solved after retraining %"),
     (*XOR, "OBS (tanh, +-1)", "solved after retraining %"),
     ((*XOR, "OBS (tanh, +-1)", "solved after retraining %"), "seeds")),
    ("by it for {:.1f} % of the test patterns right instead of {:.1f}; by OBD that leaves {:.1f}, by magnitude {:.1f}",
     practice("OBS", 95), (*PRACTICE, "nothing deleted, breast cancer", "test accuracy %"),
     practice("OBD", 95), practice("magnitude", 95)),
    ("after each look the three have {:.1f}, {:.1f} and {:.1f}",
     *[practice(method, 95, way="retrained") for method in ("OBS", "OBD", "magnitude")]),
    ("its average rank of nineteen methods is {:.1f} where OBD's is {:.1f}, retrained {:.1f} where OBD's is {:.1f}",
     *[rank(method, way) for way in ("not retrained", "retrained") for method in ("OBS", "OBD")]),
    ("leaves {:.2f} % of MNIST's test digits wrong where {:.2f} is printed, magnitude {:.2f} where {:.2f} is",
     *[((*DONG, name, AFTER_PRUNING), which) for name in ("OBD", "magnitude") for which in ("value", "printed")]),
]  # fmt: skip


@pytest.mark.parametrize("sentence, gaps", [(claim[0], claim[1:]) for claim in SHORT])
def test_numbers_of_the_readme_are_the_ledgers(sentence, gaps):
    assert plain(sentence.format(*map(number, gaps))) in plain(README)


def test_numbers_of_the_sites_first_page_are_the_ledgers():
    weights = number((*TABLE_1, "MONK 1 OBS", "weights"))
    said = f"58 weights, of which {weights:.0f} are enough"
    assert said in (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert f"from 58 down to {weights:.0f}" in README and f"{weights:.0f} of 58 weights classify" in README


def test_the_quoted_claim_about_xor_holds_in_none_of_four_codings():
    words = {verdict(ledger.targets()[key], ledger.results()[key]) for key in ledger.targets() if key[1] == "XOR"}
    assert words == {"differs"}
    assert all("holds in none of four codings" in " ".join(text.split()) for text in (README, TEXT))


def test_the_grand_comparison_has_as_many_methods_and_problems_as_is_said():
    assert len(comparison.METHODS) == 19 and len(comparison.PROBLEMS) == 15
    assert "Over fifteen problems" in README and "nineteen ways to prune" in FLAT and "of fifteen problems" in FLAT


@pytest.mark.parametrize("sentence, gaps", [(claim[0], claim[1:]) for claim in CLAIMS])
def test_numbers_in_the_prose_are_the_ledgers(sentence, gaps):
    assert plain(sentence.format(*map(number, gaps))) in plain(TEXT)


def test_the_published_sunspot_errors_and_those_of_the_recurrent_nets():
    rows = {key[1:]: float(row["value"]) for key, row in ledger.results().items() if key[0] == SUNSPOTS}
    nets = ("4-4-1, decay 4e-4", "4-4-1, decay 4e-4, centred")
    ends = [sorted(rows["arv", net, period] for net in nets) for period in ("train", "1921-55", "1956-79")]
    text = "{:.3f} to {:.3f}, {:.3f} to {:.3f} and {:.2f} to {:.2f}".format(*(end for two in ends for end in two))
    assert plain(text) in plain(TEXT)
    assert {rows["fig. 3", net, "weights at least FPE"] for net in nets} == {12, 13}
    assert {rows["fig. 3", net, "inputs left"] for net in nets} == {1, 2}


def test_what_is_said_of_the_sixteen_methods():
    rows, printed = ledger.results(), ledger.targets()
    keys = [key for key in printed if key[0] == "finnoff1993" and key[3] == "average rank"]
    words = {key: verdict(printed[key], rows[key]) for key in keys}
    assert f"Of the 32 average ranks {list(words.values()).count('reproduced')} are reproduced, all with noise" in FLAT
    assert {word for key, word in words.items() if key[1] == "table 6.2.1"} == {"not decided"}
    for which in ("sixteen", "nonconvergent"):
        row = rows["finnoff1993", "table 6.2.2", f"{which} methods", "rank correlation"]
        three = [plain(f" {float(row[name]):.2f}").strip() for name in ("value", "low", "high")]
        assert re.search("{} \\((95 % interval )?{} to {}\\)".format(*map(re.escape, three)), plain(FLAT))
    means = {key[1:3]: float(rows[key]["value"]) for key in keys}
    quiet, noisy = ({m: mean for (item, m), mean in means.items() if item == t} for t in ("table 6.2.1", "table 6.2.2"))
    assert set(sorted(noisy, key=noisy.get)[-3:]) == {"##", "6#", "3#"}
    assert max(quiet["##"], quiet["6#"]) < quiet["nN"]


def test_what_is_said_of_the_iterative_surgeon():
    rows, printed = ledger.results(), ledger.targets()
    arrays = [key for key in printed if key[0] == "wu2024" and " beside " not in key[2]]
    words = [verdict(printed[key], rows[key]) for key in arrays]
    said = f"{words.count('reproduced')} of the {len(words)} numbers of its authors' arrays"
    assert said in FLAT


def test_other_statements_that_the_ledger_decides():
    rows = {key: float(row["value"]) for key, row in ledger.results().items()}
    assert all(
        rows[*XOR, f"magnitude ({hidden}, 0/1)", "solved after retraining %"] == 100 for hidden in ("tanh", "logistic")
    )
    assert rows["shamrai2025", "theorem", "one layer pruned", "states where the inequality fails %"] == 0
    assert rows[SUNSPOTS, "fig. 2", "larger decay", "starts with a smaller eigenvalue ratio %"] == 100
    pruned = [
        value for key, value in rows.items() if key[3] == RATIO and ", 1560 weights, " in key[2] and "OBS" in key[2]
    ]
    assert len(pruned) == 4 and f"no median is below {min(pruned):.2f}" in TEXT
    chosen = [value for key, value in rows.items() if key[3] == CHOSEN]
    assert len(chosen) == 4 and all(abs(value - 1) < 0.05 for value in chosen)


def test_what_was_not_attempted_is_named():
    missing = " ".join(REPRODUCTIONS.split("What nobody here has tried to measure")[1].split("\n\n")[0].split())
    names = {
        "lecun1990": "Le Cun et al. (1990)", "sejnowski1987": "Sejnowski & Rosenberg (1987)",
        "weigend1990": "Weigend et al. (1990)", "hassibi1994": "Hassibi et al. (1994)",
        "dong2017": "Dong et al. (2017)", "harang2023": "Harang & Sanders (2023)",
    }  # fmt: skip
    unmeasured = {key[0] for key, row in ledger.targets().items() if row["unmeasured"]}
    assert {paper for paper, name in names.items() if name in missing} == unmeasured - {"hassibi1993"}


def test_the_studies_that_are_shown_only_are_named():
    names = [name for name in command.NAMES if contract.load(name).SEEDS < contract.load(name).RECORDED]
    said = REPRODUCTIONS.split("without `--full`")[1].split("\n\n")[0]
    assert sorted(re.findall(r"`(\w+)`", said)) == sorted(names) and f"so for {WORDS[len(names)]}:" in said


WORDS = {17: "seventeen", 18: "eighteen", 19: "nineteen", 20: "twenty", 21: "twenty-one"}
