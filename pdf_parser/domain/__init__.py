"""Words of the trade. No I/O here; what crosses a container border is a frozen model."""
