import type { StepName } from './progress.ts'

/** What the guide has one type for a step (S49, S50, S66–S69, S78); the proof's lines stand where its code is told. */
export function commandsOf(step: StepName): string | undefined {
  switch (step) {
    case 'ca-certificate':
      return `openssl genrsa -out rootCA.key 2048
openssl req -x509 -new -nodes -key rootCA.key -sha256 -days 1024 -out rootCA.pem`
    case 'device':
      return `openssl genrsa -out deviceCert.key 2048
openssl req -new -key deviceCert.key -out deviceCert.csr
openssl x509 -req -in deviceCert.csr -CA rootCA.pem -CAkey rootCA.key -CAcreateserial -out deviceCert.pem -days 500 -sha256
openssl x509 -fingerprint -sha256 -in deviceCert.pem`
    default:
      return undefined
  }
}
