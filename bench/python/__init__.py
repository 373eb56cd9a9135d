"""The Python sides of the comparison: a module for each client, run by `worker`."""
