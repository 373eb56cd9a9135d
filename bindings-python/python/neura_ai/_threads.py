"""Which thread it is."""

import threading


def is_main() -> bool:
    """Whether this is the thread on which Python runs signal handlers."""
    return threading.get_ident() == threading.main_thread().ident
