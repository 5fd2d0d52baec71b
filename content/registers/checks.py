"""Project laws of the registers (ids registers.E…)."""
