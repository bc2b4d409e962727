"""What runs inside Redis, so that one round trip decides and nobody comes in between.

Moments are microseconds on Redis's own clock: those of the workers do not matter. They are written
with string.format, because Lua's own way rounds numbers of that size. The arithmetic is that of
`Bucket` in domain/pacing.py.
"""

from typing import Final

_NOW: Final = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local function kept(key, due)
  redis.call('PEXPIRE', key, string.format('%.0f', math.max(0, due - now) / 1000 + 120000))
end
"""
# A bucket is kept for two minutes after it is full again: longer than anybody sleeps, who may
# still ask whether the booked moment was moved, and longer than a refusal is remembered.

BOOK: Final = (
    _NOW
    + """
-- KEYS: the buckets, then the hash of counts
-- ARGV: the longest wait, the field to count in, then interval and tolerance of each bucket
local buckets = #KEYS - 1
local wait, due, answer = 0, {}, {}
for i = 1, buckets do
  local known = redis.call('HMGET', KEYS[i], 'due', 'delay')
  due[i] = math.max(tonumber(known[1]) or 0, now)
  answer[i + 1] = tonumber(known[2]) or 0
  wait = math.max(wait, due[i] - ARGV[2 * i + 2] - now)
end
if wait <= tonumber(ARGV[1]) then
  for i = 1, buckets do
    due[i] = due[i] + ARGV[2 * i + 1]
    redis.call('HSET', KEYS[i], 'due', string.format('%.0f', due[i]))
    kept(KEYS[i], due[i])
  end
  redis.call('HINCRBY', KEYS[#KEYS], ARGV[2], 1)
end
answer[1] = wait
return answer
"""
)

PAUSE: Final = (
    _NOW
    + """
-- KEYS: the bucket, the hash of counts
-- ARGV: the field to count in, the tolerance, the pause that is asked for or -1,
--       the shortest and the longest pause that is not asked for, when refusals are forgotten
local tolerance, pause = tonumber(ARGV[2]), tonumber(ARGV[3])
local known = redis.call('HMGET', KEYS[1], 'due', 'delay', 'opens', 'refusals')
local due = math.max(tonumber(known[1]) or 0, now)
local opens, refusals = tonumber(known[3]) or 0, tonumber(known[4]) or 0
if pause < 0 then
  pause = 0
  if now >= opens then
    if now - opens > tonumber(ARGV[6]) then refusals = 0 end
    pause = math.min(ARGV[4] * 2 ^ math.min(refusals, 16), tonumber(ARGV[5]))
    refusals = refusals + 1
  end
end
local longer = math.max(opens, now + pause) - math.max(opens, now)
opens = math.max(opens, now + pause)
due = math.max(due + longer, opens + tolerance)
redis.call('HSET', KEYS[1], 'due', string.format('%.0f', due),
  'delay', string.format('%.0f', (tonumber(known[2]) or 0) + longer),
  'opens', string.format('%.0f', opens), 'refusals', refusals)
kept(KEYS[1], due)
redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
"""
)
