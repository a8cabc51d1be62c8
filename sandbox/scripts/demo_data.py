"""Demo accounts and sample lines, run by the sandbox inside `odoo shell` (`env` is there).

Runs after the add-ons were installed and again after each update of them: finding its work done, it changes nothing,
but for locks that have run out since: they are taken again. $SANDBOX names the folder for what it writes (feed.key,
sample/lines.csv). Its last printed line must be `done`.
"""

import hashlib
import os
import sys
from datetime import timedelta
from pathlib import Path
from random import Random

from odoo import fields

sys.path.insert(0, os.getcwd())

from sandbox import sample, sample_papers

FOLDER = Path(os.environ["SANDBOX"])
LOGINS = ["admin", "agent_a1", "agent_a2", "leader_a", "vendor_a", "agent_b1", "vendor_b", "care", "manager", "feed"]
LOADED = "mobifone_consult.sandbox_sample"
KEY_NAME = "sandbox feed"
KEY_DAYS = 365
# Of the agents' own phones, by which they consult.
PHONES = {"agent_a1": "0900000901", "agent_a2": "0900000902", "agent_b1": "0900000903"}
PROMOTION = "Khuyến mại mẫu"


def user(login):
    """The demo user."""
    return env["res.users"].search([("login", "=", login)])


def line(case):
    """The line of a named case."""
    number = env["mobifone.subscriber"]._parse_number(sample.CASES[case][0])
    return env["mobifone.subscriber"].search([("msisdn", "=", number)])


def set_accounts():
    """Every demo account in Vietnamese and on Vietnam's clock, and a password for the administrator."""
    for code in ("vi_VN", "en_US"):
        env["res.lang"]._activate_lang(code)
    wanted = {"lang": "vi_VN", "tz": "Asia/Ho_Chi_Minh"}
    for account in map(user, LOGINS):
        if any(account[name] != value for name, value in wanted.items()):
            account.write(wanted)
    if env.company.partner_id.lang != "vi_VN":
        env.company.partner_id.lang = "vi_VN"
    admin = user("admin")
    env.cr.execute("SELECT password FROM res_users WHERE id = %s", [admin.id])
    [password] = env.cr.fetchone()
    # Set again, the same password would end the administrator's sessions.
    if not password or not env["res.users"]._crypt_context().verify("mbf-admin-demo", password):
        admin.password = "mbf-admin-demo"


def set_training():
    """New agents try a line whose papers are missing, so that they see the notice."""
    parameters = env["ir.config_parameter"]
    if not parameters.get_param("mobifone_consult.training_number"):
        parameters.set_param("mobifone_consult.training_number", sample.CASES["papers_online"][0])


def accept_commitments():
    """The vendors' people have logged in before: they accepted the commitment on the screen."""
    for account in env["mobifone.agent"].search([("state", "=", "active"), ("user_id.login", "in", LOGINS)]):
        env["mobifone.agent"].with_user(account.user_id).accept_commitment()


def set_phones():
    """The agents' own phones on their account files; one that was changed since stays."""
    for login, phone in PHONES.items():
        account = env["mobifone.agent"].search([("user_id", "=", user(login).id)])
        if not account.phone:
            account.phone = phone


def load_lines():
    """Write the sample file; load it, once: what was tried out on the lines since then stays."""
    path = FOLDER / "sample" / "lines.csv"
    sample.write(path)
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    parameters = env["ir.config_parameter"]
    if parameters.get_param(LOADED) == checksum:
        return
    with path.open("rb") as stream:
        counts = env["mobifone.line.feed"]._load(stream, f"{path}.rejects.csv")
    if counts["rejected"]:
        raise RuntimeError(f"the sample has bad rows: {path}.rejects.csv")
    parameters.set_param(LOADED, checksum)


def consult(case, login, channel):
    """Save a consult as that demo user, if the line is open to it; its id, or None."""
    desk = env["mobifone.desk"].with_user(user(login))
    answer = desk.lookup(sample.CASES[case][0], hotline="1090")
    if answer["registration"]["must_acknowledge"]:
        desk.acknowledge(answer["lookup_id"])
    return desk.consult(answer["lookup_id"], channel)["consultation_id"] or None


def set_locks():
    """Lines that are just being consulted; taken again when the last lock has run out."""
    for case, login, channel in (("locked_sms", "agent_a1", "sms"), ("locked_web", "agent_b1", "web")):
        lease = [("subscriber_id", "=", line(case).id), ("until", ">", fields.Datetime.now())]
        if not env["mobifone.consult.lease"].search_count(lease):
            consult(case, login, channel)


def set_unlocked():
    """A line consulted the day before, whose lock has run out."""
    if env["mobifone.consultation"].search_count([("subscriber_id", "=", line("unlocked").id)]):
        return
    consultation_id = consult("unlocked", "agent_a2", "web")
    if not consultation_id:
        return
    env.flush_all()
    age = timedelta(hours=26)
    env.cr.execute(
        "UPDATE mobifone_consult_lease SET until = until - %s WHERE consultation_id = %s", [age, consultation_id]
    )
    env.cr.execute(
        """UPDATE mobifone_consultation SET saved_on = saved_on - %(age)s, locked_until = locked_until - %(age)s
            WHERE id = %(id)s""",
        {"age": age, "id": consultation_id},
    )
    env.invalidate_all()


def set_blacklist():
    """A customer who asked for no messages."""
    number = line("blacklisted").msisdn
    if not env["phone.blacklist"].with_context(active_test=False).search_count([("number", "=", number)]):
        env["phone.blacklist"].create({"number": number})


def set_occupation():
    """A customer who told his occupation."""
    customer = line("occupation").partner_id
    if not customer.occupation_id:
        customer.write(
            {
                "occupation_id": env["mobifone.occupation"].search([("code", "=", 4)]).id,
                "occupation_on": fields.Datetime.now(),
                "occupation_user_id": user("agent_a1").id,
                "occupation_channel": "web",
            }
        )


def set_promotion():
    """A promotion in force, for the scripts to tell."""
    promotions = env["mobifone.promotion"].with_context(active_test=False)
    if not promotions.search_count([]):
        text = "Khuyến mại mẫu: tặng 1 GB data khi đăng nhập My MobiFone lần đầu."
        promotions.create({"name": PROMOTION, "text": text})


def set_lead():
    """Where CRM is installed: the sample promotion takes leads, and an agent has taken one."""
    if "mobifone.lead.claim" not in env:
        return
    promotion = env["mobifone.promotion"].search([("name", "=", PROMOTION), ("lead_team_id", "=", False)], limit=1)
    # Once: what a manager chooses later stays.
    if not promotion or env["mobifone.lead.claim"].search_count([("promotion_id", "=", promotion.id)]):
        return
    promotion.lead_team_id = env["crm.team"].search([("company_id", "in", (False, env.company.id))], limit=1)
    desk = env["mobifone.desk"].with_user(user("agent_a1"))
    lookup_id = desk.lookup(sample.CASES["occupation"][0], hotline="1090")["lookup_id"]
    desk.open_lead(lookup_id, promotion.id, "Khách hàng muốn được gọi lại sau 18 giờ.")


def make_calls():
    """Some guided calls on unnamed lines, so that supervisors have something to look at."""
    if env["mobifone.call"].search_count([]):
        return
    seeded = Random(sample.SEED)
    rows = [row for row in sample.lines() if row["line_status"] == "active" and row.get("app_status") != "unknown"]
    for row in seeded.sample(rows[100:], 24):
        desk = env["mobifone.desk"].with_user(user(seeded.choice(("agent_a1", "agent_a2", "agent_b1"))))
        lookup = desk.lookup(row["msisdn"], hotline=seeded.choice(("1090", "1090", "9090", "18001090")))
        if lookup["registration"]["must_acknowledge"]:
            desk.acknowledge(lookup["lookup_id"])
        call = desk.start_call(lookup["lookup_id"])
        step = call["step"]
        while step["kind"] != "end" and seeded.random() > 0.02:
            answer = seeded.choice(step["answers"])
            values = {"occupation": seeded.randint(1, 18)} if step["fields"] and answer["submits"] else None
            step = desk.answer(call["call_id"], step["id"], answer["key"], values)["step"]
        desk.finish(call["call_id"])


def set_requests():
    """Update requests for the reviewers: waiting, overdue and complained of, decided, and a draft."""
    if env["mobifone.registration"].search_count([]):
        return
    seeded = Random(sample.SEED)
    missing = [row["msisdn"] for row in sample.lines() if row["registration_state"] == "incomplete"]
    numbers = seeded.sample([number for number in missing if number > "09000010"], 12)
    waiting = [sample.CASES[case][0] for case in ("request_pending", "request_overdue")]
    made = {number: submit(number, place) for place, number in enumerate([*waiting, *numbers])}
    late = made[waiting[1]]
    if late:
        env.flush_all()
        env.cr.execute(
            """UPDATE mobifone_registration SET submitted_on = submitted_on - %(age)s, due_on = due_on - %(age)s
                WHERE id = %(id)s""",
            {"age": timedelta(hours=60), "id": late},
        )
        env.invalidate_all()
        lookup_id = opened(waiting[1], "agent_a2")
        desk("agent_a2").file_feedback(lookup_id, "Khách đã gửi giấy tờ từ ba hôm trước, chưa được duyệt.")
    reviewer = env["mobifone.registration"].with_user(user("care"))
    submitted = [
        made[number] for number in numbers if made[number] and reviewer.browse(made[number]).state == "submitted"
    ]
    for request_id in submitted[:3]:
        reviewer.browse(request_id).action_approve()
    for request_id in submitted[3:5]:
        reviewer.browse(request_id)._reject(env.ref("mobifone_consult.rejection_reason_blurred"))


def set_leavers():
    """People who left last month and today, so that there are liability files, and a letter to confirm."""
    if env["mobifone.agent"].search_count([("employee_code", "=", "A-101")]):
        return
    manager = env["mobifone.agent"].with_user(user("manager"))
    last_month = fields.Datetime.now().replace(day=1, hour=9, minute=30, second=0, microsecond=0) - timedelta(days=9)
    for place, (vendor, left_at, reporter) in enumerate(
        (("A", last_month, "vendor_a"), ("A", last_month + timedelta(days=6), "vendor_a"),
         ("A", None, "vendor_a"), ("B", last_month, "vendor_b"))
    ):  # fmt: skip
        code = f"{vendor}-{101 + place}"
        account = {
            "name": f"Nguyễn Thị {sample_papers.NAMES[place]}",
            "employee_code": code,
            "commitment_date": "2026-01-05",
        }
        vendor_id = env["mobifone.vendor"].search([("code", "=", vendor)]).id
        agent = manager.create({**account, "vendor_id": vendor_id})
        agent.action_activate()
        agent.sudo().started_on = last_month - timedelta(days=90)
        agent.with_user(user(reporter)).report_leaver(left_at)
    env["mobifone.removal.letter"]._cron_letters()


def set_tickets():
    """Members for the teams of the helpdesk, and a complaint that waits, where tickets are installed."""
    if "mobifone.ticket.route" not in env:
        return
    teams = env["mobifone.ticket.route"].search([]).team_id
    members = user("care") + user("manager")
    if set(members.ids) <= set(teams.user_ids.ids):
        return
    env.ref("mobifone_consult_helpdesk.helpdesk_team_care").user_ids += user("care")
    for team in teams:
        team.user_ids += user("manager")
    # An unnamed line: the named cases stay as they are described.
    lookup_id = opened(sample.lines()[150]["msisdn"], "agent_a1")
    desk("agent_a1").exclude(lookup_id, "complaint")
    desk("agent_a1").open_ticket(lookup_id, "complaint", "Mạng chậm từ ba hôm nay ở khu vực Phường Mẫu.")


def desk(login):
    """The desk, as that demo user opens it."""
    return env["mobifone.desk"].with_user(user(login))


def opened(number, login):
    """A look-up of the number by that demo user, its notice read; its id."""
    answer = desk(login).lookup(number, hotline="9090")
    if answer["registration"]["must_acknowledge"]:
        desk(login).acknowledge(answer["lookup_id"])
    return answer["lookup_id"]


def submit(number, place):
    """An update request of an invented person; its id when it was submitted, None when it is a draft."""
    login = ("agent_a1", "agent_a2", "agent_b1")[place % 3]
    values = sample_papers.form(place)
    return desk(login).submit_registration(opened(number, login), values)["registration_id"] or None


def write_feed_key():
    """The feed's API key in feed.key; one that still works is kept."""
    path = FOLDER / "feed.key"
    feed, keys = user("feed"), env["res.users.apikeys"]
    known = path.read_text().strip() if path.exists() else ""
    if known and keys._check_credentials(scope="rpc", key=known) == feed.id:
        return
    keys.search([("user_id", "=", feed.id), ("name", "=", KEY_NAME)])._remove()
    # sudo: a key that lasts longer than users may give their own
    key = keys.with_user(feed).sudo()._generate("rpc", KEY_NAME, fields.Datetime.now() + timedelta(days=KEY_DAYS))
    path.touch(0o600)
    path.chmod(0o600)
    path.write_text(key + "\n")


set_accounts()
set_training()
accept_commitments()
set_phones()
# Chosen here, for trials: messages are kept in the database and nothing is sent to anybody.
env["ir.config_parameter"].set_param("mobifone_consult.sms_local_outbox", "True")
# A machine that tries the product out looks up more than a person does.
env["ir.config_parameter"].set_param("mobifone_consult.lookup_quota", "0")
load_lines()
set_locks()
set_unlocked()
set_blacklist()
set_occupation()
set_promotion()
set_lead()
make_calls()
set_requests()
set_leavers()
set_tickets()
env.cr.commit()
write_feed_key()
env.cr.commit()
print("done")
