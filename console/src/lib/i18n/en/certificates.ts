/** Device CA certificates, decoded certificates, the commissioning wizard. */
export const texts = {
  caCertificates: {
    title: 'Device CA Certificates',
    purpose: 'Devices whose certificates one of these has signed may connect, once it is verified.',
  },
  wizard: {
    title: 'Commissioning wizard',
    purpose:
      'Make a CA, its verification certificate and a device certificate in this browser. Private keys never leave it.',
  },
} as const
