import { operation } from '../operation.ts'
import { CertificateParams } from './certificate-body.ts'
import { OwnCertificateBody } from './own-certificate-body.ts'

export const showOwnCertificate = operation({
  id: 'ShowOwnCertificate',
  method: 'GET',
  url: '/quayside/v1/:project_id/certificates/:certificate_id',
  tag: 'certificates',
  summary: 'Get a device CA certificate, decoded',
  status: 200,
  access: 'read',
  params: CertificateParams,
  reply: OwnCertificateBody,
  run: () => Promise.reject(new Error('to come')),
})
