/** What checks requests and writes answers: schemas compiled at their first use, problems in the words of STYLE 19. */
import { fail } from '../../core/errors/index.js';
import { SchemaCheck } from '../../core/schema-problems.js';
import type { Api } from './api-types.js';

/** For `schemaController`: Fastify would load compilers of its own, only to have them replaced by `useOwnCompilers`. */
export const NO_COMPILERS = { compilersFactory: { buildValidator: replaced, buildSerializer: replaced } };

function replaced(): never {
  throw new TypeError('schemas of the API are compiled by its own compilers');
}

export function useOwnCompilers(app: Api): void {
  app.setValidatorCompiler(({ schema, httpPart }) => {
    const check = new SchemaCheck(schema);
    return (value: unknown) => {
      const [problem] = check.problems(value);
      if (problem === undefined) return { value };
      const pointer = `${httpPart ?? 'request'}${problem.pointer}`;
      return { error: fail('HTTP_BAD_REQUEST', { pointer, wanted: problem.wanted, got: problem.got }) };
    };
  });
  // Views say exactly what leaves; a test holds every answer against its schema.
  app.setSerializerCompiler(() => (value: unknown) => JSON.stringify(value));
}
