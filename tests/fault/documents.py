"""Files for `bizosaas check`, each in a process of its own with its time and memory measured."""
import os
import resource
import subprocess
import time

import fault
from fault import check, finish

path = os.path.join(fault.work, "file.yaml")


def check_file(content, name="file.yaml"):
    """(exit code, standard error, seconds, most memory in MiB)"""
    target = os.path.join(fault.work, name)
    with open(target, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    before = time.monotonic()
    process = subprocess.Popen([fault.PROGRAM, "check", target], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=fault.environment())
    fault.running.append(process)
    try:
        out, err = process.communicate(timeout=fault.PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        return "hung", "", fault.PATIENCE, 0
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    return process.returncode, (err + out).decode("utf-8", "replace"), time.monotonic() - before, peak


def refused(name, content, *words):
    code, said, seconds, peak = check_file(content)
    check(name + ": refused", code == 1 and all(word in said for word in words) and "internal" not in said,
          "exit %s in %.1f s: %s" % (code, seconds, said[:600]))
    check(name + ": quickly, in little memory", seconds < (30 if fault.SANITIZED else 5) and
          (fault.SANITIZED or peak < 96), "%.1f s, %d MiB" % (seconds, peak))


def main():
    good = os.path.join(fault.SOURCE, "data", "resources", "lead.yaml")
    with open(good, encoding="utf-8") as file:
        text = file.read()
    refused("a duplicate key", "resource: a\nplural: b\nresource: c\n", "line", "3")
    refused("a duplicate key below", "a:\n  b: 1\n  c: 2\n  b: 3\n", "line", "4")
    refused("deep lists", "a: " + "[" * 20000 + "]" * 20000)
    refused("deep lists that do not end", "[" * 200000)
    refused("deep mappings", "".join("%sa:\n" % (" " * depth) for depth in range(800)))
    refused("a bomb of aliases", "".join(
        ["a0: &a0 [x,x,x,x,x,x,x,x,x]\n"] +
        ["a%d: &a%d [%s]\n" % (n, n, ",".join(["*a%d" % (n - 1)] * 9)) for n in range(1, 10)]))
    refused("a file over 1 MiB", "a: 1\n" + "# padding\n" * 120000)
    refused("a tab for indentation", "a:\n\tb: 1\n", "line")
    refused("an unclosed quote", 'a: "b\n' * 3, "line")
    refused("invalid UTF-8", b"a: \xff\xfe\n")
    refused("NUL bytes", b"a: \0\0\n")
    refused("nothing", "")
    refused("control sequences", "\x1b]0;x\x07: \u202e\n")
    refused("merge keys", "a: &a {x: 1}\nb:\n  <<: *a\n")
    refused("tags", "a: !!python/object/apply:os.system ['true']\n")
    refused("many documents", "---\na: 1\n" * 1000)
    code, said, _, _ = check_file(text.replace("plural: leads", "plurall: leads"), "lead.yaml")
    check("a misspelt key has line and column", code == 1 and "line" in said and "plural" in said,
          (code, said))
    if fault.SHARED and os.path.exists(os.path.join(fault.SHARED, "data", "hostile", "yaml.jsonl")):
        bad, count = [], 0
        for identity, data, _ in list(fault.corpus("yaml"))[::20 if fault.SANITIZED else 3]:
            count += 1
            code, said, seconds, _ = check_file(data)
            if code not in (0, 1) or seconds > 10 or "internal" in said:
                bad.append((identity, code, seconds, said[:200]))
        check("%d files of the YAML collection end well" % count, not bad and count > 5, bad[:5])
    else:
        fault.skip("the YAML collection", "needs shared data")
    finish()


if __name__ == "__main__":
    main()
