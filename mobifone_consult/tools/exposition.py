"""Prometheus' text exposition format, version 0.0.4."""

from typing import NamedTuple

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metric(NamedTuple):
    """One metric. `samples`: list of ({label: value}, number); a number that is None is left out."""

    name: str
    help: str
    samples: list
    type: str = "gauge"


def single(name: str, help_: str, number: float | None, type_: str = "gauge") -> Metric:
    """A metric of one number, without labels."""
    return Metric(name, help_, [({}, number)], type_)


def singles(named: tuple, numbers: tuple) -> list:
    """A metric for each (name, help), with the numbers of one row of the database; NULL is 0."""
    return [single(name, words, number or 0) for (name, words), number in zip(named, numbers, strict=True)]


def text(metrics: list) -> str:
    """The metrics as a scrape is answered."""
    return "".join(line + "\n" for metric in metrics for line in _lines(metric))


def _lines(metric):
    yield f"# HELP {metric.name} {_escaped(metric.help)}"
    yield f"# TYPE {metric.name} {metric.type}"
    for labels, number in metric.samples:
        if number is None:
            continue
        told = ",".join(f'{name}="{_quoted(value)}"' for name, value in labels.items())
        yield f"{metric.name}{{{told}}} {float(number)!r}" if told else f"{metric.name} {float(number)!r}"


def _escaped(words):
    return words.replace("\\", r"\\").replace("\n", r"\n")


def _quoted(value):
    return _escaped(str(value)).replace('"', r"\"")
