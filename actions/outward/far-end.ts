/** Where a message goes: what actions that name a host and a port have in common. */
import { textParam } from '../../core/action.js';
import type { JsonObject } from '../../core/json.js';

/** JSON Schemas of `host` and `port`. */
export function farEnd(what: string, defaultPort: number) {
  return {
    host: { type: 'string', pattern: '^[A-Za-z0-9:][A-Za-z0-9.:-]{0,252}$', description: what },
    port: { type: 'integer', minimum: 1, maximum: 65_535, description: `${String(defaultPort)} by default` },
  } as const;
}

export function farEndOf(params: JsonObject, defaultPort: number): { readonly host: string; readonly port: number } {
  const { port } = params;
  return { host: textParam(params, 'host'), port: typeof port === 'number' ? port : defaultPort };
}
