import { median, slope } from './statistics.ts'

export interface SoakSample {
  readonly minute: number
  readonly rssBytes: number
  readonly descriptors: number
  /** Acknowledged since the sample before. */
  readonly reports: number
  readonly p50Millis: number
  readonly p99Millis: number
}

export interface SoakVerdict {
  readonly isFlat: boolean
  readonly rssBytesPerMinute: number
  readonly descriptorsGrown: number
  /** What a person reads. */
  readonly lines: readonly string[]
}

/**
 * The first third fills caches, compiles code and sizes the heap; after it the straight line through the memory may
 * rise by at most this share of the memory, over all the rest: a leak rises without end, and shows in half an hour.
 */
const RSS_RISE_MAX = 0.1
/** Files of the log and of the history come and go; a leak of one a minute shows. */
const DESCRIPTORS_GROWN_MAX = 16

/** Whether memory and descriptors stayed flat. Fewer than six samples say nothing: then it is not flat. */
export function soakVerdict(samples: readonly SoakSample[]): SoakVerdict {
  const third = Math.floor(samples.length / 3)
  const settled = samples.slice(third)
  const [first, last] = [settled[0], settled.at(-1)]
  if (samples.length < 6 || !first || !last)
    return { isFlat: false, rssBytesPerMinute: 0, descriptorsGrown: 0, lines: ['fewer than six samples'] }
  const rssBytesPerMinute = slope(settled.map(({ minute, rssBytes }) => [minute, rssBytes]))
  const level = median(settled.map(({ rssBytes }) => rssBytes))
  const rise = rssBytesPerMinute * (last.minute - first.minute)
  const of = (part: readonly SoakSample[]) => median(part.map(({ descriptors }) => descriptors))
  const descriptorsGrown = of(samples.slice(-third)) - of(samples.slice(third, 2 * third))
  const isMemoryFlat = rise <= RSS_RISE_MAX * level
  const areDescriptorsFlat = descriptorsGrown <= DESCRIPTORS_GROWN_MAX
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1)
  return {
    isFlat: isMemoryFlat && areDescriptorsFlat,
    rssBytesPerMinute,
    descriptorsGrown,
    lines: [
      `memory: ${megabytes(level)} MB, ${megabytes(rssBytesPerMinute)} MB a minute, ${megabytes(rise)} MB after the first third ` +
        `(at most ${megabytes(RSS_RISE_MAX * level)}): ${isMemoryFlat ? 'flat' : 'GROWS'}`,
      `descriptors: ${last.descriptors}, ${descriptorsGrown} more (at most ${DESCRIPTORS_GROWN_MAX}): ${areDescriptorsFlat ? 'flat' : 'GROW'}`,
      `latency: p50 ${median(settled.map(({ p50Millis }) => p50Millis)).toFixed(1)} ms, p99 ${median(settled.map(({ p99Millis }) => p99Millis)).toFixed(1)} ms, worst p99 ${Math.max(...settled.map(({ p99Millis }) => p99Millis)).toFixed(1)} ms`,
    ],
  }
}
