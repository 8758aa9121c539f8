"""Full, read-only and broken disks, by the library tests/fault/fail_shim.c in front of the C library."""
import os

import fault
from fault import Client, Gone, Home, check, finish, same

control = os.path.join(fault.work, "control")


def disk(state):
    with open(control + ".new", "w", encoding="ascii") as file:
        file.write(state)
    os.rename(control + ".new", control)


def shim(home):
    return {"preload": fault.SHIM, "FAULT_PATH": home.path, "FAULT_CONTROL": control}


def write_until_refused(client, name, most=20000):
    """Creates leads until one is refused: (acknowledged last names, the error)."""
    acknowledged = []
    for number in range(most):
        last_name = "%s%d" % (name, number)
        data = client.refusal("lead.create", last_name=last_name, description="x" * 900)
        if data:
            return acknowledged, data
        acknowledged.append(last_name)
    return acknowledged, {}


def names(client, part):
    found, after = set(), None
    while True:
        params = {"filter": 'last_name ~ "%s"' % part, "limit": 200, "columns": ["last_name"]}
        page = client.call("lead.list", **(dict(params, after=after) if after else params))
        found.update(row["last_name"] for row in page["records"])
        after = page["next"]
        if not after:
            return found


def full(home, state):
    """The disk fills while people work, and gets space again."""
    disk("")
    home.must_start(**shim(home))
    client = Client(home)
    client.call("lead.create", last_name="Before-" + state)
    disk(state)
    acknowledged, data = write_until_refused(client, state + "-")
    check(state + ": a write is refused as a matter of storage", data.get("code") == "storage", data)
    check(state + ": the sentence names the cause", "full" in data.get("message", "").lower() or
          "space" in data.get("message", "").lower(), data)
    check(state + ": the engine still serves", home.alive() and client.call("engine.ping") is not None)
    same(state + ": reading gives all that was acknowledged and nothing else",
         names(client, state + "-"), set(acknowledged))
    data = client.refusal("lead.create", last_name="Again")
    check(state + ": refused again, the same way", data.get("code") == "storage", data)
    upload = {}
    try:
        client.upload("x.csv", b"last_name\n" + b"Uploaded\n" * 5000)
    except fault.Refused as refused:
        upload = refused.data
    check(state + ": an upload is refused clearly", upload.get("code") == "storage", upload)
    verb = home.verb("create", "lead", "last_name=Verb")
    check(state + ": the command line says so and exits 1", verb.code == 1 and
          verb.error().get("code") == "storage", verb)
    disk("")
    data = client.refusal("lead.create", last_name="After-" + state)
    same(state + ": with space again writing works, without a restart", data, {})
    client.close()
    disk(state)
    home.kill()
    disk("")
    home.must_start()
    client = Client(home)
    wanted = set(acknowledged) | {"Before-" + state, "After-" + state}
    present = names(client, state)
    check(state + ": after a kill everything acknowledged is there", wanted <= present,
          wanted - present)
    check(state + ": the chain is whole", client.call("audit.verify").get("ok") is True)
    client.close()
    same(state + ": the engine ends in order", home.stop(), 0)


def starts_on_a_full_disk(home):
    disk("full-cow")
    problem = home.start(**shim(home))
    if problem is None:
        client = Client(home)
        check("started on a full disk: it reads", client.call("lead.count")["count"] > 0)
        data = client.refusal("lead.create", last_name="Nothing")
        check("started on a full disk: writing is refused clearly", data.get("code") == "storage", data)
        client.close()
        home.kill()
    else:
        check("start on a full disk is refused clearly", problem["code"] == "storage" and
              ("full" in problem["message"] or "space" in problem["message"]), problem)
    disk("")


def init_on_a_full_disk():
    """Half a company is no company: init says why and can be done again."""
    home = Home("small", company=False)
    for budget in (0, 30000, 400000, 3000000):
        done = home.verb("init", env=fault.environment(
            LD_PRELOAD=fault.SHIM, FAULT_PATH=home.path, FAULT_BYTES=str(budget)))
        if done.code == 0:
            continue  # that was enough
        check("init with %d bytes of space fails clearly" % budget, done.code == 1 and
              done.error().get("code") == "storage", done)
        check("init with %d bytes leaves no company" % budget,
              not os.path.exists(home.file("company.json")), os.listdir(home.path)
              if os.path.exists(home.path) else "")
    done = home.verb("init")
    check("init works once there is space", done.code == 0 or
          os.path.exists(home.file("company.json")), done)
    home.must_start()
    same("and the company works", Client(home).refusal("lead.create", last_name="First"), {})
    same("it ends in order", home.stop(), 0)


def read_only(home):
    disk("readonly")
    problem = home.start(**shim(home))
    check("a read-only folder: the engine refuses to start", problem is not None, "it serves")
    if problem:
        check("a read-only folder: says so, exit 1", problem["code"] == "storage" and
              "read-only" in problem["message"].lower() and problem["exit"] == 1, problem)
    else:
        home.kill()
    disk("")
    home.must_start(**shim(home))
    client = Client(home)
    client.call("lead.create", last_name="Readable")
    disk("readonly")  # remounted while it runs: open files stay writable, new ones do not come
    data = client.refusal("upload.start", name="x.csv", bytes=100)
    check("a folder that became read-only: an upload is refused clearly",
          data == {} or data.get("code") == "storage", data)
    check("a folder that became read-only: reading works",
          client.call("lead.count", filter="last_name = Readable")["count"] == 1)
    disk("")
    client.close()
    same("it ends in order again", home.stop(), 0)


def read_only_by_mode():
    """The same by the permissions of the folder, where these bind us."""
    if os.geteuid() == 0:
        return
    home = Home("modes")
    os.chmod(home.path, 0o500)
    problem = home.start()
    os.chmod(home.path, 0o700)
    check("a folder without the right to write: refused clearly", problem is not None and
          problem["code"] == "storage", problem)


def sync_fails(home):
    """A disk that does not take the data: nothing is acknowledged from then on."""
    disk("")
    home.must_start(**shim(home))
    client = Client(home)
    client.call("lead.create", last_name="Synced")
    disk("sync")
    data = client.refusal("lead.create", last_name="Unsynced")
    check("a failing fsync is an error of storage", data.get("code") == "storage", data)
    try:
        check("the engine still answers", client.call("engine.ping") is not None)
    except Gone as gone:
        check("the engine still answers", False, gone)
    home.kill()
    disk("")
    home.must_start()
    client = Client(home)
    check("what was acknowledged before is there",
          client.call("lead.count", filter="last_name = Synced")["count"] == 1)
    check("the chain is whole after a failed fsync", client.call("audit.verify").get("ok") is True)
    client.close()
    same("it ends in order after that", home.stop(), 0)


def main():
    if fault.SANITIZED:
        fault.skip("disk", "a preloaded library and a sanitizer do not go together")
        finish()
    if not os.path.exists(fault.SHIM):
        fault.skip("disk", "fail_shim.so is not built")
        finish()
    home = Home()
    full(home, "full")
    full(home, "full-cow")
    starts_on_a_full_disk(home)
    read_only(home)
    read_only_by_mode()
    sync_fails(home)
    init_on_a_full_disk()
    finish()


if __name__ == "__main__":
    main()
