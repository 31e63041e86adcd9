import type { ProjectId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'

/** What an application shows to consume data over AMQP or MQTT; one of each type a project (northbound §4.9). */
export interface AccessCode {
  readonly projectId: ProjectId
  readonly type: 'AMQP' | 'MQTT'
  /** Public: 8 characters. */
  readonly accessKey: string
  /** Secret; sealed at rest. */
  readonly accessCode: string
  readonly createdAt: Instant
}
