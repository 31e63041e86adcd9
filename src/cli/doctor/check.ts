import type { Config } from '../../app/config.ts'
import type { DataPaths } from '../../app/data-folder.ts'
import type { PlatformStatus } from '../../app/platform-verbs.ts'
import type { Instant } from '../../base/instant.ts'

/** What a check found, in words for who runs the platform. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly about: string
  readonly level: 'ok' | 'warning' | 'problem'
  readonly sentence: string
  /** What to do; there whenever something is not ok. */
  readonly remedy?: string
}

/** What all checks look at; gathered once, before the first. */
export interface Scene {
  readonly dataDir: string
  readonly paths: DataPaths
  /** Undefined when the settings cannot be read; why stands in `configFault`. */
  readonly config: Config | undefined
  readonly configFault: string | undefined
  /** The platform that runs on this data folder, as it tells about itself. */
  readonly running: PlatformStatus | undefined
  /** `ours`: nobody uses the folder, and nobody can while we look. `theirs`: a process has it. `none`: never used. */
  readonly lock: 'ours' | 'theirs' | 'none'
  /** Devices that are meant to be connected at a time. */
  readonly connections: number
  readonly now: Instant
}

/** Looks at one thing and changes nothing. What it cannot look at is not its finding, but that of another check. */
export type Check = (scene: Scene) => readonly Finding[] | Promise<readonly Finding[]>

export const ok = (about: string, sentence: string): Finding => ({ about, level: 'ok', sentence })
export const warning = (about: string, sentence: string, remedy: string): Finding => ({
  about,
  level: 'warning',
  sentence,
  remedy,
})
export const problem = (about: string, sentence: string, remedy: string): Finding => ({
  about,
  level: 'problem',
  sentence,
  remedy,
})

/** `1.5 GB`, `320 MB`, `12 kB` */
export function bytesText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.ceil(bytes / 1e3)} kB`
}
