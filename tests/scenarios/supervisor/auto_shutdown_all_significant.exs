# auto_shutdown all_significant: the last significant child that ends for good ends the supervisor.
import Trace
import Kids

defmodule Top do
  def init({children, how}), do: {:ok, {%{strategy: :one_for_one, auto_shutdown: how}, children}}
end

Process.flag(:trap_exit, true)
significant = [restart: :temporary, significant: true]

{:ok, supervisor} = :supervisor.start_link(Top, {[kid(:a, significant), kid(:b, significant), kid(:c)], :all_significant})

fall(:a, :boom)
say(:still_there)
fall(:b, :normal)
say(take() == {:EXIT, supervisor, :shutdown})
