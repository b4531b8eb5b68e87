"""Keeps a probed callable from doing harm: what would leave the working directory fails as the system would fail."""

from __future__ import annotations

import errno
import os
import re
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

# Events of the interpreter's audit that touch something outside this process and its working directory.
_FOREIGN = re.compile(
    r"socket\.(connect|bind|sendto|sendmsg|getaddrinfo|gethostby\w+|getnameinfo|getservby\w+|sethostname)$"
    r"|subprocess\.|os\.(system|exec|fork|forkpty|posix_spawn|kill|killpg|putenv|unsetenv|startfile|chdir)"
    r"|pty\.|webbrowser\.|ftplib\.|smtplib\.|imaplib\.|poplib\.|nntplib\.|telnetlib\.|http\.client\.(connect|send)"
    r"|syslog\.|signal\.pthread_kill|ctypes\.|resource\.(setrlimit|prlimit)|fcntl\.|mmap\.__new__"
)
_PATHS = re.compile(r"os\.(remove|rename|rmdir|mkdir|chmod|chown|link|symlink|truncate|utime|\w+xattr)$|shutil\.")
# Names that end, stop or change the process itself, or that take what no battery should guess.
DENIED = re.compile(
    r"os\.(_exit|abort|fork\w*|exec\w*|kill\w*|close\w*|dup2|set\w+id|setgroups|initgroups|chroot|wait\w*|pause|popen"
    r"|system|spawn\w*|posix_spawn\w*|nice|setsid|setpgrp|setpgid|tcsetpgrp|umask|chdir|fchdir|register_at_fork|sync"
    r"|get(login|random|loadavg)|urandom|startfile|setpriority|sched_set\w+|lockf|posix_openpt)$"
    r"|(sys|_thread|faulthandler|ctypes|_ctypes|curses|_curses|_curses_panel|readline|gc|_posixsubprocess|syslog|nis"
    r"|_tkinter|tkinter|_multiprocessing|_posixshmem|_imp|_testcapi|atexit|ossaudiodev|spwd|tracemalloc|_tracemalloc"
    r"|marshal|pdb|code|webbrowser|_asyncio|_weakref|_opcode|_lsprof|_symtable|_xxinterpchannels|_contextvars|_abc|_stat)\."
    r"|(input|breakpoint|exit|quit|help|exec|copyright|credits|license|eval|super|type|globals|locals|vars|dir)$"
    r"|_?signal\.(?!signal$)|time\.(sleep|clock_settime\w*|tzset)$|resource\.|termios\.|.*\.__exit__$"
    r"|socket\.(sethostname|close|fromfd)$|_socket\.(sethostname|close)$|asyncio\.|_io\._|.*\.(detach|_[a-z]\w*)$"
)


class TooSlow(BaseException):
    """A probe took longer than its time."""


def enclose(place: Path) -> None:
    """Confine this process for good: little memory and small files, nothing outside `place`, no reports."""
    os.chdir(place)
    quiet = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(quiet, descriptor)
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, _late)
    sys.addaudithook(_hook(str(place)))


def _late(number: int, frame: object) -> None:
    raise TooSlow(number, frame)


def _hook(place: str) -> Callable[[str, tuple[object, ...]], None]:
    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if _FOREIGN.match(event) or (_PATHS.match(event) and any(_outside(item, place) for item in arguments[:2])):
            raise OSError(errno.EPERM, "not permitted")
        if event == "open" and _writes(arguments) and _outside(arguments[0], place):
            raise OSError(errno.EACCES, "not permitted")

    return watch


def _writes(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2] if len(arguments) > 2 else 0  # noqa: PLR2004 - path, mode and flags, says the audit table
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC))


def _outside(thing: object, place: str) -> bool:
    if isinstance(thing, bytes):
        thing = os.fsdecode(thing)
    if not isinstance(thing, str):
        return False
    found = os.path.realpath(thing)
    return not found.startswith(place) and found != os.devnull
