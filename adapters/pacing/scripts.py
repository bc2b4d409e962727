"""What runs inside Redis, so that one round trip decides and nobody comes in between.

Moments are microseconds on Redis's own clock: those of the workers do not matter. They are written
with string.format, because Lua's own way rounds numbers of that size. The arithmetic is that of
`Bucket` in domain/pacing.py.

That clock may be set back, and anybody may write into Redis. So a bucket tells when it was written:
if that is still to come, its moments move back with the clock. What nobody of us can have written
counts as an empty bucket: whoever comes next may call, at the pace of the limit.
"""

from typing import Final

_SHARED: Final = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local longest_pause, furthest = tonumber(ARGV[1]), tonumber(ARGV[2])

local function number(text)
  local found = tonumber(text)
  if found and found >= 0 and found < 2 ^ 53 then return found end  -- nan is neither
end

local function moment(at)
  return string.format('%.0f', at)
end

local function keep(key, due, ...)
  redis.call('HSET', key, 'due', moment(due), 'at', moment(now), ...)
  redis.call('PEXPIRE', key, moment((due - now) / 1000 + 120000))
end

local function bucket(key, interval, tolerance)
  local known = redis.pcall('HMGET', key, 'due', 'delay', 'opens', 'refusals', 'at')
  if known.err then
    redis.call('DEL', key)  -- it is no hash
    known = {'?'}
  end
  local due, at = number(known[1]), number(known[5]) or 0
  local opened = number(known[3]) or 0
  local back = math.max(0, at - now)
  local opens = math.max(0, opened - back)
  if opens > now + longest_pause then opens = now end
  local odd = due == nil and known[1] or due and due < at
  due = math.max(now, (due or 0) - back)
  if odd or due > math.max(opens, now) + tolerance + interval + furthest then
    due, odd = math.max(opens, now) + tolerance, true
  end
  if odd or back > 0 or opens ~= opened then keep(key, due, 'opens', moment(opens)) end
  return {due = due, opens = opens, delay = number(known[2]) or 0,
    refusals = math.min(number(known[4]) or 0, 16)}
end

local function count(key, field)
  local counted = redis.pcall('HINCRBY', key, field, 1)
  if type(counted) == 'table' and counted.err then
    redis.call('DEL', key)  -- it is no hash, or what is in it is no number: count anew
    redis.call('HINCRBY', key, field, 1)
  end
end
"""
# A bucket is kept for two minutes after it is full again: longer than anybody sleeps, who may
# still ask whether the booked moment was moved, and longer than a refusal is remembered.

BOOK: Final = (
    _SHARED
    + """
-- KEYS: the buckets, then the hash of counts
-- ARGV: the longest pause, how far ahead anybody may book, the longest wait of this caller,
--       the field to count in, then interval and tolerance of each bucket
local buckets = #KEYS - 1
local wait, due, answer = 0, {}, {}
for i = 1, buckets do
  local interval, tolerance = tonumber(ARGV[2 * i + 3]), tonumber(ARGV[2 * i + 4])
  local known = bucket(KEYS[i], interval, tolerance)
  wait = math.max(wait, known.due - tolerance - now)
  due[i], answer[i + 1] = known.due + interval, known.delay
end
if wait <= tonumber(ARGV[3]) then
  for i = 1, buckets do keep(KEYS[i], due[i]) end
  count(KEYS[#KEYS], ARGV[4])
end
answer[1] = wait
return answer
"""
)

PAUSE: Final = (
    _SHARED
    + """
-- KEYS: the bucket, the hash of counts
-- ARGV: the longest pause, how far ahead anybody may book, the pause that is asked for or -1,
--       the field to count in, interval and tolerance of the bucket,
--       the shortest and the longest pause that is not asked for, when refusals are forgotten
local pause, tolerance = tonumber(ARGV[3]), tonumber(ARGV[6])
local known = bucket(KEYS[1], tonumber(ARGV[5]), tolerance)
local opens, refusals = known.opens, known.refusals
if pause < 0 then
  pause = 0
  if now >= opens then
    if now - opens > tonumber(ARGV[9]) then refusals = 0 end
    pause = math.min(ARGV[7] * 2 ^ refusals, tonumber(ARGV[8]))
    refusals = refusals + 1
  end
end
local longer = math.max(opens, now + pause) - math.max(opens, now)
opens = math.max(opens, now + pause)
keep(KEYS[1], math.max(known.due + longer, opens + tolerance),
  'delay', moment(known.delay + longer), 'opens', moment(opens), 'refusals', refusals)
count(KEYS[2], ARGV[4])
"""
)
