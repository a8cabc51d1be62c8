"""The sample lines: about 2,000 synthetic numbers, the same on every machine, and the named cases among them.

`python -m sandbox.sample --markdown` prints the named cases as README's table.
"""

import csv
import io
import sys
from pathlib import Path
from random import Random
from typing import NamedTuple

SEED = 1090
SIZE = 2000
COLUMNS = (
    "msisdn", "payment_mode", "line_status", "usage_class", "device_class", "app_status", "app_installed_on",
    "commitment_type", "owner_unit", "registration_state", "registration_missing", "customer_ref", "customer_name",
)  # fmt: skip
OPEN = {
    "payment_mode": "prepaid",
    "line_status": "active",
    "usage_class": "personal",
    "device_class": "smartphone",
    "commitment_type": "Không CK",
    "owner_unit": "Công ty dịch vụ mẫu",
    "registration_state": "complete",
}
INSTALLED = {"app_installed_on": "2025-03-15 02:30:00"}
MISSING = {"registration_state": "incomplete", "registration_missing": "document_date;portrait"}
REGISTRATION_CODES = ("full_name", "birth_date", "address", "document_number", "document_date", "id_front", "portrait")


class Case(NamedTuple):
    """A line somebody may want to try. `values` None: the number is not in the table."""

    number: str
    description: str
    values: dict | None = {}


# Where `demo_data.py` has to do something about a case, it knows it by its name.
_CASES = {
    "app_installed": Case("0900000001", "Đã cài app từ 15/03/2025 · app installed: not consulted", INSTALLED),
    "not_installed": Case("0900000002", "Smartphone, chưa cài app: được tư vấn · open to a consult"),
    "locked_sms": Case("0900000003", "Kênh SMS đang tư vấn (đối tác A) · locked 24 h by the other channel"),
    "locked_web": Case("0900000004", "Đơn vị khác đang tư vấn trên Web (đối tác B) · locked by the other vendor"),
    "unlocked": Case("0900000005", "Tư vấn hôm trước, chưa cài app: đã mở lại · open again after 24 h"),
    "feature_phone": Case(
        "0900000006", "Điện thoại phổ thông: chào và kết thúc · no smartphone", {"device_class": "feature_phone"}
    ),
    "nice_ck": Case(
        "0900000007", "Số đẹp: loại cam kết có CK, đủ giấy tờ · nice number by CK", {"commitment_type": "CK 24 tháng"}
    ),
    "nice_tct": Case("0900000008", "Số đẹp: số TCT, đủ giấy tờ · nice number by số TCT", {"owner_unit": "Số TCT"}),
    "papers_online": Case(
        "0900000009", "Thiếu giấy tờ, smartphone: đăng ký trên app · papers missing: online", MISSING
    ),
    "papers_point": Case(
        "0900000010",
        "Thiếu giấy tờ, máy phổ thông: mời đến điểm giao dịch · papers missing: transaction point",
        {**MISSING, "device_class": "feature_phone"},
    ),
    "papers_ask": Case(
        "0900000011",
        "Thiếu giấy tờ, chưa rõ loại máy: hỏi khách · papers missing: ask for the handset",
        {**MISSING, "device_class": "unknown"},
    ),
    "papers_store": Case(
        "0900000012",
        "Thiếu giấy tờ, số đẹp: CH chính MobiFone · papers missing, nice number: main store",
        {**MISSING, "commitment_type": "CK 12 tháng"},
    ),
    "other_network": Case("0320000001", "Thuê bao mạng khác · not a MobiFone line", None),
    "official": Case(
        "0900000014", "Thuê bao công vụ: không hỏi nghề nghiệp · official line", {"usage_class": "official"}
    ),
    "operations": Case(
        "0900000015", "Thuê bao nghiệp vụ: không hỏi nghề nghiệp · operations line", {"usage_class": "operations"}
    ),
    "test_sim": Case("0900000016", "SIM thử nghiệm: không hỏi nghề nghiệp · test SIM", {"usage_class": "test"}),
    "one_way": Case("0900000017", "Khóa một chiều, vẫn được tư vấn · locked one way", {"line_status": "one_way"}),
    "two_way": Case("0900000018", "Khóa hai chiều, vẫn được tư vấn · locked both ways", {"line_status": "two_way"}),
    "terminated": Case("0900000019", "Đã thanh lý · terminated line", {"line_status": "terminated"}),
    "ported_in": Case("0910000001", "Đầu số VinaPhone, đã chuyển sang MobiFone · ported in: a MobiFone line"),
    "ported_out": Case("0900000021", "Đầu số MobiFone, đã chuyển mạng đi · ported out: no MobiFone line", None),
    "app_unknown": Case(
        "0900000022", "Không xác định được tình trạng app: không tư vấn · unknown app", {"app_status": "unknown"}
    ),
    "blacklisted": Case("0900000023", "Khách từ chối nhận tin nhắn · blacklisted: no consult, no SMS"),
    "occupation": Case("0900000024", "Đã ghi nhận nghề nghiệp · occupation on record"),
    "postpaid": Case("0900000025", "Thuê bao trả sau, được tư vấn · postpaid, open", {"payment_mode": "postpaid"}),
    "request_pending": Case(
        "0900000026", "Yêu cầu cập nhật giấy tờ đang chờ duyệt · update request waits for its approval", MISSING
    ),
    "request_overdue": Case(
        "0900000027", "Yêu cầu cập nhật giấy tờ quá hạn 48 giờ · update request overdue, with feedback", MISSING
    ),
    # Typed in the form of before 2018: the line is 0320000002, ported in.
    "old_form": Case("01620000002", "Số 11 số cũ, nay là 0320000002 · old 11-digit form of a ported-in number"),
}
CASES = {name: (case.number, case.description) for name, case in _CASES.items()}


def lines() -> list:
    """The rows of the sample file, dicts by COLUMNS; the named cases first."""
    random = Random(SEED)
    cases = [_case_row(name, case) for name, case in _CASES.items() if case.values is not None]
    ported = [f"0910000{n:03d}" for n in range(2, 9)]
    ported += [f"0920000{n:03d}" for n in range(1, 8)] + [f"0320000{n:03d}" for n in range(3, 9)]
    others = random.sample(range(900_001_000, 900_100_000), SIZE - len(cases) - len(ported))
    numbers = ported + [f"0{number}" for number in sorted(others)]
    return cases + [_random_row(random, number) for number in numbers]


def content() -> bytes:
    """The sample file: CSV in UTF-8."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines())
    return text.getvalue().encode()


def write(path: Path) -> None:
    """Write the sample file to `path`; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content())


def markdown() -> str:
    """The named cases as a table of README."""
    rows = [f"| `{number}` | {description} |" for number, description in CASES.values()]
    return "\n".join(["| Số · Number | Trường hợp · Case |", "|---|---|", *rows])


def _case_row(name, case):
    number = {"01620000002": "0320000002"}.get(case.number, case.number)
    customer = {"customer_ref": f"MAU-{name}", "customer_name": f"Khách hàng mẫu {int(number) % 1_000_000}"}
    return {"msisdn": number, **OPEN, **customer, **case.values}


def _random_row(random, number):
    installed = random.random() < 0.3
    missing = random.random() < 0.12
    moment = f"2025-{random.randint(1, 9):02d}-{random.randint(1, 28):02d} {random.randint(1, 14):02d}:15:00"
    codes = ";".join(code for code in REGISTRATION_CODES if random.random() < 0.3) or "portrait"
    customer = random.randint(1, SIZE)
    row = {
        "msisdn": number,
        "payment_mode": _choose(random, prepaid=75, postpaid=25),
        "line_status": _choose(random, active=92, one_way=4, two_way=2, terminated=2),
        "usage_class": _choose(random, personal=96, official=2, operations=1, test=1),
        "device_class": _choose(random, smartphone=70, feature_phone=15, unknown=15),
        "app_status": "" if installed else random.choices(("", "not_installed", "unknown"), (85, 8, 7))[0],
        "app_installed_on": moment if installed else "",
        "commitment_type": random.choice(("Không CK", "", "CK 24 tháng" if random.random() < 0.1 else "")),
        "owner_unit": "Số TCT" if random.random() < 0.03 else f"Công ty dịch vụ mẫu {random.randint(1, 9)}",
        "registration_state": "incomplete" if missing else _choose(random, complete=95, unknown=5),
        "registration_missing": codes if missing else "",
    }
    if random.random() < 0.7:
        row |= {"customer_ref": f"MAU-{customer:04d}", "customer_name": f"Khách hàng mẫu {customer:04d}"}
    return row


def _choose(random, **weights):
    return random.choices(list(weights), list(weights.values()))[0]


if __name__ == "__main__":
    if sys.argv[1:] != ["--markdown"]:
        sys.exit("usage: python -m sandbox.sample --markdown")
    print(markdown())
