"""The offline Discord that `make demo` opens: the real bot, made-up people, and a clock to wind."""
