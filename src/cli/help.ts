/*
 * What `quayside VERB --help` says, a text a verb. `quayside help` (verbs.ts) is the short form of all of them.
 */

const start = `Usage: quayside start [--SETTING VALUE]…

Runs the platform until Ctrl-C or SIGTERM. Every setting is a flag here, an environment variable and a key of
quayside.json in the data folder (docs/operate/configuration.md):

  --http-port 9080        QUAYSIDE_HTTP_PORT=9080        "http_port": 9080

  --data-dir FOLDER       where everything is kept; ./data unless said
  --public-host NAME      under which devices and browsers reach it; this machine's host name unless said
  --bind ADDRESS          0.0.0.0 (all addresses) unless said
  --http-port, --https-port, --mqtt-port, --mqtts-port PORT
                          8080, 8443, 1883 and 8883 unless said; 0: any that is free

Is the machine fit for it? npx quayside doctor
`

const credentials = `Usage: quayside credentials ACTION [--data-dir FOLDER]

Works beside a running platform and without one; what it changes holds at once.

  list                           access keys, without their secrets
  create [--description TEXT]    a new access key; its secret is shown once
  revoke ACCESS_KEY              it is refused from then on
  reset-password [--user NAME]   a new password of admin, or of this user, shown once

  --data-dir FOLDER              of the platform; ./data, or QUAYSIDE_DATA_DIR, unless said
`

const simulate = `Usage: quayside simulate [OPTION]…

Makes virtual devices on a running platform and has them report, until Ctrl-C (docs/operate/simulate.md).

Devices
  -n, --devices N         10 unless said, at most 10000
  --auth x509|secret      a certificate of its own for each (unless said), or a secret
  --product ID            of this product, with values that fit its model; else one is made
  --mqtt 3.1.1|5          5 unless said
  --plain                 without TLS; with --auth secret only
What they do
  --every TIME            between two reports of a device: 500ms, 10s (unless said), 5m, 1h
  --rate R                the same as reports of a device in a minute
  --pattern NAME          steady (unless said), wave, burst, night
  --chaos LIST            what goes wrong, as shares of reports: drops=1%,bad=2%,clock=1%,reconnect=0.5%
  --duration TIME         from when all are connected
  --seed N                the same run again; 1 unless said
Afterwards
  --resume                go on with the devices of an earlier run
  --clean                 remove what earlier runs made, and nothing else
  --clean-after           remove it at the end of this run
  --json                  the summary as an object on standard output
  --folder FOLDER         where the keys of the devices are kept; beside the platform's data unless said
Which platform
  --data-dir FOLDER       the one that runs here on this folder; ./data, or QUAYSIDE_DATA_DIR, unless said
  --url https://HOST:8443 --access-key AK --secret-key SK [--ca FILE] [--broker mqtts://HOST:8883]
                          one elsewhere; the keys also as QUAYSIDE_ACCESS_KEY and QUAYSIDE_SECRET_KEY

Exit code: 0 when every report was acknowledged and every device was let in, 1 when not, 2 when not understood.
`

const doctor = `Usage: quayside doctor [--connections N] [--json] [--SETTING VALUE]…

Looks at machine, settings and data folder, and says what is not well and what to do. It changes nothing, and works with
the platform running or not (docs/operate/doctor.md).

  --connections N         devices that are meant to be connected at a time; 1000 unless said
  --json                  the findings as an object
  --SETTING VALUE         the settings of quayside start, by which it judges: --data-dir FOLDER, --mqtt-port PORT …

Run it as the user and in the environment of the platform. Exit code: 0 without a problem, 1 with one, 2 when not understood.
`

const texts: Readonly<Record<string, string>> = { start, credentials, simulate, doctor }

/** The text of a verb; undefined: the verb has none of its own. */
export const helpOf = (verb: string): string | undefined =>
  Object.hasOwn(texts, verb) ? texts[verb] : undefined

/** `--help` or `-h` stands among what follows the verb. */
export const asksForHelp = (argv: readonly string[]): boolean =>
  argv.includes('--help') || argv.includes('-h')
