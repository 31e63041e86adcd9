import { Tabs as AntdTabs } from 'antd'
import type { ReactNode } from 'react'

interface TabsProps {
  /** What they divide. */
  readonly label: string
  readonly tabs: readonly { readonly key: string; readonly name: ReactNode; readonly children: ReactNode }[]
  /** Absent, or none of the keys: the first. */
  readonly value: string | undefined
  readonly onChange: (key: string) => void
}

/** Parts of a page of which one is shown; which one stands in the address, so the page keeps it. */
export function Tabs({ label, tabs, value, onChange }: TabsProps) {
  const active = tabs.some(({ key }) => key === value) ? value : tabs[0]?.key
  return (
    <AntdTabs
      aria-label={label}
      className="tabs"
      {...(active !== undefined && { activeKey: active })}
      onChange={onChange}
      destroyOnHidden
      items={tabs.map(({ key, name, children }) => ({ key, label: name, children }))}
    />
  )
}
