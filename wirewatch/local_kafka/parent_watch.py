"""Run a program that ends when the one who started it does, even by `kill -9`.

Standard input is the leash: a pipe whose other end only the owner holds. A watcher is forked off,
then this process becomes the program, so that its id and exit status are the program's own. When
the pipe closes the watcher ends the program. Started by path, with the standard library alone.
"""

import os
import signal
import sys
import time

GRACE = 10.0


def main(command: list[str]) -> None:
    """Become `command`, with a watcher on standard input."""
    program = os.getpid()
    if os.fork() == 0:
        watch(program)
        os._exit(0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    os.execv(command[0], command)


def watch(program: int) -> None:
    """Wait for the end of the leash, then end the program: kindly, and after a while for good."""
    # Whatever the program inherits, a lock on its folder for one, is not the watcher's to hold.
    os.closerange(3, max(map(int, os.listdir("/dev/fd"))) + 1)
    while os.read(sys.stdin.fileno(), 1):
        pass
    deadline = time.monotonic() + GRACE
    end(program, signal.SIGTERM)
    while os.getppid() == program and time.monotonic() < deadline:
        time.sleep(0.05)
    end(program, signal.SIGKILL)


def end(program: int, how: signal.Signals) -> None:
    """Signal the program, unless it is gone and its id perhaps another's."""
    if os.getppid() == program:
        os.kill(program, how)


if __name__ == "__main__":
    main(sys.argv[1:])
