// Who acts: the key a request came with. Rights are decided in core/access from what stands here.

export type Principal = {
  readonly keyId: string
  /** What the key was named when it was made; shown wherever "by whom" is shown. */
  readonly name: string
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
}
