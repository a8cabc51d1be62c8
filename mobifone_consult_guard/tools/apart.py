"""Statements on a cursor of their own: they stay, whatever becomes of the request, and see what others committed."""

from psycopg2.errors import DeadlockDetected, SerializationFailure

TRIES = 20


def run(env, action, tries=TRIES):
    """Run `action(cr)` in a transaction of its own, again when another one was at the same rows.

    :return: what the action returned, None when others were first each time
    """
    if env.cr.readonly:
        # There is nothing in it to lose, and a cursor that writes is not opened within one that cannot (as core does).
        env.cr.rollback()
    for _try in range(tries):
        try:
            with env.registry.cursor() as cr:
                return action(cr)
        except (SerializationFailure, DeadlockDetected):
            continue
    return None


def fetch(env, statement):
    """The first row of a query on the primary database: a replica may lag behind."""
    if env.cr.readonly and env.registry._db_readonly is not None:
        with env.registry.cursor() as cr:
            cr.execute(statement)  # pylint: disable=sql-injection
            return cr.fetchone()
    env.cr.execute(statement)  # pylint: disable=sql-injection
    return env.cr.fetchone()
