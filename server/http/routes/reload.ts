/** `POST /reload`: reads the site files again. With an error among the problems the old site stays in force. */
import { Type } from '@sinclair/typebox';
import { fail } from '../../../core/errors/index.js';
import { problemText } from '../../../core/problem.js';
import type { Api, ApiContext } from '../api-types.js';
import { errorBody, ErrorSchema } from '../errors.js';

const Problem = Type.Object({
  file: Type.String(),
  pointer: Type.String(),
  wanted: Type.String(),
  got: Type.String(),
  severity: Type.Unsafe<string>({ enum: ['error', 'warning'] }),
});
const Problems = Type.Array(Problem);

export function reloadRoutes(app: Api, { services }: ApiContext): void {
  app.post(
    '/reload',
    {
      schema: {
        summary: 'Read the site files again',
        response: {
          200: Type.Object({ problems: Problems }),
          422: Type.Object({ ...ErrorSchema.properties, problems: Problems }),
          '4xx': ErrorSchema,
        },
      },
    },
    async (_request, reply) => {
      const problems = [...(await services.reload())];
      const errors = problems.filter(({ severity }) => severity === 'error');
      const [first] = errors;
      if (first === undefined) return { problems };
      const error = fail('SITE_INVALID', { count: errors.length, first: problemText(first) });
      return reply.code(422).send({ ...errorBody(error), problems });
    },
  );
}
