"""What a hostile or broken client can send; the engine answers with an error or closes, and goes on."""
import json
import os
import socket
import time

import fault
from fault import Client, Gone, Home, check, finish, same, wait_until

MEBIBYTE = 1 << 20


def request(method, params="{}", identity="1"):
    return ('{"jsonrpc":"2.0","id":%s,"method":"%s","params":%s}' % (identity, method, params)).encode()


def serves(name, home):
    """Somebody else is served as ever."""
    client = Client(home)
    good = client.call("engine.ping") is not None
    client.close()
    return check(name + ": others are served", good and home.alive())


def malformed(home):
    cases = [
        ("no JSON", b"hello", -32700), ("half a document", b'{"jsonrpc":"2.0","id":1', -32700),
        ("two documents", request("engine.ping") + request("engine.ping"), -32700),
        ("an array", b"[" + request("engine.ping") + b"]", -32600),
        ("a number", b"7", -32600), ("null", b"null", -32600), ("a text", b'"hello"', -32600),
        ("no version", b'{"id":1,"method":"engine.ping"}', -32600),
        ("version 1.0", b'{"jsonrpc":"1.0","id":1,"method":"engine.ping"}', -32600),
        ("no method", b'{"jsonrpc":"2.0","id":1}', -32600),
        ("method of another type", b'{"jsonrpc":"2.0","id":1,"method":7}', -32600),
        ("empty method", request(""), -32600),
        ("id is an object", request("engine.ping", identity="{}"), -32600),
        ("long id", request("engine.ping", identity='"' + "x" * 5000 + '"'), -32600),
        ("params is an array", request("engine.ping", "[1]"), -32602),
        ("params is a text", request("engine.ping", '"x"'), -32602),
        ("an unknown operation", request("lead.explode"), -32601),
        ("an unknown resource", request("unicorn.list"), -32601),
        ("a long operation", request("x" * 5000), None),
        ("operation with control characters", request("lead\\u0000.list"), None),
        ("invalid UTF-8", request("engine.ping", '{"x":"\xff"}').replace(b"\xc3\xbf", b"\xff"), -32700),
        ("overlong UTF-8", b'{"jsonrpc":"2.0","id":1,"method":"engine.ping","params":{"x":"\xc0\xaf"}}',
         -32700),
        ("a lone surrogate", request("lead.create", '{"last_name":"\\ud800"}'), None),
        ("deep JSON", request("engine.ping", '{"x":' + "[" * 20000 + "]" * 20000 + "}"), -32700),
        ("deep objects", request("engine.ping", '{"a":' * 5000 + "1" + "}" * 5000), -32700),
        ("duplicate keys", b'{"jsonrpc":"2.0","id":1,"method":"engine.ping","method":"engine.stop"}', None),
        ("a huge number", request("lead.list", '{"limit":' + "9" * 4000 + "}"), None),
        ("not a number", request("lead.list", '{"limit":NaN}'), -32700),
        ("NUL bytes", b"\0" * 100, -32700),
        ("control characters", bytes(range(1, 10)) + b"\x1b[2J", -32700),
        ("an HTTP request", b"GET / HTTP/1.1\r", -32700),
    ]
    for name, line, number in cases:
        client = Client(home)
        try:
            message = client.raw(line)
            good = "error" in message and (number is None or message["error"]["code"] == number) and \
                message["error"].get("data", {}).get("code") != "internal"
            check(name + ": refused", good, message)
            check(name + ": the connection goes on", client.call("engine.ping") is not None)
        except Gone:
            check(name + ": closed", True)
        client.close()
    client = Client(home)
    client.send(b"\n\n\r\n\n" + request("engine.ping", identity='"text id"') + b"\r\n")
    same("blank lines and CR LF are read over", json.loads(client.line())["id"], "text id")
    client.send(b'{"jsonrpc":"2.0","method":"engine.ping"}\n' + request("engine.ping", identity="5") + b"\n")
    same("a request without id gets no answer", json.loads(client.line())["id"], 5)
    client.close()


def corpora(home):
    """Every document of the shared JSON collection as a whole request and as its parameters."""
    if not os.path.exists(os.path.join(fault.SHARED, "data", "hostile", "json.jsonl")):
        fault.skip("JSON collections", "needs shared data")
        return
    client = Client(home)
    bad, count = [], 0
    for identity, data, _ in fault.corpus("json"):
        line = data.replace(b"\n", b" ").replace(b"\r", b" ")
        for text in (line, b'{"jsonrpc":"2.0","id":9,"method":"lead.list","params":{"filter":' + line + b"}}"):
            if not text.strip() or len(text) >= MEBIBYTE:
                continue
            count += 1
            try:
                client.send(text + b"\n" + request("engine.ping", identity='"mark"') + b"\n")
                answers = []
                while not answers or answers[-1].get("id") != "mark":
                    answers.append(json.loads(client.line()))
                    problem = answers[-1].get("error", {}).get("data", {}).get("code")
                    if problem == "internal" or (answers[-1].get("id") == "mark" and problem):
                        bad.append((identity, answers[-1]))
            except Gone:
                client = Client(home)
            except ValueError as problem:
                bad.append((identity, str(problem)))
    check("%d JSON documents of the collections: an error or an answer each" % count, not bad, bad[:5])
    client.close()
    serves("JSON collections", home)


def wrong_parameters(home):
    """Every operation with parameters of wrong types: a refusal that names no fault of ours."""
    client = Client(home)
    operations = client.call("operations.list")
    operations = operations if isinstance(operations, list) else operations["operations"]
    values = [None, True, -1, 1 << 70, 0.5, "", "x" * 300, "' OR 1=1 --", [], [[]], {}, {"a": {}}, "\u202e"]
    random = fault.random_of(4)
    internal, done = [], 0
    for operation in operations:
        name = operation["name"]
        if name in ("engine.stop", "session.logout", "backup.start", "demo.load", "hello") or \
           name.startswith(("session.", "tenant.", "user.")):
            continue
        parameters = [parameter["name"] for parameter in operation.get("parameters", [])]
        for attempt in range(2 if fault.SANITIZED else 4):
            params = {parameter: random.choice(values) for parameter in parameters
                      if attempt == 0 or random.random() < 0.6}
            if attempt == 3:
                params["no_such_parameter"] = 1
            data = client.refusal(name, **params)
            done += 1
            if data.get("code") == "internal":
                internal.append((name, params, data))
    check("%d calls of %d operations with wrong parameters: none is a fault of ours" %
          (done, len(operations)), not internal, "\n".join(map(str, internal[:8])))
    client.close()
    serves("wrong parameters", home)


def sizes(home):
    client = Client(home)
    text = "x" * (MEBIBYTE - 200)
    data = client.refusal("lead.list", filter=text)
    check("a request just under 1 MiB is read", data.get("code") in ("syntax", "limit", "too_long"), data)
    try:
        client.send(b'{"jsonrpc":"2.0","id":1,"method":"engine.ping","params":{"x":"')
        for _ in range(64):
            client.send(b"y" * 65536)
        message = json.loads(client.line())
        check("a request over 1 MiB is refused", message["error"]["data"]["code"] == "limit", message)
    except Gone:
        check("a request over 1 MiB is refused", True)
    client.close()
    before = Client(home).call("engine.status")["rss_bytes"]
    flood = [Client(home, hello=False) for _ in range(40)]
    for one in flood:
        try:
            one.send(b"z" * (MEBIBYTE - 1))
        except Gone:
            pass
    after = Client(home).call("engine.status")["rss_bytes"]
    grew_little("40 unfinished requests of 1 MiB take no more than they are", before, after, 120)
    for one in flood:
        one.close()
    cut = Client(home, hello=False)
    cut.send(request("lead.create", '{"last_name":"Cut off"}')[:-10])
    cut.close()
    same("a request cut off is not performed", Client(home).call(
        "lead.count", filter='last_name = "Cut off"')["count"], 0)
    slow = Client(home)
    for byte in request("engine.ping", identity="77"):
        slow.send(bytes([byte]))
    slow.send(b"\n")
    same("a request byte by byte is answered", json.loads(slow.line())["id"], 77)
    slow.close()
    serves("sizes", home)


def many_connections(home):
    """600 at once: served or turned away with a sentence; the first go on, and later ones come in."""
    first = Client(home)
    held, refused = [], 0
    for _ in range(600):
        try:
            held.append(Client(home, timeout=20))
        except (Gone, ValueError, fault.Refused):
            refused += 1
    print("# %d connections held, %d turned away" % (len(held), refused))
    check("most of 600 connections are served", len(held) >= 200, (len(held), refused))
    check("the first is served meanwhile", first.call("engine.ping") is not None)
    for one in held[::7]:
        one.call("engine.ping")
    status = first.call("engine.status")
    print("# with %d sessions the engine holds %d MiB" % (status["sessions"], status["rss_bytes"] >> 20))
    for one in held:
        one.close()
    check("their places are free again", wait_until(
        lambda: first.call("engine.status")["sessions"] <= 2, 20), first.call("engine.status"))
    first.close()
    serves("600 connections", home)


def slow_reader(home):
    """Asks for much and reads nothing: the engine neither waits for it nor keeps it all in memory."""
    writer = Client(home)
    writer.many([("lead.create", {"last_name": "Slow%d" % number, "description": "d" * 2000})
                 for number in range(200)])
    before = writer.call("engine.status")["rss_bytes"]
    lazy = [Client(home) for _ in range(8)]
    for one in lazy:
        one.socket.setblocking(False)
        line = request("lead.list", '{"limit":200,"columns":["last_name","description"]}') + b"\n"
        try:
            for _ in range(2000):
                one.socket.send(line)
        except (BlockingIOError, OSError):
            pass
    started = time.monotonic()
    for number in range(50):
        writer.call("lead.create", last_name="Meanwhile%d" % number)
    spent = (time.monotonic() - started) / 50
    status = writer.call("engine.status")
    print("# a create beside 8 readers that do not read: %.1f ms; memory grew by %d MiB" %
          (1e3 * spent, (status["rss_bytes"] - before) >> 20))
    grew_little("memory stays bounded", before, status["rss_bytes"], 256)
    lazy[0].socket.settimeout(fault.PATIENCE)
    answer = json.loads(lazy[0].line())
    check("one that begins to read gets its answers", len(answer["result"]["records"]) == 200)
    for one in lazy:
        one.close()
    check("their sessions end", wait_until(
        lambda: writer.call("engine.status")["sessions"] == 1, 20), writer.call("engine.status"))
    writer.close()


def events_not_read(home):
    """A subscriber that reads nothing loses events, not the engine its memory."""
    lazy = Client(home)
    lazy.call("events.subscribe")
    writer = Client(home)
    before = writer.call("engine.status")["rss_bytes"]
    writer.many([("lead.create", {"last_name": "Event%d" % number}) for number in range(3000)])
    after = writer.call("engine.status")["rss_bytes"]
    grew_little("a subscriber that does not read costs little", before, after, 60)
    check("it is still served", lazy.call("engine.ping") is not None)
    lazy.close()
    writer.close()


def no_hello(home):
    stranger = Client(home, hello=False)
    data = stranger.refusal("lead.list")
    check("before hello nothing is told", data.get("code") == "unauthenticated", data)
    data = stranger.refusal("hello", protocol=99, client="test")
    check("another protocol is refused with a sentence", data.get("code") not in (None, "internal"), data)
    data = stranger.refusal("hello", protocol=1, client="test", tenant="../../etc")
    check("a tenant that is none is refused", data.get("code") in
          ("not_found", "forbidden", "invalid", "usage", "unauthenticated"), data)
    stranger.close()
    gone = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    gone.connect(home.socket)
    gone.send(request("hello", '{"protocol":1,"client":"x"}') + b"\n" + request("lead.list") + b"\n")
    gone.close()
    serves("one that leaves before its answer", home)


def grew_little(name, before, after, mebibytes):
    """Memory of the engine; a sanitizer keeps what was freed, so there the figure says nothing."""
    if fault.SANITIZED:
        return
    check(name, after - before < mebibytes * MEBIBYTE, "%d MiB more" % ((after - before) >> 20))


def main():
    home = Home()
    home.must_start()
    for part in (malformed, corpora, wrong_parameters, sizes, no_hello, slow_reader, events_not_read,
                 many_connections):
        started = time.monotonic()
        try:
            part(home)
        except (fault.Refused, Gone, AssertionError, OSError) as problem:
            check(part.__name__ + " comes to its end", False, "%s: %s" % (type(problem).__name__, problem))
        if not home.alive():
            check(part.__name__ + ": the engine lives", False, home.log()[-3000:])
            home.must_start()
        print("# %s took %.1f s" % (part.__name__, time.monotonic() - started))
    client = Client(home)
    check("the chain is whole after all that", client.call("audit.verify").get("ok") is True)
    client.close()
    same("the engine ends in order", home.stop(), 0)
    log = home.log().encode("utf-8", "surrogateescape")
    check("nothing raw in the log", not any(byte < 32 and byte != 10 or byte == 127 for byte in log),
          ascii(log[-500:]))
    finish()


if __name__ == "__main__":
    main()
