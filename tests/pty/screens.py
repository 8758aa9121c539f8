#!/usr/bin/env python3
"""The screens in a pseudo-terminal: bytes a key costs, signals, lost lines, odd terminals.

usage: screens.py PROGRAM      Says TAP lines; only the standard library is used.
"""
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

PROGRAM = sys.argv[1]
DOWN = b"\x1b[B"
count = 0
failed = 0


class Terminal:
    def __init__(self, *arguments, columns=80, rows=24, term="xterm-256color", **environment):
        self.master, self.slave = os.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(self.slave)
        env = {"PATH": os.environ["PATH"], "TERM": term, "LC_ALL": "C.UTF-8",
               "BIZOSAAS_NOW": "2026-11-22T10:42:00+01:00", **environment}

        def own_session():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen([PROGRAM, *arguments], stdin=self.slave, stdout=self.slave,
                                        stderr=self.slave, env=env, preexec_fn=own_session)
        self.seen = b""
        self.read(0.4, 5)

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, silence, limit):
        """What comes until `silence` seconds without a byte (after the first one)."""
        got = b""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            wait = silence if got else end - time.monotonic()
            if not select.select([self.master], [], [], max(0, wait))[0]:
                break
            try:
                got += os.read(self.master, 65536)
            except OSError:
                break
        self.seen += got
        return got

    def press(self, keys):
        os.write(self.master, keys)
        return self.read(0.12, 2)

    def end(self, how):
        """Ends it with a signal; (exit code, milliseconds)."""
        start = time.monotonic()
        self.process.send_signal(how)
        return self.wait(start)

    def wait(self, start):
        while self.process.poll() is None and time.monotonic() - start < 5:
            if select.select([self.master], [], [], 0.005)[0]:
                self.seen += os.read(self.master, 65536)
        took = (time.monotonic() - start) * 1000
        self.read(0.05, 0.2)
        return self.process.poll(), took

    def restored(self):
        after = termios.tcgetattr(self.slave)
        screen = self.seen.rfind(b"\x1b[?1049l") > self.seen.rfind(b"\x1b[?1049h")
        cursor = self.seen.rfind(b"\x1b[?25h") > self.seen.rfind(b"\x1b[?25l")
        paste = self.seen.rfind(b"\x1b[?2004l") > self.seen.rfind(b"\x1b[?2004h")
        return after[:4] == self.before[:4] and screen and cursor and paste

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for descriptor in (self.master, self.slave):
            try:
                os.close(descriptor)
            except OSError:
                pass


def check(name, right, why=""):
    global count, failed
    count += 1
    failed += not right
    print(("ok" if right else "not ok") + f" {count} - {name}" + (f": {why}" if not right else ""),
          flush=True)


def bytes_of_a_key():
    t = Terminal("lead")
    costs = [len(t.press(DOWN)) for _ in range(12)]
    check("Down costs at most 200 bytes", sorted(costs)[6] <= 200, costs)
    check("an idle screen sends nothing", t.read(0.1, 1.5) == b"")
    check("leads are there", b"Maya" in t.seen and b"L-2041" in t.seen)
    os.write(t.master, DOWN * 60 + b"\r")
    t.read(0.4, 4)
    text = t.press(b"e")
    check("type-ahead is not dropped", b"L-21" in t.seen and text != b"")
    t.close()


def signals():
    for number, code in ((signal.SIGHUP, 129), (signal.SIGTERM, 143)):
        t = Terminal("lead")
        got, took = t.end(number)
        check(f"{number.name} ends with {code}", got == code, got)
        check(f"{number.name} ends in time", took <= 400, took)
        check(f"{number.name} gives the terminal back", t.restored())
        t.close()
    t = Terminal("--crash")
    got, _ = t.wait(time.monotonic())
    check("a crash is a crash", got == -signal.SIGSEGV, got)
    check("a crash gives the terminal back", t.restored())
    t.close()
    t = Terminal()
    os.write(t.master, b"q")
    got, _ = t.wait(time.monotonic())
    check("q ends with 0 and gives the terminal back", got == 0 and t.restored(), got)
    t.close()
    t = Terminal("lead")
    os.close(t.slave)
    os.close(t.master)
    start = time.monotonic()
    while t.process.poll() is None and time.monotonic() - start < 3:
        time.sleep(0.01)
    check("a lost line ends it", t.process.poll() in (129, -signal.SIGHUP), t.process.poll())
    t.close()


def stop_and_go():
    t = Terminal("lead")
    t.process.send_signal(signal.SIGTSTP)
    t.read(0.15, 1)
    t.process.send_signal(signal.SIGCONT)
    t.read(0.3, 2)
    check("it goes on after a stop", t.process.poll() is None and len(t.press(DOWN)) > 0)
    check("the screen is taken again", t.seen.rfind(b"\x1b[?1049h") > t.seen.rfind(b"\x1b[?1049l"))
    t.resize(120, 40)
    check("another size repaints", len(t.read(0.3, 2)) > 1000)
    t.resize(1, 1)
    t.read(0.2, 1)
    t.resize(80, 24)
    t.read(0.3, 1)
    check("one cell is survived", t.process.poll() is None)
    t.close()


def odd_terminals():
    t = Terminal(term="dumb")
    got, _ = t.wait(time.monotonic())
    check("TERM=dumb is told about the command line", got == 1 and b"bizosaas --help" in t.seen, t.seen)
    t.close()
    t = Terminal(term="no-such-terminal")
    got, _ = t.wait(time.monotonic())
    check("an unknown TERM is named", got == 1 and b"no-such-terminal" in t.seen, t.seen)
    t.close()
    t = Terminal("lead", NO_COLOR="1")
    colours = re.findall(rb"\x1b\[[0-9;]*(?:3[0-8]|4[0-8]|9[0-7])[0-9;]*m", t.seen)
    check("NO_COLOR is honoured", not colours and b"Maya" in t.seen, colours[:3])
    t.close()
    t = Terminal("lead", LC_ALL="C", LANG="C")
    check("LANG=C is ASCII", all(byte < 128 for byte in t.seen) and b"Maya" in t.seen)
    t.close()
    t = Terminal("lead", term="vt100")
    check("a vt100 is enough", b"Maya" in t.seen and t.process.poll() is None)
    t.close()
    t = Terminal("lead")
    check("synchronised output is not used unasked", b"?2026h" not in t.seen)
    t.press(b"\x1b[?0u")
    t.press(b"\x1b[?2026;2$y")
    check("it is used when the terminal says so", b"\x1b[?2026h" in t.press(DOWN))
    t.close()


bytes_of_a_key()
signals()
stop_and_go()
odd_terminals()
print(f"1..{count}")
sys.exit(1 if failed else 0)
