# spawn_monitor gives a pid and a reference; DOWN names both.
import Trace

{pid, ref} = spawn_monitor(fn -> leave(:boom) end)
say({pid, ref})
say(take())
say(more())
