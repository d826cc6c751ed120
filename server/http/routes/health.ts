/** `GET /healthz`: says that the node answers, to anyone, and nothing else. */
import { Type } from '@sinclair/typebox';
import type { Api } from '../api-types.js';

export function healthRoutes(app: Api): void {
  app.get(
    '/healthz',
    {
      config: { open: true, rateLimit: false },
      schema: {
        summary: 'Whether the node answers',
        security: [],
        response: { 200: Type.Object({ status: Type.Literal('ok') }) },
      },
    },
    () => ({ status: 'ok' as const }),
  );
}
