"""Each fault on a copy of one company; a clear error each time, and the untouched data afterwards."""
import os
import signal
import sqlite3
import time

import fault
from fault import Client, Gone, Home, check, finish, same, wait_until

ROWS = 400


def make_company():
    home = Home()
    home.must_start()
    client = Client(home)
    requests = [("lead.create", {"last_name": "Row%04d" % number, "description": "d" * 300})
                for number in range(ROWS)]
    client.many(requests)
    client.close()
    same("the company's engine ends in order", home.stop(), 0)
    return home


def refuses(name, home, words, code="storage"):
    """The engine refuses to start with such an error, and the command line says the same."""
    problem = home.start()
    if problem is None:
        home.kill()
        return check(name + ": refused", False, "it serves")
    said = (problem.get("message", "") + " " + problem.get("hint", "")).lower()
    check(name + ": refused clearly", problem.get("code") == code and
          all(word in said for word in words), problem)
    same(name + ": exit code", problem["exit"], 75 if code == "again" else 1)
    verb = home.verb("list", "lead", "--limit", "1")
    return check(name + ": the command line says the same", verb.code in (1, 75) and
                 verb.error().get("code") == code, verb)


def whole(name, home):
    """Everything is there and writable."""
    home.must_start()
    client = Client(home)
    same(name + ": nothing is lost", client.call("lead.count", filter="last_name ~ Row")["count"], ROWS)
    same(name + ": it can be written", client.refusal("lead.create", last_name="Later"), {})
    check(name + ": the chain is whole", client.call("audit.verify").get("ok") is True)
    client.close()
    home.stop()


def from_the_future(company):
    home = fault.copy_home(company, "future1")
    with open(home.file("company.json"), encoding="utf-8") as file:
        text = file.read()
    with open(home.file("company.json"), "w", encoding="utf-8") as file:
        file.write(text.replace('"format":1', '"format":7').replace('"format": 1', '"format": 7'))
    refuses("a folder of a newer format", home, ["newer"])
    with open(home.file("company.json"), "w", encoding="utf-8") as file:
        file.write(text)
    whole("a folder of a newer format, put back", home)
    for kind, path in (("tenant", home.database), ("system", home.file("system.db"))):
        database = sqlite3.connect(path)
        version = database.execute("SELECT max(version) FROM migration").fetchone()[0]
        columns = [row[1] for row in database.execute("PRAGMA table_info(migration)")]
        others = ", ".join(name for name in columns if name != "version")
        database.execute("INSERT INTO migration (version, %s) SELECT ?, %s FROM migration "
                         "WHERE version = ?" % (others, others), (version + 5, version))
        database.commit()
        database.close()
        if kind == "system":
            refuses("a newer schema of the " + kind, home, ["newer"])
        else:
            problem = home.start()
            if problem is None:  # opened when somebody comes
                verb = home.verb("list", "lead")
                check("a newer schema of the tenant: refused clearly", verb.code == 1 and
                      verb.error().get("code") == "storage" and "newer" in verb.err, verb)
                home.kill()
            else:
                check("a newer schema of the tenant: refused clearly", "newer" in str(problem), problem)
        database = sqlite3.connect(path)
        same("a newer schema of the %s: nothing was changed" % kind,
             database.execute("SELECT max(version) FROM migration").fetchone()[0], version + 5)
        database.execute("DELETE FROM migration WHERE version = ?", (version + 5,))
        database.commit()
        database.close()
    whole("a newer schema, taken back", home)


def garbage_in_company_json(company):
    home = fault.copy_home(company, "garbage")
    with open(home.file("company.json"), encoding="utf-8") as file:
        text = file.read()
    for name, content in (("empty", ""), ("cut", text[:5]), ("deep", "[" * 5000), ("binary", "\0" * 99)):
        with open(home.file("company.json"), "w", encoding="utf-8") as file:
            file.write(content)
        problem = home.start()
        check("company.json, %s: refused clearly" % name, problem is not None and
              problem.get("exit") == 1 and len(problem.get("message", "")) > 10, problem)
    with open(home.file("company.json"), "w", encoding="utf-8") as file:
        file.write(text)
    whole("company.json, put back", home)


def permissions(company):
    home = fault.copy_home(company, "modes")
    for path, loose, right in ((home.path, 0o750, 0o700), (home.path, 0o707, 0o700),
                               (home.file("system.db"), 0o640, 0o600),
                               (home.file("system.db"), 0o602, 0o600),
                               (home.file("master.key"), 0o440, 0o400),
                               (home.file("master.key"), 0o404, 0o400)):
        name = "%s with mode %o" % (os.path.basename(path), loose)
        os.chmod(path, loose)
        refuses(name, home, [])
        os.chmod(path, right)
    os.chmod(home.database, 0o644)
    home.start()
    verb = home.verb("list", "lead")
    check("data.db with mode 644: refused clearly", verb.code == 1 and
          verb.error().get("code") == "storage" and "chmod" in verb.err, verb)
    if home.alive():
        home.kill()
    os.chmod(home.database, 0o600)
    whole("modes, put right", home)


def links(company):
    home = fault.copy_home(company, "links")
    for path in (home.file("system.db"), home.file("master.key")):
        moved = os.path.join(fault.work, "moved")
        os.rename(path, moved)
        os.symlink(moved, path)
        refuses("%s behind a link" % os.path.basename(path), home, ["link"])
        os.unlink(path)
        os.rename(moved, path)
    moved = os.path.join(fault.work, "moved.db")
    os.rename(home.database, moved)
    os.symlink(moved, home.database)
    home.start()
    verb = home.verb("list", "lead")
    check("data.db behind a link: refused clearly", verb.code == 1 and
          verb.error().get("code") == "storage" and "link" in verb.err, verb)
    if home.alive():
        home.kill()
    os.unlink(home.database)
    os.rename(moved, home.database)
    whole("links, taken away", home)


def missing_parts(company):
    home = fault.copy_home(company, "missing")
    for path in (home.file("master.key"), home.file("system.db")):
        moved = path + ".moved"
        os.rename(path, moved)
        problem = home.start()
        check("without %s: refused clearly" % os.path.basename(path), problem is not None and
              problem.get("exit") == 1 and os.path.basename(path) in problem.get("message", ""), problem)
        check("without %s: no other is made" % os.path.basename(path), not os.path.exists(path))
        if os.path.exists(path):
            os.unlink(path)
        os.rename(moved, path)
    whole("parts, put back", home)


def damaged(company):
    """A page overwritten, a file cut, a head overwritten: found by the doctor, said by the engine."""
    home = fault.copy_home(company, "damaged")
    size = os.path.getsize(home.database)
    with open(home.database, "r+b") as file:
        for page in range(40, size // 4096 - 4, 3):
            file.seek(page * 4096)
            file.write(b"\xa5" * 4096)
    verb = home.verb("doctor")
    check("overwritten pages: the doctor finds them", verb.code == 1 and "failed" in verb.out, verb)
    problem = home.start()
    if problem is None:
        client = Client(home, hello=False)
        codes = set()
        for operation, params in (("hello", {"protocol": 1, "client": "test"}),
                                  ("lead.list", {"sort": "last_name", "limit": 200}),
                                  ("lead.search", {"text": "Row"}), ("audit.verify", {}),
                                  ("lead.create", {"last_name": "Into the damage"}),
                                  ("lead.count", {"filter": "description ~ d"}), ("doctor.run", {})):
            data = client.refusal(operation, **params)
            if data:
                codes.add(data.get("code"))
        check("overwritten pages: errors of storage, no other",
              codes <= {"storage", "unauthenticated"}, codes)
        check("overwritten pages: the engine stays up", home.alive())
        client.close()
        home.kill()
    else:
        check("overwritten pages: refused clearly", problem.get("code") == "storage", problem)
    for name, keep in (("cut in the middle", size // 2), ("cut in a page", size // 3 + 100),
                       ("cut to a head", 100), ("empty", 0)):
        home = fault.copy_home(company, "cut")
        os.truncate(home.database, keep)
        problem = home.start()
        verb = home.verb("list", "lead", "--sort", "last_name")
        check("data.db %s: a clear error" % name, verb.code == 1 and
              verb.error().get("code") == "storage", (problem, verb.__str__()))
        if home.alive():
            home.kill()
        same("data.db %s: left as it was" % name, os.path.getsize(home.database), keep)
        verb = home.verb("doctor")
        check("data.db %s: the doctor finds it" % name, verb.code == 1, verb)
        fault.run("rm", "-rf", home.path)
    for part in ("system.db", "tenants/company/data.db"):
        home = fault.copy_home(company, "head")
        with open(home.file(part), "r+b") as file:
            file.write(os.urandom(100))
        problem = home.start()
        verb = home.verb("list", "lead")
        check("%s without its head: a clear error" % part, verb.code == 1 and
              verb.error().get("code") == "storage", (problem, str(verb)))
        if home.alive():
            home.kill()
        fault.run("rm", "-rf", home.path)


def two_engines(company):
    home = fault.copy_home(company, "two")
    home.must_start()
    first = home.engine
    problem = home.start()
    check("a second engine: refused, names the first", problem is not None and
          problem.get("code") == "again" and problem["exit"] == 75 and
          str(first.pid) in problem.get("message", ""), problem)
    home.engine = first
    same("the first still serves", Client(home).call("lead.count")["count"] >= ROWS, True)
    home.stop()


def killed_engine(company):
    """Clients hear of it and find the next engine; two commands at once start only one."""
    home = fault.copy_home(company, "killed")
    home.must_start()
    client = Client(home)
    client.post("lead.count")
    home.kill()
    try:
        for _ in range(3):
            client.line()
        check("a client hears that the engine is gone", False)
    except Gone:
        check("a client hears that the engine is gone", True)
    check("the socket of the dead engine is left behind", os.path.exists(home.socket))
    same("a command without leave to start says so", home.verb("engine", "status").code, 75)
    commands = [fault.subprocess.Popen(
        [fault.PROGRAM, "--home", home.path, "create", "lead", "last_name=Parallel%d" % number],
        env=fault.environment(), stdout=fault.subprocess.PIPE, stderr=fault.subprocess.PIPE)
                for number in range(8)]
    codes = [command.wait(fault.PATIENCE) for command in commands]
    same("eight commands after the kill are all served", codes, [0] * 8)
    same("by one engine", len(fault.processes_of(home.path)), 1)
    client = Client(home)
    same("each did its work once", client.call("lead.count", filter="last_name ~ Parallel")["count"], 8)
    client.close()
    same("the engine stops", home.verb("engine", "stop").code, 0)


def killed_screen(company):
    home = fault.copy_home(company, "screen")
    home.must_start()
    for number in (signal.SIGKILL, signal.SIGHUP, signal.SIGTERM):
        terminal = fault.Terminal([fault.PROGRAM, "--home", home.path])
        came = terminal.wait_for("\x1b[", 20)
        terminal.read(0.2)
        terminal.close(number)
        client = Client(home)
        check("a screen ended by signal %d does not trouble the engine" % number,
              came and home.alive() and client.call("lead.count")["count"] == ROWS)
        check("its session is gone", wait_until(
            lambda: client.call("engine.status")["sessions"] == 1, 10), client.call("engine.status"))
        client.close()
    terminal = fault.Terminal([fault.PROGRAM, "--home", home.path])
    terminal.wait_for("\x1b[", 20)
    terminal.read(0.2)
    home.kill()
    terminal.send("\x1b[B")
    check("a screen finds an engine again after the old one was killed", wait_until(
        lambda: (terminal.read(0.02, 0.1), fault.processes_of(home.path))[1], 20))
    check("the screen lives on", terminal.process.poll() is None)
    terminal.close()
    home.verb("engine", "stop")


def stamp(record):
    """updated_at with six digits, so that texts compare as times."""
    whole_second, _, part = record["updated_at"].rstrip("Z").partition(".")
    return whole_second + "." + part.ljust(6, "0")


def clock_jumps(company):
    home = fault.copy_home(company, "clock")
    home.must_start(now="2026-11-22T10:00:00Z")
    client = Client(home)
    lead = client.call("lead.create", last_name="Clock")
    upload = client.upload("a.csv", b"last_name\nFirst job\n")
    same("an import before the jump", client.job(
        client.call("import.start", resource="lead", upload=upload)["job"])["state"], "done")
    upload = client.upload("b.csv", b"last_name\n" + b"".join(
        b"Across %d\n" % number for number in range(20000)))
    job = client.call("import.start", resource="lead", upload=upload)["job"]
    waiting = [client.call("import.start", resource="lead", upload=client.upload(
        "d%d.csv" % number, b"last_name\nQueued %d\n" % number))["job"] for number in range(4)]
    client.close()
    home.kill()
    home.must_start(now="2026-11-22T07:00:00Z")  # three hours back
    client = Client(home)
    status = client.job(job, 120)
    check("a job goes on although the clock went back", status["state"] == "done" and
          status["result"]["created"] == 20000, status)
    same("jobs that waited for their turn run as well",
         {client.job(one)["state"] for one in waiting}, {"done"})
    changed = client.call("lead.update", id=lead["id"], version=lead["version"], description="after")
    check("updated_at grows although the clock went back", stamp(changed) > stamp(lead),
          (lead["updated_at"], changed["updated_at"]))
    later = client.call("lead.update", id=lead["id"], description="after that")
    check("updated_at grows again", stamp(later) > stamp(changed), later)
    upload = client.upload("c.csv", b"last_name\nNew job\n")
    same("a new job runs", client.job(
        client.call("import.start", resource="lead", upload=upload)["job"])["state"], "done")
    check("the chain is whole", client.call("audit.verify").get("ok") is True)
    entries = client.call("history.list", record=lead["id"], limit=10)["changes"]
    same("history is in order of what happened",
         [entry["after"].get("description") for entry in entries][:2], ["after that", "after"])
    client.close()
    home.kill()
    home.must_start(now="2036-11-22T10:00:00Z")  # ten years ahead
    client = Client(home)
    same("ten years ahead it serves", client.refusal("lead.create", last_name="Future"), {})
    client.close()
    home.stop()
    home.must_start(now="2026-11-22T10:00:00Z")
    client = Client(home)
    same("and back again it serves", client.refusal("lead.create", last_name="Now"), {})
    check("the chain is whole after all jumps", client.call("audit.verify").get("ok") is True)
    client.close()
    home.stop()


def main():
    company = make_company()
    for part in (from_the_future, garbage_in_company_json, permissions, links, missing_parts, damaged,
                 two_engines, killed_engine, killed_screen, clock_jumps):
        started = time.monotonic()
        try:
            part(company)
        except (fault.Refused, Gone, AssertionError, OSError, sqlite3.Error) as problem:
            check(part.__name__ + " comes to its end", False, "%s: %s" % (type(problem).__name__, problem))
        print("# %s took %.1f s" % (part.__name__, time.monotonic() - started))
    finish()


if __name__ == "__main__":
    main()
