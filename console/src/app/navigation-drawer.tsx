import { Drawer } from 'antd'
import { useTranslation } from 'react-i18next'
import { Brand } from './brand.tsx'
import { Navigation } from './navigation.tsx'

interface NavigationDrawerProps {
  readonly open: boolean
  readonly onClose: () => void
}

/** The rail of a narrow screen. */
export function NavigationDrawer({ open, onClose }: NavigationDrawerProps) {
  const { t } = useTranslation()
  return (
    <Drawer
      placement="left"
      size={264}
      open={open}
      onClose={onClose}
      title={<Brand />}
      aria-label={t('frame.navigation')}
      styles={{ body: { padding: 0 } }}
    >
      <Navigation folded={false} onFollowed={onClose} />
    </Drawer>
  )
}
