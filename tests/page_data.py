"""What is written into a page, read back: the data, and of a pruning each step's weights, as the page's script does."""

import json
import re

import numpy as np


def data_of(html):
    """The data of a page."""
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    return json.loads(text)


def steps_of(record, n):
    """Of each step of a path the weights, the mask and the saliencies (or None), each (n,)."""
    mask, weights = np.isin(np.arange(n), record["start"]), np.zeros(n)
    for step in record["steps"]:
        mask = mask.copy()
        mask[step.get("deleted", [])], mask[step.get("revived", [])] = False, True
        weights = spread(step["weights"], mask, 0.0) if "weights" in step else np.where(mask, weights, 0.0)
        saliencies = step.get("saliencies")
        yield weights, mask, None if saliencies is None else spread(saliencies, mask, np.nan)


def spread(values, mask, missing):
    """One value for each weight that is there, at its place (n,)."""
    whole = np.full(len(mask), missing)
    whole[mask] = [np.nan if value is None else float(value) for value in values]
    return whole
