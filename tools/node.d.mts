// The launcher's helpers are plain JavaScript (see node.mjs); what tests use of them:
export declare function oldestNode(): string
