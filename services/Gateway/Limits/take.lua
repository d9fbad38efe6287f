-- Counts one request against a sliding window, or refuses it, in one step.
-- KEYS[1]: one identity's row. ARGV: limit, window in ms. The row: w = index of the window that c counts, p = the count before it.
-- The previous window weighs as much as of it still lies within reach, so a burst cannot straddle a boundary.
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local index = math.floor(now / window)

local row = redis.call('HMGET', KEYS[1], 'w', 'c', 'p')
local w, c, p = tonumber(row[1]), tonumber(row[2]) or 0, tonumber(row[3]) or 0
if w == index - 1 then
  c, p = 0, c
elseif w ~= index then
  c, p = 0, 0
end

local allowed = 0
if p * (window - now % window) / window + c + 1 <= limit then
  allowed = 1
  c = c + 1
  redis.call('HSET', KEYS[1], 'w', index, 'c', c, 'p', p)
  redis.call('PEXPIRE', KEYS[1], 2 * window)
end
return {allowed, c, p, now}
