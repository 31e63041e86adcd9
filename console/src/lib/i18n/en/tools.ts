/** The guide, connection kits, the client ID generator, search, statistics, the platform's own page. */
export const texts = {
  guide: {
    title: 'Guide',
    purpose:
      'From an empty platform to a device that reports. Each step ticks itself when the platform sees it happen.',
  },
  clientId: {
    title: 'Client ID generator',
    purpose: 'Client ID, user name and password for a device, computed in this browser.',
  },
  platform: {
    title: 'Platform',
    purpose: 'Which version runs here, where it listens and how it is.',
  },
} as const
