# Mutants of a C++ source, all in one text: each is switched on by its number when a test runs.
#
# Mutated are expression statements, returns, initialisers and conditions inside functions; what
# stands in constants that the compiler evaluates is not.
import re

# Operators have blanks around them, so that no template or reference is taken for one:
# clang-format sees to that.
SWAPS = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "&&": "||", "||": "&&",
    "+": "-", "-": "+", "*": "/", "%": "/", "&": "|", "|": "&", "<<": ">>", "+=": "-=", "-=": "+=",
    "|=": "&=", "&=": "|=",
}
OPERATOR = re.compile(" (" + "|".join(re.escape(o) for o in sorted(SWAPS, key=len, reverse=True))
                      + r")(?=\s)")
NUMBER = re.compile(r"(?<![\w.])(\d+)(?=[uU]?\b)")
BOOLEAN = re.compile(r"\b(true|false)\b")
ERRNO = re.compile(r"(?<=return )E[A-Z]+(?=;)")
NEGATION = re.compile(r"!(?=[a-z(])")

LABEL = re.compile(r"\s*(case [\w:]+|default|public|private):(?!:)")
CONTROL = re.compile(r"\s*(?:\} )?(?:else )?(if|while|for|switch)\s*(constexpr )?\(")
SKIPPED = re.compile(r"\s*(using|static|inline|constexpr|namespace|struct|class|template|enum|friend|"
                     r"explicit|break|continue|#)\b")
DECLARATION = re.compile(r"\s*(?:const )?[\w:]+(?:<[\w:<>, ]*>)?[&*]? [&*]?\w+ = ")
CONSTRUCTION = re.compile(r"\s*(?!return )(?:const )?[\w:]+(?:<[\w:<>, ]*>)? \w+[({]")
ASSIGNED = re.compile(r" = ")


def masked(text):
    """The text with comments, literals and preprocessor lines blanked out, nothing moved."""
    pattern = r"//[^\n]*|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])'|^#[^\n]*"
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.M)


def changes(code):
    """Each change of a piece of code: (begin, end, replacement)."""
    for match in OPERATOR.finditer(code):
        yield match.start(1), match.end(1), SWAPS[match.group(1)]
    for match in NUMBER.finditer(code):
        yield match.start(), match.end(), str(int(match.group()) + 1)
    for match in BOOLEAN.finditer(code):
        yield match.start(), match.end(), "false" if match.group() == "true" else "true"
    for match in ERRNO.finditer(code):
        yield match.start(), match.end(), "0"
    for match in NEGATION.finditer(code):
        yield match.start(), match.end(), ""


def closing(code, at):
    """Behind the parenthesis or brace that closes the one at `at`."""
    depth = 0
    for end in range(at, len(code)):
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(code[end], 0)
        if depth == 0:
            return end + 1
    return len(code)


def sites(code):
    """Places that can be mutated: (kind, begin, end); statements with their semicolon."""
    at = 0
    while at < len(code):
        label = LABEL.match(code, at)
        if label:
            at = label.end()
            continue
        control = CONTROL.match(code, at)
        if control:
            begin, at = control.end(), closing(code, control.end() - 1)
            condition = code[begin:at - 1]
            if control.group(1) in ("if", "while") and not control.group(2):
                first = begin + condition.rfind("; ") + 2 if "; " in condition else begin
                if not ASSIGNED.search(code[first:at - 1]):
                    yield "condition", first, at - 1
            continue
        end, kind = at, None
        while end < len(code) and kind is None:
            if code[end] == ";":
                kind = "statement"
            elif code[end] == "}":
                kind = "block"
            elif code[end] == "{":
                before = code[at:end].rstrip()
                body = before.endswith((")", "const", "override", "else", "do", "public:"))
                if body or not before or SKIPPED.match(code, at):
                    kind = "block"
                else:
                    end = closing(code, end) - 1
            end += 1
        if kind == "statement" and not SKIPPED.match(code, at) and not CONSTRUCTION.match(code, at):
            declaration = DECLARATION.match(code, at)
            if declaration:
                yield "initialiser", declaration.end(), end - 1
            elif re.match(r"\s*(return\b|[a-z_(*+][\w.:*\[\]<>+)(&> -]*(\(| [|&+*-]?= ))", code[at:end]):
                begin = at + len(code[at:end]) - len(code[at:end].lstrip())
                yield "statement", begin, end
        at = end


class Mutant:
    def __init__(self, number, text, begin, end, replacement):
        self.number = number
        self.line = text.count("\n", 0, begin) + 1
        self.code = text.splitlines()[self.line - 1].strip()
        self.change = f"'{' '.join(text[begin:end].split())}' -> '{replacement}'"
        self.key = f"{begin}-{end} {replacement}"


def mutate(text, first_number, dropped):
    """The text with all of its mutants but those whose keys are dropped, and the mutants."""
    code = masked(text)
    mutants, pieces, done = [], [], 0

    def versions(begin, end, whole):
        found = [(begin + b, begin + e, r) for b, e, r in sorted(set(changes(code[begin:end])))]
        for b, e, replacement in found + whole:
            mutant = Mutant(first_number + len(mutants), text, b, e, replacement)
            if mutant.key not in dropped:
                mutants.append(mutant)
                yield mutant.number, text[begin:b] + replacement + text[e:end]

    for kind, begin, end in sites(code):
        original = text[begin:end]
        if kind == "statement":
            deletable = not original.startswith("return")
            mutated = versions(begin, end, [(begin, end, ";")] if deletable else [])
            lines = [f"if (mutant({n})) {{ {flat(v)} }} else\n" for n, v in mutated]
            new = "{ " + "".join(lines) + "{ " + original + " } }" if lines else original
        elif kind == "condition":
            mutated = versions(begin, end, [(begin, end, "false")])
            lines = [f"mutant({n}) ? bool({flat(v)}) :\n" for n, v in mutated]
            new = "".join(lines) + f"bool({original})"
        else:
            lines = [f"mutant({n}) ? ({flat(v)}) :\n" for n, v in versions(begin, end, [])]
            new = "".join(lines) + f"({original})" if lines else original
        pieces += [text[done:begin], new]
        done = end
    return "".join(pieces) + text[done:], mutants


def flat(text):
    return " ".join(text.split())
