# A process is in a group as often as it joined, and has to leave as often.
import Trace

:pg.start(:pg)
say(:pg.get_members(:cooks))
say(:pg.join(:cooks, self()))
:pg.join(:cooks, self())
say(length(:pg.get_members(:cooks)))
say(:pg.which_groups())
say(:pg.leave(:cooks, self()))
say(:pg.get_members(:cooks) == [self()])
:pg.leave(:cooks, self())
say(:pg.leave(:cooks, self()))
say(:pg.which_groups())
