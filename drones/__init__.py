"""Air: airspace, rules, wind, energy, routes, missions, fleet schedule."""
