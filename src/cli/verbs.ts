import { version } from '../app/version.ts'
import { asksForHelp, helpOf } from './help.ts'

const usage = `Usage: quayside <verb>

  start         run the platform, for example on other ports and with its data elsewhere:
                --http-port 9080 --mqtt-port 2883 --data-dir FOLDER
                (every setting: docs/operate/configuration.md)
  credentials   list                           access keys
                create [--description TEXT]    a new access key; its secret is shown once
                revoke ACCESS_KEY              it is refused from then on
                reset-password [--user NAME]   a new password, shown once
                (each with --data-dir FOLDER when it is not ./data)
  simulate      virtual devices, until Ctrl-C or --duration TIME (5m):
                --devices N, --auth x509|secret, --product ID, --rate R (a minute and device)
                or --every TIME (10s), --pattern steady|wave|burst|night,
                --chaos drops=1%,bad=2%,clock=1%,reconnect=0.5%, --mqtt 3.1.1|5, --plain,
                --resume, --clean, --clean-after, --json, --seed N, --folder FOLDER;
                a platform elsewhere: --url https://HOST:8443 --access-key AK --secret-key SK
                [--ca FILE] [--broker mqtts://HOST:8883]   (docs/operate/simulate.md)
  doctor        is this machine and this data folder fit, and why not:
                [--connections N] [--json] and the settings of start
                (docs/operate/doctor.md)
  version       version of Quayside and of Node.js
  help          this text; more of a verb: quayside VERB --help
`

/** Runs a verb, of `start` only its help; gives the exit code: 0, or 2 when it was not understood. */
export async function runVerb(verb: string, argv: readonly string[]): Promise<number> {
  const help = asksForHelp(argv) ? helpOf(verb) : undefined
  if (help !== undefined) {
    process.stdout.write(help)
    return 0
  }
  switch (verb) {
    case 'credentials':
      return (await import('./credentials.ts')).credentials(argv)
    case 'simulate':
      return (await import('./simulate.ts')).simulate(argv)
    case 'doctor':
      return (await import('./doctor.ts')).doctor(argv)
    case 'version':
    case '--version':
      process.stdout.write(`quayside ${version()} (Node.js ${process.versions.node})\n`)
      return 0
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(usage)
      return 0
    default:
      process.stderr.write(`"${verb}" is not a verb of quayside.\n\n${usage}`)
      return 2
  }
}
