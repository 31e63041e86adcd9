import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { CopyText } from '../../components/copy-text.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { Folded } from '../../components/folded.tsx'
import { useLanguage } from '../../components/language.ts'
import { Panel } from '../../components/panel.tsx'
import { Answer } from '../../components/states.tsx'
import { type Topic, topicsQuery } from '../../api/topics.ts'

/** *Topics*: where devices publish and what they subscribe to, as the platform lists it. */
export function TopicList() {
  const { t } = useTranslation()
  const topics = useQuery(topicsQuery(useLanguage()))
  return (
    <Answer of={topics}>
      {(all) =>
        (['up', 'down'] as const).map((direction) => {
          const those = (supported: boolean) =>
            all.filter((topic) => topic.direction === direction && topic.supported === supported)
          const title = t(`topics.${direction}.title`)
          return (
            <Panel
              key={direction}
              title={title}
              text={t(`topics.${direction}.text`, { part: '{device_id}' })}
            >
              {those(true).length > 0 && <TopicTable label={title} topics={those(true)} />}
              {those(false).length > 0 && (
                <Folded title={t('topics.later')}>
                  <TopicTable label={`${title}: ${t('topics.later')}`} topics={those(false)} />
                </Folded>
              )}
            </Panel>
          )
        })
      }
    </Answer>
  )
}

function TopicTable({ label, topics }: { readonly label: string; readonly topics: readonly Topic[] }) {
  const { t } = useTranslation()
  return (
    <DataTable
      label={label}
      rows={topics}
      keyOf={({ name, topic }) => `${name} ${topic}`}
      columns={[
        { key: 'purpose', title: t('topics.purpose'), cell: ({ purpose }) => <span>{purpose}</span> },
        {
          key: 'topic',
          title: t('topics.topic'),
          cell: ({ topic, purpose }) => <CopyText text={topic} what={purpose} />,
        },
      ]}
    />
  )
}
