# auto_shutdown any_significant: the first significant child that ends for good ends the supervisor.
import Trace
import Kids

defmodule Top do
  def init({children, how}), do: {:ok, {%{strategy: :one_for_one, auto_shutdown: how}, children}}
end

Process.flag(:trap_exit, true)
significant = [restart: :transient, significant: true]

{:ok, supervisor} = :supervisor.start_link(Top, {[kid(:a, significant), kid(:b, significant), kid(:c)], :any_significant})

fall(:a, :boom)
say(:still_there)
fall(:a, :normal)
say(take() == {:EXIT, supervisor, :shutdown})
