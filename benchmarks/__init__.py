"""How fast classicnets is, against jitted JAX, PyTorch, LAPACK and plain NumPy, all timed in one run.

    python -m benchmarks                      everything, about five minutes
    python -m benchmarks hessian recursion    these parts alone

It prints a table, writes benchmarks/results.csv and draws into benchmarks/figures. JAX and PyTorch are optional.
"""
