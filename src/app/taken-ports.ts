import { createServer } from 'node:net'
import { type Config, ConfigError } from './config.ts'

/**
 * Listener threads share their ports (`reusePort`), and so would a second platform of the same user without either
 * noticing. So each port is tried alone first; throws {@link ConfigError} for one that cannot be had, or is asked for
 * twice.
 */
export async function refuseTakenPorts(config: Config): Promise<void> {
  const asked = {
    HTTP: config.httpPort,
    HTTPS: config.httpsPort,
    MQTT: config.mqttPort,
    MQTTS: config.mqttsPort,
  }
  const used = Object.entries(asked).filter(([, port]) => port !== 0)
  for (const [index, [name, port]] of used.entries()) {
    const same = used.slice(0, index).find(([, other]) => other === port)
    if (same)
      throw new ConfigError(
        `QUAYSIDE_${same[0]}_PORT and QUAYSIDE_${name}_PORT are both ${port}; give each its own.`,
      )
  }
  for (const [name, port] of used) {
    const problem = await tryPort(config.bind, port)
    if (problem === 'EADDRINUSE')
      throw new ConfigError(
        `Port ${port} is taken by another program; stop it, or set QUAYSIDE_${name}_PORT to another port.`,
      )
    if (problem === 'EACCES')
      throw new ConfigError(
        `This user may not listen on port ${port}; set QUAYSIDE_${name}_PORT to a port above 1023.`,
      )
    if (problem === 'EADDRNOTAVAIL')
      throw new ConfigError(`QUAYSIDE_BIND: this machine has no address ${config.bind}.`)
    if (problem !== undefined)
      throw new ConfigError(`Port ${port} (QUAYSIDE_${name}_PORT) cannot be opened: ${problem}.`)
  }
}

/** Listens there for a moment, alone; undefined when that succeeds, else the code of the fault, e.g. `EADDRINUSE`. */
export function tryPort(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (fault: NodeJS.ErrnoException) => resolve(fault.code ?? fault.message))
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(undefined)))
  })
}
