import Type from 'typebox'

export const GatewaySettingsBody = Type.Object(
  {
    children_follow: Type.Boolean({
      description:
        'Child devices go OFFLINE with their gateway; else they keep the status that it said last.',
    }),
  },
  { title: 'GatewaySettings' },
)
