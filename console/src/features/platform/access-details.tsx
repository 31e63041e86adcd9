import { useTranslation } from 'react-i18next'
import { CopyButton, CopyText } from '../../components/copy-text.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { Facts } from '../../components/facts.tsx'
import { Id } from '../../components/id.tsx'
import { Panel } from '../../components/panel.tsx'
import { hostPort } from '../../lib/format.ts'
import type { Platform } from './platform.ts'

// Devices first: they are why somebody looks here.
const uses = ['mqtts', 'mqtt', 'https', 'http'] as const

/** Host, addresses, and the port of each protocol (the guide's "Access Details"). */
export function AccessDetails({ platform }: { readonly platform: Platform }) {
  const { t } = useTranslation()
  const { public_host: host = '', addresses = [], project_id: projectId, region } = platform
  const placeOf = (name: string): number => uses.findIndex((each) => each === name)
  const listeners = platform.listeners.toSorted((a, b) => placeOf(a.name) - placeOf(b.name))
  const purposeOf = (name: string): string => {
    const known = uses.find((each) => each === name)
    return t(known === undefined ? 'access.uses.other' : `access.uses.${known}`)
  }
  return (
    <Panel level={3} title={t('access.title')} text={t('access.text')}>
      <Facts
        facts={[
          [t('access.host'), <CopyText key="host" text={host} what={t('access.host')} />],
          [
            t('access.addresses'),
            <div key="addresses" className="lines">
              <span className="wrapping">
                {addresses.map((address) => (
                  <CopyText key={address} text={address} what={address} />
                ))}
              </span>
              <span className="faint small">{t('access.addressesHelp')}</span>
            </div>,
          ],
          ...(projectId === undefined
            ? []
            : [
                [
                  t('access.projectId'),
                  <Id key="project" value={projectId} what={t('access.projectId')} />,
                ] as const,
              ]),
          ...(region === undefined
            ? []
            : [
                [
                  t('access.region'),
                  <CopyText key="region" text={region} what={t('access.region')} />,
                ] as const,
              ]),
        ]}
      />
      <DataTable
        label={t('access.title')}
        keyOf={({ name }) => name}
        rows={listeners}
        columns={[
          {
            key: 'protocol',
            title: t('access.protocol'),
            cell: ({ name }) => <strong>{name.toUpperCase()}</strong>,
          },
          {
            key: 'address',
            title: t('access.address'),
            cell: ({ port }) => <CopyText text={hostPort(host, port)} what={t('access.address')} />,
          },
          {
            key: 'port',
            title: t('access.port'),
            cell: ({ name, port }) => (
              <span className="copy-text">
                <span className="code">{port}</span>
                <CopyButton text={String(port)} what={`${t('access.port')} ${name.toUpperCase()}`} />
              </span>
            ),
          },
          {
            key: 'use',
            title: t('access.usedFor'),
            cell: ({ name }) => <span className="soft">{purposeOf(name)}</span>,
          },
        ]}
      />
    </Panel>
  )
}
