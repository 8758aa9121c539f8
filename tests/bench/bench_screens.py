#!/usr/bin/env python3
"""The list of a million leads on a terminal of 80x24, beside the smallest ncurses program that moves a
highlight in a list; both driven by the shared ptybench.

usage: bench_screens.py      BENCH_LEADS=1000000  BENCH_RUNS=5  BENCH_KEEP=FOLDER (made once, used again)
"""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
SHARED = os.environ.get("BIZOSAAS_SHARED") or os.path.join(SOURCE, "..", "shared")
TOOLS = os.path.join(SHARED, "tools", "terminal")
LEADS = int(os.environ.get("BENCH_LEADS") or 1000000)
RUNS = int(os.environ.get("BENCH_RUNS") or 5)
FIRST = ("Anna", "Ben", "Carla", "David", "Emma", "Felix", "Greta")
LAST = ("Almeida", "Bauer", "Costa", "Dubois", "Engel", "Fischer", "Garcia", "Hansen", "Ivanov", "Jansen")


def find_program():
    """`bizosaas bench` runs us as BUILD/libexec/bizosaas/bench-screens."""
    build = os.environ.get("BIZOSAAS_BUILD") or os.path.join(
        os.path.dirname(os.path.abspath(sys.argv[0])), "..", "..")
    for folder in (build, os.path.join(SOURCE, "build")):
        program = os.path.realpath(os.path.join(folder, "bizosaas"))
        if os.path.isfile(program):
            return program
    sys.exit("bench_screens: there is no built program")


def fill(program, home, work):
    path = os.path.join(work, "leads.csv")
    with open(path, "w", encoding="ascii") as file:
        file.write("external_ref,first_name,last_name,company_name,email,score\n")
        for number in range(LEADS):
            file.write("b%d,%s,%s%d,Company %d,p%d@example%d.com,%d\n" % (
                number, FIRST[number * 31 % 7], LAST[number * 17 % 10], number % 5000, number % 20000,
                number, number % 700, number % 101))
    subprocess.run([program, "--home", home, "init"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([program, "--home", home, "import", "lead", path], check=True,
                   stdout=subprocess.DEVNULL)
    os.unlink(path)


def build_floor(work):
    floor = os.path.join(work, "floor")
    done = subprocess.run([os.environ.get("CC", "cc"), "-O2", "-o", floor, os.path.join(TOOLS, "floor.c"),
                           "-lncursesw", "-ltinfo"], check=False, capture_output=True)
    return floor if done.returncode == 0 else None


def figures(row):
    return tuple(row.get(name) or 0.0 for name in (
        "start_cpu_ms", "start_first_ms", "down_cpu_ms", "down_bytes", "down_ms", "page_cpu_ms", "peak_rss_kb"))


def main():
    if not os.path.exists(os.path.join(TOOLS, "ptybench.py")):
        print("bench_screens: not run: needs shared data")
        return 0
    sys.dont_write_bytecode = True
    sys.path.insert(0, TOOLS)
    import ptybench  # pylint: disable=import-outside-toplevel
    program = find_program()
    work = tempfile.mkdtemp(prefix="bench-screens-", dir=os.environ.get("TMPDIR") or "/tmp")
    home = os.environ.get("BENCH_KEEP") or os.path.join(work, "home")
    try:
        if not os.path.exists(os.path.join(home, "company.json")):
            fill(program, home, work)
        subprocess.run([program, "--home", home, "engine", "start"], check=True, stdout=subprocess.DEVNULL)
        environment = {"BIZOSAAS_CONFIG": "/dev/null", "LC_ALL": "C.UTF-8"}
        ours = ptybench.measure({"name": "bizosaas", "cmd": [program, "--home", home], "env": environment,
                                 "pre": [[":leads\r", 0.8]], "quit": "\x11"}, 80, 24, RUNS, 15, 2)
        floor = build_floor(work)
        bound = ptybench.measure({"name": "floor", "cmd": [floor, "-b"], "quit": "q"}, 80, 24, RUNS, 15, 0) \
            if floor else {}
        screen = ours.get("screen") or []  # only where python3-pyte is installed
        if screen and not any("Company" in line or "@" in line for line in screen):
            print("\n".join(screen))
            print("bench_screens: the list of leads did not come")
            return 1
        start_cpu, start_first, down_cpu, down_bytes, down_ms, page_cpu, peak = figures(ours)
        floor_start, _, floor_cpu, floor_bytes, floor_ms, floor_page, floor_peak = figures(bound)
        print("first frame: %.1f ms CPU (target 10), first byte after %.0f ms; floor %.1f ms CPU" %
              (start_cpu, start_first, floor_start))
        print("Down in %d leads: %.3f ms CPU (target 0.25), %.0f bytes (target 200), painted after %.2f ms; "
              "floor %.3f ms, %.0f bytes, %.2f ms; ratio of CPU %.1f" %
              (LEADS, down_cpu, down_bytes, down_ms, floor_cpu, floor_bytes, floor_ms,
               down_cpu / floor_cpu if floor_cpu else 0))
        print("PageDown: %.2f ms CPU; floor %.2f ms" % (page_cpu, floor_page))
        print("memory: %.1f MB at most (target 10); floor %.1f MB" % (peak / 1e3, floor_peak / 1e3))
        print("idle: %.2f ms CPU and %.0f bytes a second" %
              (ours.get("idle_cpu_ms_per_s") or 0, ours.get("idle_bytes_per_s") or 0))
        return 0
    finally:
        subprocess.run([program, "--home", home, "engine", "stop"], check=False, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
