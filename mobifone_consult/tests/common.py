from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user

# Numbers of the tests: plainly synthetic, outside the demo's range.
OPEN, INSTALLED, MISSING, FEATURE, LOCKED = (f"+8490009{n:04d}" for n in (1001, 1002, 1003, 1004, 1005))


class ConsultCase(TransactionCase):
    """Two vendors with their people, MobiFone's own, and a few lines. Tests act as these users, never as superuser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("t_manager", "mobifone_consult.group_manager")
        cls.care = cls._user("t_care", "mobifone_consult.group_care")
        cls.feed = cls._user("t_feed", "mobifone_consult.group_integration")
        cls.stranger = cls._user("t_stranger", "base.group_user")
        cls.vendor_a, cls.vendor_b = cls.env["mobifone.vendor"].create(
            [{"name": "T Vendor A", "code": "TA"}, {"name": "T Vendor B", "code": "TB"}]
        )
        cls.agent_a1 = cls._hire("t_agent_a1", cls.vendor_a, "agent")
        cls.agent_a2 = cls._hire("t_agent_a2", cls.vendor_a, "agent")
        cls.leader_a = cls._hire("t_leader_a", cls.vendor_a, "team_leader")
        cls.vendor_manager_a = cls._hire("t_vendor_a", cls.vendor_a, "vendor_manager")
        cls.agent_b1 = cls._hire("t_agent_b1", cls.vendor_b, "agent")
        cls.leader_b = cls._hire("t_leader_b", cls.vendor_b, "team_leader")
        cls.set_param("sms_local_outbox", "True")
        line = {"payment_mode": "prepaid", "device_class": "smartphone", "app_status": "not_installed"}
        line["registration_state"] = "complete"
        cls.env["mobifone.subscriber"].create(
            [
                {**line, "msisdn": OPEN},
                {**line, "msisdn": INSTALLED, "app_status": "installed", "app_installed_on": "2026-01-02 03:04:05"},
                {
                    **line,
                    "msisdn": MISSING,
                    "registration_state": "incomplete",
                    "registration_missing": "portrait;no_such_code",
                },
                {**line, "msisdn": FEATURE, "device_class": "feature_phone"},
                {**line, "msisdn": LOCKED},
            ]
        )

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(cls.env, login, groups, context={"no_reset_password": True}, name=login)

    @classmethod
    def _hire(cls, login, vendor, role):
        """A user with an activated account file, as a manager of MobiFone makes it."""
        user = cls._user(login, "base.group_user")
        agent = (
            cls.env["mobifone.agent"]
            .with_user(cls.manager)
            .create(
                {
                    "name": f"Agent {login}",
                    "vendor_id": vendor.id,
                    "employee_code": login,
                    "user_id": user.id,
                    "role": role,
                    "commitment_date": "2026-01-01",
                }
            )
        )
        agent.action_activate()
        agent.with_user(user).accept_commitment()
        return user

    def job(self, name, **options):
        """Run a job on accounts as the scheduler does, with its commits; the record of the run."""
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            run = getattr(self.env(cr=cr, user=self.manager.id)["mobifone.agent"], f"_job_{name}")(**options)
            run_id = run.id
        self.env.invalidate_all()
        return self.env["mobifone.job.run"].browse(run_id)

    def speak_english(self, *users):
        """For tests that read messages, in whatever language the database was made."""
        self.env["res.lang"]._activate_lang("en_US")
        for user in users:
            user.lang = "en_US"

    def account(self, user):
        """The account file of a user, as a manager of MobiFone sees it."""
        return self.env["mobifone.agent"].with_user(self.manager).search([("user_id", "=", user.id)])

    @classmethod
    def set_param(cls, name, value):
        cls.env["ir.config_parameter"].set_param(f"mobifone_consult.{name}", value)

    def desk(self, user):
        """The one door, opened by `user` as an RPC without context does."""
        return self.env(user=user, context={})["mobifone.desk"]

    def assert_costs(self, queries, call):
        """The call sends exactly so many statements, in a transaction that knows no record yet, as a request's.

        :param call: function of agent_a1's desk
        """
        call(self.desk(self.agent_a1))
        self.env.flush_all()
        self.env.transaction.reset()
        before = self.cr.sql_log_count
        call(self.desk(self.agent_a1))
        self.env.flush_all()
        self.assertEqual(self.cr.sql_log_count - before, queries)

    def assert_denied(self, call, *arguments):
        """The call is refused. Without the savepoint of assertRaises: what was written about it survives."""
        try:
            call(*arguments)
        except (AccessError, UserError, ValueError):
            return
        self.fail("not denied")

    def line(self, number):
        return self.env["mobifone.subscriber"].search([("msisdn", "=", number)])

    def change(self, number, **values):
        """Change a fed row as a feed does: by SQL, without the ORM."""
        assignments = ", ".join(f"{name} = %s" for name in values)
        self.env.cr.execute(
            f"UPDATE mobifone_subscriber SET {assignments} WHERE msisdn = %s",  # pylint: disable=sql-injection
            [*values.values(), number],
        )
        self.env.invalidate_all()

    def consult(self, user, number=OPEN, **options):
        """Look up and save, as an agent does; the answer of `consult`."""
        lookup = self.desk(user).lookup(number)
        if lookup["registration"]["must_acknowledge"]:
            self.desk(user).acknowledge(lookup["lookup_id"])
        return self.desk(user).consult(lookup["lookup_id"], **options)
