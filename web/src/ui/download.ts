// Hands a text to the browser as a file.

export type TextFile = { readonly name: string; readonly type: string; readonly text: string }

export function download({ name, type, text }: TextFile): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
