"""Which meter a message of rtlamr is of: a receiver puts those of a whole street on one topic, each under a number of its own.

https://github.com/bemasher/rtlamr, `-format=json`: `{"Time": …, "Type": "SCM", "Message": {"ID": 61419216, "Consumption": 9386190, …}}`.
"""

# Of each type of message, where the meter's number stands.
_NUMBERS = {
    "SCM": "ID", "SCM+": "EndpointID", "IDM": "ERTSerialNumber", "NetIDM": "ERTSerialNumber", "R900": "ID", "R900BCD": "ID",
}  # fmt: skip


def by_meter(item: dict[str, object]) -> dict[str, object]:
    """Return the time of a message, and what it says under the number of its meter; any other object as it is."""
    kind, message = item.get("Type"), item.get("Message")
    if not isinstance(kind, str) or not isinstance(message, dict):
        return item
    key = _NUMBERS.get(kind, "")
    number = message.get(key)
    if type(number) is not int:
        return item
    return {"Time": item.get("Time"), str(number): {name: raw for name, raw in message.items() if name != key}}
