"""fault.py - what the fault tests share: TAP results, a home of their own, engines, a client, a terminal.

Only the standard library.  The driver of the tests gives BIZOSAAS_SOURCE, BIZOSAAS_BUILD and, where
it is, BIZOSAAS_SHARED.
"""
import atexit
import base64
import fcntl
import json
import os
import random
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time

SOURCE = os.environ.get("BIZOSAAS_SOURCE") or os.path.abspath(
    os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BUILD = os.environ.get("BIZOSAAS_BUILD") or os.path.join(SOURCE, "build")
SHARED = os.environ.get("BIZOSAAS_SHARED", "")
PROGRAM = os.path.join(BUILD, "bizosaas")
ENGINE = os.path.join(BUILD, "libexec", "bizosaas", "bizosaas-engine")
SHIM = os.path.join(BUILD, "tests", "fault", "fail_shim.so")
NOW = "2026-11-22T10:00:00+01:00"
SOAK = bool(os.environ.get("BIZOSAAS_SOAK"))
SANITIZED = bool(os.environ.get("BIZOSAAS_SANITIZED"))
PATIENCE = 120 if SANITIZED else 60  # seconds that anything may take before it counts as hung

work = tempfile.mkdtemp(prefix="biz-", dir=os.environ.get("TMPDIR") or "/tmp")
os.mkdir(os.path.join(work, "run"), 0o700)
running = []  # processes that we started
homes = []
cases = 0
failures = 0


@atexit.register
def clean_up():
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()
    for home in homes:  # engines that a command started
        for pid in processes_of(home):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
    if not os.environ.get("FAULT_KEEP"):  # to look at what a failed test left
        subprocess.run(["rm", "-rf", work], check=False)


def processes_of(home):
    """Engines that serve this home, by their command line."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/cmdline" % name, "rb") as file:
                    words = file.read().split(b"\0")
            except OSError:
                continue
            if words and words[0].endswith(b"bizosaas-engine") and os.fsencode(home) in words:
                found.append(int(name))
    return found


# ---- results --------------------------------------------------------------------------------------

def check(name, good, detail=""):
    global cases, failures
    cases += 1
    if good:
        print("ok %d - %s" % (cases, name), flush=True)
    else:
        failures += 1
        print("not ok %d - %s" % (cases, name), flush=True)
        for line in str(detail)[:3000].splitlines():
            print("# " + ascii(line)[1:-1], flush=True)
    return bool(good)


def same(name, got, wanted):
    return check(name, got == wanted, "got:    %r\nwanted: %r" % (got, wanted))


def skip(name, reason):
    global cases
    cases += 1
    print("ok %d - %s # SKIP %s" % (cases, name, reason), flush=True)


def finish():
    print("1..%d" % cases, flush=True)
    sys.exit(1 if failures else 0)


def needs_shared(*paths):
    """Ends the test when the shared data is not there."""
    if SHARED and all(os.path.exists(os.path.join(SHARED, path)) for path in paths):
        return
    print("not run: needs shared data", flush=True)
    print("ok 1 - shared data # SKIP needs shared data\n1..1", flush=True)
    sys.exit(77)


def wait_until(condition, seconds=PATIENCE, pause=0.002):
    """The first true value of condition(), or None after so long."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            return None
        time.sleep(pause)


def corpus(name):
    """(id, bytes, expect) of each item of a shared collection of hostile inputs."""
    with open(os.path.join(SHARED, "data", "hostile", name + ".jsonl"), encoding="utf-8") as file:
        for line in file:
            item = json.loads(line)
            yield item["id"], base64.b64decode(item["b64"]), item.get("expect", "")


# ---- programs -------------------------------------------------------------------------------------

def environment(**more):
    env = {
        "PATH": BUILD + ":" + os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": work,
        "BIZOSAAS_NOW": NOW, "BIZOSAAS_CONFIG": "/dev/null",
        "XDG_RUNTIME_DIR": os.path.join(work, "run"), "TERM": "xterm-256color",
    }
    for name in os.environ:
        if name.endswith("SAN_OPTIONS"):
            env[name] = os.environ[name]
    env.update({name: value for name, value in more.items() if value is not None})
    for name in [name for name, value in more.items() if value is None]:
        env.pop(name, None)
    return env


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def error(self):
        """What a verb says on standard error, as JSON; {} when it is no such thing."""
        try:
            return json.loads(self.err.strip().splitlines()[-1])["error"]
        except (ValueError, KeyError, IndexError, TypeError):
            return {}

    def json(self):
        try:
            return json.loads(self.out)
        except ValueError:
            return None

    def __str__(self):
        return "exit code %s\nstdout: %s\nstderr: %s" % (self.code, self.out[:1200], self.err[:1200])


def run(*command, input=None, env=None, timeout=PATIENCE, cwd=None):
    try:
        done = subprocess.run(command, input=input, capture_output=True, env=env or environment(),
                              timeout=timeout, check=False, cwd=cwd)
    except subprocess.TimeoutExpired:
        return Result("hung", "", "")
    return Result(done.returncode, done.stdout.decode("utf-8", "replace"),
                  done.stderr.decode("utf-8", "replace"))


class Home:
    """A data folder with a company in it."""

    def __init__(self, name="home", company=True):
        self.path = os.path.join(work, name)
        self.engine = None
        homes.append(self.path)
        if company:
            done = self.verb("init")
            if done.code != 0:
                check("init makes a company", False, done)
                finish()

    def file(self, *parts):
        return os.path.join(self.path, *parts)

    @property
    def database(self):
        return self.file("tenants", "company", "data.db")

    @property
    def socket(self):
        return self.file("engine.sock")

    def verb(self, *words, **options):
        return run(PROGRAM, "--home", self.path, *words, **options)

    def start(self, now=NOW, preload=None, **more):
        """Starts an engine; the error it gives instead, or None when it serves."""
        ours, theirs = os.pipe()
        if preload:
            more["LD_PRELOAD"] = preload
        self.engine = subprocess.Popen(
            [ENGINE, "run", "--home", self.path, "--ready-fd", str(theirs)],
            pass_fds=[theirs], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=environment(BIZOSAAS_NOW=now, **more))
        running.append(self.engine)
        os.close(theirs)
        said = b""
        end = time.monotonic() + PATIENCE
        while b"\n" not in said:
            ready, _, _ = select.select([ours], [], [], max(0, end - time.monotonic()))
            part = os.read(ours, 65536) if ready else b""
            if not part:
                break
            said += part
        os.close(ours)
        if said.startswith(b"ready"):
            return None
        try:
            code = self.engine.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            code = "hung"
        try:
            problem = json.loads(said)
        except ValueError:
            problem = {"code": "?", "message": "said %r" % said[:300]}
        problem["exit"] = code
        return problem

    def must_start(self, **options):
        problem = self.start(**options)
        if problem is not None:
            check("the engine starts", False, problem)
            finish()

    def kill(self, number=signal.SIGKILL):
        self.engine.send_signal(number)
        self.engine.wait(PATIENCE)

    def stop(self):
        """Asks it to end and waits; its exit code."""
        self.engine.send_signal(signal.SIGTERM)
        try:
            return self.engine.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            return "hung"

    def alive(self):
        return self.engine.poll() is None

    def log(self):
        try:
            with open(self.file("engine.log"), encoding="utf-8", errors="replace") as file:
                return file.read()
        except OSError:
            return ""


# ---- the wire -------------------------------------------------------------------------------------

class Gone(Exception):
    """The engine closed the connection."""


class Refused(Exception):
    def __init__(self, data):
        super().__init__(json.dumps(data, ensure_ascii=True))
        self.data = data
        self.code = data.get("code")


class Client:
    """The protocol, seen from outside and written down a second time."""

    def __init__(self, home, hello=True, timeout=PATIENCE):
        self.buffer = b""
        self.last = 0
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        try:
            self.socket.connect(home if isinstance(home, str) else home.socket)
            if hello:
                self.hello = self.call("hello", protocol=1, client="test")
        except OSError as problem:
            self.socket.close()
            raise Gone(str(problem)) from problem

    def close(self):
        self.socket.close()

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError as problem:
            raise Gone(str(problem)) from problem

    def line(self):
        while b"\n" not in self.buffer:
            try:
                part = self.socket.recv(1 << 20)
            except socket.timeout as problem:
                raise AssertionError("no answer within %d s" % PATIENCE) from problem
            except OSError as problem:
                raise Gone(str(problem)) from problem
            if not part:
                raise Gone("closed")
            self.buffer += part
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line

    def raw(self, line):
        """Sends one line of bytes; the answer as a dictionary."""
        self.send(line + b"\n")
        return json.loads(self.line().decode("utf-8"))

    def post(self, operation, /, **params):
        self.last += 1
        request = {"jsonrpc": "2.0", "id": self.last, "method": operation, "params": params}
        self.send(json.dumps(request, ensure_ascii=False).encode("utf-8") + b"\n")
        return self.last

    def answer(self, wanted):
        while True:
            message = json.loads(self.line().decode("utf-8"))
            if message.get("id") == wanted or (message.get("id") is None and "error" in message):
                if "error" in message:  # without an id: what could not be read
                    raise Refused(message["error"].get("data") or message["error"])
                return message["result"]

    def call(self, operation, /, **params):
        return self.answer(self.post(operation, **params))

    def refusal(self, operation, /, **params):
        """The error that the operation must give; {} when it was done."""
        try:
            self.call(operation, **params)
        except Refused as refused:
            return refused.data
        return {}

    def many(self, requests, window=32):
        """Performs (operation, params) in order with several under way; results or Refused."""
        waiting, results = [], []
        for operation, params in requests:
            if len(waiting) == window:
                results.append(self.settle(waiting.pop(0)))
            waiting.append(self.post(operation, **params))
        results.extend(self.settle(wanted) for wanted in waiting)
        return results

    def settle(self, wanted):
        # Answers may come in any order: keep those of others.
        kept = self.__dict__.setdefault("kept", {})
        while wanted not in kept:
            message = json.loads(self.line().decode("utf-8"))
            if "id" in message:
                kept[message["id"]] = message
        message = kept.pop(wanted)
        if "error" in message:
            return Refused(message["error"].get("data") or message["error"])
        return message["result"]

    def upload(self, name, data):
        upload = self.call("upload.start", name=name, bytes=len(data))["upload"]
        for offset in range(0, len(data), 256 * 1024):
            part = data[offset:offset + 256 * 1024]
            self.call("upload.chunk", upload=upload, offset=offset,
                      data=base64.b64encode(part).decode())
        self.call("upload.finish", upload=upload)
        return upload

    def job(self, job, seconds=PATIENCE):
        """Waits for a job to end; its status."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            status = self.call("job.status", job=job)
            if status["state"] not in ("queued", "running", "waiting", "retrying", "ready"):
                return status
            time.sleep(0.01)
        raise AssertionError("the job did not end: %r" % status)


# ---- a terminal -----------------------------------------------------------------------------------

class Terminal:
    """A program in a pseudo-terminal; everything it writes is kept."""

    def __init__(self, command, columns=80, rows=24, env=None):
        self.output = b""
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

        def child():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave,
                                        env=env or environment(), preexec_fn=child)
        running.append(self.process)
        os.close(slave)

    def send(self, keys):
        os.write(self.master, keys if isinstance(keys, bytes) else keys.encode())

    def read(self, silence=0.15, limit=10.0):
        """Reads until nothing came for so long; False once the program has ended."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            ready, _, _ = select.select([self.master], [], [], silence)
            if not ready:
                return True
            try:
                part = os.read(self.master, 65536)
            except OSError:
                return False
            if not part:
                return False
            self.output += part
        return True

    def wait_for(self, text, seconds=PATIENCE):
        """Reads until the output since now holds the text; True if it came."""
        wanted = text if isinstance(text, bytes) else text.encode()
        end = time.monotonic() + seconds
        seen = len(self.output)
        while wanted not in self.output[max(0, seen - len(wanted)):]:
            if time.monotonic() > end or not self.read(0.02, 0.2) and wanted not in self.output[seen:]:
                return wanted in self.output[max(0, seen - len(wanted)):]
        return True

    def close(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        end = time.monotonic() + 5
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.02, 0.05)
        self.read(0.02, 0.5)
        if self.process.poll() is None:
            self.process.kill()
        os.close(self.master)
        return self.process.wait()


def scanner():
    """The shared scanner of terminal output; ends the test when it is not there."""
    needs_shared("tools/faults/termscan.py")
    sys.dont_write_bytecode = True
    sys.path.insert(0, os.path.join(SHARED, "tools", "faults"))
    from termscan import Scan  # pylint: disable=import-outside-toplevel
    return Scan


def forbidden(data):
    """What a terminal must never get, found in these bytes by the shared scanner."""
    scan = scanner()()
    scan.feed(data, True)
    report = scan.report()
    return report["first"] if report["forbidden"] else []


def random_of(seed):
    return random.Random(seed)


def copy_home(home, name):
    """A copy of a home whose engine is not running."""
    copy = Home(name, company=False)
    shutil.copytree(home.path, copy.path, symlinks=True,
                    ignore=lambda folder, names: [n for n in names if n == "engine.sock"])
    os.chmod(copy.path, 0o700)
    return copy
