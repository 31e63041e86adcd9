import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Panel } from '../../components/panel.tsx'
import { ErrorState } from '../../components/states.tsx'
import { ConnectionVerdictView } from '../../components/verdict-view.tsx'
import { type ConnectionDetail, judgeAgain } from './connection-detail.ts'

interface JudgeAgainProps {
  readonly projectId: string
  readonly connection: ConnectionDetail
}

/** Was it mended? The same facts, judged by what the platform knows now. */
export function JudgeAgain({ projectId, connection }: JudgeAgainProps) {
  const { t } = useTranslation()
  const again = useMutation({ mutationFn: () => judgeAgain(projectId, connection) })
  return (
    <Panel
      title={t('failed.again')}
      text={t('failed.againText')}
      extra={
        <Button loading={again.isPending} onClick={() => again.mutate()}>
          {t('failed.againAct')}
        </Button>
      }
    >
      <div role="status">
        {again.error && <ErrorState error={again.error} />}
        {again.data && <ConnectionVerdictView verdict={again.data} />}
      </div>
    </Panel>
  )
}
