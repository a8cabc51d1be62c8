"""Reports over the last month of a long history, beside a statement by hand that counts the same."""

import ast
import time

import psycopg2

from bench.client import result, side_by_side

ROUNDS = 3
SINCE = "today -29d"
GOAL = 0.33
REPORTS = ("", "_answers", "_agents")
# What a person who knows the tables would write: calls at the edge of the month apart, the same numbers.
BARE = """
    WITH shown AS (
        SELECT call_id, step_id, answer_id, answered_on - shown_on AS took,
               row_number() OVER (PARTITION BY call_id ORDER BY id) = 1 AS is_first,
               lead(id) OVER (PARTITION BY call_id ORDER BY id) IS NULL AS is_last
          FROM mobifone_call_step
         WHERE voided_on IS NULL
           AND shown_on >= (date_trunc('day', now() AT TIME ZONE %(zone)s) AT TIME ZONE %(zone)s AT TIME ZONE 'UTC')
                           - interval '29 days'
    )
    SELECT {groups}, count(*), {measures}
      FROM shown
      JOIN mobifone_call call ON call.id = shown.call_id
      JOIN mobifone_script_step step ON step.id = shown.step_id
      {consults}
     WHERE {condition}
  GROUP BY GROUPING SETS ({sets})
"""
CONSULTS = "LEFT JOIN mobifone_consultation consult ON consult.call_id = call.id AND consult.state != 'cancelled'"
MEASURES = {
    "shown": "count(*)",
    "starts": "count(*) FILTER (WHERE is_first)",
    "completions": "count(*) FILTER (WHERE is_last AND call.state = 'finished' AND call.outcome != 'abandoned')",
    "drops": "count(*) FILTER (WHERE is_last AND call.outcome = 'abandoned')",
    "consults": "count(DISTINCT consult.call_id)",
    "installs": "count(DISTINCT consult.call_id) FILTER (WHERE consult.state = 'converted')",
    "seconds": "avg(extract(epoch FROM took))",
}
COLUMNS = {
    "version_id": "call.version_id", "step_id": "shown.step_id", "answer_id": "shown.answer_id",
    "vendor_id": "call.vendor_id", "user_id": "call.user_id",
}  # fmt: skip


def measure(client, database: str, login: str) -> list:
    """Each report of calls as it opens, but over a month; and the vendors' scores, which have no shorter way."""
    results = []
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for name in REPORTS:
            action_id = f"mobifone_consult.mobifone_call_report_action{name}"
            action = client.post("/web/action/load", {"action_id": action_id})
            context = ast.literal_eval(action["context"].strip())
            domain = [*ast.literal_eval(action["domain"] or "[]"), ["shown_on", ">=", SINCE]]
            seen = "search_default_filter_shown" in context
            domain += [["kind", "!=", "decide"]] if seen else []
            condition = "step.kind != 'decide'" if seen else "shown.answer_id IS NOT NULL"
            if login != "manager":
                cursor.execute("SELECT mobifone_vendor_id FROM res_users WHERE login = %s", [login])
                condition += f" AND call.vendor_id = {cursor.fetchone()[0]}"
            results.append(_beside_bare(client, cursor, login, name.strip("_") or "steps", context, domain, condition))
    connection.close()
    score = side_by_side(ROUNDS, lambda: _seconds(lambda: _scores(client)))[0]
    print(f"  {login}, scores of the vendors, all months: {1000 * score:.0f} ms", flush=True)
    return results


def _beside_bare(client, cursor, login: str, name: str, context: dict, domain: list, condition: str) -> dict:
    groups = context["pivot_row_groupby"]
    sets = [groups[:length] for length in range(len(groups) + 1)]
    kinds = {"seconds": "avg", "consults": "count_distinct", "installs": "count_distinct"}
    measures = ["__count", *(f"{field}:{kinds.get(field, 'sum')}" for field in context["pivot_measures"])]

    def pivot() -> list:
        return client.call(
            "mobifone.call.report", "formatted_read_grouping_sets", domain=domain, grouping_sets=sets,
            aggregates=measures,
        )  # fmt: skip

    def graph() -> list:
        field = context["graph_measure"]
        return client.call(
            "mobifone.call.report", "formatted_read_group", domain=domain, groupby=context["graph_groupbys"],
            aggregates=["__count", f"{field}:{kinds.get(field, 'sum')}"],
        )  # fmt: skip

    columns = [COLUMNS[group] for group in groups]
    statement = BARE.format(
        groups=", ".join(columns),
        measures=", ".join(MEASURES[field] for field in context["pivot_measures"]),
        consults=CONSULTS if "consults" in context["pivot_measures"] else "",
        condition=condition,
        sets=", ".join(f"({', '.join(columns[:length])})" for length in range(len(columns) + 1)),
    )

    def bare() -> list:
        cursor.execute(statement, {"zone": "Asia/Ho_Chi_Minh"})
        return cursor.fetchall()

    [total] = pivot()[0]
    own = next(row for row in bare() if not any(row[: len(groups)]))[len(groups)]
    value, drawn, reference = side_by_side(
        ROUNDS, lambda: _seconds(pivot), lambda: _seconds(graph), lambda: _seconds(bare)
    )
    print(
        f"  {login}, report {name}, a month of {total['__count']:,} rows: pivot {1000 * value:.0f} ms, graph "
        f"{1000 * drawn:.0f} ms, bare SQL {1000 * reference:.0f} ms of {own:,}", flush=True
    )  # fmt: skip
    ratio = reference / value
    return result(f"history_report_{name}_{login}", 1000 * value, 1000 * reference, "ms", goal=GOAL, ratio=ratio)


def _scores(client) -> list:
    aggregates = ["__count", "leavers:sum", "reported_late:sum", "exposure_hours:sum", "letters_late:sum"]
    sets = [[], ["vendor_id"], ["vendor_id", "month:month"]]
    return client.call(
        "mobifone.vendor.score", "formatted_read_grouping_sets", domain=[], grouping_sets=sets, aggregates=aggregates
    )


def _seconds(call) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin
