import { DeleteOutlined, SafetyCertificateOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { DataTable, type Sorting } from '../../components/data-table.tsx'
import { RowAction } from '../../components/row-action.tsx'
import { Time } from '../../components/time.tsx'
import { ExpiryMark, VerifiedMark } from './certificate-marks.tsx'
import type { OwnCertificate } from './own-certificates.ts'
import './certificates.css'

/** What is being done to which certificate. */
export interface CertificateAct {
  readonly kind: 'verify' | 'delete'
  readonly certificate: OwnCertificate
}

interface CertificateTableProps {
  readonly certificates: readonly OwnCertificate[]
  readonly sorting?: Sorting | undefined
  readonly onSort: (next: Sorting) => void
  readonly onAct: (act: CertificateAct) => void
}

export function CertificateTable({ certificates, sorting, onSort, onAct }: CertificateTableProps) {
  const { t } = useTranslation()
  return (
    <DataTable
      label={t('caCertificates.title')}
      rows={certificates}
      keyOf={({ certificate_id: id }) => id}
      {...(sorting && { sorting })}
      onSort={onSort}
      columns={[
        {
          key: 'name',
          title: t('caCertificates.name'),
          sortable: true,
          cell: ({ certificate_id: certificateId, cn_name: name, owner }) => (
            <span className="lines certificate-name">
              <Link className="link break" to="/ca-certificates/$certificateId" params={{ certificateId }}>
                {name || t('caCertificates.nameless')}
              </Link>
              {owner !== undefined && owner !== '' && <span className="faint small break">{owner}</span>}
            </span>
          ),
        },
        {
          key: 'status',
          title: t('caCertificates.status'),
          sortable: true,
          cell: ({ verified }) => <VerifiedMark verified={verified} />,
        },
        {
          key: 'space',
          title: t('caCertificates.space'),
          cell: ({ app_name: name }) => <span className="break">{name ?? '—'}</span>,
        },
        {
          key: 'until',
          title: t('caCertificates.until'),
          sortable: true,
          cell: (certificate) => <ExpiryMark certificate={certificate} />,
        },
        {
          key: 'devices',
          title: t('caCertificates.devices'),
          sortable: true,
          cell: ({ device_count: count }) => <span>{count}</span>,
        },
        {
          key: 'created',
          title: t('caCertificates.created'),
          sortable: true,
          cell: ({ create_time: at }) => (
            <span className="soft">
              <Time at={at} />
            </span>
          ),
        },
        {
          key: 'actions',
          title: t('common.actions'),
          end: true,
          cell: (certificate) => (
            <span className="row-actions certificate-actions">
              {!certificate.verified && (
                <RowAction
                  icon={<SafetyCertificateOutlined />}
                  text={t('verification.upload')}
                  label={t('caCertificates.verifyNamed', { name: certificate.cn_name })}
                  onClick={() => onAct({ kind: 'verify', certificate })}
                />
              )}
              <RowAction
                danger
                icon={<DeleteOutlined />}
                text={t('common.delete')}
                label={t('caCertificates.deleteNamed', { name: certificate.cn_name })}
                onClick={() => onAct({ kind: 'delete', certificate })}
              />
            </span>
          ),
        },
      ]}
    />
  )
}
