"""Who subscribes to a topic is sent what is published under it, in order, and nothing of other topics. (On the
BEAM a group of pg stands for the topic.)
"""

from pybeam import PubSub
from tests.scenarios.trace import more, say, take


def scenario() -> None:
    PubSub.start_link("news")
    PubSub.subscribe("news", "weather")
    for message in ("rain", "sun"):
        PubSub.broadcast("news", "weather", message)
    PubSub.broadcast("news", "sports", "goal")
    say(take())
    say(take())
    say(more())
    PubSub.unsubscribe("news", "weather")
    PubSub.broadcast("news", "weather", "snow")
    say(more())
