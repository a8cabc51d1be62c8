import logging
from datetime import timedelta
from functools import partial

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.service.model import retrying

from ..tools.kannel_client import NOT_TAKEN, TROUBLE, KannelClient, Outcome, each
from ..tools.sms_api import Answered, SmsApiKannel

_logger = logging.getLogger(__name__)
# Counting a long queue after each batch would take longer than sending it.
COUNTED = 1000


class SmsKannelSender(models.AbstractModel):
    """Sends the queue of a gateway in two phases: what is claimed is committed as such, then asked of the gateway while
    no transaction is open, then the answers are stored in a short one.

    So whatever dies when, no message is asked for twice: what was claimed and has no answer waits for its delivery
    report, and becomes “unknown” when none comes. Runs inside the scheduled action of Odoo's SMS queue.
    """

    _name = "sms.kannel.sender"
    _description = "Sender of a Kannel Gateway's Queue"

    @api.model
    def _run(self, gateway):
        """Send what is due, until nothing is or the time of the scheduled action is used up.

        :return: True when there is time left
        """
        if gateway.paused_until and gateway.paused_until > fields.Datetime.now():
            return True  # _pause has seen to it that the queue is looked at again
        progress = self.env["ir.cron"]
        left = progress._commit_progress(remaining=self._count(gateway))
        with KannelClient(gateway._connection()) as client:
            if gateway.failures and not self._is_back(gateway, client):
                return True
            while left:
                # After trouble one goes first, until one went through.
                claim = self._retried(self._claim, gateway, 1 if gateway.failures else gateway.batch_size)
                if claim is None:
                    return True
                claimed, to_ask = claim
                if not claimed:
                    break
                left = progress._commit_progress(claimed, remaining=self._count(gateway))
                answers = client.send(to_ask)
                self._retried(self._store, gateway, answers)
                left = progress._commit_progress(remaining=0 if gateway.paused_until else None) and left
                if gateway.paused_until:
                    return True
        return bool(left)

    @api.model
    def _is_back(self, gateway, client):
        """Ask the gateway after a pause, without sending anything, whether it works again."""
        self.env["ir.cron"]._commit_progress()
        answer = client.check()
        if answer.outcome is Outcome.ACCEPTED:
            # Not yet resumed: the first message has to go through.
            gateway.paused_until = False
            return True
        self._retried(gateway._pause, answer)
        self.env["ir.cron"]._commit_progress(remaining=0)  # nothing that could be done now
        return False

    @api.model
    def _count(self, gateway):
        return self.env["sms.sms"].search_count(self._due(gateway), limit=COUNTED)

    @api.model
    def _due(self, gateway):
        now = fields.Datetime.now()
        return [
            *gateway._message_domain(),
            ("state", "=", "outgoing"),
            ("to_delete", "!=", True),
            "|",
            ("kannel_send_after", "=", False),
            ("kannel_send_after", "<=", now),
        ]

    @api.model
    def _claim(self, gateway, limit):
        """Take the next messages out of the queue; nobody else sends them from the commit on.

        :return: (how many were looked at, what is to be asked of the gateway)
        """
        due = self.env["sms.sms"].search(self._due(gateway), limit=limit, order="id").try_lock_for_update()
        claimed = due._kannel_admit(gateway)
        claimed.write({"state": "process", "failure_type": False, "kannel_asked_on": fields.Datetime.now()})
        claimed.sms_tracker_id._action_update_from_sms_state("process")
        api_ = SmsApiKannel(self.env)
        api_._set_company(gateway.company_id)
        messages = [{"content": sms.body, "numbers": [{"uuid": sms.uuid, "number": sms.number}]} for sms in claimed]
        to_ask, known = api_.prepare(messages)
        if known:
            claimed._kannel_store(Answered(self.env, known))
        self.env.flush_all()
        return len(due), to_ask

    @api.model
    def _store(self, gateway, answers):
        """Keep what the gateway said. A message that a report was faster for keeps what the report said."""
        messages = self.env["sms.sms"]._kannel_hold(list(answers)).filtered(lambda sms: sms.state == "process")
        not_taken = messages._by_uuid(each(answers, NOT_TAKEN))
        if not_taken:
            not_taken.write({"state": "outgoing", "kannel_asked_on": False})
            not_taken.sms_tracker_id._action_update_from_sms_state("outgoing")
        decided = messages._by_uuid(each(answers, (Outcome.ACCEPTED, Outcome.REJECTED)))
        if decided:
            results = SmsApiKannel(self.env).results({sms.uuid: answers[sms.uuid] for sms in decided})
            decided._kannel_store(Answered(self.env, results))
        # The first sign of trouble tells; later ones say the same.
        trouble = next((answer for answer in answers.values() if answer.outcome in TROUBLE), None)
        if trouble:
            gateway._pause(trouble)
            _logger.info("SMS gateway of company %s paused: %s", gateway.company_id.id, gateway.last_error)
        elif decided and gateway.failures:
            gateway._resume()

    @api.model
    def _retried(self, step, *arguments):
        """What the step answers; it is begun anew when another transaction was in its way. None when that went on and
        on: what was claimed then waits for its reports."""
        try:
            return retrying(partial(step, *arguments), self.env)
        except OperationalError:
            _logger.exception("SMS queue: %s was given up", step.__name__)
            self.env.cr.rollback()
            return None

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _cron_sweep(self, batch_size=1000):
        """Name what no report came for: its fate is unknown. Nothing is sent again."""
        progress = self.env["ir.cron"]
        for gateway in self.env["sms.kannel.gateway"].search([]):
            domain = [*gateway._message_domain(), *self._overdue(gateway)]
            left = progress._commit_progress(remaining=self.env["sms.sms"].search_count(domain))
            while left and (done := self._retried(self._sweep_next, domain, batch_size)):
                left = progress._commit_progress(done)

    @api.model
    def _sweep_next(self, domain, batch_size):
        batch = self.env["sms.sms"].search(domain, limit=batch_size, order="id").try_lock_for_update()
        batch.write({"state": "error", "failure_type": "kannel_unknown"})
        batch.sms_tracker_id.with_context(sms_skip_msg_notification=True)._action_update_from_sms_state(
            "error", failure_type="kannel_unknown"
        )
        return len(batch)

    @api.model
    def _overdue(self, gateway):
        """Messages that may have been taken, without any report for `wait_minutes`; and such as were taken, when the
        SMSC has long stopped trying."""
        now = fields.Datetime.now()
        wait = timedelta(minutes=gateway.wait_minutes)
        return [
            "|",
            "&",
            ("state", "=", "process"),
            ("kannel_asked_on", "<", now - wait),
            "&",
            ("state", "=", "pending"),
            ("kannel_asked_on", "<", now - wait - timedelta(minutes=gateway.validity)),
        ]
