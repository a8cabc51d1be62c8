"""An admin changes the script while agents work; then the add-on is updated: nothing that is live changes."""

import subprocess

import pytest
from conftest import DATABASE, ODOO, RefusedError
from test_guided_call import give, start

LIVE = """
    SELECT version.id, version.state, version.number, step.key, step.text, step.sequence, answer.key, answer.label,
           answer.next_step_id
      FROM mobifone_script_version version
      JOIN mobifone_script_step step ON step.version_id = version.id
 LEFT JOIN mobifone_script_answer answer ON answer.step_id = step.id
  ORDER BY version.id, step.id, answer.id
"""


class Admin:
    """The manager at the script editor."""

    def __init__(self, person):
        self.person = person
        [script] = person.call("mobifone.script", "search_read", [("hotline", "=", "1090")], ["live_version_id"])
        self.live = script["live_version_id"][0]

    def version(self, method, version_id):
        return self.person.call("mobifone.script.version", method, [version_id])

    def step(self, version_id, key):
        domain = [("version_id", "=", version_id), ("key", "=", key)]
        return self.person.call("mobifone.script.step", "search", domain)[0]

    def answer(self, step_id, key):
        return self.person.call("mobifone.script.answer", "search", [("step_id", "=", step_id), ("key", "=", key)])[0]


@pytest.fixture
def admin(people):
    admin = Admin(people["manager"])
    yield admin
    # The tests after this one want the shipped script.
    if Admin(people["manager"]).live != admin.live:
        admin.version("action_check", admin.live)
        admin.version("action_publish", admin.live)


def test_change_publish_update(people, admin, database, new_line):
    agent, person = people["agent_a1"], admin.person
    under_way = start(agent, new_line())
    draft = admin.version("action_new_draft", admin.live)["res_id"]
    pitch = admin.step(draft, "pitch")
    person.call("mobifone.script.step", "write", [pitch], {"text": "Lời giới thiệu mới của Đài."})
    agree = admin.answer(pitch, "agree")
    person.call(
        "mobifone.script.answer", "create",
        {"step_id": pitch, "key": "later", "label": "Hẹn lần sau", "hotkey": "9", "sequence": 900},
    )  # fmt: skip
    admin.version("action_check", draft)
    with pytest.raises(RefusedError) as refused:
        admin.version("action_publish", draft)
    assert "Hẹn lần sau" in refused.value.message, "the answer that leads nowhere is named"
    later = admin.answer(pitch, "later")
    [target] = person.call("mobifone.script.answer", "read", [admin.answer(pitch, "refuse")], ["next_step_id"])
    person.call("mobifone.script.answer", "write", [later], {"next_step_id": target["next_step_id"][0]})
    admin.version("action_check", draft)
    admin.version("action_publish", draft)
    with pytest.raises(RefusedError):
        person.call("mobifone.script.answer", "write", [agree], {"label": "x"})

    old = give(agent, under_way, "service", None)
    assert old["text"].startswith("Hiện bên em có ứng dụng My MobiFone"), "a call under way keeps its words"
    assert "later" not in [answer["key"] for answer in old["answers"]]
    new = give(agent, start(agent, new_line()), "service", None)
    assert new["text"] == "Lời giới thiệu mới của Đài."
    keys = {answer["key"]: answer["hotkey"] for answer in new["answers"]}
    assert (keys["agree"], keys["refuse"], keys["later"]) == ("1", "2", "9"), "keys never move"

    database.execute(LIVE)
    before = database.fetchall()
    command = [ODOO, "-d", DATABASE, "-u", "mobifone_consult"]
    update = subprocess.run(
        [*command, "--stop-after-init", "--no-http"], check=True, timeout=300, capture_output=True, text=True
    )
    assert "loading mobifone_consult/data/mobifone_script.xml" in update.stderr, "the files were looked at again"
    database.execute(LIVE)
    assert database.fetchall() == before
    assert give(agent, start(agent, new_line()), "service", None)["text"] == "Lời giới thiệu mới của Đài."
