/** After a form was tried: the first field at fault, once it is marked, since it may stand far above the button. */
export function focusFault(form: HTMLFormElement): void {
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
}
