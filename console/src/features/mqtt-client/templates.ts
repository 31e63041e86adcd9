/** A topic of the platform, as it lists them. */
export interface TopicOfList {
  readonly name: string
  readonly topic: string
  readonly direction: 'up' | 'down'
  readonly purpose: string
  readonly supported: boolean
}

/** Something to publish, or to subscribe to, filled in for one device. */
export interface Template {
  readonly name: string
  readonly topic: string
  readonly purpose: string
  /** Of those to publish. */
  readonly payload: string
}

const event = (serviceId: string, eventType: string, paras: object) => ({
  services: [{ service_id: serviceId, event_type: eventType, paras }],
})

/** What is sent on each topic, with one sample each (device protocol §3). */
const samples: Readonly<Record<string, object>> = {
  'message-up': { name: 'door', id: 'm-1', content: 'opened' },
  'property-set-response': { result_code: 0, result_desc: 'success' },
  'command-response': { result_code: 0, response_name: 'ok', paras: {} },
  'shadow-get': {},
  'event-up': event('$time_sync', 'time_sync_request', { device_send_time: 0 }),
  user: { anything: true },
}

/** Parts in braces that a person has to fill in are left standing; a request id is made. */
const filled = (topic: string, deviceId: string, requestId: string): string =>
  topic.replaceAll('{device_id}', deviceId).replaceAll('{request_id}', requestId)

const indented = (value: object): string => JSON.stringify(value, undefined, 2)

/**
 * What this device may publish. `report`: a report that its model takes; undefined when it has none. `now`: for the
 * request of the time.
 */
export function publishTemplates(
  topics: readonly TopicOfList[],
  {
    deviceId,
    report,
    requestId,
    now,
  }: { deviceId: string; report: object | undefined; requestId: string; now: number },
): readonly Template[] {
  const reported = report ?? { services: [{ service_id: '<service_id>', properties: {} }] }
  return topics
    .filter(
      ({ direction, supported, name }) => direction === 'up' && supported && !name.startsWith('bridge-'),
    )
    .map(({ name, topic, purpose }) => {
      const payload =
        name === 'property-report' || name === 'property-get-response'
          ? reported
          : name === 'gateway-property-report'
            ? { devices: [{ device_id: '<child>', ...reported }] }
            : name === 'event-up'
              ? event('$time_sync', 'time_sync_request', { device_send_time: now })
              : (samples[name] ?? {})
      return { name, purpose, topic: filled(topic, deviceId, requestId), payload: indented(payload) }
    })
}

/** What this device may subscribe to; a request id becomes a wildcard. */
export function subscribeTemplates(topics: readonly TopicOfList[], deviceId: string): readonly Template[] {
  return topics
    .filter(
      ({ direction, supported, name }) => direction === 'down' && supported && !name.startsWith('bridge-'),
    )
    .map(({ name, topic, purpose }) => ({
      name,
      purpose,
      topic: topic.replaceAll('{device_id}', deviceId).replace('request_id={request_id}', '#'),
      payload: '',
    }))
}
