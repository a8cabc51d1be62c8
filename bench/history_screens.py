"""A list as the web client asks for it: its own columns, page, default filters, and what a person may click there."""

import ast
import re
from collections.abc import Iterator
from xml.etree import ElementTree

PAGE = 80


class Screen:
    """A list, as one person sees it."""

    def __init__(self, client, action: str):
        """:param action: external id of the window action that opens it"""
        self._client = client
        found = client.post("/web/action/load", {"action_id": action})
        self.model = found["res_model"]
        list_view = next((view_id for view_id, kind in found["views"] if kind == "list"), False)
        answer = client.call(self.model, "get_views", views=[[list_view, "list"], [False, "search"]], options={})
        arch = ElementTree.fromstring(answer["views"]["list"]["arch"])
        search = ElementTree.fromstring(answer["views"]["search"]["arch"])
        fields = answer["models"][self.model]["fields"]
        self.columns = [node.get("name") for node in arch.findall("field")]
        self.searched = {node.get("name") for node in search.iter("field")}
        self.sortable = [name for name in self.columns if fields[name].get("sortable")]
        self._specification = {
            name: {"fields": {"display_name": {}}} if fields[name]["type"] == "many2one" else {}
            for name in self.columns
        }
        self._count_limit = int(arch.get("count_limit", 10_000)) + 1
        context = _python(found["context"] or "{}")
        default = {name.removeprefix("search_default_") for name in context if name.startswith("search_default_")}
        self._domain = _python(found["domain"] or "[]")
        self.filters, self.groups, self.default = {}, {}, list(self._domain)
        for node in search.iter("filter"):
            if domain := node.get("domain"):
                self.filters[node.get("name")] = _python(re.sub(r"\buid\b", str(client.uid), domain))
            elif "group_by" in node.get("context", ""):
                self.groups[node.get("name")] = _python(node.get("context"))["group_by"]
        for name in default:
            self.default += self.filters.get(name, [])

    def page(self, domain: list | None = None, offset: int = 0, order: str = "") -> dict:
        """One page of rows; default: of the list as it opens."""
        return self._client.call(
            self.model, "web_search_read", domain=self.default if domain is None else self._domain + domain,
            specification=self._specification, offset=offset, order=order, limit=PAGE, count_limit=self._count_limit,
        )  # fmt: skip

    def grouped(self, by: str) -> dict:
        """The rows of the default filters in groups."""
        return self._client.call(
            self.model, "web_read_group", domain=self.default, groupby=[by], aggregates=[], limit=PAGE, offset=0
        )

    def questions(self, who: dict) -> Iterator:
        """(what, call) for each thing a person does there.

        :param who: {field of the search box: value to be looked for}, with its operator by the type of the value
        """
        yield "as it opens", self.page
        yield "next page", lambda: self.page(offset=PAGE)
        yield "last counted page", lambda: self.page([], offset=self._count_limit - 1 - PAGE)
        yield "no filter", lambda: self.page([])
        for name in self.sortable:
            for order in (f"{name} asc", f"{name} desc"):
                yield f"sorted {order}", lambda order=order: self.page(order=order)
                yield f"no filter, sorted {order}", lambda order=order: self.page([], order=order)
        for name, value in who.items():
            if name in self.searched:
                leaf = [(name, "=" if isinstance(value, int) else "ilike", value)]
                yield f"{name} {leaf[0][1]}", lambda leaf=leaf: self.page(self.default[len(self._domain) :] + leaf)
                yield f"no filter, {name} {leaf[0][1]}", lambda leaf=leaf: self.page(leaf)
        for name, domain in self.filters.items():
            yield f"{name} alone", lambda domain=domain: self.page(domain)
        for name, by in self.groups.items():
            yield name, lambda by=by: self.grouped(by)


def _python(value: object) -> object:
    return ast.literal_eval(value.strip()) if isinstance(value, str) else value
