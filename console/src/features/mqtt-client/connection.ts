import type { MqttClient } from 'mqtt'

/** One line of what passed between this browser and the platform. */
export interface Line {
  readonly id: number
  readonly at: number
  readonly way: 'up' | 'down' | 'note'
  /** Of a packet. */
  readonly topic?: string
  readonly qos?: number
  readonly text: string
  /** A note about something that went wrong, or a publish that the platform refused. */
  readonly isBad?: boolean
}

export interface Login {
  readonly clientId: string
  readonly username: string
  readonly password: string
}

export interface ClientState {
  readonly phase: 'idle' | 'connecting' | 'connected'
  /** Newest first. */
  readonly lines: readonly Line[]
  /** Filter and the quality that was granted. */
  readonly subscriptions: ReadonlyMap<string, number>
}

/** Texts that the connection says by itself; codes are those of MQTT 5. */
export interface Says {
  readonly connected: string
  readonly ended: (reason: string) => string
  readonly refused: (code: string) => string
  readonly subscribed: (filter: string, qos: number) => string
  readonly notSubscribed: (filter: string, code: string) => string
  readonly unsubscribed: (filter: string) => string
  readonly acknowledged: (verdict: string) => string
  readonly notTaken: (reason: string) => string
}

const LINES_MAX = 500
const nothing: ClientState = { phase: 'idle', lines: [], subscriptions: new Map() }

/** A device that lives in this page: MQTT 5 over WebSocket, to the host that the page came from. */
export class DeviceConnection {
  #state = nothing
  #client: MqttClient | undefined
  #lastId = 0
  readonly #readers = new Set<() => void>()

  readonly subscribe = (reader: () => void): (() => void) => {
    this.#readers.add(reader)
    return () => void this.#readers.delete(reader)
  }
  readonly read = (): ClientState => this.#state

  /** Rejects when the login cannot be had; what the platform says to it stands in the lines. */
  async connect(login: () => Promise<Login>, says: Says): Promise<void> {
    this.#set({ phase: 'connecting', subscriptions: new Map() })
    try {
      const [{ default: mqtt }, credentials] = await Promise.all([import('mqtt'), login()])
      const { protocol, host } = globalThis.location
      const client = mqtt.connect(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}/mqtt`, {
        ...credentials,
        protocolVersion: 5,
        keepalive: 60,
        // Whoever looks decides: a device that comes back by itself would fight with the real one.
        reconnectPeriod: 0,
        connectTimeout: 10_000,
        // Its other timers live in a worker made of a string, which the page's policy forbids.
        timerVariant: 'native',
      })
      this.#client = client
      this.#listen(client, says)
    } catch (fault) {
      this.#set({ phase: 'idle' })
      throw fault
    }
  }

  async publish(topic: string, payload: string, qos: 0 | 1, says: Says): Promise<void> {
    const client = this.#client
    if (!client) return
    this.#add({ way: 'up', topic, qos, text: payload })
    try {
      await client.publishAsync(topic, payload, { qos })
    } catch (fault) {
      // What the platform says in a PUBACK was noted as it came, with its reason.
      if (typeof (fault as { code?: unknown }).code === 'number') return
      this.#add({ way: 'note', text: says.notTaken((fault as Error).message), isBad: true })
    }
  }

  async subscribeTo(filter: string, qos: 0 | 1, says: Says): Promise<void> {
    const client = this.#client
    if (!client) return
    try {
      const [granted] = await client.subscribeAsync(filter, { qos })
      if (!granted || granted.qos > 2) throw new Error(hexOf(granted?.qos))
      this.#set({ subscriptions: new Map(this.#state.subscriptions).set(filter, granted.qos) })
      this.#add({ way: 'note', text: says.subscribed(filter, granted.qos) })
    } catch (fault) {
      this.#add({ way: 'note', text: says.notSubscribed(filter, (fault as Error).message), isBad: true })
    }
  }

  async unsubscribeFrom(filter: string, says: Says): Promise<void> {
    await this.#client?.unsubscribeAsync(filter)
    const subscriptions = new Map(this.#state.subscriptions)
    subscriptions.delete(filter)
    this.#set({ subscriptions })
    this.#add({ way: 'note', text: says.unsubscribed(filter) })
  }

  clear(): void {
    this.#set({ lines: [] })
  }

  /** Also when the page is left. */
  end(): void {
    this.#client?.end()
  }

  #listen(client: MqttClient, says: Says): void {
    let why = ''
    client.on('connect', () => {
      this.#set({ phase: 'connected' })
      this.#add({ way: 'note', text: says.connected })
    })
    client.on('packetreceive', (packet) => {
      if (packet.cmd !== 'puback') return
      const { reasonString = '', userProperties } = packet.properties ?? {}
      const { verdict = '' } = (userProperties ?? {}) as { readonly verdict?: string }
      const isBad = (packet.reasonCode ?? 0) >= 0x80
      const said = [verdict, reasonString].filter((part) => part !== '').join(': ')
      this.#add({ way: 'note', text: isBad ? says.notTaken(said) : says.acknowledged(said), isBad })
    })
    client.on('message', (topic, payload, { qos }) => {
      this.#add({ way: 'down', topic, qos, text: textOf(payload) })
    })
    client.on('disconnect', (packet) => (why = hexOf(packet.reasonCode)))
    client.on('error', (fault) => {
      const { code } = fault as { code?: unknown }
      const text = typeof code === 'number' ? says.refused(hexOf(code)) : says.ended(fault.message)
      this.#add({ way: 'note', text, isBad: true })
    })
    client.on('close', () => {
      if (this.#client !== client) return
      this.#client = undefined
      this.#add({ way: 'note', text: says.ended(why) })
      this.#set({ phase: 'idle', subscriptions: new Map() })
    })
  }

  #add(line: Omit<Line, 'id' | 'at'>): void {
    this.#lastId += 1
    const lines = [{ id: this.#lastId, at: Date.now(), ...line }, ...this.#state.lines]
    this.#set({ lines: lines.slice(0, LINES_MAX) })
  }

  #set(change: Partial<ClientState>): void {
    this.#state = { ...this.#state, ...change }
    for (const reader of this.#readers) reader()
  }
}

const hexOf = (code: number | undefined): string =>
  code === undefined ? '' : `0x${code.toString(16).padStart(2, '0')}`

const BYTES_SHOWN_MAX = 4096

/** UTF-8 text, or the bytes in hexadecimal. */
function textOf(payload: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload)
  } catch {
    return [...payload.subarray(0, BYTES_SHOWN_MAX)]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(' ')
  }
}
