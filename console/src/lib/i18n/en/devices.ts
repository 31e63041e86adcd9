/** The list of devices, registering one and many. */
export const texts = {
  devices: {
    title: 'All Devices',
    purpose: 'Every device that may connect, and whether it is online.',
  },
  batch: {
    title: 'Batch register',
    purpose: 'Register many devices from one CSV file. Every row is checked before anything is written.',
  },
} as const
