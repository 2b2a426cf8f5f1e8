"""Random applications of the rules, and what they conclude, evaluated.

A *setting* declares assumptions and definitions, and draws models in which these hold: fixed
families are given the values that the equations say, random ones live on four independent coins.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tests.kernel.drawing import NUMBERS, Terms, scalar
from tests.kernel.evaluation import Model, Number, Unknown, add, differ, times
from tests.kernel.writing import assumed, certificate, minus
from xavier_theory.kernel.algebra import equal
from xavier_theory.kernel.assumptions import Judgement
from xavier_theory.kernel.check import BUDGET
from xavier_theory.kernel.replay import RULES, Replay
from xavier_theory.kernel.terms import Budget, Refused, Term, free, nodes, number, parts

H, K = ["#", 0], ["#", 1]
RELATIONS = ("=", "<=", "<")
NAMES = {"U/1": ["random"], "g/1": ["fixed"], "e/1": ["fixed"], "T": ["random"]}


def code(term: Term) -> Any:
    """A term as a certificate writes it."""
    head = term[0]
    if head == "number":
        return str(term[1]) if term[2] == 1 else f"{term[1]}/{term[2]}"
    if head == "bound":
        return ["#", term[1]]
    inner = [code(part) for part in parts(term)]
    if head in ("scalar", "constant", "member", "apply"):
        return [term[1], *inner] if inner else term[1]
    return [head, *inner]


class Setting:
    """Assumptions and definitions, lines that follow from them, and models of them."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.draw = rng, Terms(rng)
        self.c_is = ("+", scalar(rng.choice("ijlx")), self.closed(4, False))
        self.d_is = self.closed(3, False, 1)
        self.t_is = self.closed(4, True)
        self.step_is = self.draw.term(3, False)
        one = [["W", "1"], ["W", "2"]]
        assumptions = [
            assumed("equation", ["c", code(self.c_is)]),
            assumed("equation", [["d", H], code(self.d_is)], over=["width"]),
            assumed("equation", [["a", H, K], "0"], over=["width", "width"], apart=[(0, 1)]),
            assumed("positive", ["h"]),
            assumed("at_most", ["0", ["g", H]], over=["real"]),
            assumed("equation", ["T", code(self.t_is)]),
            assumed("independent", ["X"], ["Y", *one]),
            assumed("independent", ["X", "Y"], one),
            assumed("symmetric", ["X"]),
            assumed("law", one, [], label="coin"),
            assumed("same-law", ["X", "Y", *one], ["X", "Y", *reversed(one)]),
            *(assumed("moment", [name, "8"]) for name in (*"XYZT", *one)),
            assumed("moment", [["W", H], "2"], over=["width"]),
            assumed("minimises", [["^", minus("v", "u"), "2"], "v"]),
        ]
        self.claim = [["e", "l"], ["+", ["e", "0"], ["*", "l", code(self.step_is)]]]
        hypotheses = [assumed("equation", self.claim)]
        definitions = [[["natural"], ["e", ["+", H, "1"]], ["+", ["e", H], code(self.step_is)]]]
        data = certificate(names=NAMES, assumptions=assumptions, definitions=definitions,
                           hypotheses=hypotheses)  # fmt: skip
        self.replay = Replay(data, {})
        self.lines = self.replay.lines
        for rule, *arguments in self.first_lines(len(assumptions)):
            says = arguments.pop() if rule == "algebra" else None
            self.lines.append(self.replay.next_line([rule, arguments, says, []]))
        self.base = self.rng.choice([11, 11, 12])

    def first_lines(self, claim: int) -> list[Any]:
        """Lines that the rules need which rest on several: what is integrable, an induction."""
        x = self.rng.choice(["X", "Z", "T"])
        place = {"X": 11, "Z": 13, "T": 14}[x]
        after = ["+", ["e", "0"], ["*", ["+", "l", "1"], code(self.step_is)]]
        return [
            ["moment", [place, []], x, 1], ["moment", [place, []], x, 2],
            ["moment", [12, []], "Y", 1],
            ["moment", [12, []], "Y", 2], ["hoelder", [[x, 1], ["Y", 1]], [1, 3]],
            ["linear", "0", [], [], "integrable"], ["sign", ["^", x, "2"]], ["sign", "1"],
            ["sign", ["exp", "x"]], ["define", 0, ["l"]], ["assume", claim, []],
            ["algebra", [], [], ["=", ["e", "0"], ["+", ["e", "0"], "0"]]],
            ["algebra", [9, 10], ["1", "1"], ["=", ["e", ["+", "l", "1"]], after]],
        ]  # fmt: skip

    def closed(self, size: int, randomness: bool, depth: int = 0) -> Term:
        """A term without the names that are given its value."""
        while True:
            term = self.draw.term(size, randomness, depth)
            if not {n[1] for n in nodes(term) if n[0] == "member"} & {"c", "d", "e"}:
                return term

    def model(self) -> Model:
        """A model of all assumptions and definitions."""
        model = Model(self.rng)
        sizes = [model.draw("real") for _ in range(6)]
        positive = model.draw("positive")

        def coin(k: int, low: int, high: int) -> Callable[[Any, Any], Number]:
            return lambda indices, w: sizes[high] if w[k] else sizes[low]

        def weights(indices: tuple[Number, ...], w: Any) -> Number:
            i = indices[0]
            side = w[2] if i == 1 else w[3] if i == 2 else w[0] ^ w[1]
            return sizes[3] if side else sizes[4]

        def off_diagonal(indices: tuple[Number, ...], w: Any) -> Number:
            return Fraction(0) if differ(*indices) else model.junk("a", indices[0])

        def of_widths(indices: tuple[Number, ...], w: Any) -> Number:
            whole = indices[0] in range(1, 20)
            return model.value(self.d_is, bound=indices) if whole else model.junk("d", *indices)

        def layers(indices: tuple[Number, ...], w: Any) -> Number:
            i = indices[0]
            if not isinstance(i, Fraction) or i.denominator != 1 or not 0 < i < 20:
                return model.junk("e", *indices)
            return add(layers((i - 1,), w), model.value(self.step_is))

        model.rules |= {
            ("X", 0): lambda indices, w: sizes[0] if w[0] else -sizes[0],
            ("Y", 0): coin(1, 1, 2),
            ("W", 1): weights,
            ("h", 0): lambda indices, w: positive,
            ("g", 1): lambda indices, w: times(
                model.junk("g", *indices), model.junk("g", *indices)
            ),
            ("a", 2): off_diagonal,
            ("e", 1): layers,
            ("c", 0): lambda indices, w: model.value(self.c_is),
            ("d", 1): of_widths,
            ("T", 0): lambda indices, w: model.value(self.t_is, w),
        }
        model.scalars[scalar("v")] = model.value(scalar("u"))
        return model

    def holds(self, model: Model, line: Judgement) -> bool:
        """Whether Gamma holds in a model of the setting: all but that indices differ does."""
        apart = [a for a in line.gamma if a.kind == "distinct"]
        supposed = set(self.replay.supposed)
        if supposed & line.gamma:
            return False
        return all(differ(*(model.value(t) for t in a.groups[0])) for a in apart)

    # ---------------------------------------------------------------------------- applications

    def some(self, test: Callable[[Judgement], bool]) -> int:
        """The place of a line with ``test``; -1 if there is none, which the kernel refuses."""
        places = [k for k, found in enumerate(self.lines) if test(found)]
        return self.rng.choice(places) if places else -1

    def equation(self) -> int:
        return self.some(lambda found: found.relation == "=")

    def integrable(self, term: Any) -> int:
        """A line that says so of a product of members, made for it; any line where it is none."""
        wanted = self.replay._term(term)
        return self.some(lambda line: line.relation == "integrable" and equal(line.left, wanted))

    def term(self, size: int = 6, randomness: bool = True) -> Any:
        return code(self.draw.term(self.rng.randint(1, size), randomness))

    def index(self) -> Any:
        return self.rng.choice(["i", "j", "n", "1", "2", ["+", "i", "1"], "x", "l"])

    def application(self) -> list[Any]:
        """A random application of a random rule, as a line of a certificate."""
        rule = self.rng.choice(
            [*RULES, *("algebra", "cases", "congruence", "linear", "instance") * 2]
        )
        make = getattr(self, f"_{rule.replace(' ', '_')}")
        line = make()
        if line[1] and self.rng.random() < 0.1:  # a wrong argument
            line[1][self.rng.randrange(len(line[1]))] = self.term(3)
        return line

    def _line(self, rule: str, *arguments: Any, says: Any = None) -> list[Any]:
        strict = [k for k, found in enumerate(self.lines) if found.relation == "<"]
        marked = self.rng.sample(strict, min(len(strict), self.rng.choice((0, 0, 1))))
        return [rule, list(arguments), says, marked]

    def _assume(self) -> Any:
        place = self.rng.randrange(6)
        a = self.replay.assumptions[place]
        return self._line("assume", place, [self.index() for _ in a.domains])

    def _define(self) -> Any:
        return self._line("define", 0, [self.rng.choice(["l", "0", "m", "x", ["+", "l", "1"]])])

    def _algebra(self) -> Any:
        relation, left = self.rng.choice(RELATIONS), self.draw.term(self.rng.randint(2, 8))
        if not self.lines or self.rng.random() < 0.4:
            right = self.draw.changed(self.draw.changed(left))
            return self._line("algebra", [], [], says=["=", code(left), code(right)])
        used = [self.rng.randrange(len(self.lines)) for _ in range(self.rng.randint(1, 2))]
        by = [self.rng.choice([self.term(2), "2", "-1", "u", "q", ["^", "x", "2"]]) for _ in used]
        gaps = [minus(code(self.lines[k].right), code(self.lines[k].left)) for k in used]
        total = ["+", code(left), *(["*", m, gap] for m, gap in zip(by, gaps, strict=True))]
        return self._line("algebra", used, by, says=[relation, code(left), total])

    def _sign(self) -> Any:
        return self._line("sign", self.rng.choice([self.term(), ["^", self.term(4), "2"]]))

    def _product(self) -> Any:
        said = [self.some(lambda found: found.relation in ("<", "<=")) for _ in (0, 1)]
        return self._line("product", *said)

    def _congruence(self) -> Any:
        template = self.draw.term(self.rng.randint(2, 7), True, 1)
        return self._line("congruence", code(template), [self.equation()])

    def _bind(self) -> Any:
        head = self.rng.choice(("sum", "sum", "product", "sum-except"))
        ends = [self.rng.choice(["n", "l", "2", "0", ["+", "n", "-1"], "i"])]
        ends += [self.rng.choice(["i", "j", "1"])] if head == "sum-except" else []
        name = self.rng.choice("iijjnx")
        about, any_line = scalar(name), self.rng.random() < 0.5
        line = self.some(lambda found: found.relation in RELATIONS and (
            any_line or about in free(found.left) | free(found.right)))  # fmt: skip
        return self._line("bind", line, name, head, ends)

    def _cases(self) -> Any:
        on = self.draw.term(self.rng.randint(1, 3))
        neg, heads = ("*", number(-1), on), ("relu", "abs", "step")
        pieces = [on, neg, *((h, t) for h in heads for t in (on, neg)), ("max", on, neg),
                  NUMBERS[1],
                  ("min", on, NUMBERS[0]), ("E", ("relu", on)), ("E", on)]  # fmt: skip
        left = self.rng.choice([("*", *self.rng.choices(pieces, k=2)), self.rng.choice(pieces)])
        terms = self.rng.choices(pieces, k=self.rng.randint(1, 3))
        right = ("+", *(("*", self.rng.choice(NUMBERS), t) for t in terms))
        known = [(("relu", on), ("*", number(1, 2), ("+", on, ("abs", on)))),
                 (("abs", on), ("+", ("relu", on), ("relu", neg))),
                 (("*", on, ("step", on)), ("relu", on)), (("max", on, neg), ("abs", on)),
                 (("step", neg), ("+", NUMBERS[1], ("*", number(-1), ("step", on)))),
                 (("*", ("relu", on), ("relu", neg)), NUMBERS[0])]  # fmt: skip
        if self.rng.random() < 0.6:
            left, right = self.rng.choice(known)
            wrap = self.draw.term(2)
            left, right = ("*", wrap, left), ("*", right, wrap)
            if self.rng.random() < 0.2:
                left, right = ("E", left), ("E", right)
        relation = self.rng.choice(("=", "<=", "<"))
        return self._line("cases", code(on), says=[relation, code(left), code(right)])

    def _diagonal(self) -> Any:
        end = self.draw.natural()
        other = end if self.rng.random() < 0.8 else self.draw.natural(1)
        return self._line(
            "diagonal", code(("sum", end, ("sum", other, self.draw.term(4, True, 2))))
        )

    def _peel(self) -> Any:
        head = self.rng.choice(("sum", "product", "sum", "^"))
        return self._line("peel", code((head, self.draw.natural(), self.draw.term(4, True, 1))))

    def _induction(self) -> Any:
        base, step = self.rng.choice([(11, 12), (11, 12), (12, 11), (11, self.equation())])
        names = self.rng.choice([[], [], [], ["i"]])
        return self._line("induction", self.rng.choice("llm"), [[base, step, 19, names]])

    def _instance(self) -> Any:
        names = self.rng.sample(["x", "y", "u", "q", "l", "i", "f/1", "c", "W/1", "d/1"], 2)
        given = {}
        for name in names:
            deep = int(name.endswith("1"))
            given[name] = code(
                self.draw.term(self.rng.randint(1, 4), self.rng.random() < 0.5, deep)
            )
        line = self.some(lambda found: True)
        lines = [
            ["line", self.equation(), self.rng.choice([[], ["i"]])],
            ["form"],
            ["assume", 0, []],
        ]
        shown = self.replay.lines[line].gamma
        asked = [k for k, a in enumerate(self.replay.assumptions) if a in shown]
        witnesses = [[k, self.rng.choice(lines)] for k in asked if self.rng.random() < 0.5]
        defined = [[0, lines[0]]] if self.rng.random() < 0.5 else []
        return self._line("instance", line, given, [witnesses, defined])

    def _moment(self) -> Any:
        member_ = self.rng.choice(["X", "Y", "Z", "T", ["W", "1"], ["W", "2"]])
        wanted = self.replay._term(member_)
        places = enumerate(self.replay.assumptions)
        place = next(k for k, a in places if a.kind == "moment" and a.groups[0][0] == wanted)
        return self._line("moment", [place, []], member_, self.rng.randint(1, 4))

    def _hoelder(self) -> Any:
        x, y = self.rng.choice(["X", "Y", "Z"]), self.rng.choice(["X", "T", ["W", "1"]])
        lines = [self.integrable(["^", t, "2"]) for t in (x, y)]
        return self._line("hoelder", [[x, 1], [y, 1]], lines)

    def _linear(self) -> Any:
        lines = [k for k, found in enumerate(self.lines) if found.relation == "integrable"]
        used = self.rng.sample(lines, min(len(lines), 3))
        addends = [["*", self.term(2, False), code(self.lines[k].left)] for k in used] or ["x"]
        body = ["+", *addends, self.term(2, False)]
        head = self.rng.choice(("=", "=", "integrable"))
        if self.rng.random() < 0.3:
            return self._line("linear", ["sum", "n", body], [self.rng.choice("ijx")], used, head)
        return self._line("linear", body, [], used, head)

    def _dominated(self) -> Any:
        line = self.some(lambda found: found.relation == "integrable")
        left = code(self.lines[line].left) if self.lines else "x"
        shapes = [["relu", left], ["*", left, ["tanh", self.term(2)]], ["abs", left], ["step", "X"]]
        return self._line("dominated", self.rng.choice(shapes), line)

    def _carried(self) -> Any:
        equation = self.equation()
        return self._line("carried", self.integrable(code(self.lines[equation].left)), equation)

    def _independent(self) -> Any:
        sides = [self.some(lambda found: found.relation == "integrable") for _ in (0, 1)]
        x, y = (code(self.lines[k].left) if self.lines else "X" for k in sides)
        return self._line("independent", [self.rng.choice((6, 7)), []], x, y, sides, "=")

    def _variance(self) -> Any:
        x = self.rng.choice(["X", "Y", "Z", "T", ["W", "1"]])
        return self._line("variance", x, self.integrable(["^", x, "2"]))

    def _covariance(self) -> Any:
        x, y = self.rng.choice(["X", "Z", "T"]), "Y"
        wanted = (["*", x, y], x, y)
        return self._line("covariance", x, y, [self.integrable(t) for t in wanted])

    def _monotone(self) -> Any:
        line = self.rng.choice([6, self.some(lambda found: found.relation in ("=", "<="))])
        sides = (self.lines[line].left, self.lines[line].right)
        return self._line("monotone", line, [self.integrable(code(side)) for side in sides])

    def _symmetry(self) -> Any:
        w1, w2 = ["W", "1"], ["W", "2"]
        place = self.rng.choice((8, 8, 9, 10))
        names = {8: ["X"], 9: [w1, w2], 10: ["X", "Y", w1, w2]}[place]
        term = self._of(names)
        to = [[w1, w2, 1], [w2, w1, self.rng.choice((1, 1, -1))]] if place == 9 else []
        return self._line("symmetry", [place, []], term, to)

    def _of(self, names: list[Any]) -> Any:
        one, two = self.rng.choice(names), self.rng.choice([*names, self.term(2)])
        shapes = [["*", one, two], ["relu", ["+", one, two]], ["*", "x", one], ["^", one, "3"],
                  ["sum", "n", ["*", H, one, ["exp", two]]]]  # fmt: skip
        return self.rng.choice(shapes)

    def _same_direction(self) -> Any:
        functions = ["x", ["*", "u", "x"], ["exp", "x"], ["^", "x", "3"], ["tanh", "x"],
                     ["^", "x", "2"], ["sigmoid", ["*", "2", "x"]], ["*", "-1", "x"]]  # fmt: skip
        said = [self.rng.choice([7, 8, self.some(lambda f: f.relation != "=")]) for _ in (0, 1)]
        fitting = {7: "x", 8: ["exp", "x"]}  # the functions whose slopes these lines speak of
        f, g = (self.rng.choice([fitting.get(place, "x"), self.rng.choice(functions)])
                for place in said)  # fmt: skip
        return self._line("same direction", f, g, "x", [self.term(3), self.term(3)], said)

    def _association(self) -> Any:
        said = [self.rng.choice([7, 7, 8, 6]) for _ in (0, 1)]
        x = self.rng.choice(["X", "Z", "T"])
        lines = [self.integrable(t) for t in (["^", x, "2"], ["^", x, "1"], ["^", x, "1"])]
        return self._line("association", "x", "x", "x", x, said, lines)

    def _antiderivative(self) -> Any:
        return self._line("antiderivative", 0, "x", "x", "x")

    def _stationary(self) -> Any:
        return self._line("stationary", self.rng.choice([18, 18, 18, 4]))


def many_applications(seed: int, count: int) -> tuple[Counter[str], list[str]]:
    """How ``count`` applications came out, and the conclusions that are false."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    done = 0
    while done < count:
        try:
            setting = Setting(random.Random(f"{seed} {done}"))
        except Refused:
            done += 1
            continue
        models = [setting.model() for _ in range(2)]
        for k in range(40):
            done += 1
            code_ = setting.application()
            Budget.left = BUDGET
            try:
                found = setting.replay.next_line(code_)
            except Refused:
                counts["refused"] += 1
                counts[f"{code_[0]} refused"] += 1
                continue
            finally:
                Budget.left = 10**18
            setting.lines.append(found)
            counts["accepted"] += 1
            counts[f"{code_[0]} accepted"] += 1
            if found.relation == "integrable":
                counts["integrable"] += 1
                continue
            for model in models:
                try:
                    if not setting.holds(model, found):
                        counts["vacuous"] += 1
                    elif model.refutes(found):
                        wrong.append(f"{seed} {done - k - 1}: {code_} gives {found}")
                        setting.lines.pop()
                        break
                    else:
                        counts["evaluated"] += 1
                        counts[f"{code_[0]} evaluated"] += 1
                except (Unknown, OverflowError):
                    counts["not evaluated"] += 1
    return counts, wrong
