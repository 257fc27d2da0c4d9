# Settings have defaults; one that is set goes before its default until the application is gone.

import Trace

defmodule Hello do
  use Application
  def start(_type, _args), do: Supervisor.start_link([], strategy: :one_for_one)
end

keys = [
  description: ~c"",
  vsn: ~c"1",
  modules: [],
  registered: [],
  applications: [:kernel, :stdlib],
  env: [greeting: :hello, volume: 3],
  mod: {Hello, []}
]

:ok = :application.load({:application, :hello, keys})
say(:application.get_env(:hello, :volume, 0))
:ok = :application.set_env(:hello, :greeting, :good_day)
:ok = :application.start(:hello)
say(Application.get_env(:hello, :greeting))
say(Application.get_env(:hello, :volume))
say(Application.get_env(:hello, :nothing))
say(Application.get_env(:hello, :nothing, 5))
say(Enum.sort(Application.get_all_env(:hello)))
Application.put_env(:hello, :volume, 11)
say(Application.get_env(:hello, :volume))
:ok = :application.stop(:hello)
:application.unload(:hello)
say(Application.get_env(:hello, :volume, :gone))
