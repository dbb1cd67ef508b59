"""Forecasts of demand from what has been seen only, with the errors that they would have made."""

from fillrate.plan.forecast.demand import Demand, demand_of
from fillrate.plan.forecast.errors import ForecastError, backtest
from fillrate.plan.forecast.methods import METHODS, croston, seasonal_naive, smoothing

__all__ = ["METHODS", "Demand", "ForecastError", "backtest", "croston", "demand_of", "seasonal_naive", "smoothing"]
