"""With a replica (`db_replica_host`), requests that only read are served by what the primary was a moment ago.

Odoo asks the replica too which caches are out of date. While it lags, a worker would go on with the rights, vendors and
settings that it remembers, or fill its caches with old ones, also for requests that write. So a replica that is behind
in that respect is not read.
"""

import copy
import functools
import inspect
import time

import psycopg2

from odoo.modules.registry import Registry
from odoo.tools import config

# Seconds for which Odoo leaves a replica alone that it could not open.
RETRY_AFTER = inspect.getmodule(Registry)._REPLICA_RETRY_TIME
# Seconds for which a worker leaves a replica alone that was behind.
REST = 5


def is_behind(env):
    """Whether the cursor reads a replica that has not seen every invalidation of caches; those are renewed then."""
    if not env.cr.readonly or not config["db_replica_host"]:
        return False
    # Its transaction has read nothing that is used, and a cursor that writes is not opened within one that cannot.
    env.cr.rollback()
    try:
        return not follow(env.registry)
    except psycopg2.OperationalError:
        # No primary: no session passes and nothing new is known. The route that tells of it must be served.
        return False


def follow(registry):
    """See that this worker remembers nothing that the primary knows to be out of date.

    :return: False when it did. Then what it reads in the next seconds it reads on the primary, where an updated
        registry is found by the next request, too.
    """
    if not config["db_replica_host"]:
        return True
    with registry.cursor() as cr:
        registry_sequence, cache_sequences = registry.get_sequences(cr)
        if (registry_sequence, cache_sequences) == (registry.registry_sequence, registry.cache_sequences):
            return True
        if registry_sequence == registry.registry_sequence:
            registry.check_signaling(cr)
    registry._db_readonly_failed_time = time.monotonic() - RETRY_AFTER + REST
    return False


def on_primary(rule):
    """The same route for this request alone, served by a cursor that writes.

    :param rule: a werkzeug.routing.Rule
    """
    # Not copy.copy(), whose copies of a partial share their attributes with it.
    endpoint = functools.partial(rule.endpoint.func)
    vars(endpoint).update(vars(rule.endpoint), routing={**rule.endpoint.routing, "readonly": False})
    rule = copy.copy(rule)
    rule.endpoint = endpoint
    return rule
