# A receive whose timeout passes leaves the mailbox as it is.
import Trace

send(self(), :other)

say(
  receive do
    :wanted -> :came
  after
    10 -> :timeout
  end
)

say(take())
