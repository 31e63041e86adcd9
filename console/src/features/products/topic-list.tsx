import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { CopyText } from '../../components/copy-text.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { useLanguage } from '../../components/language.ts'
import { Panel } from '../../components/panel.tsx'
import { Answer } from '../../components/states.tsx'
import { topicsQuery } from './products.ts'

/** *Topics*: where devices publish and what they subscribe to, as the platform lists it. */
export function TopicList() {
  const { t } = useTranslation()
  const topics = useQuery(topicsQuery(useLanguage()))
  return (
    <Answer of={topics}>
      {(all) =>
        (['up', 'down'] as const).map((direction) => (
          <Panel
            key={direction}
            title={t(`topics.${direction}`)}
            text={t(`topics.${direction}Text`, { part: '{device_id}' })}
          >
            <DataTable
              label={t(`topics.${direction}`)}
              rows={all.filter((topic) => topic.direction === direction)}
              keyOf={({ name }) => name}
              columns={[
                {
                  key: 'purpose',
                  title: t('topics.purpose'),
                  cell: ({ purpose, supported }) => (
                    <span className="wrapping">
                      <span className={supported ? undefined : 'faint'}>{purpose}</span>
                      {!supported && <span className="tag plain-tag">{t('topics.later')}</span>}
                    </span>
                  ),
                },
                {
                  key: 'topic',
                  title: t('topics.topic'),
                  cell: ({ topic, purpose }) => <CopyText text={topic} what={purpose} />,
                },
              ]}
            />
          </Panel>
        ))
      }
    </Answer>
  )
}
