"""How fast classicnets is, against jitted JAX, PyTorch, LAPACK and plain NumPy, all timed in one run.

    python -m benchmarks                      everything, about half an hour
    python -m benchmarks hessian recursion    these parts alone
    python -m benchmarks laptops              the Hessian with older instructions and other numbers of threads

It prints a table, writes benchmarks/results.csv and draws into benchmarks/figures. JAX, PyTorch and
scikit-learn are optional.
"""
