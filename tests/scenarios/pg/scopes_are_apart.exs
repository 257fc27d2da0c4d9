# Groups of different scopes know nothing of each other.
import Trace

:pg.start(:pg)
:pg.start(:kitchen)
:pg.join(:kitchen, :cooks, self())
say(:pg.get_members(:kitchen, :cooks) == [self()])
say(:pg.get_members(:cooks))
