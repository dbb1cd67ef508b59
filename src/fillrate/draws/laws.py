"""Inverse laws: one uniform in, one value out. `math.log` and `math.exp` only (NumPy's differ in the last bit)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

TICK = 2.0**-20  # days, or money: instants, durations and booked amounts are whole multiples of it
TICKS = 2.0**20
NEAR_ZERO = 2.0**31  # days or money up to which adding and taking off ROUNDER rounds: several times faster than `round`
ROUNDER = 1.5 * 2.0**32  # float64 has a number every 2**-20 from 2**32 to 2**33, and sums go to the even one in a tie
TINY = 1e-290  # quantiles below it are taken as 0
NEAR = 2e-3  # standard deviations of a gamma law within which four terms of its quantile are enough
CONSTANT, EXPONENTIAL, GAMMA, LOGNORMAL, EMPIRICAL = range(5)  # codes of the laws


class Numbers(Protocol):
    """A list or tuple of numbers, or a one-dimensional array."""

    def __getitem__(self, index: int, /) -> float:
        """Entry at `index`."""
        ...


def snap(value: float) -> float:
    """Round to a multiple of 2**-20, half to even, so that sums do not depend on their order.

    >>> snap(0.1) == 104858 / 2**20
    True
    """
    if -NEAR_ZERO < value < NEAR_ZERO:
        return value + ROUNDER - ROUNDER
    return round(value * TICKS) * TICK


def snap_all(values: Sequence[float]) -> list[float]:
    """`snap` of each, in one go.

    >>> snap_all([0.1, 2.0]) == [snap(0.1), 2.0]
    True
    """
    return [v + ROUNDER - ROUNDER if -NEAR_ZERO < v < NEAR_ZERO else snap(v) for v in values]


def exponential(u: float, mean: float) -> float:
    """Exponential quantile."""
    return -math.log(1.0 - u) * mean


def normal_quantile(u: float) -> float:
    """Standard normal quantile: Wichura (1988), Algorithm AS 241, about 1e-16 relative.

    >>> round(normal_quantile(0.975), 12)
    1.95996398454
    """
    q = u - 0.5
    if -0.425 <= q <= 0.425:
        return q * _ratio(0.180625 - q * q, CENTRE[0], CENTRE[1])
    r = math.sqrt(-math.log(min(u, 1.0 - u)))
    tail = _ratio(r - 1.6, MIDDLE[0], MIDDLE[1]) if r <= 5.0 else _ratio(r - 5.0, FAR[0], FAR[1])
    return tail if q > 0.0 else -tail


def _ratio(x: float, upper: tuple[float, ...], lower: tuple[float, ...]) -> float:
    """Ratio of two polynomials of one degree, coefficients by rising power: Horner's scheme."""
    above, below = 0.0, 0.0
    for n in range(len(upper) - 1, -1, -1):
        above, below = above * x + upper[n], below * x + lower[n]
    return above / below


CENTRE = (
    (
        3.3871328727963666080,
        1.3314166789178437745e2,
        1.9715909503065514427e3,
        1.3731693765509461125e4,
        4.5921953931549871457e4,
        6.7265770927008700853e4,
        3.3430575583588128105e4,
        2.5090809287301226727e3,
    ),
    (
        1.0,
        4.2313330701600911252e1,
        6.8718700749205790830e2,
        5.3941960214247511077e3,
        2.1213794301586595867e4,
        3.9307895800092710610e4,
        2.8729085735721942674e4,
        5.2264952788528545610e3,
    ),
)
MIDDLE = (
    (
        1.42343711074968357734,
        4.63033784615654529590,
        5.76949722146069140550,
        3.64784832476320460504,
        1.27045825245236838258,
        2.41780725177450611770e-1,
        2.27238449892691845833e-2,
        7.74545014278341407640e-4,
    ),
    (
        1.0,
        2.05319162663775882187,
        1.67638483018380384940,
        6.89767334985100004550e-1,
        1.48103976427480074590e-1,
        1.51986665636164571966e-2,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    ),
)
FAR = (
    (
        6.65790464350110377720,
        5.46378491116411436990,
        1.78482653991729133580,
        2.96560571828504891230e-1,
        2.65321895265761230930e-2,
        1.24266094738807843860e-3,
        2.71155556874348757815e-5,
        2.01033439929228813265e-7,
    ),
    (
        1.0,
        5.99832206555887937690e-1,
        1.36929880922735805310e-1,
        1.48753612908506148525e-2,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    ),
)


def lognormal(u: float, mean: float, cv: float) -> float:
    """Lognormal quantile by mean and coefficient of variation."""
    variance = math.log(1.0 + cv * cv)
    return mean * math.exp(math.sqrt(variance) * normal_quantile(u) - 0.5 * variance)


def gamma(u: float, mean: float, cv: float) -> float:
    """Gamma quantile by mean and coefficient of variation, about 1e-12 relative between the law's far tails.

    Start: Wilson and Hilferty (1931); below shape 1, or where that is not positive, the leading power of the law's
    distribution function (Abramowitz and Stegun 6.5.12). Then Halley's steps inside a bracket, and near the end four
    terms of the quantile's own series (Steinbrecher and Shaw 2008, Quantile mechanics); the next is that small.
    """
    shape = 1.0 / (cv * cv)
    front = _log_gamma(shape)
    x = _gamma_start(u, shape, front)
    near = NEAR / max(1.0, math.sqrt(shape))
    low, high = 0.0, math.inf
    for _ in range(100):
        if x <= TINY:
            return 0.0
        power = math.exp(shape * math.log(x) - x - front)  # the density times x
        error = _gamma_cdf(x, shape, power) - u
        low, high = (x, high) if error < 0.0 else (low, x)
        step = error / power  # Newton's, as a share of x
        slope = shape - 1.0 - x  # the density's, as a share of density / x
        if abs(step) <= near:
            return x * (1.0 - step * _gamma_series(step, slope, shape - 1.0)) * mean / shape
        x -= x * step / max(0.5, 1.0 - 0.5 * step * slope)
        if not low < x < high:
            x = 0.5 * (low + high) if high < math.inf else 2.0 * low
    return x * mean / shape


def _gamma_series(step: float, slope: float, power: float) -> float:
    """What a Newton step is to be multiplied by: powers of the step times the quantile's derivatives."""
    third = (2.0 * slope * slope + power) / 6.0
    fourth = (slope * (6.0 * slope * slope + 7.0 * power) + 2.0 * power) / 24.0
    return 1.0 + step * (0.5 * slope + step * (third + step * fourth))


def _gamma_start(u: float, shape: float, front: float) -> float:
    if shape > 1.0:
        root = 1.0 - 1.0 / (9.0 * shape) + normal_quantile(u) / (3.0 * math.sqrt(shape))
        if root > 0.0:
            return shape * root * root * root
    return math.exp(max(-700.0, (math.log(u) + math.log(shape) + front) / shape))


def _gamma_cdf(x: float, shape: float, power: float) -> float:
    """Regularised incomplete gamma function at x above 0, where the density times x is `power`.

    Series and continued fraction: Abramowitz and Stegun 6.5.29 and 6.5.31.
    """
    if x < shape + 1.0:
        term = total = 1.0 / shape
        n = shape
        while term > total * 1e-16:
            n += 1.0
            term *= x / n
            total += term
        return power * total
    b = x + 1.0 - shape
    c, d = 1e300, 1.0 / b
    h = d
    for i in range(1, 500):
        a = -i * (i - shape)
        b += 2.0
        d = 1.0 / (a * d + b)
        c = b + a / c
        h *= d * c
        if -1e-16 < d * c - 1.0 < 1e-16:
            break
    return 1.0 - power * h


def _log_gamma(x: float) -> float:
    """Stirling's series after lifting the argument above 15 (Abramowitz and Stegun 6.1.40)."""
    lifted = 1.0
    while x < 15.0:
        lifted *= x
        x += 1.0
    shift = math.log(lifted)
    inverse = 1.0 / x
    square = inverse * inverse
    series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))))
    return (x - 0.5) * math.log(x) - x + 0.5 * math.log(2.0 * math.pi) + series - shift


def poisson(u: float, mean: float) -> int:
    """Poisson quantile by summing the mass function from zero; means up to about 700."""
    n, mass = 0, math.exp(-mean)
    below = mass
    while below < u and n < 10_000:
        n += 1
        mass *= mean / n
        below += mass
    return n


def empirical(u: float, values: Numbers, cumulative: Numbers, first: int, count: int) -> float:
    """Quantile of a finite law: the first value whose cumulative probability exceeds u, else the last.

    Args:
        u: in (0, 1).
        values: values of one or more laws, one after the other.
        cumulative: their cumulative probabilities, rising within a law.
        first: where the law begins in both.
        count: how many values it has, at least 1.

    >>> empirical(0.5, [1.0, 2.0, 9.0], [1.0, 0.4, 1.0], 1, 2)
    9.0
    """
    low, high = first, first + count - 1
    while low < high:
        middle = (low + high) // 2
        if cumulative[middle] > u:
            high = middle
        else:
            low = middle + 1
    return values[low]


def quantile(
    code: int, u: float, mean: float, cv: float, values: Numbers, cumulative: Numbers, first: int, count: int
) -> float:
    """Inverse of a law given by its code at u in (0, 1), not rounded; a constant does not look at u.

    Args:
        code: CONSTANT, EXPONENTIAL, GAMMA, LOGNORMAL or EMPIRICAL.
        u: in (0, 1).
        mean: mean (not for EMPIRICAL).
        cv: coefficient of variation (GAMMA, LOGNORMAL).
        values: as for `empirical`.
        cumulative: as for `empirical`.
        first: as for `empirical`.
        count: as for `empirical`.

    >>> quantile(CONSTANT, 0.3, 2.0, 1.0, (), (), 0, 0), quantile(EMPIRICAL, 0.3, 0.0, 1.0, (7.0,), (1.0,), 0, 1)
    (2.0, 7.0)
    """
    if code == CONSTANT:
        return mean
    if code == EXPONENTIAL:
        return exponential(u, mean)
    if code == GAMMA:
        return gamma(u, mean, cv)
    if code == LOGNORMAL:
        return lognormal(u, mean, cv)
    return empirical(u, values, cumulative, first, count)


def drawn(
    code: int, u: float, mean: float, cv: float, values: Numbers, cumulative: Numbers, first: int, count: int
) -> float:
    """What a law gives at u, on the grid of instants; arguments as for `quantile`.

    >>> drawn(CONSTANT, 0.5, 0.1, 1.0, (), (), 0, 0) == snap(0.1)
    True
    """
    return snap(quantile(code, u, mean, cv, values, cumulative, first, count))
