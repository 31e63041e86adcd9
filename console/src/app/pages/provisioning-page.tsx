import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../../components/language.ts'
import { Page } from '../../components/page.tsx'
import { Panel } from '../../components/panel.tsx'
import { Answer, EmptyState } from '../../components/states.tsx'
import { type OwnCertificate, ownCertificatesQuery } from '../../features/certificates/own-certificates.ts'
import { ProductSelect } from '../../features/devices/product-select.tsx'
import { CertificateTrial } from '../../features/provisioning/certificate-trial.tsx'
import { DeleteGroup } from '../../features/provisioning/delete-group.tsx'
import { DeleteTemplate } from '../../features/provisioning/delete-template.tsx'
import { GroupForm } from '../../features/provisioning/group-form.tsx'
import { type GroupAct, GroupTable } from '../../features/provisioning/group-table.tsx'
import { groupsQuery } from '../../features/provisioning/groups.ts'
import { type ProductChooserProps, TemplateForm } from '../../features/provisioning/template-form.tsx'
import { type TemplateAct, TemplateTable } from '../../features/provisioning/template-table.tsx'
import { templateQuery, templatesQuery } from '../../features/provisioning/templates.ts'
import { spacesQuery } from '../../features/spaces/spaces.ts'
import { ProjectPage } from '../project-page.tsx'
import { useSpace } from '../session-context.ts'

export function ProvisioningPage() {
  return <ProjectPage>{({ project_id: id }) => <Provisioning key={id} projectId={id} />}</ProjectPage>
}

interface PartProps {
  readonly projectId: string
  readonly cas: readonly OwnCertificate[]
}

function Provisioning({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const certificates = useQuery(ownCertificatesQuery(projectId, useLanguage()))
  return (
    <Page title={t('provisioning.title')} purpose={t('provisioning.purpose')}>
      <Answer of={certificates}>
        {(cas) => (
          <>
            <Templates projectId={projectId} cas={cas} />
            <Groups projectId={projectId} cas={cas} />
          </>
        )}
      </Answer>
    </Page>
  )
}

function Templates({ projectId, cas }: PartProps) {
  const { t } = useTranslation()
  const [act, setAct] = useState<TemplateAct>()
  const templates = useQuery(templatesQuery(projectId))
  const createButton = (
    <Button type="primary" onClick={() => setAct({ kind: 'create' })}>
      {t('provisioning.create')}
    </Button>
  )
  return (
    <>
      <Panel
        title={t('provisioning.templates')}
        text={t('provisioning.templatesText')}
        extra={(templates.data?.length ?? 0) > 0 && createButton}
      >
        <Answer of={templates}>
          {(all) =>
            all.length === 0 ? (
              <EmptyState text={t('provisioning.empty')} action={createButton} />
            ) : (
              <TemplateTable templates={all} cas={cas} onAct={setAct} />
            )
          }
        </Answer>
      </Panel>
      {templates.data && templates.data.length > 0 && (
        <CertificateTrial projectId={projectId} templates={templates.data} />
      )}
      {act && <TemplateDialog projectId={projectId} act={act} onClose={() => setAct(undefined)} />}
    </>
  )
}

interface TemplateDialogProps {
  readonly projectId: string
  readonly act: TemplateAct
  readonly onClose: () => void
}

function TemplateDialog({ projectId, act, onClose }: TemplateDialogProps) {
  const chooseProduct = useProductChooser(projectId)
  switch (act.kind) {
    case 'create':
      return <TemplateForm projectId={projectId} chooseProduct={chooseProduct} onClose={onClose} />
    case 'edit':
      return <EditTemplate projectId={projectId} templateId={act.template.template_id} onClose={onClose} />
    case 'delete':
      return <DeleteTemplate projectId={projectId} template={act.template} onClose={onClose} />
  }
}

interface EditTemplateProps {
  readonly projectId: string
  readonly templateId: string
  readonly onClose: () => void
}

/** The list comes without bodies: the form opens once this one is there. */
function EditTemplate({ projectId, templateId, onClose }: EditTemplateProps) {
  const chooseProduct = useProductChooser(projectId)
  const template = useQuery(templateQuery(projectId, templateId))
  return (
    <Answer of={template}>
      {(one) => (
        <TemplateForm projectId={projectId} template={one} chooseProduct={chooseProduct} onClose={onClose} />
      )}
    </Answer>
  )
}

function Groups({ projectId, cas }: PartProps) {
  const { t } = useTranslation()
  const space = useSpace()
  const [act, setAct] = useState<GroupAct>()
  const groups = useQuery(groupsQuery(projectId))
  const spaces = useQuery(spacesQuery(projectId))
  const chooseProduct = useProductChooser(projectId)
  const close = () => setAct(undefined)
  const createButton = (
    <Button type="primary" onClick={() => setAct({ kind: 'create' })}>
      {t('groups.create')}
    </Button>
  )
  const form = { projectId, spaces: spaces.data ?? [], space, cas, chooseProduct, onClose: close }
  return (
    <>
      <Panel
        title={t('groups.title')}
        text={t('groups.text')}
        extra={(groups.data?.length ?? 0) > 0 && createButton}
      >
        <Answer of={groups}>
          {(all) =>
            all.length === 0 ? (
              <EmptyState text={t('groups.empty')} action={createButton} />
            ) : (
              <GroupTable projectId={projectId} groups={all} cas={cas} onAct={setAct} />
            )
          }
        </Answer>
      </Panel>
      {act?.kind === 'create' && <GroupForm {...form} />}
      {act?.kind === 'edit' && <GroupForm {...form} group={act.group} />}
      {act?.kind === 'delete' && <DeleteGroup projectId={projectId} group={act.group} onClose={close} />}
    </>
  )
}

function useProductChooser(projectId: string) {
  const { t } = useTranslation()
  return ({ control, ...chooser }: ProductChooserProps, spaceId?: string) => (
    <ProductSelect
      {...chooser}
      control={control}
      projectId={projectId}
      spaceId={spaceId}
      clearable
      placeholder={t('provisioning.chooseProduct')}
    />
  )
}
