# The other node. It ends when its standard input does.
Code.require_file("side.exs", __DIR__)
Code.require_file("echo.exs", __DIR__)
{:ok, _} = GenServer.start(Echo, nil, name: :echo)
Side.announce(node())
