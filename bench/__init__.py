"""Compares the clients of this project with others. `python -m bench --help` says how."""
