"""docs/monitoring/alerts.yml asks for metrics that the server has."""

import re
from pathlib import Path

import requests
from conftest import URL

RULES = Path(__file__).parent.parent / "docs" / "monitoring" / "alerts.yml"
# An expression is one line, or the lines indented below `>-`.
EXPRESSION = re.compile(r"^ +expr: (?:>-\n((?: {10}.*\n)+)|(.*)\n)", re.MULTILINE)
# Served where there is a replica: tests/cluster asks for them.
OF_A_REPLICA = {"mobifone_replica_up", "mobifone_replica_lag_bytes", "mobifone_replica_lag_seconds"}


def asked_for():
    """The names of metrics in the rules."""
    text = RULES.read_text()
    expressions = [block or line for block, line in EXPRESSION.findall(text)]
    assert len(expressions) == text.count("- alert:") > 10
    return {name for words in expressions for name in re.findall(r"\bmobifone_\w+", re.sub(r'"[^"]*"', "", words))}


def test_every_metric_of_the_rules_is_served(people):
    admin = people["admin"]
    settings = admin.call("res.config.settings", "create", {})
    action = admin.call("res.config.settings", "action_mobifone_new_metrics_token", [settings])
    try:
        headers = {"Authorization": f"Bearer {action['context']['default_token']}"}
        answer = requests.get(f"{URL}/mobifone_consult/metrics", headers=headers, timeout=60)
        assert answer.status_code == 200
        served = set(re.findall(r"^# TYPE (\S+)", answer.text, re.MULTILINE)) | OF_A_REPLICA
        assert asked_for() - served == set()
    finally:
        admin.call("res.config.settings", "action_mobifone_withdraw_metrics_token", [settings])
