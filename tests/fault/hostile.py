"""Hostile texts through the doors.  What a field may take away is written down here a second time: control
characters except newline and tab; NUL, text that is not UTF-8 and text too long are refused."""
import base64
import hashlib
import json
import os
import sqlite3
import time
import unicodedata

import fault
from fault import Client, Gone, Home, Refused, check, finish, same

TEXTS = ("strings", "sqli", "unicode", "utf8", "terminal", "formula", "traversal", "crlf", "confusables",
         "email", "shell", "prompt", "ssrf")
STEP = 7 if fault.SANITIZED else 1  # each so many items of the large collections


def texts(*names):
    """(id, bytes) of the collections; each content once."""
    seen = set()
    for name in names:
        items = list(fault.corpus(name))
        for identity, data, _ in items[::STEP if len(items) > 300 else 1]:
            if data not in seen:
                seen.add(data)
                yield identity, data


def decoded(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def kept(text):
    """What a text field stores of it."""
    return "".join(c for c in text if unicodedata.category(c) != "Cc" or c in "\n\t")


def is_kept(text, stored):
    wanted = kept(text)
    stored = stored or ""
    return stored == wanted or stored.replace("\r\n", "\n") == wanted


def schema_of(home):
    database = sqlite3.connect("file:%s?mode=ro" % home.database, uri=True)
    rows = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
    database.close()
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def text_fields(client):
    description = client.call("resource.describe", resource="lead")
    plain, picky = [], []
    for field in description["fields"]:
        if field.get("derived") or field.get("read_only") or field["name"] in ("number", "external_ref"):
            continue
        if field["type"] in ("str", "text", "long_text", "longtext") and not field.get("choices"):
            plain.append((field["name"], field.get("max_length") or
                          (1 << 20 if field["type"] != "str" else 255)))
        elif field["type"] in ("email", "phone", "url", "country", "ccy", "currency", "date", "ts", "int",
                               "money", "enum", "json", "bool", "zone", "lang"):
            picky.append(field["name"])
    return plain, picky


def fields(home):
    """One lead for each text, with the text in every text field; then read again."""
    client = Client(home)
    plain, picky = text_fields(client)
    check("a lead has many text fields", len(plain) >= 10 and len(picky) >= 5, (plain, picky))
    requests, wanted, refusals = [], [], []
    for identity, data in texts(*TEXTS):
        text = decoded(data)
        if text is None:
            continue
        if "\0" in text:
            refusals.append(client.refusal("lead.create", last_name=text).get("code"))
            continue
        points = len(text)
        values = {name: text for name, limit in plain if points <= limit}
        values["external_ref"] = identity
        requests.append(("lead.create", values))
        wanted.append((identity, text, values))
    results = client.many(requests)
    check("%d texts with NUL are refused" % len(refusals),
          refusals and not set(refusals) & {None, "internal"}, set(refusals))
    wrong, refused = [], 0
    created = []
    for (identity, text, values), result in zip(wanted, results):
        if isinstance(result, Refused):
            refused += 1
            if not (result.code == "too_long" or len(text) > 100000):
                wrong.append((identity, text[:60], str(result)[:200]))
        else:
            created.append((identity, text, values, result["id"]))
    check("%d texts of the collections are taken, %d with a reason not" % (len(created), refused),
          not wrong and len(created) > 500, "\n".join(map(ascii, wrong[:10])))
    wrong = []
    records = client.many([("lead.get", {"id": item[3]}) for item in created])
    for (identity, text, values, _), record in zip(created, records):
        for name in values:
            if name != "external_ref" and not is_kept(text, record[name]):
                wrong.append((identity, name, text[:80], (record[name] or "")[:80]))
    check("each of %d fields comes back exactly" % sum(len(item[2]) - 1 for item in created), not wrong,
          "\n".join(map(ascii, wrong[:10])))
    requests = []
    for number, (identity, text) in enumerate(
            (identity, decoded(data)) for identity, data in texts("strings", "sqli", "unicode", "utf8", "email")):
        if text is not None and "\0" not in text:
            requests.append(("lead.create", {"last_name": "Picky", picky[number % len(picky)]: text}))
    faults = [(request[1], result) for request, result in zip(requests, client.many(requests))
              if isinstance(result, Refused) and result.code in ("internal", "storage", None)]
    check("%d texts in fields of other types: stored or refused with a reason" % len(requests), not faults,
          "\n".join(map(ascii, faults[:6])))
    client.close()
    return created


def bytes_that_are_no_text(home):
    client = Client(home)
    bad, count = [], 0
    for identity, data in texts("utf8", "terminal", "strings"):
        if decoded(data) is not None:
            continue
        count += 1
        escaped = data.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
        escaped = b"".join(bytes([c]) if c >= 32 else b"\\u%04x" % c for c in escaped)
        answer = client.raw(b'{"jsonrpc":"2.0","id":1,"method":"lead.create","params":{"last_name":"%s"}}'
                            % escaped)
        if answer.get("error", {}).get("code") not in (-32700, -32000) or \
           answer["error"]["data"]["code"] == "internal":
            bad.append((identity, answer))
    check("%d byte sequences that are not UTF-8 are refused" % count, not bad and count > (5 if fault.SANITIZED else 50),
          "\n".join(map(ascii, bad[:5])))
    client.close()


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def filters(home, created):
    """As a filter: it is one or a clean mistake.  As a quoted value: it means itself."""
    client = Client(home)
    before = schema_of(home)
    faults = []
    cases = [(identity, decoded(data)) for identity, data in texts("sqli", "strings", "formula", "traversal")]
    cases = [(identity, text) for identity, text in cases if text is not None and "\0" not in text]
    requests = [("lead.count", {"filter": text}) for _, text in cases]
    for number, parameters in enumerate(("sort", "columns", "after", "before")):
        requests += [("lead.list", {parameters: [text] if parameters == "columns" else text, "limit": 1})
                     for _, text in cases[number::4]]
    requests += [("lead.get", {"id": text}) for _, text in cases[::4]]
    for request, result in zip(requests, client.many(requests)):
        if isinstance(result, Refused) and result.code in ("internal", "storage", None):
            faults.append((request, result.data))
    check("%d texts as filter, sort, column, cursor and id: none is a fault of ours" % len(requests),
          not faults, "\n".join(map(ascii, faults[:8])))
    wrong = []
    literal = [(identity, text, lead) for identity, text, _, lead in created
               if 0 < len(text) <= 200 and kept(text) == text]
    answers = client.many([("lead.list", {"filter": "company_name = %s and external_ref = %s" %
                                          (quoted(text), quoted(identity)), "limit": 2})
                           for identity, text, _ in literal])
    for (identity, text, lead), answer in zip(literal, answers):
        if isinstance(answer, Refused):
            if "\n" not in text and text.strip():
                wrong.append((identity, text, answer.data))
        elif [row["id"] for row in answer["records"]] != [lead]:
            wrong.append((identity, text, [row["id"] for row in answer["records"]]))
    check("%d texts in quotes find exactly the record that holds them" % len(literal), not wrong,
          "%d wrong\n" % len(wrong) + "\n".join(map(ascii, wrong[:8])))
    total = client.call("lead.count")["count"]
    nothing = [text for text in ("' OR 1=1 --", '" OR "1"="1', "%", "_", "*", "x' OR 'x'='x")]
    for text in nothing:
        found = client.call("lead.count", filter="external_ref = %s or external_ref ~ %s" %
                            (quoted(text), quoted(text)))["count"]
        check("the value %s means itself" % ascii(text), found < total // 20, (found, total))
    same("the schema is untouched", schema_of(home), before)
    client.close()


def searches(home, created):
    client = Client(home)
    faults, missed, tried = [], [], 0
    requests, wanted = [], []
    for identity, text, _, lead in created:
        if 0 < len(text) <= 200:
            requests.append(("lead.search", {"text": text, "limit": 200}))
            wanted.append((identity, text, lead))
    slow = time.monotonic()
    for (identity, text, lead), answer in zip(wanted, client.many(requests)):
        if isinstance(answer, Refused):
            if answer.code not in ("too_long", "limit", "required", "usage", "type", "rule"):
                faults.append((identity, text, answer.data))
            continue
        folded = text.strip()
        if len(folded) >= 4 and folded.isascii() and folded.isprintable() and folded == text and \
           folded.replace(" ", "").isalnum():
            tried += 1
            found = [row["id"] for row in answer["records"]]
            if lead not in found and len(found) < 200:
                missed.append((identity, text, len(found)))
    check("%d searches: none is a fault of ours (%.1f s)" % (len(requests), time.monotonic() - slow),
          not faults, "\n".join(map(ascii, faults[:8])))
    check("%d plain texts find their record" % tried, not missed, "\n".join(map(ascii, missed[:8])))
    answers = client.many([("search.all", {"text": text, "limit": 5}) for _, text, _ in wanted[::40]])
    faults = [answer.data for answer in answers if isinstance(answer, Refused) and answer.code == "internal"]
    check("search over everything: no fault of ours", not faults, faults[:5])
    client.close()


def cell(text):
    return '"' + text.replace('"', '""') + '"'


def importer(home):
    """A CSV made of the texts, imported, compared; and the collection of strange CSV files."""
    client = Client(home)
    before = schema_of(home)
    rows = []
    for identity, data in texts("strings", "sqli", "unicode", "terminal", "formula", "crlf", "shell"):
        text = decoded(data)
        if text is not None and "\0" not in text and len(text) < 5000:
            rows.append(("imp-" + identity, text))
    lines = ["id,last_name,description"]
    lines += ["%s,Imported,%s" % (identity, cell(text)) for identity, text in rows]
    status = client.job(client.call("import.start", resource="lead", upload=client.upload(
        "hostile.csv", "\n".join(lines).encode() + b"\n"))["job"], 120)
    result = status.get("result") or {}
    check("a CSV of %d texts is imported" % len(rows), status["state"] == "done" and
          result.get("created") == len(rows), json.dumps(status)[:1500])
    stored, after = {}, None
    while True:
        params = {"filter": 'last_name = "Imported"', "limit": 200,
                  "columns": ["external_ref", "description"]}
        page = client.call("lead.list", **(dict(params, after=after) if after else params))
        stored.update((row["external_ref"], row["description"]) for row in page["records"])
        after = page["next"]
        if not after:
            break
    wrong = []
    for identity, text in rows:
        got = (stored.get(identity) or "").replace("\r\n", "\n")
        plain = kept(text.replace("\r\n", "\n"))
        options = {plain, plain.strip(), kept(text.strip(" \t\r\n\v\f")).strip(" \t")}
        if text[:1] == "'" and text[1:2] in "=+-@\t\r":
            options |= {option[1:] for option in options}
        if got not in options and not (text == "\\N" and not got):
            wrong.append((identity, text[:80], got and got[:80]))
    check("each imported text is what the cell held", not wrong, "%d wrong\n" % len(wrong) +
          "\n".join(map(ascii, wrong[:8])))
    faults, count = [], 0
    for collection in ("csv", "utf8", "yaml"):
        for identity, data in list(texts(collection))[::1 if collection == "csv" else 12]:
            if len(data) > 4 << 20 or not data:
                continue
            count += 1
            try:
                status = client.job(client.call("import.start", resource="lead", dry_run=True,
                                                upload=client.upload("strange.csv", data))["job"], 120)
                problem = status.get("error") or {}
                if status["state"] not in ("done", "failed") or problem.get("code") in ("internal", "storage"):
                    faults.append((identity, status["state"], problem))
            except Refused as refused:
                if refused.code in ("internal", None):
                    faults.append((identity, refused.data))
    check("%d strange files: read or refused with a reason" % count, not faults,
          "\n".join(map(ascii, faults[:6])))
    same("the schema is untouched by imports without extra columns", schema_of(home), before)
    client.close()


def tree(folder):
    found = set()
    for path, _, names in os.walk(folder):
        found.update(os.path.join(path, name) for name in names)
    return found


def attachments(home):
    """Names of files are words in a record, never a path."""
    client = Client(home)
    lead = client.call("lead.create", last_name="Holder")["id"]
    outside = tree(fault.work) - tree(home.path)
    bad, made = [], []
    names = [(identity, decoded(data)) for identity, data in texts("traversal", "strings", "crlf")][::18]
    names += [(name, name) for name in ("../../../etc/passwd", "/etc/passwd", "..", ".", "a/b", "CON",
                                        "x" * 255, "\n.csv", "-rf", "a\\..\\b", "~/x", "$(id)")]
    for identity, name in names:
        if not name or "\0" in name:
            continue
        try:
            data = identity.encode()
            upload = client.upload(name, data)
            record = client.call("attachment.create", upload=upload, entity="lead", record_id=lead)
            made.append((name, record, data))
        except Refused as refused:
            if refused.code in ("internal", "storage", None):
                bad.append((identity, name[:80], refused.data))
    check("%d names of files: none is a fault of ours" % len(names), not bad,
          "\n".join(map(ascii, bad[:6])))
    check("most are kept", len(made) > len(names) // 2, len(made))
    wrong = []
    for name, record, data in made[::5]:
        opened = client.call("attachment.open", attachment=record["id"])
        got = base64.b64decode(client.call("file.read", file=opened["file"], offset=0)["data"])
        if got != data:
            wrong.append((name, got))
    check("their content comes back", not wrong, wrong[:3])
    same("nothing was written outside the company's folder", tree(fault.work) - tree(home.path), outside)
    strange = [path for path in tree(home.file("tenants", "company", "files"))
               if not all(c in "0123456789abcdef" for c in os.path.basename(path))]
    same("files are named by their content", strange, [])
    for upload in ("../../../system.db", "/etc/passwd", "..", "", "upload_../../x", "a/../../b"):
        data = client.refusal("upload.chunk", upload=upload, offset=0, data="aGFsbG8=")
        check("upload %s is none" % ascii(upload), data.get("code") not in (None, "internal"), data)
        data = client.refusal("file.read", file=upload, offset=0)
        check("file %s is none" % ascii(upload), data.get("code") not in (None, "internal"), data)
    client.close()


def main():
    fault.needs_shared("data/hostile/strings.jsonl")
    home = Home()
    home.must_start()
    created = fields(home)
    for part, arguments in ((bytes_that_are_no_text, ()), (filters, (created,)), (searches, (created,)),
                            (importer, ()), (attachments, ())):
        started = time.monotonic()
        try:
            part(home, *arguments)
        except (Refused, Gone, AssertionError, OSError) as problem:
            check(part.__name__ + " comes to its end", False, "%s: %s" % (type(problem).__name__, problem))
        if not home.alive():
            check(part.__name__ + ": the engine lives", False, home.log()[-3000:])
            home.must_start()
        print("# %s took %.1f s" % (part.__name__, time.monotonic() - started))
    client = Client(home)
    check("the chain is whole", client.call("audit.verify").get("ok") is True)
    client.close()
    same("the engine ends in order", home.stop(), 0)
    finish()


if __name__ == "__main__":
    main()
