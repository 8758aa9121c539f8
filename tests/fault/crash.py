"""The kill -9 loop.  Four clients write and note each acknowledgement in a file of their own only after
the reply came; an import of a CSV runs beside them.  The engine is killed 30 to 400 ms after it began
to serve; a new one is started and everything acknowledged since the last look is asked for."""
import multiprocessing
import os
import time

import fault
from fault import Client, Gone, Home, Refused, check, finish

KILLS = int(os.environ.get("FAULT_KILLS") or (2000 if fault.SOAK else 20 if fault.SANITIZED else 200))
SEED = int(os.environ.get("FAULT_SEED") or 1)
CLIENTS = 4
IMPORT_ROWS = 1500
PACE = 0.025  # seconds a client rests between two records, so that the base stays small enough to verify
FULL_LOOK = 50  # kills between two looks at everything ever acknowledged


def writer(home, number, acknowledged):
    """One client: makes leads and changes the one before, until it is ended."""
    sequence = 0
    previous = None
    with open(acknowledged, "a", buffering=1, encoding="ascii") as notes:
        client = None
        while True:
            try:
                client = client or Client(home, timeout=20)
                key = "k%d-%d" % (number, sequence)
                made = client.call("lead.create", last_name="Writer %d" % number, external_ref=key,
                                   email="%s@writers.example" % key)
                notes.write("C %s %s\n" % (key, made["id"]))
                if previous and sequence % 2:
                    client.call("lead.update", id=previous[1], description="changed " + key)
                    notes.write("U %s %s\n" % (previous[0], key))
                previous = (key, made["id"])
                sequence += 1
                time.sleep(PACE)
            except (Gone, AssertionError, ValueError):
                # Not acknowledged: it may be there or not, but never twice; the key is not used again.
                if client:
                    client.close()
                client = None
                previous = None
                sequence += 1
                time.sleep(0.005)
            except Refused as refused:
                notes.write("R %s %s\n" % (sequence, refused))
                sequence += 1


class Notes:
    """The acknowledgements, read as they grow."""

    def __init__(self, paths):
        self.paths = paths
        self.offsets = [0] * len(paths)
        self.created, self.changed, self.refused = {}, {}, []

    def read(self):
        fresh = []
        for index, path in enumerate(self.paths):
            with open(path, "rb") as file:
                file.seek(self.offsets[index])
                text = file.read()
            whole = text[:text.rfind(b"\n") + 1]
            self.offsets[index] += len(whole)
            for line in whole.decode().splitlines():
                kind, key, rest = line.split(" ", 2)
                if kind == "C":
                    self.created[key] = rest
                    fresh.append(key)
                elif kind == "U":
                    self.changed[key] = "changed " + rest
                    fresh.append(key)
                else:
                    self.refused.append(line)
        return fresh


def rows_of(client, filter_text):
    """Every lead that fits, page by page."""
    after, rows = None, []
    while True:
        params = {"filter": filter_text, "limit": 200, "columns": ["external_ref", "description"],
                  "sort": "id"}
        if after:
            params["after"] = after
        page = client.call("lead.list", **params)
        rows.extend(page["records"])
        after = page["next"]
        if not after:
            return rows


def look_for(client, notes, keys):
    """What is wrong with these acknowledged keys now; [] when nothing."""
    problems = []
    keys = sorted(set(keys))
    for start in range(0, len(keys), 100):
        part = keys[start:start + 100]
        found = {}
        for row in rows_of(client, "external_ref in (%s)" % ", ".join('"%s"' % key for key in part)):
            found.setdefault(row["external_ref"], []).append(row)
        for key in part:
            rows = found.get(key, [])
            if len(rows) != 1 or rows[0]["id"] != notes.created[key]:
                problems.append("%s acknowledged as %s is there %d times: %r" %
                                (key, notes.created[key], len(rows), rows))
            elif key in notes.changed and rows[0]["description"] != notes.changed[key]:
                problems.append("%s: %r instead of %r" %
                                (key, rows[0]["description"], notes.changed[key]))
    return problems


def doubles(client):
    """Keys that stand in the base more than once, written or imported."""
    seen, twice = {}, []
    for row in rows_of(client, "external_ref is not empty"):
        key, identity = row["external_ref"], row["id"]
        if key in seen:
            twice.append("%s is %s and %s" % (key, seen[key], identity))
        seen[key] = identity
    return seen, twice


class Imports:
    """One import after the other; each must end with all its rows, once."""

    def __init__(self):
        self.count = 0
        self.current = None
        self.done = []
        self.problems = []
        self.resumed = 0

    def go_on(self, client, may_begin):
        if self.current:
            status = client.call("job.status", job=self.current)
            if status["state"] == "done":
                result = status["result"]
                if result["created"] != IMPORT_ROWS or result["failed"]:
                    self.problems.append("import %d: %r" % (self.count, result))
                self.resumed += status["attempts"] > 1
                self.done.append(self.count)
                self.current = None
            elif status["state"] not in ("queued", "running"):
                self.problems.append("import %d: %r" % (self.count, status))
                self.current = None
        if not self.current and may_begin:
            number = self.count + 1
            lines = ["id,first_name,last_name,email"]
            lines.extend("i%d-%d,Anna,Import %d,i%d-%d@import.example" % (number, row, row, number, row)
                         for row in range(IMPORT_ROWS))
            upload = client.upload("people.csv", "\n".join(lines).encode() + b"\n")
            self.current = client.call("import.start", resource="lead", upload=upload)["job"]
            self.count = number


def ensure_started(home):
    home.must_start()
    return Client(home)


def main():
    random = fault.random_of(SEED)
    home = Home()
    paths = [os.path.join(fault.work, "acknowledged-%d" % number) for number in range(CLIENTS)]
    for path in paths:
        open(path, "w", encoding="ascii").close()
    context = multiprocessing.get_context("fork")
    client = ensure_started(home)
    writers = [context.Process(target=writer, args=(home.socket, number, path),
                               daemon=True) for number, path in enumerate(paths)]
    for process in writers:
        process.start()
    notes, imports = Notes(paths), Imports()
    problems, kills, looks = [], 0, []
    try:
        for kills in range(1, KILLS + 1):
            imports.go_on(client, kills % 3 == 1)
            client.close()
            time.sleep(random.uniform(0.03, 0.4))  # the moment of the kill is the point of the test
            home.kill()
            fresh = notes.read()
            started = time.monotonic()
            client = ensure_started(home)
            looks.append(time.monotonic() - started)
            if kills % FULL_LOOK == 0:
                fresh = list(notes.created)
                problems += ["twice: " + key for key in doubles(client)[1]]
            problems += look_for(client, notes, fresh)
            verified = client.call("audit.verify")
            if verified.get("ok") is not True:
                problems.append("audit verify: %r" % verified)
            if problems:
                break
    except (Refused, Gone, AssertionError) as problem:
        problems.append("after %d kills: %s: %s" % (kills, type(problem).__name__, problem))
    for process in writers:
        process.kill()
        process.join()
    report(home, notes, imports, problems, kills, looks)


def report(home, notes, imports, problems, kills, looks):
    print("# seed %d: %d kills, %d creates and %d changes acknowledged, %d imports done, %d of them "
          "after a kill; the engine served again after %.0f ms (median), %.0f ms (worst)" % (
              SEED, kills, len(notes.created), len(notes.changed), len(imports.done), imports.resumed,
              1e3 * sorted(looks)[len(looks) // 2] if looks else 0, 1e3 * max(looks, default=0)))
    check("%d kills of %d" % (kills, KILLS), kills == KILLS, problems[:3])
    check("nothing acknowledged is lost or doubled, the chain is whole after each kill", not problems,
          "\n".join(problems[:10]) + "\n" + home.log()[-2000:])
    check("no client was refused", not notes.refused, "\n".join(notes.refused[:5]))
    if problems or not home.alive():
        finish()
    client = Client(home)
    check("the clients got work done", len(notes.created) >= 3 * kills, len(notes.created))
    status = client.job(imports.current) if imports.current else None
    if status:
        check("the last import ends", status["state"] == "done" and
              status["result"]["created"] == IMPORT_ROWS, status)
        imports.resumed += status["attempts"] > 1
    check("imports went on after kills", imports.resumed > 0 and not imports.problems,
          imports.problems)
    notes.read()
    seen, twice = doubles(client)
    check("nothing is there twice", not twice, twice[:10])
    missing = [key for number in range(1, imports.count + 1) for key in
               ("i%d-%d" % (number, row) for row in range(IMPORT_ROWS)) if key not in seen]
    check("every row of every import is there", not missing, missing[:10])
    wrong = look_for(client, notes, list(notes.created))
    check("all that was ever acknowledged is there", not wrong, "\n".join(wrong[:10]))
    verified = client.call("audit.verify")
    check("the chain is whole", verified.get("ok") is True, verified)
    client.close()
    fault.same("the engine ends in order", home.stop(), 0)
    done = home.verb("doctor")
    check("the doctor finds the database sound", done.code == 0, done)
    finish()


if __name__ == "__main__":
    main()
