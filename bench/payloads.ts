/** Reports of the load; a connection sends them in turn, so that values change. All of a kind are of one length. */
const VARIANTS = 16

const variants = (report: (n: number) => object) =>
  Array.from({ length: VARIANTS }, (_, n) => JSON.stringify(report(n)))

/** Five properties in two services, about 190 bytes: a logger that tells all it knows. */
export const fiveProperties = variants((n) => ({
  services: [
    { service_id: 'Climate', properties: { temperature: 20.25 + n / 2, humidity: 40 + n } },
    { service_id: 'Battery', properties: { level: 60 + n, charging: 10 + n, mode: n % 2 ? 'eco' : 'max' } },
  ],
}))

/** Two properties in one service. */
export const twoProperties = variants((n) => ({
  services: [{ service_id: 'Climate', properties: { temperature: 20.25 + n / 2, humidity: 40 + n } }],
}))

const property = (property_name: string, rule: object) => ({ property_name, method: 'R', ...rule })

/** The model that takes both. */
export const benchModel = [
  {
    service_id: 'Climate',
    service_type: 'Climate',
    properties: [
      property('temperature', { data_type: 'decimal', min: '-40', max: '85', unit: '°C' }),
      property('humidity', { data_type: 'int', min: '0', max: '100', unit: '%RH' }),
    ],
  },
  {
    service_id: 'Battery',
    service_type: 'Battery',
    properties: [
      property('level', { data_type: 'int', min: '0', max: '100', unit: '%' }),
      property('charging', { data_type: 'int', min: '0', max: '100', unit: 'A' }),
      property('mode', { data_type: 'string', max_length: 16, enum_list: ['eco', 'max'] }),
    ],
  },
]
