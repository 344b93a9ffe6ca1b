"""What the staff reads of webhooks; the ids are the English texts."""

from collections.abc import Mapping

from returns_engine.texts.words import mark

STATES: Mapping[str, str] = {
    "queued": mark("on its way"),
    "held": mark("held"),
    "delivered": mark("arrived"),
    "failed": mark("did not arrive"),
}
TONES: Mapping[str, str] = {
    "queued": "far",
    "held": "look",
    "delivered": "good",
    "failed": "bad",
}
ERRORS: Mapping[str, str] = {
    "no_address": mark("its name is not known"),
    "not_public": mark("its address is in our own network"),
    "no_connection": mark("nobody listens there"),
    "not_secure": mark("it does not prove its name"),
    "timed_out": mark("no answer in time"),
    "no_http": mark("it does not speak HTTP"),
}
WHY_OFF: Mapping[str, str] = {
    "by_hand": mark("Switched off by hand."),
    "gone": mark("It said that it is gone (410), and was switched off."),
    "failing": mark("It did nothing but fail for five days, and was switched off."),
}
SAID: Mapping[str, str] = {
    "test": mark("A test is on its way. Load the page again in a moment to see what came of it."),
    "on": mark("It is told again, from now on. What was held waits below."),
    "off": mark("Nothing is sent to it for now; what happens meanwhile is held."),
    "again": mark("On their way again. Load the page again in a moment."),
    "is_off": mark("Nothing is sent to this receiver: switch it on first."),
}
