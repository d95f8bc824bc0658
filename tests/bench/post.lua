-- Post each line of a file once: arguments are the file, the number of threads and a token.
local started = 0

function setup(thread)
  thread:set("number", started)
  started = started + 1
end

function init(arguments)
  bodies, nextline = {}, tonumber(number) + 1
  step = tonumber(arguments[2])
  for line in io.lines(arguments[1]) do bodies[#bodies + 1] = line end
  wrk.headers["Content-Type"] = "application/json"
  if arguments[3] and arguments[3] ~= "" then wrk.headers["Authorization"] = "Bearer " .. arguments[3] end
end

function request()
  local body = bodies[nextline] or "{}"
  nextline = nextline + step
  return wrk.format("POST", nil, nil, body)
end
