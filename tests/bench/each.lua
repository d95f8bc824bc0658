-- Get each path of a file in turn, round and round, and print the quantiles that wrk itself does not.
local started = 0

function setup(thread)
  thread:set("number", started)
  started = started + 1
end

function init(arguments)
  paths, place = {}, tonumber(number)
  for line in io.lines(arguments[1]) do paths[#paths + 1] = wrk.format("GET", line) end
end

function request()
  place = place + 1
  return paths[place % #paths + 1]
end

function done(summary, latency, requests)
  for _, share in ipairs({50, 95, 99}) do
    io.write(string.format("Quantile %d: %d us\n", share, latency:percentile(share)))
  end
  io.write(string.format("Quantile 100: %d us\n", latency.max))
end
