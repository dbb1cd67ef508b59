"""Learning what to buy: one location and SKU, a network from what is on hand and on its way to an order's size."""
