"""Do several slow things at once: one waits for the network while another unpacks."""

import threading
import time
from collections.abc import Callable

from sandbox import process


def together(*jobs: Callable[[], None]) -> None:
    """Run all jobs, each in its thread; a failure is raised once all have ended, the work of the others being kept."""
    failures: list = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as failure:  # SystemExit is how a job fails
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except KeyboardInterrupt:
        # A job whose program is killed ends as failed; one that is between two programs loses the next.
        while any(thread.is_alive() for thread in threads):
            process.kill_all()
            time.sleep(0.1)
        raise
    if failures:
        raise failures[0]
