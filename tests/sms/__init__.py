"""Black-box tests of real SMS: a server with workers, a real Kannel, and an SMSC and a gateway that misbehave."""
