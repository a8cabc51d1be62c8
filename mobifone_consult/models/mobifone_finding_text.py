from collections import defaultdict

from odoo import models


class MobifoneFinding(models.Model):
    """What findings say, in the reader's language."""

    _inherit = "mobifone.finding"

    def _told(self):
        """The text of a finding, from its figures; None for a kind without words of its own. Add-ons add theirs."""
        self.ensure_one()
        tell = getattr(self, f"_told_{self.kind}", None)
        # A figure that an older finding lacks keeps nobody from reading the list.
        return tell(defaultdict(lambda: "?", self.params)) if tell and self.params else None

    def _told_lookups_without_call(self, seen):
        return self.env._(
            "%(day)s: %(count)s of %(total)s look-ups (%(share)s %%) were followed by nothing: no call, consult,"
            " exclusion, occupation, update request or feedback.",
            day=seen["day"], count=seen["count"], total=seen["total"], share=seen["share"],
        )  # fmt: skip

    def _told_number_sequence(self, seen):
        return self.env._(
            "%(count)s look-ups in a row whose numbers run on by one, from %(first)s to %(last)s, within %(minutes)s"
            " minutes (%(since)s – %(until)s).",
            count=seen["count"], first=seen["first"], last=seen["last"], minutes=seen["minutes"],
            since=seen["since"], until=seen["until"],
        )  # fmt: skip

    def _told_out_of_shift(self, seen):
        return self.env._(
            "%(day)s: %(count)s look-ups outside the shift (%(shift_from)s – %(shift_to)s), the first at %(since)s,"
            " the last at %(until)s.",
            day=seen["day"], count=seen["count"], shift_from=seen["shift_from"], shift_to=seen["shift_to"],
            since=seen["since"], until=seen["until"],
        )  # fmt: skip

    def _told_many_agents(self, seen):
        return self.env._(
            "The number %(number)s was looked up by %(count)s users within 24 hours, %(rows)s times in all"
            " (%(since)s – %(until)s).",
            number=seen["number"], count=seen["count"], rows=seen["rows"], since=seen["since"], until=seen["until"],
        )  # fmt: skip

    def _told_two_addresses(self, seen):
        return self.env._(
            "%(day)s: worked in turn from %(addresses)s within %(minutes)s minutes, %(count)s times; the first time"
            " from %(since)s to %(until)s.",
            day=seen["day"], addresses=seen["addresses"], minutes=seen["minutes"], count=seen["count"],
            since=seen["begun_on"], until=seen["back_on"],
        )  # fmt: skip

    def _told_quota(self, seen):
        return self.env._(
            "%(day)s: %(count)s look-ups were refused because those of the hour were used up; the first at %(since)s,"
            " the last at %(until)s.",
            day=seen["day"], count=seen["count"], since=seen["since"], until=seen["until"],
        )  # fmt: skip

    def _told_use_after_leave(self, seen):
        return self.env._(
            "%(count)s rows of the look-up log after the person left at %(left_at)s; the last at %(until)s.",
            count=seen["count"], left_at=seen["left_at"], until=seen["until"],
        )  # fmt: skip

    def _told_seal_broken(self, seen):
        problems = {
            "changed": self.env._("a row was changed after it was sealed"),
            "rows_missing": self.env._("rows are missing that were sealed"),
            "rows_added": self.env._("rows were slipped in after it was sealed"),
            "removal": self.env._("the rows are said to have been removed as old ones, but not by who has the key"),
            "mac": self.env._("the seal was not made with the key: nothing is sealed after it"),
            "chain": self.env._("the seal does not stand on the one before it"),
            "unproven": self.env._("the key of the seal is not in the key file, nor is a later one's"),
        }
        return self.env._(
            "Log %(log)s, rows %(first)s to %(last)s: %(problem)s.",
            log=seen["table"], first=seen["first_id"], last=seen["last_id"],
            problem=problems.get(seen["problem"], seen["problem"]),
        )  # fmt: skip

    def _told_not_sealed(self, seen):
        problems = {
            "missing": self.env._("there is none, or it is empty"),
            "unreadable": self.env._("it cannot be read"),
            "malformed": self.env._("a key in it is malformed"),
        }
        return self.env._(
            "The logs are not sealed, as there is no key to sign with. The key file: %s.",
            problems.get(seen["problem"], seen["problem"]),
        )
