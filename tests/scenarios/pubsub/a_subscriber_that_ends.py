"""A subscriber that ends is one no more, and the others hear on."""

from pybeam import Pid, PubSub, process
from tests.scenarios.trace import collect, collected, end_with, say, settle, take


def subscriber(tell: Pid) -> None:
    PubSub.subscribe("news", "weather")
    process.send(tell, "subscribed")
    collect()


def scenario() -> None:
    PubSub.start_link("news")
    PubSub.subscribe("news", "weather")
    other = process.spawn(subscriber, process.self())
    take()
    PubSub.broadcast("news", "weather", "rain")
    say(take())
    say(collected(other))
    say(end_with(other, "kill"))
    settle()
    PubSub.broadcast("news", "weather", "sun")
    say(take())
