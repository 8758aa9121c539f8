"""All that a terminal gets, byte by byte through the shared scanner."""
import json
import os
import time

import fault
from fault import Client, Home, Refused, Terminal, check, finish, same

STEP = 6 if fault.SANITIZED else 1


def hostile_leads(client):
    """A lead for each text, the text in every column that lists and records show."""
    requests = []
    for name in ("terminal", "unicode", "utf8", "strings", "confusables"):
        for identity, data, _ in list(fault.corpus(name))[::STEP if name in ("terminal", "unicode") else 9]:
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError:
                continue
            if "\0" in text or not text or len(text) > 250:
                continue
            requests.append(("lead.create", {
                "last_name": text, "first_name": text, "company_name": text, "job_title": text,
                "description": text, "title": text, "source_detail": text, "external_ref": identity}))
    results = client.many(requests)
    made = [result["id"] for result in results if not isinstance(result, Refused)]
    check("%d hostile leads" % len(made), len(made) > 60, len(made))
    return made


def scanned(name, data, least=1):
    found = fault.forbidden(data)
    return check("%s: nothing forbidden in %d bytes" % (name, len(data)), not found and len(data) >= least,
                 found or "too little: %r" % data[:300])


def verb(home, *words, columns=120):
    terminal = Terminal([fault.PROGRAM, "--home", home.path, *words], columns=columns, rows=50)
    end = time.monotonic() + fault.PATIENCE
    while terminal.read(0.2, 5) and time.monotonic() < end and terminal.process.poll() is None:
        pass
    terminal.read(0.1, 1)
    terminal.close()
    return terminal.output


def verbs(home, leads):
    evil = "x\x1b]0;owned\x07\x1b[31m\x9b31m\u202e\u200b\r\ny"
    scanned("list", verb(home, "list", "lead", "--limit", "1000"), 5000)
    scanned("list in 40 columns", verb(home, "list", "lead", "--limit", "200", columns=40), 1000)
    scanned("list as JSON", verb(home, "list", "lead", "--limit", "1000", "--json"), 5000)
    scanned("get", b"".join(verb(home, "get", "lead", lead) for lead in leads[::40]), 1000)
    scanned("history", verb(home, "history", "--last", "300"), 1000)
    scanned("history of a record", verb(home, "history", leads[3]), 100)
    scanned("search", verb(home, "call", "search.all", "text=Acme", "limit=50"), 10)
    scanned("preview of an undo", verb(home, "undo", "--help"), 10)
    for name, words in (
            ("a wrong filter", ("list", "lead", "--filter", evil + " = 1")),
            ("a wrong sort", ("list", "lead", "--sort", evil)), ("a wrong verb", (evil,)),
            ("a wrong resource", ("list", evil)), ("a wrong operation", ("call", evil)),
            ("a wrong parameter", ("call", "lead.list", evil + "=1")), ("a wrong id", ("get", "lead", evil)),
            ("a wrong option", ("list", "lead", "--" + evil)),
            ("a missing file", ("import", "lead", "/nowhere/" + evil)),
            ("a wrong choice", ("create", "lead", "source=" + evil)),
            ("a wrong type", ("create", "lead", "score=" + evil)),
            ("a wrong home", ("--home", "/nowhere/" + evil, "list", "lead"))):
        scanned(name, verb(home, *words), 10)
        done = fault.run(fault.PROGRAM, "--home", home.path, *words)
        raw = (done.err + done.out).encode("utf-8", "surrogateescape")
        check(name + ": nothing raw to a pipe", not fault.forbidden(raw), fault.forbidden(raw))


def imports(home):
    path = os.path.join(fault.work, "hostile\x1b[31m\u202e.csv")
    with open(path, "wb") as file:
        file.write(b"last_name\x1b[31m,col\xe2\x80\xaeumn,email\n")
        file.write(b"a\x1b]0;x\x07b,\xe2\x80\xae,not an e-mail \x1b[2J\n")
    scanned("import", verb(home, "import", "lead", path, "--dry-run"), 10)
    scanned("check", verb(home, "check", path), 10)


def list_screen(home):
    terminal = Terminal([fault.PROGRAM, "--home", home.path], columns=200, rows=50)
    terminal.wait_for("\x1b[", 20)
    terminal.read(0.3, 3)
    terminal.send(":leads\r")
    terminal.read(0.3, 3)
    opened = 0
    start = len(terminal.output)
    for page in range(4 if fault.SANITIZED else 20):
        terminal.send("\x1b[6~")
        terminal.read(0.08, 2)
        for _ in range(2):
            terminal.send("\x1b[B")
            terminal.read(0.05, 1)
        terminal.send("\r")
        terminal.read(0.12, 2)
        terminal.send("\x1b[6~")
        terminal.read(0.05, 1)
        opened += 1
        if page == 2:
            terminal.send("e")
            terminal.read(0.15, 2)
            terminal.send("\x1b")
            terminal.read(0.15, 2)
            terminal.send("n")
            terminal.read(0.1, 1)
        terminal.send("\x1b")
        terminal.read(0.1, 2)
    terminal.send("/")
    terminal.read(0.1, 1)
    terminal.send("x\x1b[200~\x1b]0;y\x07\u202e\x9b\x1b[201~\r".encode())
    terminal.read(0.3, 2)
    shown = len(terminal.output) - start
    alive = terminal.process.poll() is None
    check("the screens live through %d records and a hostile paste" % opened, alive, terminal.output[-300:])
    terminal.close()
    scanned("the list and record screens", terminal.output, 20000)
    check("they showed much", shown > 10000, shown)


def live_refresh(home):
    """Another person writes hostile text while a list is open."""
    terminal = Terminal([fault.PROGRAM, "--home", home.path], columns=120, rows=40)
    terminal.wait_for("\x1b[", 20)
    terminal.read(0.3, 3)
    terminal.send(":leads\r")
    terminal.read(0.3, 3)
    client = Client(home)
    for number in range(20):
        client.call("lead.create", last_name="\x1b]0;%d\x07\u202e\u200b\x9d" % number,
                    company_name="\U000e0041\u2066x\x1b[2J")
    client.close()
    terminal.read(0.5, 4)
    terminal.close()
    scanned("a list refreshed by others", terminal.output, 1000)


def main():
    fault.needs_shared("tools/faults/termscan.py", "data/hostile/terminal.jsonl")
    check("the scanner sees what it should", fault.forbidden(b"\x1b]0;x\x07") and
          fault.forbidden("\u202e".encode()) and fault.forbidden(b"\x9b") and not fault.forbidden(b"\x1b[1mx"))
    home = Home()
    home.must_start()
    client = Client(home)
    leads = hostile_leads(client)
    client.refusal("lead.list", filter="\x1b[31m\u202e = 1")
    client.close()
    for part, arguments in ((verbs, (leads,)), (imports, ()), (list_screen, ()), (live_refresh, ())):
        started = time.monotonic()
        part(home, *arguments)
        print("# %s took %.1f s" % (part.__name__, time.monotonic() - started))
    same("the engine ends in order", home.stop(), 0)
    found = fault.forbidden(home.log().encode("utf-8", "surrogateescape"))
    check("the log is clean text", not found, json.dumps(found, default=repr))
    finish()


if __name__ == "__main__":
    main()
