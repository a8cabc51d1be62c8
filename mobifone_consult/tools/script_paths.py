"""All ways through a script that some line can take, each run on sample lines."""

from typing import NamedTuple

from .script_graph import Graph, holds

MAX_PATHS = 5_000
# Of the search: each step of each way counts once, and once for each sample line there.
MAX_WORK = 1_000_000


class Path(NamedTuple):
    """One way: the answers given and branches taken, as (step key, answer key), and a run that took it."""

    passed: tuple
    end: dict  # the end step
    run: object  # of the first sample line that takes this way
    lines: int  # number of sample lines that take it

    def answers(self, graph: Graph) -> list:
        """What a person answers on this way: (step key, answer key) without the decisions."""
        return [pair for pair in self.passed if graph.steps[pair[0]]["kind"] != "decide"]


class TooManyPathsError(Exception):
    """There are more ways than anybody can look through."""


def paths(graph: Graph, runs: list) -> list:
    """Every way through a sound script.

    :param runs: the sample lines at the start of a call: objects with `facts` (dict) and `give(step, answer)`, which
        returns the run after that answer
    :raise TooManyPathsError: when there are more than MAX_PATHS, or they are too long
    """
    found, work = [], 0
    todo = [(graph.start, runs, ())]
    while todo:
        key, group, passed = todo.pop()
        work += len(group) + len(passed)
        if work > MAX_WORK:
            raise TooManyPathsError
        step = graph.steps[key]
        if step["kind"] == "end":
            found.append(Path(passed, step, group[0], len(group)))
            if len(found) > MAX_PATHS:
                raise TooManyPathsError
        elif step["kind"] == "decide":
            todo += _decided(step, group, passed)
        else:
            for answer in reversed(step["answers"]):
                after = [run.give(step, answer) for run in group]
                todo.append((answer["next"], after, (*passed, (key, answer["key"]))))
    return found


def _decided(step, group, passed):
    given = set(passed)
    ways = []
    for branch in step["answers"]:
        taken = [run for run in group if holds(branch, run.facts, given)]
        if taken:
            ways.append((branch["next"], taken, (*passed, (step["key"], branch["key"]))))
            group = [run for run in group if not holds(branch, run.facts, given)]
    return reversed(ways)


def never_taken(graph: Graph, found: list) -> list:
    """Answers and branches that are on none of the ways, as (step key, answer key)."""
    taken = {pair for path in found for pair in path.passed}
    return [
        (step["key"], answer["key"])
        for step in graph.steps.values()
        for answer in step.get("answers") or ()
        if (step["key"], answer["key"]) not in taken
    ]


def untrue_ends(found: list) -> list:
    """Keys of the ends that claim a link was sent, on a way where no consult was saved."""
    ends = [path.end for path in found if "consult" not in path.run.done]
    return sorted({end["key"] for end in ends if end.get("outcome") == "link_sent"})
