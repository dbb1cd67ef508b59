"""Which locations serve an order: the exact whole-order solver, in functions of scalars and flat arrays.

An order has `lines` lines and `rows` candidate locations; entry `line * rows + row` of a flat array belongs to that
line and row. Serving a unit is worth its value, opening a location costs its box; with the locations fixed, the lines
are independent, so the question is which locations to open. That is the uncapacitated facility location problem
(Erlenkotter 1978) with a limit per line and location.

All functions here are shared definitions: they take lists and one-dimensional arrays alike, and use only arithmetic
that a compiled twin repeats bit for bit. Money is on the grid of 2⁻²⁰ (whole multiples, sums below 2³³), so sums and
products with whole units are exact in float64, do not depend on their order, and `==` between them means a real tie.

Answers are compared by, in this order: more gain; more units; lower true cost, boxes included; fewer locations; the
lexicographically smallest list of rows; and, between equal rows within a line, the lower row.

| module | inside |
|---|---|
| `codes` | names of the integer codes, and the types of the arrays |
| `menu` | what each row offers each line, best first |
| `score` | what a set of open locations is worth, the comparison of answers, the matrix of units |
| `single` | shortcuts: an order of one line, and one location that is best for all |
| `subsets`, `assignments` | the two enumerations |
| `ascent`, `branch` | an upper bound by dual ascent, and the branch and bound that uses it |
| `solve` | the root: which of these answers |
"""
