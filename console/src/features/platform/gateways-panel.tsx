import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Switch } from 'antd'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../../api/client.ts'
import { notify } from '../../components/notices.tsx'
import { Panel } from '../../components/panel.tsx'
import { Answer, ErrorState } from '../../components/states.tsx'

const gatewaySettingsKey = (projectId: string) => ['platform', projectId, 'gateway-settings'] as const

/** What becomes of the status of child devices when their gateway goes. */
export function GatewaysPanel({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const id = useId()
  const params = { project_id: projectId }
  const settings = useQuery({
    queryKey: gatewaySettingsKey(projectId),
    queryFn: ({ signal }) => call('GET /quayside/v1/{project_id}/gateway-settings', { params, signal }),
  })
  const save = useMutation({
    mutationFn: (follow: boolean) =>
      call('PUT /quayside/v1/{project_id}/gateway-settings', { params, body: { children_follow: follow } }),
    onSuccess(saved) {
      client.setQueryData(gatewaySettingsKey(projectId), saved)
      notify(t('platform.gateways.saved'))
    },
  })
  return (
    <Panel title={t('platform.gateways.title')} text={t('platform.gateways.text')}>
      <Answer of={settings}>
        {({ children_follow: follow }) => (
          <div className="field">
            <label htmlFor={id}>{t('platform.gateways.follow')}</label>
            <span>
              <Switch
                id={id}
                aria-describedby={`${id}-help`}
                checked={follow}
                loading={save.isPending}
                onChange={(next) => save.mutate(next)}
              />
            </span>
            <p id={`${id}-help`} className="field-help">
              {t(follow ? 'platform.gateways.followOn' : 'platform.gateways.followOff')}
            </p>
            {save.error && <ErrorState error={save.error} />}
          </div>
        )}
      </Answer>
    </Panel>
  )
}
