import Type from 'typebox'
import { DecodedCertificate } from '../explain/decoded-certificate.ts'
import { milliTime } from '../fields/fields.ts'

/** A device CA certificate as the console shows it. */
export const OwnCertificateBody = Type.Object(
  {
    certificate_id: Type.String(),
    app_id: Type.Optional(Type.String()),
    app_name: Type.Optional(Type.String()),
    cn_name: Type.String(),
    owner: Type.Optional(Type.String({ description: 'Organization of the subject.' })),
    verified: Type.Boolean({ description: 'Only verified CAs authenticate devices.' }),
    verify_code: Type.Optional(
      Type.String({ description: 'What the Common Name of the verification certificate must be.' }),
    ),
    create_time: milliTime(),
    effective_date: milliTime(),
    expiry_date: milliTime(),
    device_count: Type.Integer({ description: 'Devices whose last accepted connection came by it.' }),
    certificate: DecodedCertificate,
    pem: Type.String(),
  },
  { title: 'OwnCertificate' },
)
