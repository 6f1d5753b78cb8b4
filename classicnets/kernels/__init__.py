"""The Numba kernels, a file for each module that calls them: plain loops over arrays, no objects.

A kernel and its helpers stay in one file, because Numba's disk cache does not notice edits in another.
"""
