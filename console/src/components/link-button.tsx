import { createLink } from '@tanstack/react-router'
import { Button } from 'antd'

/** A link that looks like a button: it leads to another page, and can be opened beside this one. */
export const LinkButton = createLink(Button)
