"""Look-ups at national scale: beside an empty route, beside a small table, beside what a stock Odoo offers."""

import time
from collections.abc import Callable
from contextlib import ExitStack

from lxml import etree

from bench import lines
from bench.client import AT_ONCE, Client, repeated, result, side_by_side, throughput
from bench.place import copied, execute, served, set_parameter
from bench.processor import Meter
from bench.sizes import CONTACTS, LINES, PARTNERS, REQUESTS

SMALL = min(10_000, LINES)
ROUNDS = 3
# How a stock Odoo finds a number that is stored as +84…; typed with a leading 0, as people do, it finds nothing.
PHONE_FORMS = {"with_plus": "+84{}", "by_digits": "{}"}
# A list of contacts that would have but these columns; for comparison.
FEW = {name: {} for name in ("complete_name", "email", "phone", "active")}
# Searches, and look-ups beside searches that take long, of one measurement.
SEARCHES, LOOKS = 40, 10
# Look-ups that a user may make in an hour: counted at each as in production, and more than any measurement makes.
QUOTA = REQUESTS + 100


def measure() -> list:
    """Make the lines, look them up in every comparison; print and return the results."""
    with ExitStack() as stack:
        small, large = (stack.enter_context(copied(name)) for name in ("small", "large"))
        for settings in (small, large):
            set_parameter(settings.database, "lookup_quota", str(QUOTA))
        lines.add_lines(small.database, SMALL)
        lines.add_lines(large.database, LINES)
        results = _of_sizes(small, large)
        lines.add_contacts(large.database, PARTNERS)
        results += _processor(large, "")
        results += _processor(large, "_without_jit", "ALTER DATABASE {} SET jit = off")
        lines.add_contacts(large.database, CONTACTS, PARTNERS)
        return results + _search_box(large)


def _of_sizes(small, large) -> list:
    with served(large) as (url, _process), served(small) as (small_url, _small_process):
        client = Client(url, large.database, "agent_a1")
        small_client = Client(small_url, small.database, "agent_a1")
        print(f"look-ups of {LINES:,} lines, at most {AT_ONCE} connections at once as behind a proxy with that limit")
        results = [_beside_empty(client, large, concurrency) for concurrency in (1, 8, 32)]
        value, reference = side_by_side(
            ROUNDS,
            lambda: _throughput(client, large, LINES, 1)[0],
            lambda: _throughput(small_client, small, SMALL, 1)[0],
        )
        print(f"  {value:.0f}/s at {LINES:,} lines, {reference:.0f}/s at {SMALL:,}: {reference / value:.2f} x the time")
        # At most 1.2 x the time.
        name = f"lookup_{_short(LINES)}_vs_{_short(SMALL)}_lines"
        return [*results, result(name, value, reference, "requests/s", goal=0.83)]


def _beside_empty(client: Client, settings, concurrency: int) -> dict:
    times: list = []

    def look_up() -> float:
        rate, samples = _throughput(client, settings, LINES, concurrency)
        times.extend(samples)
        return rate

    value, reference = side_by_side(
        ROUNDS, look_up, lambda: throughput(repeated(client.empty), REQUESTS, concurrency)[0]
    )
    p50, p99 = (1000 * sorted(times)[int(len(times) * share)] for share in (0.5, 0.99))
    print(
        f"  {concurrency:>2} at once: {value:.0f}/s, empty route {reference:.0f}/s, ratio {value / reference:.2f}; "
        f"p50 {p50:.1f} ms, p99 {p99:.1f} ms"
    )
    return result(f"lookup_vs_empty_route_c{concurrency}", value, reference, "requests/s", goal=0.4)


def _processor(settings, suffix: str, change: str = "") -> list:
    """Processor time of a look-up beside the phone search of a stock contact list."""
    if change:
        execute(settings.database, change.format(f'"{settings.database}"'))
    with served(settings) as (url, process):
        client, stock = Client(url, settings.database, "agent_a1"), Client(url, settings.database, "admin")
        meter = Meter(process.pid, settings.database)
        columns = _columns(stock)
        searches = {
            **{name: (form, columns) for name, form in PHONE_FORMS.items()},
            "with_plus_few_columns": (PHONE_FORMS["with_plus"], FEW),
        }

        def look_up() -> float:
            _new_hour(settings.database)
            return meter.spent(lambda: client.desk("lookup", number=lines.someone(LINES)), REQUESTS)

        value, empty, *references = side_by_side(
            ROUNDS,
            look_up,
            lambda: meter.spent(client.empty, REQUESTS),
            *(
                lambda asked=asked: meter.spent(lambda: _phone_search(stock, PARTNERS, *asked), SEARCHES)
                for asked in searches.values()
            ),
        )
        meter.close()
    told = "jit off" if change else "PostgreSQL's defaults"
    print(f"  processor time ({told}): look-up {value:.2f} ms of {LINES:,} lines, empty route {empty:.2f} ms")
    results = []
    for what, reference in zip(searches, references, strict=True):
        print(f"    stock phone search {what}, {PARTNERS:,} contacts: {reference:.2f} ms; {value / reference:.2f} x")
        # At most 0.7 x the time.
        name, ratio = f"stock_phone_search_{what}_vs_lookup_processor{suffix}", reference / value
        results.append(result(name, value, reference, "ms", goal=1.43, ratio=ratio))
    return results


def _search_box(settings) -> list:
    """The time of a look-up beside the search box of the contacts, and beside a contact field's list of proposals."""
    with served(settings) as (url, _process):
        client, stock = Client(url, settings.database, "agent_a1"), Client(url, settings.database, "admin")
        results = []
        _new_hour(settings.database)
        for what, search in (("search_box", _contact_search), ("name_search", _name_search)):
            value, reference = side_by_side(
                ROUNDS,
                lambda: _seconds(lambda: client.desk("lookup", number=lines.someone(LINES)), LOOKS),
                lambda search=search: _seconds(lambda: search(stock, CONTACTS), 3),
            )
            print(
                f"  look-up {1000 * value:.2f} ms of {LINES:,} lines, contacts' {what} {1000 * reference:.0f} ms of "
                f"{CONTACTS:,} contacts: {reference / value:.0f} x"
            )
            ratio = reference / value
            results.append(
                result(f"stock_{what}_vs_lookup_time", 1000 * value, 1000 * reference, "ms", goal=100, ratio=ratio)
            )
        return results


def _throughput(client: Client, settings, count: int, concurrency: int) -> tuple:
    """Of look-ups of the first `count` lines, as `throughput`."""
    _new_hour(settings.database)
    look_up = repeated(lambda: client.desk("lookup", number=lines.someone(count), hotline="1090"))
    return throughput(look_up, REQUESTS, concurrency)


def _phone_search(stock: Client, count: int, form: str, columns: dict) -> None:
    """What the contact list asks when a whole number is typed into its field Phone."""
    found = _list(stock, [["phone_mobile_search", "ilike", form.format(lines.someone(count)[1:])]], columns)
    if found["length"] != 1:
        raise SystemExit(f"the phone search found {found['length']} contacts")


def _contact_search(stock: Client, count: int) -> None:
    """What the contact list asks when something is typed into its search box."""
    text = f"Khach {int(lines.someone(count)) - lines.FIRST}"
    names = ("complete_name", "ref", "email", "vat", "company_registry")
    _list(stock, ["|"] * (len(names) - 1) + [[name, "ilike", text] for name in names], FEW)


def _list(stock: Client, domain: list, columns: dict) -> dict:
    options = {"specification": columns, "offset": 0, "order": "", "limit": 80, "count_limit": 10_001}
    return stock.call("res.partner", "web_search_read", domain=domain, context={"bin_size": True}, **options)


def _columns(stock: Client) -> dict:
    """All columns of the contacts' own list, hidden ones too: the web client asks for each of them."""
    answer = stock.call("res.partner", "get_views", views=[[False, "list"]], options={})
    types = answer["models"]["res.partner"]["fields"]
    names = {field.get("name") for field in etree.fromstring(answer["views"]["list"]["arch"]).iter("field")}
    relational = {"fields": {"display_name": {}}}
    return {name: relational if "relation" in types[name] else {} for name in names}


def _name_search(stock: Client, count: int) -> None:
    """What a field of a form asks for its list of proposals."""
    text = f"Khach {int(lines.someone(count)) - lines.FIRST}"
    options = {"operator": "ilike", "domain": [], "limit": 8, "specification": {"display_name": {}}}
    stock.call("res.partner", "web_name_search", name=text, **options)


def _seconds(call: Callable, times: int) -> float:
    """Seconds for each of so many calls, one after the other."""
    begin = time.perf_counter()
    for _turn in range(times):
        call()
    return (time.perf_counter() - begin) / times


def _new_hour(database: str) -> None:
    """As if nobody had looked up a line within the last hour: what comes next is all that the limit counts."""
    execute(
        database,
        """ALTER TABLE mobifone_lookup DISABLE TRIGGER USER;
           UPDATE mobifone_lookup SET looked_up_on = looked_up_on - interval '1 hour'
            WHERE looked_up_on > now() AT TIME ZONE 'UTC' - interval '1 hour';
           ALTER TABLE mobifone_lookup ENABLE TRIGGER USER""",
    )
    execute(database, "VACUUM mobifone_lookup")


def _short(count: int) -> str:
    """10000000 → 10m, 10000 → 10k."""
    return f"{count // 1_000_000}m" if count >= 1_000_000 else f"{count // 1000}k"
