"""Figures as a person reads them."""


def seconds(value: float | None) -> str:
    """Whole seconds, or a dash for what was not seen."""
    return "-" if value is None else f"{value:.0f} s" if value >= 10 else f"{value:.1f} s"


def clock(value: float) -> str:
    """Seconds since the run began as `m:ss` or `h:mm:ss`."""
    whole = int(value)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
