// Plain JavaScript, as node.mjs is.
export declare function tlsFlags(
  node: string,
  env?: Readonly<Record<string, string | undefined>>,
  execArgv?: readonly string[],
): readonly string[]
export declare function boundArenas(env?: Record<string, string | undefined>, cores?: number): void
export declare function become(node: string, flags: readonly string[], args: readonly string[]): void
