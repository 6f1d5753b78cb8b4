"""Finnoff et al. (1993), tables 6.2.1 and 6.2.2: one case a printed row, over the paper's six data sets (minutes)."""

import pytest
import rows

from reproductions import finnoff1993_ranks as study


@pytest.mark.slow
@pytest.mark.parametrize("key", rows.cases(rows.keys(("finnoff1993",))))
def test_row(key):
    assert rows.measured(study, key, 6) == rows.recorded(key)
