"""One figure a file; `benchmarks.registry` lists them."""
