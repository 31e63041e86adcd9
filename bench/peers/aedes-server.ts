/* aedes with everything at its defaults, on the pinned Node.js: nothing is stored. Argument: the port. */
import { Aedes } from 'aedes'
import { createServer } from 'node:net'

const broker = await Aedes.createBroker()
createServer({ noDelay: true }, (socket) => void broker.handle(socket)).listen(
  Number(process.argv[2]),
  '127.0.0.1',
)
process.on('SIGTERM', () => process.exit(0))
