"""Values that are worked out when somebody asks for them, once."""


class Lazy(dict):
    """A dict of functions without arguments that reads as the dict of their results."""

    def __init__(self, functions: dict):
        super().__init__()
        self._functions = functions

    def __missing__(self, name):
        self[name] = value = self._functions[name]()
        return value

    def get(self, name, default=None):
        return self[name] if name in self._functions else default
