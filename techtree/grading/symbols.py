"""The functions, constants and signs that formulas may hold, under each name people give them."""

FUNCTIONS = {
    name: function
    for function, names in {
        "sin": ("sin",),
        "cos": ("cos",),
        "tan": ("tan", "tg"),
        "cot": ("cot", "ctg"),
        "sec": ("sec",),
        "csc": ("csc",),
        "asin": ("asin", "arcsin"),
        "acos": ("acos", "arccos"),
        "atan": ("atan", "arctan"),
        "sinh": ("sinh",),
        "cosh": ("cosh",),
        "tanh": ("tanh",),
        "exp": ("exp",),
        "log": ("log", "ln", "Log"),
        "log10": ("lg", "log10"),
        "sqrt": ("sqrt", "root", "Sqrt"),
        "abs": ("abs", "Abs"),
        "factorial": ("factorial",),
        "binomial": ("binomial",),
    }.items()
    for name in names
}
"""Without a base `log` is the natural logarithm, as in SymPy."""

CONSTANTS = {"pi": "pi", "Pi": "pi", "π": "pi", "e": "e", "E": "e", "i": "i", "I": "i"}

GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "theta": "θ",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "phi": "φ",
    "omega": "ω",
    "varphi": "phi",
    "varepsilon": "epsilon",
    "Delta": "Δ",
    "Omega": "Ω",
}
"""A letter, or for a variant the name of its letter."""

SIGNS = {
    "−": "-",
    "–": "-",
    "—": "-",
    "·": "*",
    "⋅": "*",
    "∙": "*",
    "×": "*",
    "÷": "/",
    "∕": "/",
    "⁄": "/",
    "√": " sqrt ",
    "½": "(1/2)",
    "¼": "(1/4)",
    "¾": "(3/4)",
    "⅓": "(1/3)",
    "⅔": "(2/3)",
    "\u00a0": " ",
    "\u202f": " ",
    "\u2009": " ",
    "’": "'",
    "µ": "μ",
    "\\%": "%",
    "\\{": "(",
    "\\}": ")",
    "⟨": "(",
    "⟩": ")",
    "\\langle": "(",
    "\\rangle": ")",
}
